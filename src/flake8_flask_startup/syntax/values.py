"""Expressions, reduced to what rules and the trace ask about: plain frozen values."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from enum import Enum
from typing import NamedTuple

from ..model.access_paths import NO_PATH, RawPath


class Kind(Enum):
    """What a value is, as far as its own expression tells."""

    CONSTANT = "constant"
    PATH = "path"  # a name, attribute, item, or lambda; the items of an item with a key are its owner and that key
    CALL = "call"  # path ends in "()", items are the positional arguments
    NOT = "not"  # items holds the one operand
    CHOICE = "choice"  # one of the items: `a or b` and `a and b`, constant being the operator, and `a if c else b`, c
    #                    being the owner;
    #                    with the constant "|" each of them: of a loop, or of containers that are joined
    COMPARED = "compared"  # a comparison of the two items; constant is the operator
    SEQUENCE = "sequence"
    MAPPING = "mapping"  # keys and items side by side; an unknown or `**` key is ""
    TEMPLATE = "template"  # an f-string or concatenation: the items side by side
    GATHERED = "gathered"  # what a comprehension makes; path is the name of its scope
    ELEMENT = "element"  # what iterating over the one item yields; constant is its place when it is unpacked, and the
    #                      one key how many places there are, where that is known
    SLICE = "slice"  # of the one item; keys are where it begins and ends, "" for either end of the whole
    SPREAD = "spread"  # `*value` among arguments or items, `**value` in a mapping
    ENTERED = "entered"  # what a `with` statement binds of the one item, path being the item's
    ADDED = "added"  # what `+=` puts to what was there; that comes first where it is a name's
    RETURNED = "returned"  # what `yield from` gives: the item's return value
    HELD = "held"  # a value that is evaluated where it stands, wherever it is used; constant is its number
    DEFINED = "defined"  # a function or class before its decorators; constant is the number of its scope
    OTHER = "other"


# A named tuple of all its fields, as its own `__new__` makes it but in half the time: for the few that there is one of
# for each name, constant or statement.
made = tuple.__new__


Literal = str | int | float | bool | None


class Value(NamedTuple):
    """An expression, reduced to what rules ask about."""

    kind: Kind
    constant: Literal = None
    path: RawPath = NO_PATH
    items: tuple[Value, ...] = ()
    keys: tuple[str | int, ...] = ()
    owner: tuple[Value, ...] = ()  # of an attribute, or a call of one, that does not start at a plain name; its name
    #                                is then the constant
    keywords: tuple[tuple[str, Value], ...] = ()  # of a call, "" for `**value`


OTHER = Value(Kind.OTHER)


CLASS_BODY = (Value(Kind.SEQUENCE), Value(Kind.MAPPING))  # the bases and names that a metaclass is given
ANNOTATED = ("annotation",)  # the keys of an instance that an annotation speaks of: its class may be a subclass


def mentions(value: Value, path: RawPath) -> bool:
    """Whether a value is made of what stands at a raw path: `self.items = list(self.items)` says nothing new of it."""
    return value.path == path or any(mentions(each, path) for each in _inside(value))


_FIRST_NAME = re.compile(r"\w*")


def mentions_name(value: Value, names: Collection[str]) -> bool:
    """Whether a value is made of what one of some names stands for."""
    return any(name in names for name in names_in(value))


def names_in(value: Value) -> Iterator[str]:
    """The names that a value is made of what they stand for."""
    match = _FIRST_NAME.match(value.path)
    if match is not None:
        yield match.group()
    for each in _inside(value):
        yield from names_in(each)


def _inside(value: Value) -> tuple[Value, ...]:
    """The values that a value is made of."""
    if not value.keywords:
        return (*value.items, *value.owner) if value.owner else value.items
    return (*value.items, *value.owner, *[each for _, each in value.keywords])
