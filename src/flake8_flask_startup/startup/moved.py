"""A boot seen from a text that has changed since: the same places, on the lines on which they stand now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from .boot import Boot, Cause, Place


class Lines:
    """Where lines of a text are in a later one: those before the first change, and those behind the last one."""

    def __init__(self, before: str, after: str) -> None:
        old, new = before.split("\n"), after.split("\n")
        least = min(len(old), len(new))
        self._same = next((at for at in range(least) if old[at] != new[at]), least)
        behind = next((at for at in range(least - self._same) if old[-1 - at] != new[-1 - at]), least - self._same)
        self._old_end, self._new_end = len(old) - behind, len(new) - behind

    def after(self, line: int) -> int:
        """Return the later number of a line; in the changed part, the same or that of the part's last line."""
        if line <= self._same:
            return line
        return line + self._new_end - self._old_end if line > self._old_end else min(line, max(self._new_end, 1))

    def before(self, line: int) -> int:
        """Return the earlier number of a line; 0 for a line in the changed part."""
        if line <= self._same:
            return line
        return line - self._new_end + self._old_end if line > self._new_end else 0


def moved(boot: Boot, path: str, lines: Lines) -> Boot:
    """Return a boot whose places in a file are those of a later text of it."""

    def place(each: Place) -> Place:
        return (path, lines.after(each[1])) if each[0] == path else each

    return replace(
        boot,
        statements=frozenset(map(place, boot.statements)),
        causes=tuple(_cause(each, place) for each in boot.causes),
        links=tuple(replace(each, line=place((each.path, each.line))[1]) for each in boot.links),
        loaders=tuple(replace(each, line=place((each.path, each.line))[1]) for each in boot.loaders),
        started_functions={
            file: {(place((file, line))[1], name): why for (line, name), why in found.items()}
            for file, found in boot.started_functions.items()
        },
    )


def _cause(cause: Cause, place: Callable[[Place], Place]) -> Cause:
    statements, blocked = tuple(map(place, cause.statements)), tuple(map(place, cause.blocked))
    return replace(cause, statements=statements, blocked=blocked)
