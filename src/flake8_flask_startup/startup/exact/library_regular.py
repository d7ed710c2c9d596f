"""Regular expressions (`re`), run where they take little time, and the rest as code for the walk to follow."""

from __future__ import annotations

import re
from typing import Any

from ...model.access_paths import call_of
from ..values.regular import runnable
from .objects import CODE, Native, Outside, Walk, native, not_known
from .texts import MAX_LENGTH, bounded

_Row = tuple[object, ...]


def _runnable(pattern: object, text: object, flags: object) -> re.Pattern[str] | None:
    if not isinstance(pattern, str) or not isinstance(text, str) or not isinstance(flags, int):
        return None
    return runnable(pattern, text, flags)


def _found(_: Walk, kind: str, pattern: object, flags: object, text: object) -> object:
    """The rows of what an expression finds in a text, by a function of `re`; something outside if it may take long.

    A row is what was found, the groups, the named groups and the ends.
    """
    found = _runnable(pattern, text, flags)
    if found is None:
        return Outside(call_of(f"re.{kind}"), hides=any(isinstance(each, CODE) for each in (pattern, text)))
    if kind == "finditer":
        return [_row(each) for each in found.finditer(str(text))]
    match = getattr(found, kind)(text)
    return [] if match is None else [_row(match)]


def _row(match: re.Match[str]) -> _Row:
    spans = [match.span(each) for each in range(len(match.groups()) + 1)]
    return match.group(), match.groups(), match.groupdict(), spans


def _split(_: Walk, pattern: object, flags: object, text: object, times: object) -> object:
    found = _runnable(pattern, text, flags)
    if found is None or not isinstance(times, int):
        return Outside(call_of("re.split"), hides=any(isinstance(each, CODE) for each in (pattern, text)))
    return found.split(str(text), times)


def _replaced(walk: Walk, pattern: object, flags: object, other: object, text: object, count: object) -> object:
    """The result of `re.sub`; something outside if it may take long."""
    found = _runnable(pattern, text, flags) if isinstance(other, str) else None
    if found is None or not isinstance(count, int):
        return Outside(call_of("re.sub"), hides=any(isinstance(each, CODE) for each in (pattern, other, text)))
    longest = len(str(other)) + str(other).count("\\") * len(str(text))
    if longest * (len(str(text)) + 1) > MAX_LENGTH:
        return not_known(walk)
    return bounded(str(native(found.sub, other, text, count)))


_FLAGS = ("A", "ASCII", "DOTALL", "I", "IGNORECASE", "M", "MULTILINE", "NOFLAG", "S", "VERBOSE", "X")
NATIVE: dict[str, Any] = {
    "_found": Native("_found", _found),
    "_is_outside": Native("_is_outside", lambda _, value: isinstance(value, Outside)),
    "_not_known": Native("_not_known", not_known),
    "_replaced": Native("_replaced", _replaced),
    "_split": Native("_split", _split),
    "escape": Native("escape", lambda _, text: native(re.escape, text)),
    **{name: int(getattr(re, name)) for name in _FLAGS},
}
TEXTS: dict[str, str] = {
    "re": """
class Match:
    def __init__(self, expression, string, row):
        self.re, self.string = expression, string
        self._whole, self._groups, self._named, self._spans = row

    def __getitem__(self, key):
        return self._named[key] if isinstance(key, str) else (self._whole, *self._groups)[key]

    def __getattr__(self, name):
        return _not_known()

    def group(self, *keys):
        found = tuple([self[each] for each in keys or (0,)])
        return found[0] if len(found) == 1 else found

    def groups(self, default=None):
        return tuple([default if each is None else each for each in self._groups])

    def groupdict(self, default=None):
        return {name: default if each is None else each for name, each in self._named.items()}

    def span(self, at=0):
        return self._spans[at]

    def start(self, at=0):
        return self._spans[at][0]

    def end(self, at=0):
        return self._spans[at][1]

class Pattern:
    def __init__(self, pattern, flags):
        self.pattern, self.flags = pattern, flags

    def __getattr__(self, name):
        return _not_known()

    def _matches(self, kind, string, more=()):
        if more:
            return _not_known()
        found = _found(kind, self.pattern, self.flags, string)
        return found if _is_outside(found) else [Match(self, string, each) for each in found]

    def _first(self, kind, string, more):
        found = self._matches(kind, string, more)
        return found if _is_outside(found) else found[0] if found else None

    def match(self, string, *more):
        return self._first("match", string, more)

    def search(self, string, *more):
        return self._first("search", string, more)

    def fullmatch(self, string, *more):
        return self._first("fullmatch", string, more)

    def finditer(self, string, *more):
        found = self._matches("finditer", string, more)
        return found if _is_outside(found) else iter(found)

    def findall(self, string, *more):
        found = self._matches("finditer", string, more)
        if _is_outside(found):
            return found
        rows = [(each.group(), each.groups("")) for each in found]
        return [whole if not groups else groups[0] if len(groups) == 1 else groups for whole, groups in rows]

    def split(self, string, maxsplit=0):
        return _split(self.pattern, self.flags, string, maxsplit)

    def sub(self, repl, string, count=0):
        if not callable(repl):
            return _replaced(self.pattern, self.flags, repl, string, count)
        parts, at = [], 0
        for each in self._matches("finditer", string):
            parts += [string[at:each.start()], repl(each)]
            at = each.end()
            if len(parts) == 2 * count:
                break
        return "".join([*parts, string[at:]])

def compile(pattern, flags=0):
    return pattern if isinstance(pattern, Pattern) else Pattern(pattern, flags)

def match(pattern, string, flags=0):
    return compile(pattern, flags).match(string)

def search(pattern, string, flags=0):
    return compile(pattern, flags).search(string)

def fullmatch(pattern, string, flags=0):
    return compile(pattern, flags).fullmatch(string)

def finditer(pattern, string, flags=0):
    return compile(pattern, flags).finditer(string)

def findall(pattern, string, flags=0):
    return compile(pattern, flags).findall(string)

def split(pattern, string, maxsplit=0, flags=0):
    return compile(pattern, flags).split(string, maxsplit)

def sub(pattern, repl, string, count=0, flags=0):
    return compile(pattern, flags).sub(repl, string, count)
""",
}
