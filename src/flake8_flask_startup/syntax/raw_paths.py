"""Expressions as raw paths, and the expressions inside others."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from operator import attrgetter

from ..model.access_paths import NO_PATH, RawPath, Steps, as_raw
from ..model.path_steps import CALL_STEP, ITEM_STEP, attribute_step, key_step, path_along

MAX_STEPS = 100  # attributes, calls and items of one path: each part of a longer one would be spelled out again


def raw_path(node: ast.expr) -> RawPath:
    """The raw path of an expression.

    Empty when it does not start at a name, is a slice that a length begins, or takes more than MAX_STEPS steps.
    """
    if type(node) is ast.Name:
        return as_raw(node.id)
    tail: list[Steps] = []
    while type(node) is not ast.Name:
        if type(node) is ast.Attribute:
            tail.append(attribute_step(node.attr))
            node = node.value
        elif type(node) is ast.Call:
            tail.append(CALL_STEP)
            node = node.func
        elif type(node) is ast.Subscript:
            if measured(node.slice) is not None:
                return NO_PATH
            key = written_text(node.slice)
            tail.append(ITEM_STEP if key is None else key_step(key))
            node = node.value
        elif isinstance(node, (ast.Await, ast.NamedExpr)):
            node = node.value
        elif isinstance(node, ast.Lambda):
            return path_along(lambda_name(node), reversed(tail))
        else:
            return NO_PATH
        if len(tail) > MAX_STEPS:
            return NO_PATH
    return path_along(node.id, reversed(tail)) if tail else as_raw(node.id)


def written_text(node: ast.expr) -> str | None:
    """Return the value of a string literal or of an f-string without placeholders; None for any other expression."""
    if type(node) is ast.JoinedStr and len(node.values) == 1:
        node = node.values[0]
    return node.value if type(node) is ast.Constant and type(node.value) is str else None


def parts(node: ast.expr) -> list[ast.expr]:
    """The expressions right inside one, in source order; all terms of a sum, which can be thousands deep."""
    if (known := _PARTS.get(type(node))) is not None:
        return known(node)
    found: list[ast.expr] = []
    for name in node._fields:
        child = getattr(node, name, None)
        if isinstance(child, ast.expr):
            found.append(child)
        elif isinstance(child, list):
            found += [each.value if isinstance(each, ast.keyword) else each for each in child if _holds_value(each)]
    return found


def _holds_value(node: object) -> bool:
    return isinstance(node, (ast.expr, ast.keyword))


def _terms(node: ast.BinOp) -> list[ast.expr]:
    found = [node.right]
    left = node.left
    while isinstance(left, ast.BinOp):
        found.append(left.right)
        left = left.left
    found.append(left)
    found.reverse()
    return found


# Of the nodes that there are many of, as asking any node for its fields takes several times as long.
_PARTS: dict[type[ast.expr], Callable[..., list[ast.expr]]] = {
    ast.Name: lambda _: [],
    ast.Constant: lambda _: [],
    ast.Attribute: lambda node: [node.value],
    ast.Starred: lambda node: [node.value],
    ast.UnaryOp: lambda node: [node.operand],
    ast.BinOp: _terms,
    ast.BoolOp: attrgetter("values"),
    ast.Compare: lambda node: [node.left, *node.comparators],
    ast.IfExp: lambda node: [node.test, node.body, node.orelse],
    ast.Call: lambda node: [node.func, *node.args, *[keyword.value for keyword in node.keywords]],
    ast.Tuple: attrgetter("elts"),
    ast.List: attrgetter("elts"),
    ast.Set: attrgetter("elts"),
    ast.Dict: lambda node: [*filter(None, node.keys), *node.values],
    ast.JoinedStr: attrgetter("values"),
}


def displayed(node: ast.expr) -> Iterator[ast.expr]:
    """An expression, or the items of a display that asks them for nothing: a set hashes them, a star unpacks them."""
    pending = [node]
    while pending:
        each = pending.pop()
        if isinstance(each, (ast.List, ast.Tuple)):
            pending += each.elts
        elif isinstance(each, ast.Dict):
            pending += [value for key, value in zip(each.keys, each.values, strict=True) if key is not None]
        else:
            yield each


def has_items(node: ast.expr) -> bool:
    """Whether an expression is a display or a text that is not empty."""
    if isinstance(node, (ast.List, ast.Set, ast.Tuple)):
        return any(not isinstance(each, ast.Starred) for each in node.elts)
    return (isinstance(node, ast.Dict) and None not in node.keys and bool(node.keys)) or bool(written_text(node))


def is_of_text(node: ast.expr) -> bool:
    """Whether a callee is a method of a string literal, or of the result of such a method."""
    while isinstance(node, (ast.Attribute, ast.Call, ast.Subscript)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return isinstance(node, (ast.Constant, ast.JoinedStr))


def lambda_name(node: ast.Lambda) -> str:
    """What a lambda is called in paths: its place is the only name it has."""
    return f"<lambda {node.lineno}:{node.col_offset}>"


def comprehension_name(node: ast.expr) -> str:
    """What a comprehension is called in paths, as a lambda is by its place."""
    return f"<comprehension {node.lineno}:{node.col_offset}>"


def measured(node: ast.expr) -> ast.expr | None:
    """The expression whose length is where a slice begins: `[len(root):]`, or one past it."""
    match node:
        case ast.Slice(lower=ast.Call(func=ast.Name(id="len"), args=[measured])):
            return measured
        case ast.Slice(lower=ast.BinOp(ast.Call(func=ast.Name(id="len"), args=[measured]), ast.Add(), ast.Constant(1))):
            return measured
    return None
