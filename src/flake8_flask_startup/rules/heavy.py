"""The part that the FST1xx rules share: a verdict to a finding."""

from __future__ import annotations

from ..deferral import Verdict
from ..facts import Role
from ..model import Finding, Source
from ..rule import Context
from ..scope import Phase


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


def is_evaluated(verdict: Verdict, context: Context) -> bool:
    """Whether loading the module evaluates an annotation that uses one of the names."""
    names = {each.bound for each in verdict.imports}
    return any(
        use.name in names and use.role is Role.ANNOTATION and use.place.phase is not Phase.TYPING
        for use in context.facts.uses
    )
