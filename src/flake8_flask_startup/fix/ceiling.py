"""What no repair of this kind takes away: the framework, and what would go under other conditions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..messages import milliseconds
from ..startup.graph.trace import Statement
from ..syntax.binder import collect
from ..syntax.static_conditions import Target
from .lazy import LAZY, waiting
from .refusal import Refused
from .run import Outcome
from .steps import Startup, Step, source_of, with_optional
from .switches import CALLS
from .transaction import WAITING


def ceiling(outcome: Outcome) -> Iterator[str]:
    """Return lines for the framework, the reloader, and what would go with `--unsafe` and with lazy imports."""
    startup = outcome.planned
    if startup is None or outcome.startup is None:
        return
    if flask := startup.costs.flask_ms:
        yield f"stays   {milliseconds(flask):>7} ms  flask itself"
    now, then = outcome.startup.costs.total.ms, outcome.repair.left_ms
    if any(map(_is_reloader, (each.step for each in outcome.repair.applied))):
        figures = f"{milliseconds(2 * now)} ms now, {milliseconds(then)} ms then"
        yield f"with the reloader, which starts it a second time: {figures}"
    elif any(_is_reloader(step) for step, _ in (*outcome.refused, *outcome.skipped)):
        yield f"the reloader starts it a second time: {milliseconds(then)} ms less without it"
    yield from _unsafely(outcome, startup)
    if outcome.repair.style != LAZY and (lazily := _lazily(outcome)):
        gone = {place for each in outcome.repair.applied if each.step.is_whole for place in each.step.places}
        more = {place for step in lazily for place in step.places}
        left = [startup.costs.without(startup.costs.graph.edges_at(each)).ms for each in (gone, gone | more)]
        names = ", ".join(step.package for step in lazily)
        yield f"with --style lazy, on Python 3.15: {milliseconds(left[0] - left[1])} ms less ({names})"


def _unsafely(outcome: Outcome, startup: Startup) -> Iterator[str]:
    """A line for the packages that would go if objects of module code were made later."""
    assert outcome.startup is not None  # noqa: S101  # as asked before
    again, _, _ = with_optional(outcome.startup, outcome.repair.settings, unsafe=True)
    free = {each.package for each in startup.plan if not each.blocked_by}
    more = [each for each in again.plan if not each.blocked_by and each.package not in free]
    if more:
        known = {place for each in again.plan if each.package in free for place in each.statements}
        gone = known.union(*(each.statements for each in more))
        left = [again.costs.without(again.costs.graph.edges_at(each)).ms for each in (known, gone)]
        yield f"with --unsafe: {milliseconds(left[0] - left[1])} ms less ({', '.join(each.package for each in more)})"


def _is_reloader(step: Step) -> bool:
    return step.is_priced and not CALLS.keys().isdisjoint(step.places.values())


def _lazily(outcome: Outcome) -> Sequence[Step]:
    """The steps that were refused, whose imports could wait where they stand."""
    return [
        step
        for step, _ in outcome.refused
        if step.is_whole and not step.handed_on and all(_can_wait(*place) for place in step.places.items())
    ]


def _can_wait(place: Statement, code: str) -> bool:
    source = source_of(place.path) if code in WAITING else None
    try:
        return source is not None and bool(waiting(collect(source.tree, Target((3, 15))), [place.line]))
    except Refused:
        return False
