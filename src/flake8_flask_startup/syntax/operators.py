"""The special methods that operators, comparisons, tests of truth and templates call (data model, 3.3)."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from functools import cache

from ..model.access_paths import NO_PATH
from .lowering import value_of
from .values import Kind, Value

BINARY: Mapping[type[ast.operator], str] = {
    ast.Add: "__add__",
    ast.BitAnd: "__and__",
    ast.BitOr: "__or__",
    ast.BitXor: "__xor__",
    ast.Div: "__truediv__",
    ast.FloorDiv: "__floordiv__",
    ast.LShift: "__lshift__",
    ast.MatMult: "__matmul__",
    ast.Mod: "__mod__",
    ast.Mult: "__mul__",
    ast.Pow: "__pow__",
    ast.RShift: "__rshift__",
    ast.Sub: "__sub__",
}
_COMPARING: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "__eq__",
    ast.Gt: "__gt__",
    ast.GtE: "__ge__",
    ast.Lt: "__lt__",
    ast.LtE: "__le__",
    ast.NotEq: "__ne__",
}
_UNARY: Mapping[type[ast.unaryop], str] = {ast.Invert: "__invert__", ast.UAdd: "__pos__", ast.USub: "__neg__"}
ORDERING = ("__lt__", "__le__", "__gt__", "__ge__")
# The method that the right operand is asked for where the left one has none.
REFLECTED: Mapping[str, str] = {
    **{method: f"__r{method[2:]}" for method in BINARY.values()},
    "__eq__": "__eq__",
    "__ge__": "__le__",
    "__gt__": "__lt__",
    "__le__": "__ge__",
    "__lt__": "__gt__",
    "__ne__": "__ne__",
}
# Methods that are asked for in place of one that there is none of.
INSTEAD: Mapping[str, tuple[str, ...]] = {
    **{f"__i{method[2:]}": (method,) for method in BINARY.values()},
    "__bool__": ("__len__",),
    "__contains__": ("__iter__", "__getitem__"),
    "__copy__": ("__reduce_ex__", "__reduce__", "__getstate__"),
    "__deepcopy__": ("__reduce_ex__", "__reduce__", "__getstate__"),
    "__format__": ("__str__", "__repr__"),
    "__int__": ("__index__",),
    "__ne__": ("__eq__",),
    "__reduce_ex__": ("__reduce__", "__getstate__"),
    "__str__": ("__repr__",),
}
_CONVERTING = {ord("a"): "__repr__", ord("r"): "__repr__", ord("s"): "__str__"}
# Built-in functions that call one special method of their argument, and that method.
ASKING_ONE: Mapping[str, str] = {
    "abs": "__abs__", "bin": "__index__", "bool": "__bool__", "chr": "__index__", "format": "__format__",
    "hash": "__hash__", "hex": "__index__", "len": "__len__", "oct": "__index__", "range": "__index__",
    "repr": "__repr__", "str": "__str__",
}  # fmt: skip
LOOKING_UP = frozenset({"__contains__", "__delitem__", "__getitem__"})
ASKING_KEYS = ("__hash__", "__eq__", "__index__")  # what a container may ask of a key
_COPYING = frozenset({"__getstate__", "__reduce__", "__reduce_ex__"})  # which more than Python's own functions call
# Special methods that run where the startup trace sees it; others run whenever Python or a library asks for them.
_SEEN = frozenset(
    {
        *(f"__{prefix}{method[2:]}" for method in BINARY.values() for prefix in ("", "i", "r")), *_COMPARING.values(),
        *_UNARY.values(), *(each for method, others in INSTEAD.items() for each in (method, *others)),
        *ASKING_ONE.values(),
        "__aenter__", "__aexit__", "__aiter__", "__anext__", "__attrs_post_init__", "__attrs_pre_init__", "__await__",
        "__call__", "__class_getitem__", "__delattr__", "__delete__", "__delitem__", "__dir__", "__enter__",
        "__exit__", "__float__", "__fspath__", "__get__", "__getattr__", "__getattribute__", "__getitem__",
        "__init__", "__init_subclass__", "__instancecheck__", "__iter__", "__missing__", "__mro_entries__", "__new__",
        "__next__", "__post_init__", "__prepare__", "__set__", "__set_name__", "__setattr__", "__setitem__",
        "__subclasscheck__", "__subclasshook__",
    }
) - _COPYING  # fmt: skip
MAX_CHAIN = 4  # operations of a chain whose results are told apart
_ASKED = (ast.Attribute, ast.Call, ast.Name, ast.Subscript)  # expressions that may stand for an object of the project


def names_of(method: str) -> tuple[str, ...]:
    """Return the methods of the left operand that may answer for a special method, the first that there is."""
    return (method, *INSTEAD.get(method, ()))


def is_seen(method: str) -> bool:
    """Return whether a method runs where the startup trace sees it, and at no other moment; no for `__del__`."""
    return method in _SEEN or not (method.startswith("__") and method.endswith("__"))


def may_call(method: str) -> Iterator[str]:
    """Yield all methods, of either operand, that an operation may call."""
    for each in names_of(method):
        yield each
        if each in REFLECTED:
            yield REFLECTED[each]
    if method in ORDERING:
        yield from ORDERING


@cache
def answering(method: str) -> tuple[str, ...]:
    """Return all special methods that an operation may call, those that looking an item up asks keys for included."""
    of_item = ("__class_getitem__", "__missing__") if method == "__getitem__" else ()
    return (*may_call(method), *of_item, *(ASKING_KEYS if method in LOOKING_UP else ()))


def binary(node: ast.BinOp) -> Iterator[Value]:
    """The calls that a binary operation makes, with those of the chain that it is the end of; the first ones of many.

    What a call of the chain gives is the left operand of the next.
    """
    chain = [node]
    while isinstance(left := chain[-1].left, ast.BinOp):
        chain.append(left)
    made: Value | None = None
    for each in chain[: -MAX_CHAIN - 1 : -1]:
        method = BINARY[type(each.op)]
        if made is None:
            made = _called(method, each.left, each.right)
        else:
            made = Value(Kind.CALL, method, NO_PATH, (value_of(each.right),), owner=(made,))
        if made is not None:
            yield made


def augmented(node: ast.AugAssign) -> Value | None:
    """The call that `+=` or its like makes."""
    return _called(f"__i{BINARY[type(node.op)][2:]}", node.target, node.value)


def unary(node: ast.UnaryOp) -> Value | None:
    """The call that a sign makes; None for `not`."""
    method = _UNARY.get(type(node.op))
    return None if method is None else _called(method, node.operand)


def compared(node: ast.Compare) -> Iterator[Value]:
    """The calls that comparisons make; a container is asked whether it has an item."""
    left = node.left
    for operator, right in zip(node.ops, node.comparators, strict=True):
        found = None
        if isinstance(operator, (ast.In, ast.NotIn)):
            found = _called("__contains__", right, left) if isinstance(right, _ASKED) else None
        elif (method := _COMPARING.get(type(operator))) is not None:
            found = _called(method, left, right)
        if found is not None:
            yield found
        left = right


def truths(node: ast.expr) -> Iterator[Value]:
    """The calls that asking an expression for its truth makes."""
    pending = [node]
    while pending:
        each = pending.pop()
        if isinstance(each, ast.BoolOp):
            pending += each.values
        elif isinstance(each, ast.UnaryOp) and isinstance(each.op, ast.Not):
            pending.append(each.operand)
        elif (found := _called("__bool__", each)) is not None:
            yield found


def spelled(node: ast.FormattedValue) -> Value | None:
    """The call that formatting makes for a value, with a conversion such as `!r`."""
    return _called(_CONVERTING.get(node.conversion, "__format__"), node.value)


def hashed(nodes: Iterable[ast.expr | None]) -> Iterator[Value]:
    """The calls made when objects become set items or keys."""
    for each in nodes:
        if each is not None and (found := _called("__hash__", each)) is not None:
            yield found


def of_percent(node: ast.BinOp) -> Iterator[Value]:
    """The calls that a literal string makes of what `%` puts into it."""
    for each in node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]:
        if (found := _called("__str__", each)) is not None:
            yield found


def item(node: ast.Subscript) -> Value:
    """The call that reading an item makes."""
    return Value(Kind.CALL, "__getitem__", NO_PATH, (value_of(node.slice),), owner=(value_of(node.value),))


def removed(node: ast.Subscript | ast.Attribute) -> Value:
    """The call that `del` makes of the owner of an item or attribute."""
    if isinstance(node, ast.Subscript):
        return Value(Kind.CALL, "__delitem__", NO_PATH, (value_of(node.slice),), owner=(value_of(node.value),))
    return Value(Kind.CALL, "__delattr__", NO_PATH, (Value(Kind.CONSTANT, node.attr),), owner=(value_of(node.value),))


def _called(method: str, owner: ast.expr, *operands: ast.expr) -> Value | None:
    if not isinstance(owner, _ASKED) and not any(isinstance(each, _ASKED) for each in operands):
        return None
    return Value(Kind.CALL, method, NO_PATH, tuple([value_of(each) for each in operands]), owner=(value_of(owner),))
