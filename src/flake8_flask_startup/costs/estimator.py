"""What no row covers, estimated from counts of what a module's source does while it loads: coefficients and intervals.

The coefficients are fitted by benchmarks/costs_estimator.py, in logarithms, to what the packages of the bundled table
cost by themselves. They are milliseconds for one of each, so that estimates of modules add up to those of packages.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

Features = Mapping[str, float]
# What is counted; startup.module_features says how. kib is of source, extension_kib of compiled modules.
FEATURES = (
    "modules",
    "kib",
    "functions",
    "classes",
    "decorators",
    "calls",
    "regexes",
    "generated",
    "enums",
    "models",
    "tables",
    "fields",
    "attributes",
    "assignments",
    "imports",
    "annotations",
    "reads",
    "metadata",
    "files",
    "libraries",
    "stdlib",
    "extensions",
    "extension_kib",
)
Interval = tuple[float, float]


class Guess(NamedTuple):
    """What is only estimated (ms), and between which milliseconds it lies in eight of ten cases."""

    ms: float
    low: float
    high: float

    def times(self, factor: float) -> Guess:
        """Return so many times as much."""
        return Guess(self.ms * factor, self.low * factor, self.high * factor)


@dataclass(frozen=True, slots=True)
class Model:
    """Milliseconds by feature, and how far what is estimated by them may lie off.

    Of ten packages that the fit did not see, eight lay between low and high times their estimate, once what makes one
    less sure than another is taken out: doubt has by feature the variance of the logarithm of its milliseconds, over
    that of the residuals. Of ten packages in other environments than their rows were measured in, eight lay between
    rows_low and rows_high times their row. Keys that no feature has add nothing.
    """

    ms: Mapping[str, float]
    low: float
    high: float
    doubt: Mapping[str, float] = field(default_factory=dict)
    rows_low: float = 1.0
    rows_high: float = 1.0

    def estimate(self, features: Features) -> float:
        """Return what a module with these features costs (ms)."""
        return sum(self.ms.get(name, 0.0) * count for name, count in features.items())

    def width(self, features: Features) -> float:
        """Return how many times as wide as usual, in logarithms, the interval of these features is.

        It is the usual formula of a prediction's standard error, covariances left out: what rests on a feature that
        few of the packages have that were fitted to is less sure.
        """
        ms = self.estimate(features)
        if not ms:
            return 1.0
        shares = {name: self.ms.get(name, 0.0) * count / ms for name, count in features.items()}
        return math.sqrt(1 + sum(self.doubt.get(name, 0.0) * share * share for name, share in shares.items()))

    def guess(self, features: Features, scale: float = 1.0) -> Guess:
        """Return what a package with these features costs on a machine that is slower than the reference by scale."""
        ms, width = self.estimate(features) * scale, self.width(features)
        return Guess(ms, ms * self.low**width, ms * self.high**width)

    def around(self, measured: Iterable[float], guesses: Iterable[Guess]) -> Interval:
        """Return the interval around a sum of measured costs (ms) and guesses.

        Errors of different packages are independent: their squares add up.
        """
        known = [Guess(ms, ms * self.rows_low, ms * self.rows_high) for ms in measured]
        every = [*known, *guesses]
        ms = sum(each.ms for each in every)
        below = math.sqrt(sum((each.ms - each.low) ** 2 for each in every))
        above = math.sqrt(sum((each.high - each.ms) ** 2 for each in every))
        return ms - below, ms + above


def together(guesses: Iterable[Guess]) -> Guess:
    """Return the sum of guesses that err together, as those of the modules of one package do."""
    every = list(guesses)
    return Guess(sum(each.ms for each in every), sum(each.low for each in every), sum(each.high for each in every))
