"""The result of `flask startup verify` as JSON for programs."""

from __future__ import annotations

import json
from statistics import median

from ...files.own_files import MARK
from ..bench.as_json import interval_of
from ..bench.compare import difference, figures
from .rounds import Verified

SCHEMA = 1


def render(result: Verified) -> str:
    """Return the comparison as indented JSON; docs/verify.md describes it."""
    before, after = result.modules
    content = {
        "schema": SCHEMA,
        **MARK,
        "versions": [{"version": each.target.name, "entries": list(each.arguments)} for each in result.versions],
        "same": result.is_same,
        "failure": result.failure or None,
        "sections": [
            {
                "name": each.name,
                "before": each.before,
                "after": each.after,
                "changes": [
                    {"key": change.key, "before": change.before, "after": change.after} for change in each.changes
                ],
                "unstable": list(each.unstable),
            }
            for each in result.sections
        ],
        "modules": {
            "before": len(before),
            "after": len(after),
            "gone": sorted(before - after),
            "new": sorted(after - before),
        },
        "ms": _times(result) if result.starts else None,
        "cpu_ms": _cpu(result) if result.starts else None,
        "notes": list(result.notes),
    }
    return json.dumps(content, indent=2) + "\n"


def _cpu(result: Verified) -> dict[str, float]:
    before, after = (round(median(each.cpu_ms for each in starts), 3) for starts in result.starts)
    return {"before": before, "after": after}


def _times(result: Verified) -> dict[str, object]:
    found = difference(*result.starts)
    before, after = (interval_of(figures(each).ms, 3) for each in result.starts)
    return {"before": before, "after": after, "ratio": interval_of(found.ratio, 4), "verdict": found.verdict}
