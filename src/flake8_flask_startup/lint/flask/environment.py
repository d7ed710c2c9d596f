"""Environment variables: the calls that read them, and those that a file sets for its process and its children."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ...model import Span
from ...model.access_paths import keys_of, mapping_of
from ...syntax.places import Place
from ...syntax.values import Kind, Value
from ..rule import Context
from .assignments import merged
from .servers import entries, keywords

# What reads a variable, as a resolved path; the second argument is the default.
READERS = frozenset({"os.environ.get()", "os.getenv()"})
_SETTERS = frozenset({"os.environ.setdefault", "os.environ.__setitem__", "os.putenv"})


class SetVariable(NamedTuple):
    """A variable that a statement sets."""

    name: str
    value: Value
    span: Span
    place: Place


def variables(context: Context) -> Iterator[SetVariable]:
    """The variables that a file sets by name, first the assignments, then the calls."""
    names = context.names
    for store in context.facts.stores:
        path = names.resolve(store.path, store.place.scope)
        if path == "os.environ":
            for name, value in merged(store, context).items():
                yield SetVariable(name, names.value(value, store.place.scope), store.span, store.place)
        for name in keys_of(path) if mapping_of(path) == "os.environ" else ():
            yield SetVariable(name, names.value(store.value, store.place.scope), store.span, store.place)
    for call in context.facts.calls:
        path = names.resolve(call.path, call.place.scope)
        given: dict[str, Value] = {}
        if path in _SETTERS and len(call.args) == 2 and call.args[0].kind is Kind.CONSTANT:
            given = {str(call.args[0].constant): call.args[1]}
        elif path == "os.environ.update":
            given = keywords(call, names)
            for value in call.args:
                given |= entries(value, call.place.scope, names)
        for name, value in given.items():
            yield SetVariable(name, names.value(value, call.place.scope), call.span, call.place)
