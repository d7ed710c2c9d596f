"""What literals stand for in the trace: sequences, mappings, templates, and what comprehensions make."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import texts
from .facts import Kind, Value
from .objects import NOTHING, Objects, Text, container, mapped, row, table

if TYPE_CHECKING:
    from .world import World

MAX_TEXTS = 200  # that one template may expand to


def sequence(world: World, value: Value, module: str, scope: int) -> Objects:
    """What a list, tuple or set stands for."""
    return frozenset({container(world.union(item(world, each, module, scope) for each in value.items))})


def item(world: World, value: Value, module: str, scope: int) -> Objects:
    """What one of several values stands for; a tuple among them is a row, whose places mean different things."""
    if value.kind is Kind.SEQUENCE and len(value.items) > 1 and world.is_told_apart(module):
        return frozenset({row(world.value(each, module, scope) for each in value.items)})
    return world.value(value, module, scope)


def mapping(world: World, value: Value, module: str, scope: int) -> Objects:
    """What a dictionary stands for."""
    values = [item(world, each, module, scope) for each in value.items]
    if world.is_told_apart(module):
        return frozenset({table(zip(value.keys, values, strict=True))})
    keys = frozenset(Text(key) for key in value.keys if key)
    return frozenset({container(world.union([keys, *values]))})


def template(world: World, value: Value, module: str, scope: int) -> Objects:
    """The strings that an f-string or concatenation may make; what is cut off of them is unknown."""
    made = [""]
    for each in value.items:
        made = [texts.joined(head, tail) for head in made for tail in world.texts(each, module, scope)]
        if len(made) > MAX_TEXTS:
            made = [*made[:MAX_TEXTS], texts.UNKNOWN]
    return frozenset(Text(text) for text in made)


def gathered(world: World, value: Value, module: str, scope: int) -> Objects:
    """What a comprehension makes: a container of what its elements stand for, none of them sorted out."""
    said = world.module(module)
    if said is None:
        return NOTHING
    _, bindings = said.names.bindings(value.path, scope)
    inside = [number for each in bindings for number in said.names.scopes_by_name.get(each.path, ())]
    made = [[world.value(each, module, at) for each in said.facts.scopes[at].returns] for at in inside]
    own = world.is_told_apart(module)
    return frozenset(mapped(*each) if own and len(each) > 1 else container(world.union(each)) for each in made)
