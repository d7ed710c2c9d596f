"""Copies of objects (`copy.copy`, `copy.deepcopy`)."""

from __future__ import annotations

from collections import deque
from copy import copy
from typing import Any

from .containers import Kept
from .objects import CODE, Instance, Module, Outside, UnknownError, Walk, pay
from .plain_values import CONTAINERS, PLAIN

# Methods by which a class says itself how its instances are copied.
_OWN = ("__reduce__", "__reduce_ex__", "__getstate__", "__setstate__", "__getnewargs__", "__getnewargs_ex__")


def copied(walk: Walk, value: object) -> object:
    """A shallow copy."""
    if isinstance(value, Outside):
        return Outside("copy.copy()", hides=value.hides)
    if isinstance(value, Instance):
        return _of_instance(walk, value, "__copy__", None)
    return pay(walk, copy(value)) if isinstance(value, CONTAINERS) else _as_it_is(value)


def copied_whole(walk: Walk, value: object) -> object:
    """A deep copy: of an object that is met twice there is one copy."""
    return _whole(walk, value, {})


def _whole(walk: Walk, value: Any, known: dict[int, object]) -> object:
    walk.spend()
    if id(value) in known:
        return known[id(value)]
    if isinstance(value, Instance):
        return _of_instance(walk, value, "__deepcopy__", known)
    if type(value) in (dict, list):
        made: Any = type(value)()
        known[id(value)] = made
        if isinstance(value, dict):
            made.update({_whole(walk, key, known): _whole(walk, each, known) for key, each in value.items()})
        else:
            made.extend(_whole(walk, each, known) for each in value)
        return made
    if isinstance(value, CONTAINERS):
        if type(value) not in (deque, frozenset, set, tuple):
            raise UnknownError
        parts: list[Any] = [_whole(walk, each, known) for each in value]
        return type(value)(parts)
    return _as_it_is(value)


def _of_instance(walk: Walk, value: Instance, method: str, known: dict[int, object] | None) -> object:
    """A copy of an object of the project's, of its attributes too if what was copied before is given."""
    if value.cls.has(method):
        return walk.call(walk.get(value, method), () if known is None else ({},))
    if isinstance(value, Kept) or any(map(value.cls.has, _OWN)):
        raise UnknownError
    made = Instance(value.cls)
    made.args = value.args
    if known is not None:
        known[id(value)] = made
    for name, each in value.names.items():
        made.names[name] = each if known is None else _whole(walk, each, known)
    return made


def _as_it_is(value: object) -> object:
    """Return a value that is its own copy."""
    if isinstance(value, Module) or not isinstance(value, (*PLAIN, *CODE, type)):
        raise UnknownError
    return value
