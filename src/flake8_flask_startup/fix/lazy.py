"""Imports that wait where they stand (PEP 810, Python 3.15): `lazy import`, or a list that older Pythons ignore.

The statement can be read by Python 3.15 and later alone. So it is written where this program runs on one, and
`__lazy_modules__` otherwise, which a project can use that also runs on older versions.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from ..files.parsing import parsed
from ..syntax.facts import Facts
from ..syntax.import_statements import absolute
from ..syntax.lazy_imports import NAME, SINCE
from ..syntax.symbol_table import Import
from .chunks import lines_of
from .refusal import Refused
from .splices import Places, Splice, spliced

WRITES_STATEMENTS = sys.version_info >= SINCE
DEFER, LAZY = "defer", "lazy"  # how an import that can wait is written


def waiting(facts: Facts, lines: Mapping[int, Collection[str] | None], package: str | None) -> list[Import]:
    """Return the imports on some lines, which may wait; package is where names with leading dots begin, if known.

    lines come with the names that wait of each; None for all.

    Raises:
        Refused: where one may not.
    """
    here = [each for each in facts.imports if each.span.line in lines]
    found = [each for each in here if (names := lines[each.span.line]) is None or each.bound in names]
    if WRITES_STATEMENTS and (
        partial := {each.span for each in found} & {each.span for each in here if each not in found}
    ):
        raise Refused(f"line {min(partial).line}: only some of its names may wait")
    for each in found:
        if not each.can_wait:
            raise Refused(f"line {each.span.line}: no import waits there (PEP 810)")
        if each.level and package is None and not WRITES_STATEMENTS:
            raise Refused(f"line {each.span.line}: {NAME} has absolute names, and startup does not tell that one")
    modules = {_spelled(each, package) for each in found}
    waits = (each for each in facts.imports if each.can_wait and _spelled(each, package) in modules)
    others = [each for each in waits if each not in found]
    if others and not WRITES_STATEMENTS:
        raise Refused(f"line {others[0].span.line} imports the same module, and would wait as well")
    return found


def with_statements(text: str, imports: Collection[Import]) -> str:
    """Return a text in which some imports are `lazy`, each on the line that it was on."""
    lines = lines_of(text)
    for line, column in sorted({(each.span.line, each.span.column) for each in imports}, reverse=True):
        before = lines[line - 1].encode("utf-8", "surrogatepass")
        written = before[:column] + b"lazy " + before[column:]
        lines[line - 1] = written.decode("utf-8", "surrogatepass")
    return "".join(lines)


def _spelled(each: Import, package: str | None) -> str:
    """How the list spells the module of an import: by its absolute name, also where the import has dots (3.15.2)."""
    return absolute(each.module, each.level, package or "") if each.level else each.module


def with_list(text: str, imports: Collection[Import], package: str | None) -> str:
    """Return a text with the modules of some imports in `__lazy_modules__`: a list that is there, or a new one.

    A new one stands in front of the first import.

    Raises:
        Refused: where that cannot be written.
    """
    tree = parsed(text)
    modules = sorted({_spelled(each, package) for each in imports})
    if any(isinstance(node, ast.Name) and node.id == NAME for node in ast.walk(tree)):
        return _extended(text, tree, modules, min(each.span.line for each in imports))
    lines = lines_of(text)
    ending = "\r\n" if lines[0].endswith("\r\n") else "\n"
    names = ", ".join(f'"{name}"' for name in modules)
    rest = [node for node in tree.body if not _is_docstring(node, tree) and not _is_future(node)]
    at = min(rest[0].lineno, *[each.lineno for each in getattr(rest[0], "decorator_list", ())], len(lines)) - 1
    if rest[0].col_offset:
        raise Refused("its first statement shares a line with another")
    return "".join([*lines[:at], f"{NAME} = {{{names}}}{ending}", *lines[at:]])


def _extended(text: str, tree: ast.Module, modules: Iterable[str], before: int) -> str:
    """A text with more modules behind the last one of its own list; Refused unless that is written out once."""
    uses = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == NAME]
    for each in tree.body:
        match each:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.List() | ast.Set() | ast.Tuple() as given) if (
                name == NAME and len(uses) == 1 and each.lineno < before and given.elts
            ):
                if all(isinstance(one, ast.Constant) and isinstance(one.value, str) for one in given.elts):
                    return spliced(text, _behind(given.elts[-1], [f'"{one}"' for one in modules], Places(text)))
    raise Refused(f"it has a {NAME} of its own, which is not written out once above its imports")


def _behind(last: ast.expr, names: Sequence[str], places: Places) -> Iterator[Splice]:
    """More names behind the last one of a list: on lines of their own where that has one."""
    line, end = places.lines[last.lineno - 1], places.end(last)
    head, following = line[: places.start(last) - places.begin(last.lineno)], places.text[end:].partition("#")[0]
    has_comma = following.lstrip(" ").startswith(",")
    if head.strip() or following.lstrip(" ,")[:1] not in ("\r", "\n", ""):
        yield Splice(end, end, "".join(f", {each}" for each in names))
        return
    if not has_comma:
        yield Splice(end, end, ",")
    below = places.begin(last.lineno + 1)
    ending = line[len(line.rstrip("\r\n")) :]
    yield Splice(below, below, "".join(f"{head}{each},{ending}" for each in names))


def _is_docstring(node: ast.stmt, tree: ast.Module) -> bool:
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    return is_text and node is tree.body[0]


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"
