"""Operators: what objects of the project answer, and Python's own for plain values, bounded in what they may make."""

from __future__ import annotations

import ast
import operator
import re
from collections import deque
from collections.abc import Callable, Collection, Iterator
from functools import partial
from typing import Any

from ...model.access_paths import call_of, item_of
from .attributes import bound
from .containers import Kept, any_item
from .objects import (
    ABSTRACT,
    CODE,
    ITEMS_A_STEP,
    MISSING,
    Class,
    Instance,
    Outside,
    RaisedError,
    UnknownError,
    Walk,
    fail,
    native,
    on_owner,
    pay,
)
from .plain_values import PLAIN, is_plain
from .texts import MAX_LENGTH, as_text

_BINARY: dict[type[ast.operator], tuple[str, Callable[[Any, Any], object]]] = {
    ast.Add: ("add", operator.add),
    ast.Sub: ("sub", operator.sub),
    ast.Mult: ("mul", operator.mul),
    ast.Div: ("truediv", operator.truediv),
    ast.FloorDiv: ("floordiv", operator.floordiv),
    ast.Mod: ("mod", operator.mod),
    ast.BitOr: ("or", operator.or_),
    ast.BitAnd: ("and", operator.and_),
    ast.BitXor: ("xor", operator.xor),
    ast.LShift: ("lshift", operator.lshift),
    ast.RShift: ("rshift", operator.rshift),
    ast.MatMult: ("matmul", operator.matmul),
    ast.Pow: ("pow", operator.pow),
}
_COMPARING: dict[type[ast.cmpop], tuple[str, str, Callable[[Any, Any], object]]] = {
    ast.Lt: ("__lt__", "__gt__", operator.lt),
    ast.LtE: ("__le__", "__ge__", operator.le),
    ast.Gt: ("__gt__", "__lt__", operator.gt),
    ast.GtE: ("__ge__", "__le__", operator.ge),
    ast.Eq: ("__eq__", "__eq__", operator.eq),
    ast.NotEq: ("__ne__", "__ne__", operator.ne),
}
_UNARY: dict[type[ast.unaryop], tuple[str, Callable[[Any], object]]] = {
    ast.USub: ("__neg__", operator.neg),
    ast.UAdd: ("__pos__", operator.pos),
    ast.Invert: ("__invert__", operator.invert),
}
_NOT_DONE = object()
MAX_NUMBER = 2**64
MAX_POWER = 64
MAX_DIGITS = 3  # of the width of a field
_WIDTHS = re.compile(r"%(?:\(\w*\))?[-+ #0]*([\d*]*)(?:\.([\d*]*))?")  # and precisions
_SEQUENCES = (bytes, deque, list, str, tuple)


def type_of(value: object) -> Class | None:
    """The class that answers for an object's operators, if it is one of the project's."""
    if isinstance(value, Instance):
        return value.cls
    return value.metaclass if isinstance(value, Class) and isinstance(value.metaclass, Class) else None


def is_code(value: object) -> bool:
    """Whether an object has none of the operators of Python's own types."""
    return isinstance(value, CODE) and not isinstance(value, Kept)


def asked(walk: Walk, owner: object, method: str, *args: object) -> object:
    """What a special method of an object's class gives; a mark where there is none."""
    cls = type_of(owner)
    found = cls.find(method) if cls is not None else MISSING
    if found is MISSING or found is None:
        return _NOT_DONE
    result = walk.call(bound(walk, found, owner, cls), args)
    return _NOT_DONE if result is NotImplemented else result


def is_answered(result: object) -> bool:
    """Whether a special method has given something."""
    return result is not _NOT_DONE


def binary(walk: Walk, kind: ast.operator, left: object, right: object, *, in_place: bool = False) -> object:
    """`left + right` and the like."""
    name, function = _BINARY[type(kind)]
    ways = [(left, f"__i{name}__", right)] if in_place else []
    for owner, method, other in (*ways, (left, f"__{name}__", right), (right, f"__r{name}__", left)):
        if is_answered(made := asked(walk, owner, method, other)):
            return made
    if isinstance(left, Outside) or isinstance(right, Outside):
        return Outside(call_of(name), hides=any(isinstance(each, CODE) for each in (left, right)))
    if is_code(left) or is_code(right):
        if isinstance(kind, ast.BitOr):  # of types, in annotations
            raise UnknownError
        fail(TypeError, "unsupported operand")
    _bound(walk, kind, left, right)
    if in_place and isinstance(left, (list, dict, set, deque)):
        return _in_place(walk, kind, left, right)
    return native(function, left, right)


def _in_place(walk: Walk, kind: ast.operator, left: Any, right: object) -> object:
    function = {ast.Add: operator.iadd, ast.BitOr: operator.ior, ast.Sub: operator.isub}.get(type(kind))
    if function is None:
        raise UnknownError
    return native(function, left, list(walk.iterate(right)) if isinstance(left, (list, deque)) else right)


def _bound(walk: Walk, kind: ast.operator, left: object, right: object) -> None:
    """Refuse what would make too much."""
    if isinstance(kind, ast.Mod) and isinstance(left, str):
        widths = [each for pair in _WIDTHS.findall(left) for each in pair if each]
        given = right.values() if isinstance(right, dict) else right if isinstance(right, tuple) else (right,)
        longest = max((len(each) if isinstance(each, str) else 100 for each in given), default=0)
        if "*" in "".join(widths) or any(len(each) > MAX_DIGITS for each in widths) or not is_plain(right):
            raise UnknownError
        if len(left) + left.count("%") * longest + sum(map(int, widths)) > MAX_LENGTH:
            raise UnknownError
    for one, other in ((left, right), (right, left)):
        if isinstance(one, _SEQUENCES) and isinstance(other, int) and isinstance(kind, ast.Mult):
            if len(one) * other > MAX_LENGTH:
                raise UnknownError
            walk.spend(max(0, other) + len(one) * max(0, other) // ITEMS_A_STEP)
        if isinstance(one, int) and abs(one) > MAX_NUMBER:
            raise UnknownError
    if isinstance(kind, (ast.Pow, ast.LShift)) and not (isinstance(right, int) and abs(right) <= MAX_POWER):
        raise UnknownError
    if isinstance(left, _SEQUENCES) and isinstance(right, _SEQUENCES) and len(left) + len(right) > MAX_LENGTH:
        raise UnknownError


def unary(walk: Walk, kind: ast.unaryop, value: object) -> object:
    """`not value` and the like."""
    if isinstance(kind, ast.Not):
        return not walk.truth(value)
    name, function = _UNARY[type(kind)]
    if is_answered(made := asked(walk, value, name)):
        return made
    if not isinstance(value, (int, float)):
        raise UnknownError
    return native(function, value)


def truth(walk: Walk, value: object) -> bool:
    """Whether an object is true."""
    if isinstance(value, Outside):
        if value.truth is None:
            value.truth = walk.decide()
        return value.truth
    for method in ("__bool__", "__len__"):
        if is_answered(found := asked(walk, value, method)):
            return bool(found)
    return bool(value)


def compare(walk: Walk, kind: ast.cmpop, left: object, right: object) -> object:
    """One comparison of a chain."""
    if isinstance(kind, (ast.Is, ast.IsNot)):
        return _is_same(walk, left, right) is isinstance(kind, ast.Is)
    if isinstance(kind, (ast.In, ast.NotIn)):
        return contains(walk, right, left) is isinstance(kind, ast.In)
    method, reflected, function = _COMPARING[type(kind)]
    for owner, name, other in ((left, method, right), (right, reflected, left)):
        if is_answered(found := asked(walk, owner, name, other)):
            return found
    if isinstance(left, Outside) or isinstance(right, Outside):
        return Outside("compared")
    if isinstance(kind, ast.NotEq) and is_answered(found := asked(walk, left, "__eq__", right)):
        return not walk.truth(found)
    if isinstance(kind, (ast.Eq, ast.NotEq)):
        return native(function, left, right)
    if isinstance(left, (frozenset, set)) and isinstance(right, (frozenset, set)):  # whose order does not matter here
        if not all(map(is_plain, (*left, *right))):
            raise UnknownError
    elif not is_plain(left) or not is_plain(right):
        fail(TypeError, "not supported between instances")
    return native(function, left, right)


class Ordered:
    """An object that the project's own method puts in order."""

    def __init__(self, walk: Walk, value: object) -> None:
        self._walk = walk
        self.value = value

    def __lt__(self, other: Ordered) -> bool:
        return self._walk.truth(compare(self._walk, ast.Lt(), self.value, other.value))


def _seen_through(*values: object) -> list[object]:
    """Those of some values whose truth is known without asking anything of the project's."""
    return [each for each in values if isinstance(each, (Outside, bool, type(None)))]


def _is_same(walk: Walk, left: object, right: object) -> bool:
    if isinstance(left, Outside) or isinstance(right, Outside):
        truths = {each.truth if isinstance(each, Outside) else bool(each) for each in _seen_through(left, right)}
        return left is right or (truths != {True, False} and walk.decide())
    if isinstance(left, Instance) or isinstance(right, Instance):
        return left is right
    singles = (bool, type(None), type(...))
    is_plain_pair = isinstance(left, PLAIN) and isinstance(right, PLAIN)
    if is_plain_pair and not isinstance(left, singles) and not isinstance(right, singles) and left == right:
        raise UnknownError  # Python keeps some of them once
    return left is right


def contains(walk: Walk, owner: object, item: object) -> bool:
    """`item in owner`."""
    if is_answered(found := asked(walk, owner, "__contains__", item)):
        return walk.truth(found)
    if isinstance(owner, Outside) or isinstance(item, Outside):
        _need_plain_key(item)
        return walk.decide()
    if isinstance(owner, range) and not isinstance(item, int):
        raise UnknownError  # which Python would look for one by one
    if isinstance(owner, str) or type(owner) in (dict, set, frozenset, range) or isinstance(owner, dict):
        held: Any = owner
        return bool(native(lambda each: each in held, item))
    return any(each is item or walk.equal(each, item) for each in walk.iterate(owner))


def _need_plain_key(key: object) -> None:
    """Raise UnknownError for a key that a container of a library may ask something."""
    if isinstance(key, Instance) and (key.cls.has("__hash__") or key.cls.has("__eq__")):
        raise UnknownError


def iterate(walk: Walk, value: object) -> Iterator[object]:
    """What iterating over an object gives."""
    cls = type_of(value)
    if cls is not None and not (isinstance(value, Kept) and not cls.has("__iter__")):
        yield from _of_class(walk, value)
        return
    if isinstance(value, Outside):
        raise UnknownError
    if is_code(value) or isinstance(value, type):
        fail(TypeError, "object is not iterable")
    if isinstance(value, (set, frozenset)) and len(value) > 1:
        value = _in_some_order(value)
    iterator: Any = on_owner(iter, value)
    while True:
        walk.spend()
        try:
            each = next(iterator)
        except StopIteration:
            return
        except RuntimeError as error:  # a dictionary that has changed
            raise UnknownError from error
        yield each


def _in_some_order(values: Collection[object]) -> list[object]:
    """The texts or numbers of a set, in an order that does not depend on Python's hashes, as its own does."""
    if not all(isinstance(each, (int, str)) for each in values):
        raise UnknownError
    return sorted(values, key=lambda each: (isinstance(each, str), each))


def _of_class(walk: Walk, owner: object) -> Iterator[object]:
    found = asked(walk, owner, "__iter__")
    if is_answered(found):
        if type_of(found) is None:
            yield from iterate(walk, found)
            return
        step, args = "__next__", list[object]()
    else:
        found, step, args = owner, "__getitem__", [0]
    ends = StopIteration if step == "__next__" else IndexError
    while True:
        walk.spend()
        try:
            each = asked(walk, found, step, *args)
        except RaisedError as error:
            if is_kind(error.value, ends):
                return
            raise
        if not is_answered(each):
            fail(TypeError, "object is not iterable")
        args = [args[0] + 1] if args and isinstance(args[0], int) else args
        yield each


def is_kind(value: object, kind: object) -> bool:
    """`isinstance(value, kind)`, of one kind."""
    if isinstance(value, Outside) or isinstance(kind, Outside):
        raise UnknownError
    if kind in (property, classmethod, staticmethod):
        raise UnknownError
    if isinstance(kind, type):
        if isinstance(value, Instance):
            if kind.__module__ == ABSTRACT and not isinstance(value, Kept):
                raise UnknownError  # which may ask what methods the class has
            return value.cls.is_derived_from(kind) or (kind.__module__ == ABSTRACT and isinstance(value, kind))
        if isinstance(value, Class):
            return kind in (object, type)
        if isinstance(value, CODE) and kind is not object:
            if kind.__module__ != "builtins":
                raise UnknownError
            return False
        return isinstance(value, kind)
    if not isinstance(kind, Class):
        raise UnknownError
    if isinstance(kind.metaclass, Class) and kind.metaclass.has("__instancecheck__"):
        raise UnknownError
    cls = type_of(value)
    return cls is not None and cls.is_derived_from(kind)


def text_of(walk: Walk, value: object) -> str:
    """`str(value)`."""
    return as_text(walk, value)


def item(walk: Walk, owner: object, key: object) -> object:
    """`owner[key]`."""
    if is_answered(found := asked(walk, owner, "__getitem__", key)):
        return found
    if isinstance(owner, Class):
        hook = owner.find("__class_getitem__")
        return walk.call(bound(walk, hook, None, owner), (key,)) if hook is not MISSING else owner
    if isinstance(owner, Outside):
        _need_plain_key(key)
        return Outside(item_of(owner.path), hides=owner.hides)
    if isinstance(owner, type):  # list[int]
        return owner
    if is_code(owner):
        fail(TypeError, "object is not subscriptable")
    if isinstance(key, Outside) and type(owner) in (dict, list, tuple):
        return any_item(walk, owner)
    try:
        found = native(partial(operator.getitem, owner), _place_in(walk, owner, key))
        return pay(walk, found) if isinstance(key, slice) else found
    except RaisedError:
        if isinstance(owner, Kept) and is_answered(found := asked(walk, owner, "__missing__", key)):
            return found
        raise


def set_item(walk: Walk, owner: object, key: object, value: object) -> None:
    """`owner[key] = value`."""
    if is_answered(asked(walk, owner, "__setitem__", key, value)):
        return
    if isinstance(owner, Outside):
        walk.note_outside()
        walk.note_kept(owner.path)
    elif is_code(owner):
        fail(TypeError, "object does not support item assignment")
    else:
        held: Any = owner  # what has no items raises TypeError, as in the project's code
        native(lambda at: operator.setitem(held, at, value), _place_in(walk, owner, key))


def delete_item(walk: Walk, owner: object, key: object) -> None:
    """`del owner[key]`."""
    if is_answered(asked(walk, owner, "__delitem__", key)):
        return
    if isinstance(owner, Outside) or is_code(owner):
        raise UnknownError
    native(partial(operator.delitem, owner), _place_in(walk, owner, key))


def number_of(walk: Walk, value: object) -> object:
    """Return the whole number that an object stands for as an index or length (`__index__`); any other as it is."""
    found = asked(walk, value, "__index__") if not isinstance(value, Kept) else _NOT_DONE
    return found if is_answered(found) else value


def _place_in(walk: Walk, owner: object, key: object) -> object:
    """Return the key that a container is asked for; a sequence asks an object for its number."""
    if isinstance(owner, dict):
        return key
    if isinstance(key, slice):
        return slice(*[number_of(walk, each) for each in (key.start, key.stop, key.step)])
    return number_of(walk, key)
