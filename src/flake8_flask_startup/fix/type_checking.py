"""Imports for annotations alone: under `if TYPE_CHECKING`, in the block that is there or in a new one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from typing import cast

import libcst as cst

from .statements import Statement, is_import, is_text, small_statements, with_blank_line

NAME = "TYPE_CHECKING"


def with_twins(module: cst.Module, twins: Sequence[cst.SimpleStatementLine]) -> cst.Module:
    """Return a module with imports under `if TYPE_CHECKING`, which it imports if it did not."""
    body = list(module.body)
    for number, each in enumerate(body):
        if isinstance(each, cst.If) and tests_for_checkers(each.test) and isinstance(each.body, cst.IndentedBlock):
            body[number] = each.with_changes(body=each.body.with_changes(body=_with_imports(each.body.body, twins)))
            return module.with_changes(body=body)
    block: Statement = cst.If(cst.Name(NAME), cst.IndentedBlock(list(twins)))
    at = _behind_imports(body)
    if not any(map(_imports_it, body[:at])):
        before = len(body)
        body = _importing_it(body, at)
        at += len(body) - before
    if at < len(body):
        body[at] = with_blank_line(body[at])
    return module.with_changes(body=[*body[:at], with_blank_line(block), *body[at:]])


def tests_for_checkers(test: cst.BaseExpression) -> bool:
    """Return whether a test is `TYPE_CHECKING`, or that of a module."""
    return (isinstance(test, cst.Name) and test.value == NAME) or (
        isinstance(test, cst.Attribute) and test.attr.value == NAME
    )


def _with_imports(body: Sequence[cst.BaseStatement], new: Sequence[cst.SimpleStatementLine]) -> list[cst.BaseStatement]:
    """The body of a block with more imports behind those that it begins with."""
    at = len(list(takewhile(is_import, body)))
    return [*body[:at], *new, *body[at:]]


def _behind_imports(body: Sequence[cst.BaseStatement]) -> int:
    """Where a statement goes behind the imports at the head of a module: up to its first function or class."""
    head = list(takewhile(lambda each: not isinstance(each, (cst.FunctionDef, cst.ClassDef)), body))
    imports = [number for number, each in enumerate(head) if is_import(each)]
    return imports[-1] + 1 if imports else int(bool(body) and is_text(body[0]))


def _imports_it(statement: cst.CSTNode) -> bool:
    """Whether a line imports the name, from typing or what stands for it."""
    return any(
        each.evaluated_name == NAME and each.asname is None
        for small in small_statements(statement)
        if isinstance(small, cst.ImportFrom) and not isinstance(small.names, cst.ImportStar)
        for each in small.names
    )


def _is_of_typing(small: cst.BaseSmallStatement) -> bool:
    return (
        isinstance(small, cst.ImportFrom)
        and not small.relative
        and isinstance(small.module, cst.Name)
        and small.module.value == "typing"
        and not isinstance(small.names, cst.ImportStar)
    )


def _importing_it(body: Sequence[Statement], end: int) -> list[Statement]:
    """The statements with an import of TYPE_CHECKING among the first of them: in one of typing, or a new one."""
    for number, each in enumerate(body[:end]):
        for small in small_statements(each):
            if isinstance(small, cst.ImportFrom) and _is_of_typing(small):
                changed = cast("Statement", each.deep_replace(small, _with_name(small)))
                return [*body[:number], changed, *body[number + 1 :]]
    new = cst.parse_statement(f"from typing import {NAME}")
    assert isinstance(new, cst.SimpleStatementLine)  # noqa: S101  # an import statement is one
    at = next((number for number, each in enumerate(body[:end]) if is_import(each) and not _is_future(each)), end)
    if at == len(body) or not is_import(body[at]):
        return [*body[:at], with_blank_line(new) if at else new, *body[at:]]
    first = body[at]
    if all(each.comment is None for each in first.leading_lines):
        new, first = new.with_changes(leading_lines=first.leading_lines), first.with_changes(leading_lines=())
    return [*body[:at], new, first, *body[at + 1 :]]


def _is_future(statement: cst.CSTNode) -> bool:
    return any(
        isinstance(each, cst.ImportFrom) and isinstance(each.module, cst.Name) and each.module.value == "__future__"
        for each in small_statements(statement)
    )


def _with_name(node: cst.ImportFrom) -> cst.ImportFrom:
    """An import of typing with TYPE_CHECKING as the first of its names."""
    assert not isinstance(node.names, cst.ImportStar)  # noqa: S101  # as asked before
    space: cst.BaseParenthesizableWhitespace = cst.SimpleWhitespace(" ")
    if node.lpar is not None and isinstance(node.lpar.whitespace_after, cst.ParenthesizedWhitespace):
        line = cst.TrailingWhitespace()
        space = node.lpar.whitespace_after.with_changes(first_line=line, empty_lines=())
    alias = cst.ImportAlias(cst.Name(NAME), comma=cst.Comma(whitespace_after=space))
    return node.with_changes(names=[alias, *node.names])
