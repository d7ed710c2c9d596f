"""The fit of what no row covers: milliseconds for one of each feature of the source, from what packages cost.

The sum over features is compared with the measured figure in logarithms, so that a package of 2 ms weighs as much as
one of 2 s. Coefficients stay above 0: code that is there cannot make loading cheaper.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..costs.estimator import FEATURES, Features, Model

LEAST_MS = 0.2  # of any package: below that, what is measured is noise
PULL = 0.1  # towards FIRST, in squared logarithms for each of 50 points: what few packages have stays near it
FEW = 5  # points that have a feature: with fewer, its milliseconds are those of FIRST
HELD = 1e4  # the pull then
STEPS = 60
SMALL = 1e-4  # relative gain of a step at which the fit ends
# Milliseconds before anything is known, of the order of what a processor takes.
FIRST: Mapping[str, float] = {
    "modules": 0.15,
    "kib": 0.01,
    "functions": 0.005,
    "classes": 0.05,
    "decorators": 0.01,
    "calls": 0.01,
    "regexes": 0.1,
    "generated": 0.3,
    "enums": 0.3,
    "models": 1.0,
    "tables": 0.5,
    "fields": 0.02,
    "attributes": 0.005,
    "assignments": 0.002,
    "imports": 0.01,
    "annotations": 0.002,
    "reads": 0.001,
    "metadata": 3.0,
    "files": 0.3,
    "libraries": 5.0,
    "stdlib": 0.1,
    "extensions": 0.5,
    "extension_kib": 0.001,
}


@dataclass(frozen=True, slots=True)
class DataPoint:
    """What one package costs by itself (ms), the sum of the features of its modules, and the distribution it is of."""

    features: Features
    ms: float
    distribution: str = ""


def fit(points: Sequence[DataPoint], start: Mapping[str, float] = FIRST) -> dict[str, float]:
    """Return the milliseconds of each feature that come nearest to the points, in squared logarithms.

    Levenberg and Marquardt's method, over the logarithms of the coefficients; start is where it begins.
    """
    rows = [[point.features.get(name, 0.0) for name in FEATURES] for point in points]
    targets = [math.log(max(point.ms, LEAST_MS)) for point in points]
    first = [math.log(FIRST[name]) for name in FEATURES]
    pull = [HELD if sum(map(bool, counts)) < FEW else PULL * len(points) / 50 for counts in zip(*rows, strict=True)]
    now = [math.log(max(start[name], 1e-12)) for name in FEATURES]
    loss, gradient, hessian = _around(now, rows, targets, first, pull)
    damping = 1e-3
    for _ in range(STEPS):
        step = _solved(hessian, gradient, damping)
        then = [each - change for each, change in zip(now, step, strict=True)]
        found = _around(then, rows, targets, first, pull)
        if found[0] < loss:
            gain = loss - found[0]
            now, (loss, gradient, hessian) = then, found
            damping = max(damping / 4, 1e-9)
            if gain < SMALL * loss:
                break
        else:
            damping *= 4
            if damping > 1e9:
                break
    return {name: math.exp(each) for name, each in zip(FEATURES, now, strict=True)}


def doubts(points: Sequence[DataPoint], ms: Mapping[str, float]) -> dict[str, float]:
    """Return by feature the variance of the logarithm of its milliseconds, over that of the residuals, after a fit.

    These are the diagonal of the inverse of the matrix of the normal equations.
    """
    rows = [[point.features.get(name, 0.0) for name in FEATURES] for point in points]
    targets = [math.log(max(point.ms, LEAST_MS)) for point in points]
    logs = [math.log(max(ms[name], 1e-12)) for name in FEATURES]
    _, _, hessian = _around(logs, rows, targets, logs, [PULL * len(points) / 50] * len(logs))
    size = len(FEATURES)
    units = ([float(row == column) for column in range(size)] for row in range(size))
    return {
        name: _solved(hessian, unit, 0.0)[number]
        for number, (name, unit) in enumerate(zip(FEATURES, units, strict=True))
    }


def held_out(points: Sequence[DataPoint]) -> list[tuple[float, float]]:
    """Return, of each point, the estimate (ms) by a fit that sees no other of its distribution, and its width."""
    start = fit(points)
    found = [(0.0, 1.0)] * len(points)
    for distribution in {point.distribution for point in points}:
        rest = [point for point in points if point.distribution != distribution]
        ms = fit(rest, start)
        model = Model(ms, 1.0, 1.0, doubts(rest, ms))
        for number, point in enumerate(points):
            if point.distribution == distribution:
                found[number] = estimate(ms, point.features), model.width(point.features)
    return found


def estimate(ms: Mapping[str, float], features: Features) -> float:
    """Return what a package with these features costs (ms), by the milliseconds of each."""
    return max(LEAST_MS, Model(ms, 1.0, 1.0).estimate(features))


def _around(
    logs: Sequence[float],
    rows: Sequence[Sequence[float]],
    targets: Sequence[float],
    first: Sequence[float],
    pull: Sequence[float],
) -> tuple[float, list[float], list[list[float]]]:
    """The loss at some coefficients, with its gradient and the matrix of the normal equations."""
    size = len(logs)
    weights = [math.exp(min(each, 50.0)) for each in logs]
    distances = [each - there for each, there in zip(logs, first, strict=True)]
    loss = sum(weight * each * each for weight, each in zip(pull, distances, strict=True))
    gradient = [weight * each for weight, each in zip(pull, distances, strict=True)]
    hessian = [[pull[row] if row == column else 0.0 for column in range(size)] for row in range(size)]
    for row, target in zip(rows, targets, strict=True):
        terms = [(number, weights[number] * count) for number, count in enumerate(row) if count]
        total = LEAST_MS + sum(term for _, term in terms)
        error = math.log(total) - target
        loss += error * error
        slopes = [(number, term / total) for number, term in terms]
        for number, slope in slopes:
            gradient[number] += error * slope
            line = hessian[number]
            for other, beside in slopes:
                line[other] += slope * beside
    return loss, gradient, hessian


def _solved(matrix: Sequence[Sequence[float]], vector: Sequence[float], damping: float) -> list[float]:
    """The step that solves the damped equations, by elimination; the matrix is positive definite."""
    size = len(vector)
    lines = [[*line, vector[number]] for number, line in enumerate(matrix)]
    for number in range(size):
        lines[number][number] *= 1 + damping
    for pivot in range(size):
        for below in range(pivot + 1, size):
            factor = lines[below][pivot] / lines[pivot][pivot]
            for column in range(pivot, size + 1):
                lines[below][column] -= factor * lines[pivot][column]
    found = [0.0] * size
    for pivot in reversed(range(size)):
        rest = sum(lines[pivot][column] * found[column] for column in range(pivot + 1, size))
        found[pivot] = (lines[pivot][size] - rest) / lines[pivot][pivot]
    return found
