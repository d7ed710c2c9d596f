"""The part that the FST1xx rules share: a verdict to a finding."""

from __future__ import annotations

from ..deferral import Verdict
from ..model import Finding, Source


def finding(code: str, verdict: Verdict, advice: str, kind: str = "heavy") -> Finding:
    """The finding about one import statement, reported on its first line; unpriced when no row covers it."""
    known = verdict.cost.source is not Source.UNKNOWN
    return Finding(
        code=code,
        span=verdict.imports[0].span,
        what=f"{kind} import '{verdict.package}'",
        advice=advice,
        ms=verdict.cost.ms if known else None,
        source=verdict.cost.source,
        package=verdict.package,
    )
