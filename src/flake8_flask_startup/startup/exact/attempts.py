"""Blocks of `try` in which a call of a library may fail: a handler that leaves goes round what stands behind them."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from ...model.access_paths import first_of, last_name
from .objects import Outside, RaisedError, Walk

_OF_IMPORTS = frozenset({"ImportError", "ModuleNotFoundError"})  # calls of libraries raise others
_SAFE = frozenset({"logging", "platform", "sys", "time", "warnings"})
_LOOPS = (ast.AsyncFor, ast.For, ast.While)
_PARTS = (ast.ExceptHandler, ast.match_case, ast.stmt)
_SCOPES = (ast.AsyncFunctionDef, ast.ClassDef, ast.FunctionDef, ast.Lambda)


class Attempt:
    """A block of `try` that runs: each call of a library in it fails, or none does."""

    def __init__(self, handler: ast.ExceptHandler, *, fails: bool | None = None) -> None:
        self.handler = handler  # the first one that leaves
        self.fails = fails  # None where nothing has asked yet
        self.error = RaisedError(Outside("Exception()"))


def attempt_of(node: ast.Try | ast.TryStar) -> Attempt | None:
    """What is tried where a handler leaves a function or a turn of a loop."""
    for each in node.handlers if isinstance(node, ast.Try) else ():
        kinds = each.type.elts if isinstance(each.type, ast.Tuple) else [each.type]
        names = {last_name(ast.unparse(kind)) for kind in kinds if kind is not None}
        if not (names and names <= _OF_IMPORTS) and _leaves(each.body):
            return Attempt(each)
    return None


def attempt(walk: Walk, tried: Attempt | None, callee: object) -> None:
    """Let a call fail, if it is one of a library that may and the walk takes it to."""
    if tried is None or not isinstance(callee, Outside) or first_of(callee.path) in _SAFE:
        return
    if tried.fails is None:
        tried.fails = walk.decide()
    if tried.fails:
        raise tried.error


def _leaves(body: Iterable[ast.stmt], *, in_loop: bool = False) -> bool:
    for each in body:
        if isinstance(each, ast.Return) or (isinstance(each, (ast.Break, ast.Continue)) and not in_loop):
            return True
        if isinstance(each, _SCOPES):
            continue
        inner = [one for one in ast.iter_child_nodes(each) if isinstance(one, _PARTS)]
        blocks = [[one] if isinstance(one, ast.stmt) else one.body for one in inner]
        if any(_leaves(block, in_loop=in_loop or isinstance(each, _LOOPS)) for block in blocks):
            return True
    return False
