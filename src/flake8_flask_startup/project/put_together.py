"""Patterns of texts that are put together from others, and what they match.

A pattern is spelled as in `re`: escaped text, one of a few expressions for a part that is unknown, `(?:...|...)` for
alternatives. It is matched by the set of places that it may have come to, piece by piece: a hostile file can have as
many unknown parts as it likes, and trying them in turn, as `re` does, could take for ever.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

WORD = r"\w*"  # of a dotted name, no more than one name
ANYTHING = ".*"
SETTING = "[A-Z0-9_]+"  # a name that a Flask configuration takes
NUMBER = "[0-9.]+"  # what a format for numbers gives
_UNKNOWN = {
    WORD: re.compile(r"\w*"),
    ANYTHING: re.compile(".*", re.DOTALL),
    SETTING: re.compile("[A-Z0-9_]*"),
    NUMBER: re.compile("[0-9.]*"),
}
_NEEDED = {WORD: 0, ANYTHING: 0, SETTING: 1, NUMBER: 1}  # characters at least
_PIECES = re.compile(
    rf"(?P<unknown>{'|'.join(map(re.escape, _UNKNOWN))})"
    r"|(?P<open>\(\?:)|(?P<or>\|)|(?P<close>\))|\\?(?P<text>.)",
    re.DOTALL,
)

Places = frozenset[int]


def matches(pattern: str, text: str) -> bool:
    """Return whether a pattern matches all of a text."""
    *_, last = _beginnings(pattern, text)
    return len(text) in last


def may_begin(pattern: str, text: str) -> bool:
    """Return whether a text is what a pattern matches, or has before a dot that stands outside of alternatives."""
    return any(len(text) in places for places in _beginnings(pattern, text))


@lru_cache(maxsize=100)  # a file is asked for the same few with each name of a module
def _beginnings(pattern: str, text: str) -> tuple[Places, ...]:
    """Return where in a text a pattern may have come to before each dot outside of alternatives, and at its end."""
    return tuple(_followed(pattern, text))


def _followed(pattern: str, text: str) -> Iterator[Places]:
    places: Places = frozenset([0])
    groups: list[tuple[Places, Places]] = []  # where each began, and where its alternatives so far ended
    for piece in _PIECES.finditer(pattern):
        if not places and not groups:  # as with most patterns after a character or two
            break
        if piece["open"]:
            groups.append((places, frozenset()))
        elif groups and (piece["or"] or piece["close"]):
            began, ended = groups.pop()
            places, ended = began, ended | places
            if piece["or"]:
                groups.append((began, ended))
            else:
                places = ended
        elif kind := piece["unknown"]:
            places = frozenset(end for at in places for end in range(at + _NEEDED[kind], _end(kind, text, at) + 1))
        else:
            if piece["text"] == "." and not groups:
                yield places
            places = frozenset(at + 1 for at in places if text[at : at + 1] == piece["text"])
    yield places


def _end(kind: str, text: str, at: int) -> int:
    """Return how far an unknown part may go from a place."""
    found = _UNKNOWN[kind].match(text, at)
    return found.end() if found is not None else at
