"""What no row covers, estimated from counts of what a module's source does while it loads: coefficients and intervals.

The coefficients are fitted by benchmarks/costs_estimator.py, in logarithms, to what the packages of the bundled table
cost by themselves. They are milliseconds for one of each, so that estimates of modules add up to those of packages.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

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
MEASURED_ERROR = 0.07  # of sums of rows, in eight of ten cases: benchmarks/results/costs_additive.md
Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Model:
    """Milliseconds by feature; of ten packages that the fit did not see, eight lay between low and high times theirs.

    Keys that no feature has add nothing.
    """

    ms: Mapping[str, float]
    low: float
    high: float

    def estimate(self, features: Features) -> float:
        """Return what a module with these features costs (ms)."""
        return sum(self.ms.get(name, 0.0) * count for name, count in features.items())

    def interval(self, ms: float) -> Interval:
        """Return between which milliseconds what is estimated at so many lies, in eight of ten cases."""
        return ms * self.low, ms * self.high


def summed(ms: float, estimates: Iterable[tuple[float, Interval]]) -> Interval:
    """Return the interval around a sum of ms, in which some estimates are, each with an interval of its own.

    Errors of different packages are independent: their squares add up. What is measured errs as sums of rows do.
    """
    below = above = rest = 0.0
    for each, (low, high) in estimates:
        rest += each
        below += (each - low) ** 2
        above += (high - each) ** 2
    measured = (MEASURED_ERROR * max(0.0, ms - rest)) ** 2
    below, above = below + measured, above + measured
    return ms - math.sqrt(below), ms + math.sqrt(above)
