"""Functions that only return an expression; for a call, the expression with the arguments filled in."""

from __future__ import annotations

import ast
import copy
from collections.abc import Mapping
from typing import NamedTuple

MAX_NODES = 60  # of such an expression


class Formula(NamedTuple):
    """The expression that a function returns, its parameters, and the defaults that are constants."""

    expression: ast.expr
    parameters: tuple[str, ...]
    defaults: Mapping[str, ast.Constant]

    def given(self, call: ast.Call) -> ast.expr | None:
        """Return the result of a call whose arguments are all constants; None for any other call."""
        names = [*self.parameters[: len(call.args)], *(each.arg for each in call.keywords)]
        values = [*call.args, *(each.value for each in call.keywords)]
        constants = {
            name: each
            for name, each in zip(names, values, strict=False)
            if name is not None and isinstance(each, ast.Constant)
        }
        known = {**self.defaults, **constants}
        if len(constants) < len(values) or known.keys() != set(self.parameters):
            return None
        return _filled(self.expression, known)


def formula_of(node: ast.FunctionDef) -> Formula | None:
    """Return the expression that a function returns, if it depends only on the parameters; None otherwise."""
    documented = isinstance(node.body[0], ast.Expr) and isinstance(node.body[0].value, ast.Constant)
    *before, last = node.body[1:] if documented and len(node.body) > 1 else node.body
    plain = [*node.args.posonlyargs, *node.args.args]
    if not isinstance(last, ast.Return) or last.value is None or node.decorator_list:
        return None
    if node.args.vararg or node.args.kwarg or node.args.kwonlyargs or not _is_small(last.value):
        return None
    expression = last.value
    for statement in reversed(before):
        if not isinstance(statement, ast.Assign) or len(statement.targets) != 1 or not _is_small(statement.value):
            return None
        target = statement.targets[0]
        if not isinstance(target, ast.Name):
            return None
        expression = _filled(expression, {target.id: statement.value})
        if not _is_small(expression):
            return None
    defaulted = plain[len(plain) - len(node.args.defaults) :]
    pairs = zip(defaulted, node.args.defaults, strict=True)
    defaults = {name.arg: each for name, each in pairs if isinstance(each, ast.Constant)}
    return Formula(expression, tuple([each.arg for each in plain]), defaults)


def _is_small(node: ast.expr) -> bool:
    return sum(1 for _ in zip(range(MAX_NODES + 1), ast.walk(node), strict=False)) <= MAX_NODES


def _filled(node: ast.expr, values: Mapping[str, ast.expr]) -> ast.expr:
    filled: ast.expr = _Filler(values).visit(copy.deepcopy(node))
    return filled


class _Filler(ast.NodeTransformer):
    def __init__(self, values: Mapping[str, ast.expr]) -> None:
        self._values = values

    def visit_Name(self, node: ast.Name) -> ast.expr:  # as ast has it
        # a copy each time: a node shared by two places would be filled in twice and end up containing itself
        return copy.deepcopy(self._values.get(node.id, node)) if isinstance(node.ctx, ast.Load) else node
