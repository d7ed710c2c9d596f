"""Statements put into blocks, and the blank lines and comments between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias, cast

import libcst as cst

from .refusal import Refused

Statement: TypeAlias = cst.SimpleStatementLine | cst.BaseCompoundStatement
_BLANK = cst.EmptyLine(indent=False)


def statements_of(block: cst.Module | cst.IndentedBlock) -> list[Statement]:
    """Return the statements of a block, by the kinds that LibCST makes."""
    return cast("list[Statement]", list(block.body))


def small_statements(statement: cst.CSTNode) -> Sequence[cst.BaseSmallStatement]:
    """Return the statements on a line; nothing of a compound one."""
    return statement.body if isinstance(statement, cst.SimpleStatementLine) else ()


def is_import(statement: cst.CSTNode) -> bool:
    """Return whether a line holds import statements alone."""
    small = small_statements(statement)
    return bool(small) and all(isinstance(each, (cst.Import, cst.ImportFrom)) for each in small)


def is_text(statement: cst.CSTNode) -> bool:
    """Return whether a line begins with a text that nothing uses: a docstring, if it is the first."""
    first = small_statements(statement)[:1]
    return bool(first) and isinstance(first[0], cst.Expr) and isinstance(
        first[0].value, (cst.SimpleString, cst.ConcatenatedString)
    )  # fmt: skip


def joined(above: Sequence[cst.EmptyLine], below: Sequence[cst.EmptyLine]) -> Sequence[cst.EmptyLine]:
    """Return the lines above a statement where one that stood above it has gone; blank lines do not add up."""
    if any(each.comment is not None for each in above):
        return (*above, *below)
    first = next((number for number, each in enumerate(below) if each.comment is not None), len(below))
    return below if first >= len(above) else (*above[first:], *below)


def with_blank_line(statement: Statement, *, wanted: bool = True) -> Statement:
    """Return a statement with a blank line above it, or with none before its first comment."""
    lines = list(statement.leading_lines)
    if wanted:
        return statement if starts_blank(statement) else statement.with_changes(leading_lines=[_BLANK, *lines])
    while lines and lines[0].comment is None:
        del lines[0]
    return statement.with_changes(leading_lines=lines)


def starts_blank(statement: Statement) -> bool:
    """Return whether a blank line stands above a statement."""
    return bool(statement.leading_lines) and statement.leading_lines[0].comment is None


def inserted(block: cst.BaseSuite, new: Sequence[Statement], *, after_docstring: bool) -> cst.BaseSuite:
    """Return a block that begins with new import statements, after its docstring if it has one.

    Raises:
        Refused: if the docstring shares a line with code.
    """
    if isinstance(block, cst.SimpleStatementSuite):
        line = cst.SimpleStatementLine(block.body, trailing_whitespace=block.trailing_whitespace)
        block = cst.IndentedBlock([line])
    assert isinstance(block, cst.IndentedBlock)  # noqa: S101  # there is no third kind
    body = statements_of(block)
    at = int(after_docstring and is_text(body[0]))
    if at and len(small_statements(body[0])) > 1:
        raise Refused("a docstring shares its line with code")
    return block.with_changes(body=[*body[:at], *separated(new, body[at:], is_first=not at)])


def separated(new: Sequence[Statement], rest: Sequence[Statement], *, is_first: bool) -> list[Statement]:
    """Return new imports and the statements that follow them, a blank line in between unless those are imports."""
    statements, following = list(new), list(rest)
    if not following:
        return statements
    if starts_blank(following[0]) and not is_first:
        statements[0] = with_blank_line(statements[0])
    if not is_import(following[0]):
        following[0] = with_blank_line(following[0])
    return [*statements, *following]
