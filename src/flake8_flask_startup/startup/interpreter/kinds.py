"""Whether objects are of a kind that code tests for: `issubclass`, `isinstance`, `callable`, `inspect.isclass`."""

from __future__ import annotations

from collections.abc import Mapping

from ...model import UNKNOWN
from ..values.abstract_values import (
    Cls,
    Const,
    Ext,
    Func,
    Inst,
    Items,
    Method,
    Mod,
    Object,
    Objects,
    Parts,
    Record,
    Table,
    Text,
    leaves,
)
from ..values.environment import Evaluator
from ..values.kinds import FOUND_ON, TYPES_OF
from ..values.mro import resolution_order

# The functions, by the last part of their paths.
KINDS = {
    "callable": "callable",
    "hasattr": "hasattr",
    "isclass": "inspect.isclass",
    "isfunction": "inspect.isfunction",
    "isinstance": "isinstance",
    "ismethod": "inspect.ismethod",
    "ismodule": "inspect.ismodule",
    "isroutine": "inspect.isroutine",
    "issubclass": "issubclass",
}
# The types that a value may be of, as far as it is followed: a row is a tuple or a list.
_TYPES: Mapping[type[Object], frozenset[str]] = {
    Items: frozenset({"frozenset", "list", "set", "tuple"}),
    Parts: frozenset({"list", "tuple"}),
    Table: frozenset({"dict"}),
    Text: frozenset({"str"}),
}
_BUILT_IN = frozenset({"bool", "bytes", "dict", "float", "frozenset", "int", "list", "set", "str", "tuple"})
_KNOWN = (Cls, Const, Func, Items, Method, Mod, Parts, Table, Text)


def is_kind(world: Evaluator, function: str, subject: Object, others: Objects) -> bool | None:
    """What a function of KINDS gives for an object, and for the classes it is given besides; None if that is open."""
    if function == "issubclass":
        return _derives(world, subject, others) if isinstance(subject, Cls) else None
    if function == "isinstance":
        return _is_instance(world, subject, others)
    if function == "hasattr":
        return _has(world, subject, others)
    if function == "callable" and isinstance(subject, Inst):
        return True if world.class_attribute(subject.cls, "__call__") else None
    if isinstance(subject, Method) and function in FOUND_ON:
        return None
    return isinstance(subject, TYPES_OF[function]) if isinstance(subject, _KNOWN) else None


def _has(world: Evaluator, subject: Object, names: Objects) -> bool | None:
    """Whether an object has an attribute.

    The body of a class says so of its instances, not what methods assign, perhaps later. A plain function has what code
    assigns to it, which may be later, too.
    """
    (name,) = names if len(names) == 1 else (None,)
    if not isinstance(name, Text) or UNKNOWN in name.text:
        return None
    if isinstance(subject, (Cls, Inst)):
        order = resolution_order(world, subject.cls if isinstance(subject, Inst) else subject)
        bodies = [world.scope(each).bindings for each in order if isinstance(each, Cls)]
        return True if any(name.text in each for each in bodies) else None
    function = subject.function if isinstance(subject, Method) else subject
    if not isinstance(function, Func) or world.scope(function).decorators or hasattr(dir, name.text):
        return None
    return None if world.attribute(function, name.text) else False


def _is_instance(world: Evaluator, subject: Object, others: Objects) -> bool | None:
    if others == {Ext("type")} and isinstance(subject, _KNOWN):
        return isinstance(subject, Cls)
    if isinstance(subject, (Inst, Record)) and subject.cls is not None:
        return _derives(world, subject.cls, others)
    if isinstance(subject, (Cls, Func, Mod)) and others and all(isinstance(each, Cls) for each in others):
        return False
    kinds = {each.path for each in _alternatives(others) if isinstance(each, Ext)}
    if not isinstance(subject, tuple(_TYPES)) or len(kinds) < len(_alternatives(others)) or not kinds <= _BUILT_IN:
        return None
    may_be = _TYPES[type(subject)]
    return False if may_be.isdisjoint(kinds) else True if may_be <= kinds else None


def _alternatives(classes: Objects) -> Objects:
    """The classes that a test is given, including those in a tuple."""
    return frozenset[Object]().union(*(leaves(frozenset({each})) for each in classes))


def _derives(world: Evaluator, cls: Cls, others: Objects) -> bool | None:
    """Whether a class derives from one of others, itself included."""
    bases = set[Object]()
    for each in others:
        bases |= set(each.parts[0].union(*each.parts)) if isinstance(each, Parts) and each.parts else {each}
    order = resolution_order(world, cls)
    if not bases.isdisjoint(order):
        return True
    is_whole = all(isinstance(each, Cls) or each == Ext("object") for each in order)
    return False if is_whole and bases and all(isinstance(each, Cls) for each in bases) else None
