"""What items, attributes and methods of containers and strings give."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from ...model import UNKNOWN
from ...model.path_steps import ITEM_STEP
from . import strings
from .abstract_values import (
    NOTHING,
    Ext,
    Gives,
    Items,
    Less,
    Lookup,
    Object,
    Objects,
    Parts,
    Record,
    Table,
    Text,
    TextMethod,
    container,
    in_order,
    known_key,
    onward,
)


def element(owner: Object, at: object) -> Objects:
    """What an item of an object is; an object that holds nothing known is its own item, as a slice of a string is.

    at is a place or a key, None for any item that iterating over it gives.
    """
    match owner:
        case Table():
            return owner.keys if at is None else owner.at(at)
        case Items():
            return owner.items
        case Record():
            return NOTHING.union(*(held for _, held in owner.rows)) if at is None else owner.at(at)
        case Parts(parts=parts):
            return parts[at] if isinstance(at, int) and -len(parts) <= at < len(parts) else frozenset().union(*parts)
        case Ext():
            return frozenset({onward(owner, ITEM_STEP)})
        case Text(text=text) if isinstance(at, int) and UNKNOWN not in text and -len(text) <= at < len(text):
            return frozenset({Text(text[at])})
    return frozenset({owner})


def in_places(owner: Object) -> Sequence[Objects]:
    """The items of a container in the order in which iterating over it gives them; nothing where that is not known."""
    match owner:
        case Parts(parts=parts):
            return parts
        case Table(rows=rows):
            return [known_key(key) for key, _ in rows]
    return ()


def in_turn(owners: Iterable[Object], elements: Objects) -> list[Object]:
    """What iterating over containers gives, in the order of the rows among them; what is added to those comes last."""
    places = [place for each in owners for place in in_places(each)]
    ordered = dict.fromkeys(one for place in places for one in in_order(place) if one in elements)
    return [*ordered, *in_order(elements - ordered.keys())]


def is_any_item(owner: Object, at: object) -> bool:
    """Whether an item of an object is one of several that may stand at a place or under a key."""
    if isinstance(owner, Table):
        return at == "" or any(key == "" for key, _ in owner.rows)
    return isinstance(owner, Items)


def are_alternatives(owners: Iterable[Object]) -> bool:
    """Whether what stands under a key may be in one of several objects, nobody knows which."""
    return sum(isinstance(each, Items) or (isinstance(each, Table) and "" in dict(each.rows)) for each in owners) > 1


def sliced(owner: Object, lower: int | None, upper: int | None) -> Object:
    """A part of an object; what is not known place by place stays whole."""
    match owner:
        case Parts(parts=parts):
            return Parts(parts[lower:upper])
        case Record():
            return Parts(tuple(held for _, held in owner.rows[lower:upper]))
        case Text(text=text) if UNKNOWN not in text:
            return Text(text[lower:upper])
        case Text(text=text) if lower is None and upper is not None and upper < 0 and UNKNOWN not in text[upper:]:
            return Text(text[:upper])
    return owner


_ITEM_METHODS = frozenset({"get", "get_nowait", "pop", "popitem", "popleft", "setdefault"})


def of_container(owner: Items | Parts | Table, name: str) -> Objects:
    """A method of a container, by what calling it gives."""
    given: Objects = NOTHING
    if isinstance(owner, Parts):
        owner = container(NOTHING.union(*owner.parts))
    match owner, name:
        case _, "difference" | "intersection" | "symmetric_difference" | "union":
            return frozenset({Less(owner.items if isinstance(owner, Items) else owner.keys, name)})
        case _, "copy":
            given = frozenset({owner})
        case Table(), "items" | "most_common":
            given = _in_their_order(owner, [frozenset({Parts((known_key(key), held))}) for key, held in owner.rows])
        case Table(), "keys":
            given = _in_their_order(owner, [known_key(key) for key, _ in owner.rows])
        case Table(), "values":
            given = _in_their_order(owner, [held for _, held in owner.rows])
        case Table(), _ if name in _ITEM_METHODS:
            return frozenset({Lookup(owner)})
        case Items(), "items" | "keys" | "values":
            given = frozenset({owner})
        case Items(), _ if name in _ITEM_METHODS:
            given = owner.items
        case _:
            return NOTHING
    return frozenset({Gives(given)})


def _in_their_order(owner: Table, places: list[Objects]) -> Objects:
    """A view of a mapping, in the order of its keys where all of them are known and have one value each."""
    if all(key != "" for key, _ in owner.rows) and all(len(each) == 1 for each in places):
        return frozenset({Parts(tuple(places))})
    return frozenset({container(NOTHING.union(*places))})


def of_text(text: str, name: str) -> Objects:
    """An attribute of a string that may be a path or a dotted name."""
    if len(text) > strings.MAX_TEXT:
        text = UNKNOWN
    if (known := strings.attribute(text, name)) is not None:
        return frozenset({Text(known)})
    if name in ("parents", "parts"):
        pieces = Path(text).parents if name == "parents" else Path(text).parts
        return frozenset({Parts(tuple(frozenset({Text(str(piece))}) for piece in pieces))})
    return frozenset({TextMethod(text, name)}) if name in strings.METHODS else NOTHING


def of_method(method: TextMethod, arguments: list[str]) -> Objects:
    """What a method of a string that lists no folder gives for arguments."""
    made = [frozenset({Text(strings.bounded(each))}) for each in strings.method(method.text, method.name, arguments)]
    return frozenset({Parts(tuple(made))}) if method.name in strings.PARTING else made[0]


def of_length(owners: Objects, counts: Collection[object]) -> Objects:
    """Return the objects that can be unpacked into one of the given numbers of targets.

    Unpacking any other length raises ValueError, so the code has checked for those objects first.
    """
    return frozenset(each for each in owners if not isinstance(each, (Parts, Text)) or _length(each) in counts)


def _length(each: Parts | Text) -> int:
    return len(each.text) if isinstance(each, Text) else len(each.parts)
