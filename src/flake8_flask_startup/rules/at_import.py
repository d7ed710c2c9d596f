"""The part that the FST2xx, FST4xx and FST5xx rules share: the calls that run while a module loads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..facts import Call, Value
from ..reach import Trail
from ..rule import Context
from ..scope import Phase

_PLAIN = re.compile(r"@?\w+(\.\w+|\(\))*")


def calls_at_import(context: Context, functions: Mapping[int, Trail]) -> Iterator[tuple[Call, str]]:
    """The calls of module code and of functions that it runs, each with words for the way to it; decorators aside."""
    for call in context.facts.calls:
        if call.decorates:
            continue
        if call.place.phase is Phase.IMPORT:
            yield call, ""
        elif call.place.phase is Phase.DEFERRED:
            trail = functions.get(context.facts.function_of(call.place.scope))
            if trail is not None:
                yield call, f" through {plain(trail.name) or 'a call'} on line {trail.line}"


def given(call: Call, name: str) -> Iterator[Value]:
    """What may be the argument that a function's first parameter, of this name, gets."""
    yield from call.args[:1]
    yield from (value for keyword, value in call.keywords if keyword == name)


def plain(path: str) -> str:
    """A raw path as a message may quote it; empty when it holds more than names and calls, or a decorator of them."""
    return path if _PLAIN.fullmatch(path) else ""
