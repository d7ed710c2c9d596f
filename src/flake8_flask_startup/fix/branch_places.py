"""Where a function can import what it uses under a condition: as far inside as conditions go."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_FUNCTIONS = (*_DEFINITIONS, ast.Lambda, ast.ClassDef)
_ENDS = (ast.Return, ast.Raise, ast.Continue, ast.Break)


class BranchPlace(NamedTuple):
    """The line of the statement that an import goes in front of.

    is_choice says that the statement is one with a value of the form `x if test else y`, and that the import goes into
    the branch of an `if` statement in its place.
    """

    line: int
    is_choice: bool = False


class Branches(NamedTuple):
    """Where a function can import a name, and the lines on which functions inside begin that import it themselves."""

    places: frozenset[BranchPlace]
    inner: frozenset[int]


def branches(tree: ast.Module, function: int, name: str, using: Collection[int]) -> Branches | None:
    """Return where the function that begins on a line can import a name; None where it uses that in any case.

    using are the lines of the functions that use it, and not something else of the same name.
    """
    for node in ast.walk(tree):
        if isinstance(node, _DEFINITIONS) and node.lineno == function:
            found = _conditional(node.body, name)
            inner = (each for each in _inner(node, name) if any(line in using for line in _lines(each)))
            return Branches(frozenset(found), frozenset(each.lineno for each in inner)) if found else None
    return None


def _lines(node: ast.stmt) -> range:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


def in_module(tree: ast.Module, name: str) -> Collection[BranchPlace] | None:
    """Return where module code can import a name for itself; None where it uses that in any case."""
    return _conditional(tree.body, name)


def _inner(function: ast.AST, name: str) -> Iterator[ast.stmt]:
    """The functions inside that use a name when they are called."""
    for each in ast.iter_child_nodes(function):
        if not isinstance(each, _DEFINITIONS):
            yield from _inner(each, name)
        elif any(_mentions(statement, name) for statement in each.body):
            yield each


def _uses(node: ast.AST, name: str) -> bool:
    """Whether code uses a name itself: in a function that it defines, in a decorator, a default or an annotation."""
    if isinstance(node, _DEFINITIONS):
        head = [*node.decorator_list, node.args, *filter(None, [node.returns])]
        return any(_mentions(each, name) for each in head)
    if isinstance(node, ast.Name):
        return node.id == name
    return any(_uses(each, name) for each in ast.iter_child_nodes(node))


def _conditional(body: Sequence[ast.stmt], name: str) -> list[BranchPlace] | None:
    """The places in a block, all of which conditions decide about; None where one is reached in any case."""
    found: list[BranchPlace] = []
    for number, each in enumerate(body):
        if not _uses(each, name):
            continue
        inside = _inside(each, name)
        if inside is None and any(map(_may_end, body[:number])) and _has_own_line(body, number):
            return [*found, BranchPlace(each.lineno)]  # which is in front of the rest of the block as well
        if inside is None:
            return None
        found += inside
    return found


def _inside(statement: ast.stmt, name: str) -> list[BranchPlace] | None:
    """The places inside a statement; None where the name is used before anything is decided."""
    match statement:
        case ast.If(test=test, body=body, orelse=orelse) if not _mentions(test, name):
            found = [_block(each, name, statement.lineno) for each in (body, orelse)]
            return None if None in found else [place for block in found for place in block or ()]
        case ast.With(items=items, body=body) if not any(_mentions(each, name) for each in items):
            return _conditional(body, name) if body[0].lineno > statement.lineno else None
        case ast.Assign(targets=targets, value=ast.IfExp() as choice) if not any(_mentions(t, name) for t in targets):
            return _of_choice(statement, choice, name)
        case ast.Return(value=ast.IfExp() as choice) | ast.Expr(value=ast.IfExp() as choice):
            return _of_choice(statement, choice, name)
    return None


def _block(body: Sequence[ast.stmt], name: str, header: int) -> list[BranchPlace] | None:
    """The places in a branch of an `if` statement: further inside, or where the branch begins."""
    inside = _conditional(body, name)
    if inside is not None:
        return inside
    is_elif = len(body) == 1 and isinstance(body[0], ast.If)  # nothing can stand in front of an `elif`
    return None if is_elif or body[0].lineno == header else [BranchPlace(body[0].lineno)]


def _of_choice(statement: ast.stmt, choice: ast.IfExp, name: str) -> list[BranchPlace] | None:
    used = [_mentions(each, name) for each in (choice.test, choice.body, choice.orelse)]
    is_one_sided = used in ([False, True, False], [False, False, True])
    return [BranchPlace(statement.lineno, is_choice=True)] if is_one_sided else None


def _has_own_line(body: Sequence[ast.stmt], number: int) -> bool:
    """Whether a statement of a block is the first on its line."""
    return not number or (body[number - 1].end_lineno or 0) < body[number].lineno


def _mentions(node: ast.AST, name: str) -> bool:
    return any(isinstance(each, ast.Name) and each.id == name for each in ast.walk(node))


def _may_end(statement: ast.stmt) -> bool:
    """Whether a test decides if what follows a statement runs."""
    return isinstance(statement, ast.If) and any(isinstance(each, _ENDS) for each in _own_statements(statement))


def _own_statements(node: ast.AST) -> Iterator[ast.AST]:
    """What a statement holds, without the functions in it and without loops, whose `break` ends those alone."""
    for each in ast.iter_child_nodes(node):
        if not isinstance(each, (*_FUNCTIONS, ast.For, ast.AsyncFor, ast.While)):
            yield each
            yield from _own_statements(each)
