"""Ranks by cost, as far as they are known: what is only estimated may lie before or behind what is near it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from .estimator import Interval


class Ranks(NamedTuple):
    """The first and the last rank that something may have; the same one for what is measured among measured ones."""

    first: int
    last: int


def ranks(costs: Sequence[tuple[float, Interval | None]]) -> list[Ranks]:
    """Return the ranks of costs (ms, and the interval of an estimate), which come dearest first.

    One is dearer than another for certain where their intervals do not overlap. Measured ones are ordered as they come.
    """
    measured = sorted(ms for ms, interval in costs if interval is None)
    lows = sorted(interval[0] for _, interval in costs if interval is not None)
    highs = sorted(interval[1] for _, interval in costs if interval is not None)
    found: list[Ranks] = []
    before = 0  # measured ones that were met
    for ms, interval in costs:
        low, high = interval or (ms, ms)
        if interval is None:
            dearer, cheaper = before, len(measured) - before - 1
            before += 1
        else:
            dearer, cheaper = len(measured) - bisect_right(measured, high), bisect_left(measured, low)
        dearer += len(lows) - bisect_right(lows, high)
        cheaper += bisect_left(highs, low)
        found.append(Ranks(1 + dearer, len(costs) - cheaper))
    return found
