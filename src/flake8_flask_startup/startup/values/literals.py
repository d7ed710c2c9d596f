"""What literals stand for in the trace: sequences, mappings, templates, and what comprehensions make."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice, product
from typing import TYPE_CHECKING

from ...model import UNKNOWN
from ...syntax.values import Kind, Value
from . import strings
from .abstract_values import (
    NOTHING,
    Const,
    Items,
    Objects,
    Parts,
    Table,
    Text,
    container,
    has_container,
    mapped,
    row,
    spelled,
    table,
)

if TYPE_CHECKING:
    from .environment import Env

MAX_PLACES = 64  # that are kept apart in one literal
MAX_TEXTS = 200  # that one template may expand to
MAX_ADDED = 16  # strings that adding to one may make: a loop adds again and again
_UNKNOWN: Objects = frozenset({Text(UNKNOWN)})


def sequence(env: Env, value: Value) -> Objects:
    """What a list, tuple or set stands for; of a few items, which place each has is known."""
    if env.is_own and 0 < len(value.items) <= MAX_PLACES and _has_places(value):
        return frozenset({row(item(env, each) for each in value.items)})
    return frozenset({container(env.world.union(item(env, each) for each in value.items))})


def item(env: Env, value: Value) -> Objects:
    """What one of several values stands for; a tuple among them is a row, whose places have meanings of their own."""
    if value.kind is Kind.SEQUENCE and len(value.items) > 1 and _has_places(value) and env.is_own:
        return frozenset({row(env.value(each) for each in value.items)})
    return env.value(value)


def _has_places(value: Value) -> bool:
    return all(each.kind is not Kind.SPREAD for each in value.items)


def mapping(env: Env, value: Value) -> Objects:
    """What a dictionary stands for."""
    if env.is_own:
        return frozenset({table(_rows(env, value).items())})
    spread = [env.value(each.items[0]) for each in value.items if each.kind is Kind.SPREAD]
    given = [each for each in zip(value.keys, value.items, strict=True) if each[1].kind is not Kind.SPREAD]
    keys = frozenset(Text(strings.bounded(key)) for key, _ in given if key and isinstance(key, str))
    return frozenset({container(env.world.union([keys, *[item(env, each) for _, each in given], *spread]))})


def _rows(env: Env, value: Value) -> dict[str | int, Objects]:
    """The rows of a dictionary; what stands later takes the place of what an earlier `**` brings under the same key."""
    rows: dict[str | int, Objects] = {}
    for key, each in zip(value.keys, value.items, strict=True):
        found: list[tuple[str | int, Objects]] = []
        is_one = each.kind is not Kind.SPREAD
        if is_one:
            found = [(key, item(env, each))]
        else:
            tables = [owner for owner in env.value(each.items[0]) if isinstance(owner, Table)]
            found = [row for owner in tables for row in owner.rows] or [("", _UNKNOWN)]
            is_one = len(tables) == 1
        for at, objects in found:
            rows[at] = objects if is_one and at != "" else rows.get(at, NOTHING) | objects
    return rows


def template(env: Env, value: Value) -> Objects:
    """The strings that an f-string or concatenation may make, or the sequences that are put together.

    What is cut off of the strings is unknown.
    """
    operands = [env.value(each) for each in value.items]
    own, world = env.is_own, env.world
    if own and any(map(has_container, operands)):
        if (whole := _put_together(operands)) is not None:
            return frozenset({whole})
        return world.union([*operands, *[_UNKNOWN for each in operands if not each]])
    made = [""]
    for each in operands:
        tails = spelled(world.settled(each) if own else each)
        pairs = product(made, tails)
        made = list(dict.fromkeys(strings.joined(head, tail) for head, tail in islice(pairs, MAX_TEXTS + 1)))
        world.budget.spend(len(made))
        if len(made) > MAX_TEXTS or next(pairs, None) is not None:
            made = list(dict.fromkeys([*made[:MAX_TEXTS], UNKNOWN]))
    return frozenset(Text(text) for text in made)


def _put_together(operands: Sequence[Objects]) -> Parts | None:
    """The row that rows make which are put together; None where not all of them are known place by place."""
    places: list[Objects] = []
    for each in operands:
        only = next(iter(each)) if len(each) == 1 else None
        if not isinstance(only, Parts) or len(places) > MAX_PLACES:
            return None
        places += only.parts
    return Parts(tuple(places))


def added(env: Env, value: Value) -> Objects:
    """What `+=` leaves: what was there and what came to it, or the strings that adding to one a few times makes."""
    if not env.is_own:
        return NOTHING
    operands = [env.value(each) for each in value.items]
    if any(map(has_container, operands)):
        return env.world.union(operands)
    if any(isinstance(each, Const) and each.value is not None for operand in operands for each in operand):
        return _UNKNOWN  # a number that grows
    if not all(any(isinstance(each, Text) for each in operand) for operand in operands) or len(operands) == 1:
        return NOTHING
    starts, ends = map(spelled, operands)
    if len(starts) * len(ends) > MAX_ADDED:
        return _UNKNOWN
    return frozenset(Text(strings.joined(start, end)) for start in starts for end in ends)


def gathered(env: Env, value: Value) -> Objects:
    """What a comprehension makes: a container of what its elements stand for, but for those that its tests refuse."""
    code = env.world.module(env.module)
    if code is None:
        return NOTHING
    _, bindings = code.names.bindings(value.path, env.scope)
    inside = [number for each in bindings for number in code.names.scopes_by_name.get(each.path, ())]
    return frozenset(_made_of(env._replace(scope=at), code.facts.scopes[at].returns) for at in inside)


def _made_of(env: Env, elements: Sequence[Value]) -> Items | Table:
    """What one comprehension makes of its elements, or of its keys and values, turn by turn where those are known."""
    turns = env.world.gathering(env) if env.is_own else [env]
    made = [[turn.value(each) for each in elements] for turn in turns]
    if env.is_own and len(elements) > 1:
        return table(each for keys, values in made for each in mapped(keys, values).rows)
    return container(env.world.union(objects for each in made for objects in each))
