"""A module `__getattr__` (PEP 562) that brings what a package's `__init__` handed on when it was loaded."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from ..syntax.import_statements import Imported, imported
from .chunks import lines_of
from .refusal import Refused

GETATTR, DIR = WRITTEN = ("__getattr__", "__dir__")


class _Brought(NamedTuple):
    """Names that one import brings: its source lines, and each name that it binds with what the name refers to."""

    names: frozenset[str]
    lines: tuple[str, ...]
    values: tuple[tuple[str, str], ...]


def getattr_of(text: str, tree: ast.Module, lines: Mapping[int, Collection[str] | None], package: str = "") -> str:
    """Return what goes to the end of a module so that the imports on some lines happen when a name is first asked for.

    lines come with the names that are brought so of each; None for all. package is the module's name, empty if unknown.

    Raises:
        Refused: where the module has such functions, or a name would stand for something else.
    """
    defined = {each.name: each for each in tree.body if isinstance(each, (ast.FunctionDef, ast.ClassDef))}
    if own := defined.keys() & {GETATTR, DIR}:
        raise Refused(f"it has a {min(own)} of its own")
    nodes = [each for each in tree.body if isinstance(each, (ast.Import, ast.ImportFrom)) and each.lineno in lines]
    found = list(_brought(nodes, lines, package))
    every = ", ".join(f'"{name}"' for name in sorted({name for each in found for name in each.names}))
    code = [f"def {GETATTR}(name):"]
    for each in found:
        asked = ", ".join(f'"{name}"' for name in sorted(each.names))
        values = ", ".join(f"{name}={value}" for name, value in each.values)
        code += [f"    if name in {{{asked}}}:", *(f"        {line}" if line else "" for line in each.lines)]
        code += [f"        globals().update({values})", "        return globals()[name]"]
    code.append('    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")')
    code += ["", "", f"def {DIR}():", f"    return sorted({{*globals(), {every}}})", ""]
    last = (lines_of(text) or [""])[-1]
    newline = "\r\n" if "\r\n" in text else "\n"
    start = "" if last.endswith(("\n", "\r")) else newline
    return start + newline.join(["", "", *code])


def _brought(
    nodes: list[ast.Import | ast.ImportFrom], lines: Mapping[int, Collection[str] | None], package: str
) -> Iterator[_Brought]:
    """What each statement adds to the package: the names that it binds, and its submodule."""
    taken: set[str] = set()
    for node in nodes:
        if not isinstance(node, ast.ImportFrom) or node.names[0].name == "*":
            raise Refused(f"line {node.lineno}: only names that are imported from a module can be handed on")
        wanted = lines[node.lineno]
        both = zip(node.names, imported(node), strict=True)
        aliases = [alias for alias, each in both if wanted is None or each.bound in wanted]
        kept = ast.ImportFrom(node.module, aliases, node.level)
        found = [_of_module(node, kept, package)] if node.module else [_of_submodule(each) for each in imported(kept)]
        for each in found:
            bound = {name for name, _ in each.values}
            if bound & taken:
                raise Refused(f"line {node.lineno}: '{min(bound & taken)}' is bound twice")
            names = each.names - taken  # the first statement that imports a submodule also binds it
            taken |= names
            yield each._replace(names=names)


def _of_module(node: ast.ImportFrom, kept: ast.ImportFrom, package: str) -> _Brought:
    """Names from a module, those that are kept of a statement; it may be a submodule of the package."""
    bound = {each.bound: None for each in imported(kept)}
    module = node.module or ""
    is_inside = bool(package) and not node.level and module.startswith(f"{package}.")
    inside = module.removeprefix(f"{package}.") if is_inside else module if node.level == 1 else ""
    child = inside.partition(".")[0]
    if child in bound:
        raise Refused(f"line {node.lineno}: '{child}' is a module and a name in it")
    values = tuple((each, each) for each in bound)
    return _Brought(frozenset({*bound, child} if child else bound), (ast.unparse(kept), ""), values)


def _of_submodule(each: Imported) -> _Brought:
    """A submodule of the package itself, which `from . import` would ask `__getattr__` for before it loads it."""
    names = dict.fromkeys((each.bound, each.name))
    lines = ("from importlib import import_module", "", f'module = import_module(".{each.name}", __name__)')
    return _Brought(frozenset(names), lines, tuple((name, "module") for name in names))
