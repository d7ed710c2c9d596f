"""Reads of a name that ask nothing of the object: a comparison of identities, its type, an attribute that is set.

Told by the text of a line: what a pattern does not know asks something.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

_LOOKING = r"\b(?:id|isinstance|issubclass|type)\(\s*{name}\s*[,)]"
_IDENTITY = r"(?<![\w.])(?:{name}\s+is\b|is(?:\s+not)?\s+{name}(?=\s*(?:$|[)\],:#]|and\b|or\b|else\b)))"
_SETTING = r"^[ \t]*{name}\.(?P<set>\w+)[ \t]*=(?!=)"
_CLOSING = r"(?<![\w.]){name}\.close\(\)"


class Glances:
    """The reads on the lines of one file that only look at an object."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()

    def looks(self, name: str, line: int, methods: Callable[[str], Sequence[int]]) -> bool:
        """Return whether a line names an object to look at it, or to set attributes; methods has those of a name."""
        set_to = self._looked(name, line, _SETTING)
        return set_to is not None and not any(map(methods, set_to))

    def looks_or_closes(self, name: str, line: int) -> bool:
        """Return whether a line names a generator or coroutine to look at it, or to close it before it has begun."""
        return self._looked(name, line, _CLOSING) is not None

    def _looked(self, name: str, line: int, more: str) -> frozenset[str] | None:
        """The attributes that a line sets, if it does nothing else with an object that it names."""
        if not 0 < line <= len(self._lines):
            return None
        text = self._lines[line - 1]
        found = list(_pattern(name, more).finditer(text))
        if len(found) != len(re.findall(rf"\b{re.escape(name)}\b", text)):
            return None
        return frozenset(each.groupdict().get("set") or "" for each in found)


@lru_cache(maxsize=200)  # asked for with every read of the names that keep something
def _pattern(name: str, more: str) -> re.Pattern[str]:
    forms = (each.format(name=re.escape(name)) for each in (_LOOKING, _IDENTITY, more))
    return re.compile("|".join(forms), re.MULTILINE)
