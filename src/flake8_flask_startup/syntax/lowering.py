"""Expressions to values: the vocabulary of `values.py`, read off single expressions."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from itertools import count
from string import Formatter

from ..model.access_paths import NO_PATH, as_raw, count_calls, has_call, has_item, has_unnamed_item, item_of
from .raw_paths import comprehension_name, lambda_name, measured, raw_path, written_text
from .values import OTHER, Kind, Value, made

MAX_DEPTH = 7  # of nested literals and calls: configuration is flat, and a rule asks no deeper
MAX_ITEMS = 500  # of one literal: a longer one is data


def value_of(node: ast.expr, depth: int = 0) -> Value:
    """An expression as a value; OTHER for what no rule reads."""
    if (leaf := _LEAVES.get(type(node))) is not None:
        return leaf(node, depth)
    if depth < MAX_DEPTH and (nested := _NESTED.get(type(node))) is not None:
        return nested(node, depth + 1)
    return OTHER


def grown(target: ast.expr, more: Value) -> Value:
    """What `target += more` leaves there, be it a list, a set or a string."""
    return Value(Kind.ADDED, items=(_name(target, 0), more) if isinstance(target, ast.Name) else (more,))


def lessened(target: ast.expr, method: str, other: Value) -> Value:
    """What `target -= other` and its like leave of a set."""
    if not isinstance(target, ast.Name):
        return OTHER
    return Value(Kind.CALL, method, NO_PATH, (other,), owner=(_name(target, 0),))


def element_of(value: Value) -> Value:
    """What iterating over a value yields, as a value."""
    if value is OTHER:
        return OTHER
    if value.kind is Kind.SEQUENCE and value.items:
        return value.items[0] if len(set(value.items)) == 1 else Value(Kind.CHOICE, "|", items=value.items)
    return Value(Kind.ELEMENT, path=item_of(value.path) if value.path else NO_PATH, items=(value,))


def unpacked(value: Value, at: int, count: int | None = None) -> Value:
    """The item at a position of a value that is unpacked into count targets."""
    if value == OTHER:
        return OTHER
    path = item_of(value.path) if value.path else NO_PATH
    return Value(Kind.ELEMENT, at, path, (value,), () if count is None else (count,))


def targets(node: ast.expr, value: Value, depth: int = 0) -> list[tuple[ast.expr, Value]]:
    """The names, attributes and items that something binds that takes a value apart, each with what it is bound to."""
    if isinstance(node, ast.Starred):
        return targets(node.value, value if value.kind is Kind.SLICE else OTHER, depth)
    if not isinstance(node, (ast.Tuple, ast.List)):
        return [(node, value)]
    if depth >= MAX_DEPTH:
        value = OTHER
    is_starred = any(isinstance(each, ast.Starred) for each in node.elts)
    paired = value.kind is Kind.SEQUENCE and len(value.items) == len(node.elts) and not is_starred
    values = value.items if paired else _taken_apart(node.elts, value)
    pairs = zip(node.elts, values, strict=True)
    return [found for inner, each in pairs for found in targets(inner, each, depth + 1)]


def _taken_apart(targets: Sequence[ast.expr], value: Value) -> list[Value]:
    """What each of some targets gets of a value; what stands behind a starred one is counted from the end."""
    starred = next((at for at, each in enumerate(targets) if isinstance(each, ast.Starred)), len(targets))
    count = len(targets) if starred == len(targets) else None
    found = [unpacked(value, at if at < starred else at - len(targets), count) for at in range(len(targets))]
    if starred < len(targets) and value != OTHER:
        behind = starred + 1 - len(targets)
        bounds = (str(starred) if starred else "", str(behind) if behind else "")
        found[starred] = Value(Kind.SLICE, None, NO_PATH, (value,), bounds)
    return found


def _constant(node: ast.Constant, _: int) -> Value:
    constant = node.value
    if constant is None or isinstance(constant, (str, int, float)):
        return made(Value, (Kind.CONSTANT, constant, "", (), (), (), ()))
    return OTHER


def _name(node: ast.Name, _: int) -> Value:
    return made(Value, (Kind.PATH, None, node.id, (), (), (), ()))


def _lambda(node: ast.Lambda, _: int) -> Value:
    return Value(Kind.PATH, None, as_raw(lambda_name(node)))


def _subscript(node: ast.Subscript, depth: int) -> Value:
    if (prefix := measured(node.slice)) is not None:
        return _measured_part(node, prefix, depth) if depth < MAX_DEPTH else OTHER
    path = raw_path(node)
    if type(node.slice) in _KEYS and depth < MAX_DEPTH and written_text(node.slice) is None:
        return Value(Kind.PATH, None, path, (value_of(node.value, depth + 1), value_of(node.slice, depth + 1)))
    if isinstance(node.slice, ast.Slice) and (bounds := _bounds(node.slice)) and depth < MAX_DEPTH:
        return Value(Kind.SLICE, None, path, (value_of(node.value, depth + 1),), bounds)
    at = _index(node.slice)
    inner = has_call(path) or (isinstance(at, str) and has_unnamed_item(path))
    if (not path or inner or isinstance(at, int)) and depth < MAX_DEPTH:
        return Value(Kind.ELEMENT, at, path, (value_of(node.value, depth + 1),))
    return Value(Kind.PATH, None, path) if path else OTHER


# Keys that may be looked up, besides those that are written out.
_KEYS = frozenset({ast.Attribute, ast.BinOp, ast.BoolOp, ast.Call, ast.IfExp, ast.JoinedStr, ast.Name, ast.Subscript})


def _bounds(node: ast.Slice) -> tuple[str, str] | None:
    """Where a slice begins and ends, if that is written out and it takes each item."""
    bounds = [None if each is None else _index(each) for each in (node.lower, node.upper)]
    known = all(isinstance(at, int) or each is None for at, each in zip(bounds, (node.lower, node.upper), strict=True))
    lower, upper = ["" if each is None else str(each) for each in bounds]
    return (lower, upper) if known and node.step is None else None


def _measured_part(node: ast.Subscript, prefix: ast.expr, depth: int) -> Value:
    """A slice that the length of a prefix begins."""
    rest = _behind(value_of(node.value, depth + 1), value_of(prefix, depth + 1))
    upper = _index(node.slice.upper) if isinstance(node.slice, ast.Slice) and node.slice.upper is not None else None
    return Value(Kind.SLICE, None, NO_PATH, (rest,), ("", str(upper))) if isinstance(upper, int) else rest


def _behind(text: Value, prefix: Value) -> Value:
    """What comes after a prefix and the separator of a path, `text[len(prefix) + 1:]`."""
    rest = Value(Kind.CALL, "removeprefix", NO_PATH, (prefix,), owner=(text,))
    return Value(Kind.CALL, "lstrip", NO_PATH, (Value(Kind.CONSTANT, "/"),), owner=(rest,))


def _index(node: ast.expr) -> int | str | None:
    match node:
        case ast.Constant(value=int() as at):
            return at
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as at)):
            return -at
    return written_text(node)


def _attribute(node: ast.Attribute, depth: int) -> Value:
    path = raw_path(node)
    if (not path or has_call(path) or has_unnamed_item(path)) and depth < MAX_DEPTH:
        return Value(Kind.PATH, node.attr, path, owner=(value_of(node.value, depth + 1),))
    return Value(Kind.PATH, None, path) if path else OTHER


def _gathered(node: ast.expr, _: int) -> Value:
    return Value(Kind.GATHERED, path=as_raw(comprehension_name(node)))


def _call(node: ast.Call, depth: int) -> Value:
    """A call; `dict(a=1)` is the mapping it makes, `"pkg.{}".format(name)` the template."""
    function = node.func
    if isinstance(function, ast.Name) and function.id == "dict" and not node.args:
        given = _entries([each.arg for each in node.keywords], _values([each.value for each in node.keywords], depth))
        return Value(Kind.MAPPING, items=given, keys=tuple([each.arg or "" for each in node.keywords]))
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Constant):
        return _text_call(function, node, depth)
    path = raw_path(node)
    items = _values(node.args, depth)
    keywords = tuple([(each.arg or "", value_of(each.value, depth)) for each in node.keywords]) if node.keywords else ()
    if isinstance(function, ast.Attribute) and (not path or count_calls(path) > 1 or has_item(path)):
        return Value(Kind.CALL, function.attr, path, items, (), (value_of(function.value, depth),), keywords)
    is_plain = isinstance(function, ast.Attribute) or (path and not has_unnamed_item(path))
    if isinstance(function, ast.Call) or not is_plain:
        return Value(Kind.CALL, None, path, items, (), (value_of(function, depth),), keywords)
    return Value(Kind.CALL, None, path, items, (), (), keywords)


def _not(node: ast.UnaryOp, depth: int) -> Value:
    return Value(Kind.NOT, items=(value_of(node.operand, depth),)) if isinstance(node.op, ast.Not) else OTHER


def _choice(node: ast.BoolOp, depth: int) -> Value:
    return Value(Kind.CHOICE, "or" if isinstance(node.op, ast.Or) else "and", items=_values(node.values, depth))


_COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Is: "is",
    ast.IsNot: "is not",
    ast.In: "in",
    ast.NotIn: "not in",
}


def _compared(node: ast.Compare, depth: int) -> Value:
    if len(node.ops) > 1:
        return OTHER
    items = _values([node.left, node.comparators[0]], depth)
    return Value(Kind.COMPARED, _COMPARISONS[type(node.ops[0])], items=items)


def _conditional(node: ast.IfExp, depth: int) -> Value:
    return Value(Kind.CHOICE, items=_values([node.body, node.orelse], depth), owner=(value_of(node.test, depth),))


def _sequence(node: ast.List | ast.Tuple | ast.Set, depth: int) -> Value:
    return Value(Kind.SEQUENCE, items=_values(node.elts, depth)) if len(node.elts) <= MAX_ITEMS else OTHER


def _spread(node: ast.Starred, depth: int) -> Value:
    return Value(Kind.SPREAD, items=(value_of(node.value, depth),))


def _mapping(node: ast.Dict, depth: int) -> Value:
    if len(node.keys) > MAX_ITEMS:
        return OTHER
    items = _entries(node.keys, _values(node.values, depth))
    return Value(Kind.MAPPING, items=items, keys=tuple([_key(key) for key in node.keys]))


def _entries(keys: Sequence[object], values: tuple[Value, ...]) -> tuple[Value, ...]:
    """The values of a mapping, `**more` among them, which has no key."""
    if None not in keys:
        return values
    pairs = zip(keys, values, strict=True)
    return tuple([Value(Kind.SPREAD, items=(value,)) if key is None else value for key, value in pairs])


def _joined(node: ast.JoinedStr, depth: int) -> Value:
    if (text := written_text(node)) is not None:
        return Value(Kind.CONSTANT, text)
    return Value(Kind.TEMPLATE, items=_values(node.values, depth))


# Operators between sets, by the method that does the same.
SET_METHODS: dict[type[ast.operator], str] = {
    ast.Sub: "difference",
    ast.BitAnd: "intersection",
    ast.BitXor: "symmetric_difference",
}


# Operators that only objects of classes make anything of that matters here, by the method that answers.
_METHODS: dict[type[ast.operator], str] = {
    ast.LShift: "__lshift__",
    ast.MatMult: "__matmul__",
    ast.Mult: "__mul__",
    ast.RShift: "__rshift__",
}


def _operation(node: ast.BinOp, depth: int) -> Value:
    if isinstance(node.op, ast.Add):
        return Value(Kind.TEMPLATE, items=_values([node.left, node.right], depth))
    if (method := SET_METHODS.get(type(node.op))) is not None:
        left, right = _values([node.left, node.right], depth)
        return Value(Kind.CALL, method, NO_PATH, (right,), owner=(left,))
    if isinstance(node.op, ast.BitOr):  # of sets and dictionaries
        return Value(Kind.CHOICE, "|", items=_values([node.left, node.right], depth))
    if isinstance(node.op, ast.Div):
        left, right = _values([node.left, node.right], depth)
        return Value(Kind.TEMPLATE, items=(left, Value(Kind.CONSTANT, "/"), right))
    if isinstance(node.op, ast.Mod) and isinstance(node.left, ast.Constant) and isinstance(node.left.value, str):
        return _percent(node.left.value, node.right, depth)
    if (method := _METHODS.get(type(node.op))) is not None:
        left, right = _values([node.left, node.right], depth)
        return Value(Kind.CALL, method, NO_PATH, (right,), owner=(left,))
    return OTHER


def _inner(node: ast.FormattedValue | ast.Await | ast.NamedExpr, depth: int) -> Value:
    return value_of(node.value, depth)


def _returned(node: ast.YieldFrom, depth: int) -> Value:
    return Value(Kind.RETURNED, items=(value_of(node.value, depth),))


def _values(nodes: Sequence[ast.expr], depth: int) -> tuple[Value, ...]:
    return tuple([value_of(node, depth) for node in nodes]) if nodes else ()


def _key(node: ast.expr | None) -> str | int:
    """A key that is written out; "" for any other."""
    key = _index(node) if node is not None else None
    return "" if key is None else key


def _text(node: ast.expr) -> str:
    return written_text(node) or ""


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


def _text_call(function: ast.Attribute, node: ast.Call, depth: int) -> Value:
    """A method of a literal string: `"pkg.{}".format(name)` and `".".join(["pkg", name])` as the templates they are."""
    text = _text(function.value)
    match function.attr, node.args:
        case "format", given:
            numbered = {str(at): value_of(value, depth) for at, value in enumerate(given)}
            return formatted(text, numbered | {each.arg or "": value_of(each.value, depth) for each in node.keywords})
        case "join", [ast.List(elts=[first, *rest]) | ast.Tuple(elts=[first, *rest])]:
            items = [value_of(first, depth)]
            for each in rest:
                items += [Value(Kind.CONSTANT, text), value_of(each, depth)]
            return Value(Kind.TEMPLATE, items=tuple(items))
    return Value(Kind.CALL, function.attr, NO_PATH, _values(node.args, depth), owner=(value_of(function.value, depth),))


def formatted(text: str, given: Mapping[str, Value]) -> Value:
    """Return a format string as a template, its fields replaced by the values given under their names or numbers."""
    items = []
    unnumbered = count()
    try:
        for literal, field, _, _ in Formatter().parse(text):
            items.append(Value(Kind.CONSTANT, literal))
            if field is not None:
                items.append(given.get(field or str(next(unnumbered)), OTHER))
    except ValueError:  # not a format string
        return OTHER
    return Value(Kind.TEMPLATE, items=tuple(items))


# By node type, as a `match` over classes is several times slower. Each reader takes the node type it is keyed by, and
# the depth of the values it makes.
_LEAVES: dict[type[ast.expr], Callable[..., Value]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.Lambda: _lambda,
    ast.ListComp: _gathered,
    ast.SetComp: _gathered,
    ast.DictComp: _gathered,
    ast.GeneratorExp: _gathered,
}
_NESTED: dict[type[ast.expr], Callable[..., Value]] = {
    ast.Call: _call,
    ast.UnaryOp: _not,
    ast.BoolOp: _choice,
    ast.Compare: _compared,
    ast.IfExp: _conditional,
    ast.List: _sequence,
    ast.Tuple: _sequence,
    ast.Set: _sequence,
    ast.Dict: _mapping,
    ast.JoinedStr: _joined,
    ast.BinOp: _operation,
    ast.Starred: _spread,
    ast.YieldFrom: _returned,
    ast.FormattedValue: _inner,
    ast.Await: _inner,
    ast.NamedExpr: _inner,
}
