"""What the peers' test suites say of a source, each read in the suite's own form and turned into our questions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple


class Question(Enum):
    """What a case asks about a place; the value is the codes that answer yes."""

    NEEDED = frozenset({"FST102", "FST107"})
    MAY_WAIT = frozenset({"FST101", "FST103", "FST104"})
    TYPING = frozenset({"FST104"})
    PAID = frozenset({"FST101", "FST102", "FST103", "FST104", "FST107"})
    DEBUG = frozenset({"FST301", "FST302"})
    SERVER = frozenset({"FST203"})


@dataclass(frozen=True, slots=True)
class Case:
    """A source, a place in it, and what the peer answers there.

    name says where the case stands in the peer's suite. heavy are the dotted names to be priced, none where
    the question is no import; target the Python that the peer's answer is for. Lines count from 1, columns from 0.
    """

    peer: str
    name: str
    text: str
    line: int
    column: int
    question: Question
    expected: bool
    heavy: tuple[str, ...] = ()
    target: tuple[int, int] = (3, 13)


class Imported(NamedTuple):
    """One imported name in a source where each has a statement of its own, and where it stood in the peer's."""

    line: int
    column: int
    bound: str
    module: str
    dotted: str
    level: int
    peer_line: int
    peer_column: int


Scoped = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


class _Separating(ast.NodeTransformer):
    """Gives every imported name a statement, so that it can be asked about alone."""

    def visit_Import(self, node: ast.Import) -> list[ast.stmt]:
        return [ast.copy_location(ast.Import([alias]), node) for alias in node.names]

    def visit_ImportFrom(self, node: ast.ImportFrom) -> list[ast.stmt]:
        return [ast.copy_location(ast.ImportFrom(node.module, [alias], node.level), node) for alias in node.names]


def separated(tree: ast.Module) -> tuple[str, list[Imported]]:
    """The source of a tree whose imports are separated, and they; `__future__` left out of the list."""
    tree = ast.fix_missing_locations(_Separating().visit(tree))
    text = ast.unparse(tree)
    found = []
    for was, now in zip(_imports(tree), _imports(ast.parse(text)), strict=True):
        alias = was.names[0]
        module = alias.name if isinstance(was, ast.Import) else was.module or ""
        if module == "__future__":
            continue
        bound = alias.asname or (alias.name.partition(".")[0] if isinstance(was, ast.Import) else alias.name)
        named = isinstance(was, ast.ImportFrom) and alias.name != "*"
        dotted = f"{module}.{alias.name}" if named else module
        level = was.level if isinstance(was, ast.ImportFrom) else 0
        place = (alias.lineno, alias.col_offset)
        found.append(Imported(now.lineno, now.col_offset, bound, module, dotted, level, *place))
    return text, found


def _imports(tree: ast.AST) -> Iterator[ast.Import | ast.ImportFrom]:
    """The import statements in the order of the text."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield node
        else:
            yield from _imports(node)


def parsed(text: str) -> ast.Module | None:
    """The tree of a source; None where this Python does not know its syntax."""
    try:
        return ast.parse(text)
    except SyntaxError:
        return None
