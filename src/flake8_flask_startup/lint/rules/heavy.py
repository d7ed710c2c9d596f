"""The part that the FST1xx rules share: a verdict to a finding."""

from __future__ import annotations

from collections.abc import Iterable

from ...analysis.verdicts import Verdict
from ...model import CostSource, Finding
from ...syntax.static_conditions import Phase
from ...syntax.symbol_table import Role, Use
from ..rule import Context


def finding(code: str, verdict: Verdict, advice: str, kind: str = "heavy") -> Finding:
    """The finding about one import statement, reported on its first line; unpriced when no row covers it."""
    known = verdict.cost.source is not CostSource.UNKNOWN
    return Finding(
        code=code,
        span=verdict.imports[0].span,
        what=f"{kind} import '{verdict.package}'",
        advice=advice,
        ms=verdict.cost.ms if known else None,
        source=verdict.cost.source,
        interval=verdict.cost.interval,
        package=verdict.package,
        follows=verdict.follows,
    )


def with_saving(advice: str, verdict: Verdict) -> str:
    """Advice to defer an import, with what that saves alone where it is not its cost."""
    return f"{advice}; saves {verdict.alone}" if verdict.alone else advice


def annotating(verdict: Verdict, context: Context) -> list[Use]:
    """The annotations that use one of the names."""
    names = {each.bound for each in verdict.imports}
    return [use for use in context.facts.uses if use.name in names and use.role is Role.ANNOTATION]


def are_evaluated(uses: Iterable[Use]) -> bool:
    """Whether Python evaluates one of some annotations where it stands."""
    return any(use.place.phase is not Phase.TYPING for use in uses)
