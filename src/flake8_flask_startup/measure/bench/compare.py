"""From what each start took to a median, how sure it is, and whether two targets really differ.

Medians have intervals by order statistics, which ask nothing of how times are distributed: those of starts have a long
tail. Two targets are compared round by round, so that what slows a whole round down slows both: the ratio of the two in
each round, the median of the ratios, and its interval. Without a difference the ratio is as often above 1 as below (the
sign test), and the interval leaves 1 out in at most one comparison of a hundred.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from ..started import StartOutcome

MEDIAN_ERROR = 0.05
RATIO_ERROR = 0.01
LEAST_RUNS = 8  # fewer have no interval of 99 %: 2 * 0.5**7 is more than the error


class SpeedVerdict(StrEnum):
    """What a target is, against another."""

    FASTER = "faster"
    SLOWER = "slower"
    SAME = "no real difference"


@dataclass(frozen=True, slots=True)
class Interval:
    """A median, and what it lies between."""

    median: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Figures:
    """A target's milliseconds (95 %), and medians of its peak resident set size (KiB) and modules; 0: not known."""

    ms: Interval
    peak_kib: float
    modules: float


@dataclass(frozen=True, slots=True)
class SpeedDifference:
    """What a target takes, as a share of what another takes (99 %)."""

    ratio: Interval

    @property
    def verdict(self) -> SpeedVerdict:
        """Whether the difference is real, and which way it goes."""
        if self.ratio.high < 1:
            return SpeedVerdict.FASTER
        return SpeedVerdict.SLOWER if self.ratio.low > 1 else SpeedVerdict.SAME


def interval(values: Sequence[float], error: float) -> Interval:
    """Return the median and the smallest interval around it that is wrong no more often than error says."""
    from asv_runner.statistics import quantile_ci  # of an extra: whoever asks for no benchmark need not have it

    middle, (low, high) = quantile_ci(values, 0.5, alpha_min=error)
    return Interval(middle, low, high)


def figures(starts: Sequence[StartOutcome]) -> Figures:
    """Return a target's figures; at least LEAST_RUNS starts."""
    return Figures(
        interval([each.wall_ms for each in starts], MEDIAN_ERROR),
        median(each.peak_kib for each in starts),
        median(each.count for each in starts),
    )


def difference(first: Sequence[StartOutcome], other: Sequence[StartOutcome]) -> SpeedDifference:
    """Return how another target compares with the first, start by start in the same rounds; at least LEAST_RUNS."""
    ratios = [mine.wall_ms / its.wall_ms for mine, its in zip(other, first, strict=True)]
    return SpeedDifference(interval(ratios, RATIO_ERROR))
