"""What differs between two versions, each of which was started several times.

Whatever is not the same in all starts of one version says nothing about the other: it is unstable, and not compared. Of
a text the lines that are stable are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from .observed import Observed

ABSENT = "\0absent"


@dataclass(frozen=True, slots=True)
class Change:
    """A key whose values differ; None where a version does not have it."""

    key: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Section:
    """A part of an app: how many keys each version has, what differs, and the keys that are unstable."""

    name: str
    before: int
    after: int
    changes: tuple[Change, ...]
    unstable: tuple[str, ...]


def sections(before: Sequence[Observed], after: Sequence[Observed]) -> list[Section]:
    """Return the sections of two versions compared, each from one or more starts, in the order of the child."""
    names = dict.fromkeys(name for each in (*before, *after) for name in each.sections)
    return [_section(name, before, after) for name in names]


def _section(name: str, before: Sequence[Observed], after: Sequence[Observed]) -> Section:
    keys = sorted({key for each in (*before, *after) for key in each.sections.get(name, {})})
    changes: list[Change] = []
    unstable: list[str] = []
    for key in keys:
        old, new = _values(before, name, key), _values(after, name, key)
        if len(old) > 1 or len(new) > 1:
            unstable.append(key)
            changes += _lines(key, old, new)
        elif old != new:
            changes.append(Change(key, _shown(old), _shown(new)))
    counts = [max(len(each.sections.get(name, {})) for each in side) for side in (before, after)]
    return Section(name, counts[0], counts[1], tuple(changes), tuple(unstable))


def _lines(key: str, old: set[str], new: set[str]) -> Iterator[Change]:
    """Yield the lines that differ of a text of which others are unstable; none where the number of lines is."""
    before, after = ([value.split("\n") for value in side] for side in (old, new))
    if len({len(lines) for lines in (*before, *after)}) > 1:
        return
    for number, (mine, its) in enumerate(zip(zip(*before, strict=True), zip(*after, strict=True), strict=True), 1):
        if len(set(mine)) == len(set(its)) == 1 and mine[0] != its[0]:
            yield Change(f"{key} line {number}", mine[0], its[0])


def _values(starts: Iterable[Observed], name: str, key: str) -> set[str]:
    return {each.sections.get(name, {}).get(key, ABSENT) for each in starts}


def _shown(values: set[str]) -> str | None:
    (value,) = values
    return None if value == ABSENT else value


def differs(found: Iterable[Section]) -> bool:
    """Return whether anything differs."""
    return any(each.changes for each in found)
