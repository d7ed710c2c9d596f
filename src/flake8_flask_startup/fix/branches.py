"""A statement with a value of the form `x if test else y` written as an `if` statement, so that a branch can import."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Sequence

import libcst as cst

from ..files.parsing import parsed_expression
from .refusal import Refused
from .statements import Statement, separated

HELD_COMMENT = re.compile(r"#.*\b(?:noqa|type:|pragma|pylint|fmt)")  # is about the line that it stands on


def as_branches(
    statement: Statement, imported: Callable[[Collection[str]], Sequence[Statement]], module: cst.Module
) -> cst.If:
    """Return an `if` statement that does what a statement with a choice for its value does.

    imported gives the import statements of what a branch uses, by the names in that.

    Raises:
        Refused: where a comment would be lost, or another statement shares the line.
    """
    small = statement.body if isinstance(statement, cst.SimpleStatementLine) else ()
    if not isinstance(statement, cst.SimpleStatementLine) or len(small) != 1:
        raise Refused("a statement that is to be divided shares its line with another")
    (node,) = small
    choice = node.value if isinstance(node, (cst.Assign, cst.Return, cst.Expr)) else None
    if not isinstance(node, (cst.Assign, cst.Return, cst.Expr)) or not isinstance(choice, cst.IfExp):
        raise Refused("a statement that is to be divided is not found again")
    code = module.code_for_node
    parts = (choice.test, choice.body, choice.orelse)
    if code(choice).count("#") != sum(code(each).count("#") for each in parts):
        raise Refused("a comment stands between the branches of the value that is to be divided")
    if HELD_COMMENT.search(code(statement.trailing_whitespace)):
        raise Refused("the comment of a statement that is to be divided is about its line")
    test, *values = (_alone(each, module) for each in parts)
    blocks = []
    for each in values:
        line = cst.SimpleStatementLine([node.with_changes(value=each)])
        imports = imported(names_in(code(each)))
        blocks.append(cst.IndentedBlock(separated(imports, [line], is_first=True) if imports else [line]))
    first = blocks[0].with_changes(header=statement.trailing_whitespace)
    return cst.If(test, first, orelse=cst.Else(blocks[1]), leading_lines=statement.leading_lines)


def names_in(code: str) -> set[str]:
    """Return the names in an expression; none where it cannot be read alone."""
    try:
        return {each.id for each in ast.walk(parsed_expression(code)) if isinstance(each, ast.Name)}
    except SyntaxError:  # `*Ts`, over several lines
        return set()


def _alone(expression: cst.BaseExpression, module: cst.Module) -> cst.BaseExpression:
    """An expression as it can stand without what was around it: in brackets, where it takes several lines."""
    code = module.code_for_node(expression)
    try:
        parsed_expression(code)
    except SyntaxError:
        left, right = [cst.LeftParen(), *expression.lpar], [*expression.rpar, cst.RightParen()]
        return expression.with_changes(lpar=left, rpar=right)
    return expression
