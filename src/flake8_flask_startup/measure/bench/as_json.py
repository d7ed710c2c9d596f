"""The result of `flask startup bench` as JSON for programs, with every single start."""

from __future__ import annotations

import json
import platform
from collections.abc import Sequence
from statistics import median

from ...files.own_files import MARK
from ..started import StartOutcome
from .compare import Interval, difference, figures
from .result import BenchResult

SCHEMA = 1


def render(result: BenchResult) -> str:
    """Return the result as indented JSON; docs/bench.md describes it."""
    first = result.starts[0]
    targets = [
        _target(launch.target.name, starts) | {"of_first": _of_first(first, starts) if number else None}
        for number, (launch, starts) in enumerate(zip(result.launches, result.starts, strict=True))
    ]
    content = {
        "schema": SCHEMA,
        **MARK,
        "platform": platform.platform(terse=True),
        "bytecode": result.bytecode,
        "runs": len(first),
        "targets": targets,
    }
    return json.dumps(content, indent=2) + "\n"


def _target(name: str, starts: Sequence[StartOutcome]) -> dict[str, object]:
    found = figures(starts)
    return {
        "target": name,
        "python": starts[0].python or None,
        "ms": interval_of(found.ms, 3),
        "peak_kib": round(found.peak_kib) or None,
        "modules": round(found.modules) or None,
        "processes": round(median(each.processes for each in starts)) or None,
        "requests_per_s": round(median(each.requests_per_s for each in starts), 1) or None,
        "starts": [
            {"ms": round(each.wall_ms, 3), "cpu_ms": round(each.cpu_ms, 3), "peak_kib": each.peak_kib}
            for each in starts
        ],
    }


def _of_first(first: Sequence[StartOutcome], starts: Sequence[StartOutcome]) -> dict[str, object]:
    found = difference(first, starts)
    return {"ratio": interval_of(found.ratio, 4), "verdict": found.verdict}


def interval_of(found: Interval, digits: int) -> dict[str, float]:
    """Return a median with the ends of its interval, rounded."""
    return {
        "median": round(found.median, digits),
        "low": round(found.low, digits),
        "high": round(found.high, digits),
    }
