"""A report for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..model import Source
from ..project import Origin
from ..records import Statement
from ..startup_costs import Removal, StartupCosts
from ..startup_graph import Step
from ..wire import milliseconds
from . import Report

MAX_PACKAGES = 20
MAX_STATEMENTS = 6
MAX_STAYS = 3


def render(report: Report) -> str:
    """Return the report as lines of text: the total, the packages by cost, the plan, and what is not known."""
    sections = (_total(report), _packages(report.costs), _plan(report.plan), _unknown(report))
    return "\n\n".join("\n".join(lines) for section in sections if (lines := list(section))) + "\n"


def _total(report: Report) -> Iterator[str]:
    total = report.costs.total
    estimated = sum(each.ms for each in report.costs.charges if each.source is Source.ESTIMATED)
    notes = f", {milliseconds(estimated)} ms of it estimated" if estimated else ""
    perhaps = report.costs.saving({edge for edge in report.costs.graph.targets if edge.conditional})
    notes += f", {milliseconds(perhaps)} ms under conditions that may not hold" if perhaps else ""
    yield f"{', '.join(report.trace.entries)} ({report.trace.why}): startup costs {milliseconds(total.ms)} ms{notes}"
    counts = dict.fromkeys(Origin, 0)
    for each in report.trace.loaded:
        counts[each.origin] += 1
    told = ", ".join(f"{count} {origin.value}" for origin, count in counts.items() if count)
    yield f"{len(report.trace.loaded)} modules: {told}; Flask alone costs {milliseconds(report.costs.flask_ms)} ms"


def _packages(costs: StartupCosts) -> Iterator[str]:
    parts = costs.total.parts
    if not parts:
        return
    yield "      ms  package"
    for package in list(parts)[:MAX_PACKAGES]:
        route = _route(costs.route(package))
        yield f"{milliseconds(parts[package]):>8}  {package}" + (f"  ({route})" if route else "")
    rest = list(parts.values())[MAX_PACKAGES:]
    if rest:
        yield f"{milliseconds(sum(rest)):>8}  {len(rest)} more"


def _plan(plan: Sequence[Removal]) -> Iterator[str]:
    if not plan:
        return
    yield "What to do"
    for each in plan:
        if each.blocked_by:
            yield f"  {each.package} would save {milliseconds(each.saving_ms)} ms, but startup needs it:"
            for blocker in each.blocked_by[:MAX_STATEMENTS]:
                yield f"    {_shown(blocker.statement)}" + (f": {blocker.reason}" if blocker.reason else "")
            yield from _more(each.blocked_by)
        else:
            together = "these go together" if len(each.statements) > 1 else "this goes"
            yield f"  {each.package} saves {milliseconds(each.saving_ms)} ms when {together}:"
            yield f"    {_joined(each.statements)}"
        if each.stays:
            yield f"    others bring these in all the same: {', '.join(each.stays[:MAX_STAYS])}"


def _unknown(report: Report) -> Iterator[str]:
    if unmeasured := report.costs.unmeasured():
        yield f"No figure for: {', '.join(unmeasured)}"
    if report.trace.unresolved:
        yield "What startup may load beyond this"
        for each in report.trace.unresolved:
            yield f"  {_shown(each.statement)}: {each.reason}"


def _more(items: Sequence[object]) -> Iterator[str]:
    if len(items) > MAX_STATEMENTS:
        yield f"    and {len(items) - MAX_STATEMENTS} more"


def _joined(statements: Sequence[Statement]) -> str:
    shown = ", ".join(_shown(each) for each in statements[:MAX_STATEMENTS])
    return shown + (f" and {len(statements) - MAX_STATEMENTS} more" if len(statements) > MAX_STATEMENTS else "")


def _route(steps: Iterable[Step]) -> str:
    return " > ".join(_shown(step.statement) for step in steps)


def _shown(statement: Statement) -> str:
    return f"{statement.path}:{statement.line}"
