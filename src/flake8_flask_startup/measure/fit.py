"""The model for what no row covers: milliseconds by the number of modules and the KiB of source they have."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from ..costs.table import Model


@dataclass(frozen=True, slots=True)
class Point:
    """One measured import: modules loaded, source (KiB), milliseconds."""

    modules: float
    kib: float
    ms: float


def fit(points: Sequence[Point]) -> Model:
    """Return the least-squares model over the points, both coefficients at least 0; it needs two points or more.

    Each point weighs by 1 / ms, so that the relative error is what becomes small: a table spans 1 ms to 10 s.
    """
    weights = [1 / point.ms for point in points]
    mm = sum((point.modules * weight) ** 2 for point, weight in zip(points, weights, strict=True))
    kk = sum((point.kib * weight) ** 2 for point, weight in zip(points, weights, strict=True))
    mk = sum(point.modules * point.kib * weight**2 for point, weight in zip(points, weights, strict=True))
    my = sum(point.modules * weight for point, weight in zip(points, weights, strict=True))
    ky = sum(point.kib * weight for point, weight in zip(points, weights, strict=True))
    determinant = mm * kk - mk * mk
    per_module, per_kib = (my * kk - ky * mk) / determinant, (ky * mm - my * mk) / determinant
    if per_kib < 0:
        per_module, per_kib = my / mm, 0.0
    elif per_module < 0:
        per_module, per_kib = 0.0, ky / kk
    errors = [abs(point.modules * per_module + point.kib * per_kib - point.ms) / point.ms for point in points]
    return Model(per_module, per_kib, median(errors))
