"""What a call's arguments name: texts, modules of the project, files of its data."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from ...model import UNKNOWN
from ...model.access_paths import call_of, first_of, last_name
from ...project.module_finder import Origin
from ...syntax.symbol_table import Call
from ...syntax.values import Kind, Value
from ..values.abstract_values import Items, Object, Objects, Parts, Record, Table, Text, in_order, known_key, leaves
from ..values.environment import Env

ANY = (UNKNOWN,)  # what may be loaded where nothing is known of the names
NAME = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*(?::\w+(?:\.\w+)*)?")


def is_third_party(env: Env, path: str) -> bool:
    """Whether a path leads to code that is neither the project's nor Python's own."""
    return env.world.project.origin(path) is Origin.THIRD_PARTY and not hasattr(builtins, first_of(path))


def argument(call: Call, place: int, keyword: str) -> Value | None:
    """The argument at a place, or under a keyword; of one that is spread, the item there."""
    for at, value in enumerate(call.args[: place + 1]):
        if value.kind is Kind.SPREAD:
            return Value(Kind.PATH, items=(value.items[0], Value(Kind.CONSTANT, place - at)))
    if len(call.args) > place:
        return call.args[place]
    options = dict(call.keywords)
    if keyword in options or "" not in options:
        return options.get(keyword)
    return Value(Kind.PATH, items=(options[""], Value(Kind.CONSTANT, keyword)))


def texts_of(value: Value | None, env: Env) -> list[str]:
    """The strings that an argument is or holds."""
    if value is None:
        return []
    return spelled_in_order(env.world.settled(env.value(value)))


def spelled_in_order(objects: Objects) -> list[str]:
    """The strings that objects are or hold, those of rows and mappings in their order."""
    return list(dict.fromkeys(text for each in in_order(objects) for text in _spelled(each)))


def _spelled(each: Object) -> Iterator[str]:
    match each:
        case Text(text=text):
            yield text
        case Parts(parts=parts):
            yield from (text for place in parts for text in spelled_in_order(place))
        case Table(rows=rows):
            yield from (
                text for key, held in rows for text in (*spelled_in_order(known_key(key)), *spelled_in_order(held))
            )
        case Items() | Record():
            yield from (one.text for one in in_order(leaves(frozenset({each}))) if isinstance(one, Text))


def own(env: Env, texts: Iterable[str]) -> Iterator[str]:
    """The modules of the project that texts name, or objects in which they name."""
    project = env.world.project
    for text in texts:
        if NAME.fullmatch(text) and project.origin(text.partition(":")[0]) is Origin.FIRST_PARTY:
            name = text.partition(":")[0]
            while name and project.find(name) is None:
                name = name.rpartition(".")[0]
            if name and (file := project.find(name)) is not None and file.path is not None:
                yield name


def file_at(text: str, env: Env) -> Path | None:
    """The data file of the project that a path names: beside the module, in a root, or anywhere under its name."""
    project = env.world.project
    code = env.world.module(env.module)
    near = [] if code is None or code.file.path is None else [code.file.path.parent]
    return None if UNKNOWN in text else project.data_file(text, near)


def shown(call: Call) -> str:
    """A call as messages name it."""
    return call_of(last_name(call.path))
