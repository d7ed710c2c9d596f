"""Expressions whose evaluation always ends by an exception, as far as their literals alone tell."""

from __future__ import annotations

import ast
from collections.abc import Callable

_EMPTY_RAISES = frozenset({"max", "min", "next"})  # built-in functions that need an item
_NUMBERS: dict[str, Callable[[str], object]] = {"complex": complex, "float": float, "int": int}
BUILT_IN = _EMPTY_RAISES.union(_NUMBERS)  # the functions that `call` knows
_DIVIDING = (ast.Div, ast.FloorDiv, ast.Mod)
_LITERALS = (ast.Constant, ast.Dict, ast.List, ast.Tuple)
MAX_LITERAL = 100  # characters of a text that is read as a number


def operation(node: ast.BinOp) -> bool:
    """Whether an operation divides a number by zero."""
    right, left = node.right, node.left
    if not isinstance(right, ast.Constant) or not isinstance(node.op, _DIVIDING) or right.value != 0:
        return False
    return isinstance(left, ast.Constant) and isinstance(left.value, (int, float))


def subscript(node: ast.Subscript) -> bool:
    """Whether a literal has no item under a key that is written out, or at a place."""
    owner, key = node.value, node.slice
    if not isinstance(owner, _LITERALS) or not isinstance(key, ast.Constant):
        return False
    if isinstance(owner, ast.Dict):
        keys = [each.value if isinstance(each, ast.Constant) else owner for each in owner.keys]
        return owner not in keys and key.value not in keys
    if not isinstance(key.value, int):
        return False
    if isinstance(owner, ast.Constant):
        return isinstance(owner.value, str) and key.value >= len(owner.value)
    return key.value >= len(owner.elts) and not any(isinstance(each, ast.Starred) for each in owner.elts)


def call(node: ast.Call) -> bool:
    """Whether a call of one of BUILT_IN raises for what it is given: an empty literal, a text that is no number."""
    if not isinstance(node.func, ast.Name) or len(node.args) != 1 or node.keywords:
        return False
    if node.func.id in _EMPTY_RAISES:
        return _is_empty(node.args[0])
    made = _NUMBERS.get(node.func.id)
    return made is not None and _is_no_number(made, node.args[0])


def _is_empty(node: ast.expr) -> bool:
    """Whether an expression is an empty literal, or an iterator over one."""
    match node:
        case ast.List(elts=[]) | ast.Tuple(elts=[]) | ast.Dict(keys=[]) | ast.Constant(value=""):
            return True
        case ast.Call(func=ast.Name(id="iter"), args=[inner], keywords=[]):
            return _is_empty(inner)
    return False


def _is_no_number(made: Callable[[str], object], node: ast.expr) -> bool:
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or len(node.value) > MAX_LITERAL:
        return False
    try:
        made(node.value)
    except ValueError:
        return True
    return False
