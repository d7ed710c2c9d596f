"""Imports that wait where they stand (PEP 810, Python 3.15): `lazy import`, or a list that older Pythons ignore.

The statement can be read by Python 3.15 and later alone. So it is written where this program runs on one, and
`__lazy_modules__` otherwise, which a project can use that also runs on older versions.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection

from ..files.parsing import parsed
from ..syntax.facts import Facts
from ..syntax.lazy_imports import NAME, SINCE
from ..syntax.symbol_table import Import
from .chunks import lines_of
from .refusal import Refused

WRITES_STATEMENTS = sys.version_info >= SINCE
DEFER, LAZY = "defer", "lazy"  # how an import that can wait is written


def waiting(facts: Facts, lines: Collection[int]) -> list[Import]:
    """Return the imports on some lines, which may wait.

    Raises:
        Refused: where one may not.
    """
    found = [each for each in facts.imports if each.span.line in lines]
    modules = {each.module for each in found}
    for each in found:
        if not each.can_wait:
            raise Refused(f"line {each.span.line}: no import waits there (PEP 810)")
        if each.level and not WRITES_STATEMENTS:
            raise Refused(f"line {each.span.line}: {NAME} has absolute names alone")
    others = [each for each in facts.imports if each.module in modules and each.can_wait and each not in found]
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


def with_list(text: str, imports: Collection[Import]) -> str:
    """Return a text with the modules of some imports in `__lazy_modules__`, in front of its first import.

    Raises:
        Refused: where that cannot be written.
    """
    tree = parsed(text)
    if any(isinstance(node, ast.Name) and node.id == NAME for node in ast.walk(tree)):
        raise Refused(f"it has a {NAME} of its own")
    lines = lines_of(text)
    ending = "\r\n" if lines[0].endswith("\r\n") else "\n"
    names = ", ".join(f'"{name}"' for name in sorted({each.module for each in imports}))
    rest = [node for node in tree.body if not _is_docstring(node, tree) and not _is_future(node)]
    at = min(rest[0].lineno, *[each.lineno for each in getattr(rest[0], "decorator_list", ())], len(lines)) - 1
    if rest[0].col_offset:
        raise Refused("its first statement shares a line with another")
    return "".join([*lines[:at], f"{NAME} = {{{names}}}{ending}", *lines[at:]])


def _is_docstring(node: ast.stmt, tree: ast.Module) -> bool:
    is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    return is_text and node is tree.body[0]


def _is_future(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"
