"""Names that import statements of a module lose and get."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping

from ...syntax.import_statements import imported
from ..refusal import Refused
from ..splices import Splice
from .module import Module, Unit


def without_name(module: Module, unit: Unit, names: Collection[str]) -> Iterator[Splice]:
    """Return edits that take names out of an import statement; the whole of it where nothing is left.

    Raises:
        Refused: where a comment would be lost.
    """
    node = unit.node
    assert isinstance(node, (ast.Import, ast.ImportFrom))  # noqa: S101  # nothing else is asked about
    left = [alias for alias, each in zip(node.names, imported(node), strict=True) if each.bound not in names]
    if not left:
        yield from module.at.whole_lines(unit.first, unit.last)
        return
    for number, each in enumerate(node.names):
        if each in left:
            continue
        if number + 1 < len(node.names):
            start, end = module.at.start(each), module.at.start(node.names[number + 1])
        else:
            before = next(one for one in reversed(node.names[:number]) if one in left)
            start, end = module.at.end(before), module.at.end(each)
        if "#" in module.text[start:end]:
            raise Refused(f"line {each.lineno}: a comment stands beside '{each.name}'")
        yield Splice(start, end, "")


def added(
    module: Module, wanted: Collection[tuple[str, str]], going: Mapping[int, Collection[str]]
) -> Iterator[Splice]:
    """Return edits that import names from modules, or modules where no origin is given; going are names that go.

    Raises:
        Refused: where there is no place for one.
    """
    new: list[str] = []
    for origin, name in wanted:
        unit = _from(module, origin) if origin else None
        if unit is not None and unit.first not in going:
            yield _with_name(module, unit, name)
        else:
            new.append(f"from {origin} import {name}\n" if origin else f"import {name}\n")
    imports = [each for each in module.units if _is_import(each)]
    if new and not imports:
        raise Refused("no import stands above its functions, beside which another one could")
    flask = _from(module, "flask")
    for line in new:
        if not line.startswith("from"):
            start = module.at.begin(imports[0].first)
        elif flask is not None:
            start = module.at.begin(flask.last + 1)
        else:
            named = [each for each in imports if isinstance(each.node, ast.ImportFrom)]
            start = module.at.begin(named[0].first if named else imports[0].last + 1)
        yield Splice(start, start, line)


def _from(module: Module, origin: str) -> Unit | None:
    """The statement of module code that imports names from a module."""
    for unit in module.units:
        node = unit.node
        if isinstance(node, ast.ImportFrom) and node.module == origin and not node.level and node.names[0].name != "*":
            return unit
    return None


def _with_name(module: Module, unit: Unit, name: str) -> Splice:
    """The edit that puts a name among those of a statement: where it would be in order, else behind them."""
    assert isinstance(unit.node, ast.ImportFrom)  # noqa: S101  # as found
    for each in unit.node.names:
        if each.name[:1].islower() and each.name > name:
            start = module.at.start(each)
            return Splice(start, start, f"{name}, ")
    end = module.at.end(unit.node.names[-1])
    return Splice(end, end, f", {name}")


def _is_import(unit: Unit) -> bool:
    """Whether a statement is an import, and none of the future."""
    return isinstance(unit.node, (ast.Import, ast.ImportFrom)) and getattr(unit.node, "module", "") != "__future__"
