"""Expressions to raw paths and values: the vocabulary of `facts.py`, read off single expressions."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from .facts import OTHER, Kind, Value

MAX_DEPTH = 5  # of nested literals and calls: configuration is flat, and a rule asks no deeper
MAX_ITEMS = 500  # of one literal: a longer one is data


def raw_path(node: ast.expr) -> str:
    """The raw path of an expression; empty when it does not start at a name. Iterative: chains can be long."""
    tail: list[str] = []
    while True:
        match node:
            case ast.Name(id=name):
                tail.append(name)
                return "".join(reversed(tail))
            case ast.Attribute(value=owner, attr=attribute):
                tail.append(f".{attribute}")
                node = owner
            case ast.Call(func=function):
                tail.append("()")
                node = function
            case ast.Subscript(value=owner, slice=ast.Constant(value=str() as key)):
                tail.append(f"[{key!r}]")
                node = owner
            case ast.Subscript(value=owner):
                tail.append("[]")
                node = owner
            case ast.Await(value=inner):
                node = inner
            case ast.Lambda():
                tail.append(lambda_name(node))
                return "".join(reversed(tail))
            case _:
                return ""


def lambda_name(node: ast.Lambda) -> str:
    """What a lambda is called in paths: its place is the only name it has."""
    return f"<lambda {node.lineno}:{node.col_offset}>"


def value_of(node: ast.expr, depth: int = 0) -> Value:
    """An expression as a value; OTHER for what no rule reads."""
    match node:
        case ast.Constant(value=None | bool() | int() | float() | str() as constant):
            return Value(Kind.CONSTANT, constant)
        case ast.Name() | ast.Attribute() | ast.Subscript() | ast.Lambda():
            path = raw_path(node)
            if isinstance(node, ast.Attribute) and (not path or "(" in path) and depth < MAX_DEPTH:
                return Value(Kind.PATH, node.attr, path, owner=(value_of(node.value, depth + 1),))
            if isinstance(node, ast.Subscript) and "(" in path and depth < MAX_DEPTH:
                at = node.slice.value if isinstance(node.slice, ast.Constant) else None
                place = at if isinstance(at, int) else None
                return Value(Kind.ELEMENT, place, path, (value_of(node.value, depth + 1),))
            return Value(Kind.PATH, path=path) if path else OTHER
    if depth >= MAX_DEPTH:
        return OTHER
    deeper = depth + 1
    match node:
        case ast.Call():
            return _call(node, deeper)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return Value(Kind.NOT, items=(value_of(operand, deeper),))
        case ast.BoolOp(values=items):
            return Value(Kind.CHOICE, items=_all(items, deeper))
        case ast.IfExp(body=one, orelse=other):
            return Value(Kind.CHOICE, items=(value_of(one, deeper), value_of(other, deeper)))
        case ast.List(elts=items) | ast.Tuple(elts=items) | ast.Set(elts=items) if len(items) <= MAX_ITEMS:
            return Value(Kind.SEQUENCE, items=_all(items, deeper))
        case ast.Dict(keys=keys, values=items) if len(items) <= MAX_ITEMS:
            return Value(
                Kind.MAPPING,
                items=_all(items, deeper),
                keys=tuple(_key(key) for key in keys),
            )
        case ast.JoinedStr() | ast.BinOp():
            return _template(node, deeper)
        case ast.FormattedValue(value=inner) | ast.Await(value=inner) | ast.NamedExpr(value=inner):
            return value_of(inner, deeper)
    return OTHER


def _all(nodes: Iterable[ast.expr], depth: int) -> tuple[Value, ...]:
    return tuple(value_of(node, depth) for node in nodes)


def _template(node: ast.JoinedStr | ast.BinOp, depth: int) -> Value:
    """A text or path put together from parts."""
    match node:
        case ast.JoinedStr(values=items):
            return Value(Kind.TEMPLATE, items=_all(items, depth))
        case ast.BinOp(left=left, op=ast.Add() | ast.Div(), right=right):
            joint = () if isinstance(node.op, ast.Add) else (Value(Kind.CONSTANT, "/"),)
            return Value(Kind.TEMPLATE, items=(value_of(left, depth), *joint, value_of(right, depth)))
        case ast.BinOp(left=ast.Constant(value=str() as text), op=ast.Mod(), right=right):
            return _percent(text, right, depth)
    return OTHER


def _call(node: ast.Call, depth: int) -> Value:
    """A call; `dict(a=1)` is the mapping it makes."""
    match node:
        case ast.Call(func=ast.Name(id="dict"), args=[], keywords=given):
            items = _all([each.value for each in given], depth)
            return Value(Kind.MAPPING, items=items, keys=tuple(each.arg or "" for each in given))
    path = raw_path(node)
    items = tuple(value_of(item, depth) for item in node.args)
    function = node.func
    if isinstance(function, ast.Attribute) and (not path or path.count("(") > 1):
        return Value(Kind.CALL, function.attr, path, items, owner=(value_of(function.value, depth),))
    return Value(Kind.CALL, path=path, items=items)


def _key(node: ast.expr | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _percent(text: str, right: ast.expr, depth: int) -> Value:
    """`"pkg.%s" % name`, as the template it is."""
    given = right.elts if isinstance(right, ast.Tuple) else [right]
    pieces = text.split("%s")
    if len(pieces) != len(given) + 1:
        return OTHER
    items = [Value(Kind.CONSTANT, pieces[0])]
    for value, piece in zip(given, pieces[1:], strict=True):
        items += [value_of(value, depth), Value(Kind.CONSTANT, piece)]
    return Value(Kind.TEMPLATE, items=tuple(items))
