"""A report as text for people: a table of what startup loads, what can go, and why the rest stays."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..files.printing import joined
from ..model import CostSource
from ..model.messages import milliseconds, more_where, some_of
from ..project.module_finder import Origin
from ..startup.chains import further, staying
from ..startup.graph.boot_graph import RouteStep
from ..startup.graph.cost_model import StartupCosts
from ..startup.graph.plan import LEAST_SAVING, Advance, Removal, advances
from ..startup.graph.trace import Statement, Trace, own_files
from . import Report
from .unresolved import together

MAX_PACKAGES = 20
MAX_STATEMENTS = 6
MAX_STAYS = 3
MAX_ESTIMATES = 5
LEAST_ESTIMATE_MS = 5.0
INDENT = " " * 12


def render(report: Report) -> str:
    """Return the report as lines of text: the total, the packages by cost, the plan as steps, and what is not known."""
    steps = advances(report.costs, report.plan)
    links = further(report.costs, report.links, {place for each in steps for place in each.statements})
    sections = (
        _total(report),
        _packages(report.costs),
        _steps(report, steps, links),
        _needed(staying(report.plan, report.costs, [place for each in links for place in each.statements])),
        _estimated(report.costs),
        _unmeasured(report),
        _unresolved(report.trace),
    )
    return "\n".join(joined(lines) for section in sections if (lines := list(section)))


def _total(report: Report) -> Iterator[str]:
    total = report.costs.total
    estimated = sum(each.ms for each in report.costs.charges if each.source is CostSource.ESTIMATED)
    notes = ""
    if estimated:
        low, high = total.interval or (total.ms, total.ms)
        notes = (
            f" ({milliseconds(low)} to {milliseconds(high)} elsewhere), {milliseconds(estimated)} ms of it estimated"
        )
    if more := more_where(report.costs.more_ms, report.costs.variables):
        notes += f", {more}"
    perhaps = report.costs.saving({edge for edge in report.costs.graph.targets if edge.conditional})
    notes += f", {milliseconds(perhaps)} ms under conditions that may not hold" if perhaps >= LEAST_SAVING else ""
    if unmeasured := len(report.costs.unmeasured()):
        notes += f", without {unmeasured:,} package{'s' if unmeasured > 1 else ''} of unknown cost"
    yield f"{', '.join(report.trace.entries)} ({report.trace.why}): startup costs {milliseconds(total.ms)} ms{notes}"
    counts = dict.fromkeys(Origin, 0)
    for each in report.trace.loaded:
        counts[each.origin] += 1
    origins = ", ".join(f"{count} {origin.value}" for origin, count in counts.items() if count)
    yield f"{len(report.trace.loaded)} modules: {origins}; Flask alone costs {milliseconds(report.costs.flask_ms)} ms"


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


def _steps(report: Report, steps: Sequence[Advance], links: Sequence[Advance]) -> Iterator[str]:
    """What can go, as a table: each line saves what it says once those above it are done."""
    if not steps and not links:
        return
    every = (*steps, *links)
    count = sum(len(each.statements) for each in every)
    these = f"these {count} statements" if count > 1 else "this statement"
    now, then = report.costs.total.ms, every[-1].left_ms
    yield f"What to do: {milliseconds(now)} ms now; after {these} {milliseconds(then)} ms"
    yield "   saves    then  package"
    removals = {each.package: each for each in report.plan}
    for step in steps:
        yield _step(step)
        removal = removals[step.package]
        yield from _kept(removal.stays)
        if removal.unknown:
            yield f"{INDENT}at most: {_unknown(removal.unknown)} no figure, and may bring it too"
        if removal.perhaps:
            yield f"{INDENT}at most: {removal.perhaps}, which imports it"
    yield from map(_step, links)


def _step(step: Advance) -> str:
    figures = f"{milliseconds(step.saving_ms):>8}{milliseconds(step.left_ms):>8}"
    return f"{figures}  {step.called}  ({_joined(step.statements)})"


def _needed(plan: Iterable[Removal]) -> Iterator[str]:
    """What cannot simply go, as a table: what it would save, and what needs it."""
    blocked = list(plan)
    if not blocked:
        return
    yield "What startup needs"
    yield "      ms  would be saved without"
    for each in blocked:
        yield f"{milliseconds(each.saving_ms):>8}  {each.package}"
        for blocker in each.blocked_by[:MAX_STATEMENTS]:
            yield f"{INDENT}{_shown(blocker.statement)}" + (f": {blocker.reason}" if blocker.reason else "")
        if len(each.blocked_by) > MAX_STATEMENTS:
            yield f"{INDENT}and {len(each.blocked_by) - MAX_STATEMENTS} more"
        yield from _kept(each.stays)


def _unknown(packages: Sequence[str]) -> str:
    first, *rest = packages
    return f"{first} and {len(rest)} more have" if rest else f"{first} has"


def _kept(stays: Sequence[str]) -> Iterator[str]:
    if stays:
        yield f"{INDENT}others bring these in all the same: {', '.join(stays[:MAX_STAYS])}"


def _estimated(costs: StartupCosts) -> Iterator[str]:
    """Which packages to measure first: those whose estimates leave most open."""
    found = [each for each in costs.estimated() if each[1] >= LEAST_ESTIMATE_MS][:MAX_ESTIMATES]
    if found:
        shown = [
            f"{name} about {milliseconds(ms)} ms, {milliseconds(low)} to {milliseconds(high)}"
            for name, ms, (low, high) in found
        ]
        yield f"Only estimated, to be measured first: {'; '.join(shown)}"
        yield f"{INDENT}flask startup measure {' '.join(name for name, _, _ in found)}"


def _unmeasured(report: Report) -> Iterator[str]:
    if unmeasured := report.costs.unmeasured():
        yield f"No figure for: {some_of(unmeasured)}"
        if not report.has_environment:
            yield f"{INDENT}--env FOLDER estimates what is installed in an environment"


def _unresolved(trace: Trace) -> Iterator[str]:
    if trace.unresolved:
        yield "What startup may load beyond this"
        own = own_files(trace.loaded)
        inside = [each for each in trace.unresolved if each.statement.path not in own]
        for each in together(each for each in trace.unresolved if len(inside) == 1 or each.statement.path in own):
            more = f"; and {len(each.reasons) - 1:,} more like it" if len(each.reasons) > 1 else ""
            yield f"  {_joined(each.statements)}: {each.reasons[0]}{more}"
        if len(inside) > 1:
            yield f"  and {len(inside)} statements inside libraries, which --format json lists"


def _joined(statements: Sequence[Statement]) -> str:
    shown = ", ".join(_shown(each) for each in statements[:MAX_STATEMENTS])
    return shown + (f" and {len(statements) - MAX_STATEMENTS} more" if len(statements) > MAX_STATEMENTS else "")


def _route(steps: Iterable[RouteStep]) -> str:
    return " > ".join(_shown(step.statement) for step in steps)


def _shown(statement: Statement) -> str:
    return f"{statement.path}:{statement.line}"
