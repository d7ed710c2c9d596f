"""What stays of a startup and why, and what would go under other conditions; `report` and `fix` end with it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from ..config.settings import Settings
from ..model.messages import milliseconds
from ..startup.chains import beyond_parts
from ..startup.chains import staying as blocked
from ..startup.fates import Fates
from ..startup.graph.cost_model import StartupCosts
from ..startup.graph.plan import Removal
from ..startup.graph.trace import Statement
from ..syntax.binder import collect
from ..syntax.static_conditions import Target
from .lazy import waiting
from .made_later import later
from .refusal import Refused
from .steps import Startup, source_of

MAX_STAYING = 5
WAITING = frozenset({"FST101", "FST104", "FST107"})  # that a lazy import settles


class Planned(Protocol):
    """A startup with its costs, and what must go for each package to go."""

    @property
    def costs(self) -> StartupCosts: ...  # noqa: D102  # as the class says

    @property
    def plan(self) -> tuple[Removal, ...]: ...  # noqa: D102  # likewise

    @property
    def fates(self) -> Fates | None: ...  # noqa: D102  # likewise


@dataclass(frozen=True, slots=True)
class Done:
    """What has gone of a startup, or would: its statements, and the ms that are left.

    waiting are packages with the statements that could wait where they stand, as lazy imports. reloads says whether a
    reloader starts everything a second time, before what has gone and after.
    """

    statements: frozenset[Statement]
    left_ms: float
    waiting: Sequence[tuple[str, Collection[Statement]]] = ()
    reloads: tuple[bool, bool] = (False, False)


def ceiling(planned: Planned, settings: Settings, done: Done, was: Planned) -> Iterator[str]:
    """Return lines for what stays, the reloader, and what would go with `--unsafe` and with lazy imports.

    was is the startup as it is written, planned that of what is judged in its place.
    """
    apart = beyond_parts(list(blocked(planned.plan, planned.costs, done.statements)), planned.costs, done.statements)
    stays = [f"stays   {each}" for each in staying(apart)]
    yield from stays[:MAX_STAYING]
    if len(stays) > MAX_STAYING:
        least = milliseconds(settings.least_threshold)
        yield f"stays   {len(stays) - MAX_STAYING} more, which report --threshold {least} shows"
    if flask := planned.costs.flask_ms:
        yield f"stays   {milliseconds(flask):>7} ms  flask itself"
    now, then = planned.costs.total.ms, done.left_ms
    if done.reloads == (True, False):
        figures = f"{milliseconds(2 * now)} ms now, {milliseconds(then)} ms then"
        yield f"with the reloader, which starts it a second time: {figures}"
    elif any(done.reloads):
        yield f"the reloader starts it a second time: {milliseconds(then)} ms less without it"
    yield from _unsafely(planned, settings, was)
    if done.waiting:
        more = {place for _, places in done.waiting for place in places}
        edges = planned.costs.graph.edges_at
        left = [planned.costs.without(edges(each)).ms for each in (done.statements, done.statements | more)]
        names = ", ".join(dict.fromkeys(package for package, _ in done.waiting))
        yield f"with --style lazy, on Python 3.15: {milliseconds(left[0] - left[1])} ms less ({names})"


def staying(plan: Iterable[Removal]) -> Iterator[str]:
    """Return a line for each package that startup needs, dearest first: what it costs, and what needs it."""
    for each in plan:
        if each.blocked_by:
            statement, reason = each.blocked_by[0].statement, each.blocked_by[0].reason
            where = f"{statement.path}:{statement.line}" + (f": {reason}" if reason else "")
            yield f"{milliseconds(each.saving_ms):>7} ms  {each.package} ({where})"


def eager(startup: Startup, least: float, gone: Collection[Statement]) -> Iterator[str]:
    """Return a line for each import of the project's that must not wait, and why.

    Left out is what costs less than the least ms, and the statements that have gone.
    """
    costs = startup.costs
    dear = {each.statement for each in costs.graph.targets
            if costs.graph.is_own(each) and costs.price_of(each.imported) >= least}  # fmt: skip
    for each in sorted(dear - set(gone)):
        source = source_of(each.path)
        imports = collect(source.tree, Target((3, 15))).imports_at(each.line) if source is not None else ()
        reason = startup.fates.need(each)
        if not reason and not all(one.can_wait for one in imports):
            reason = "no import waits there (PEP 810)"
        if imports and reason:
            names = ", ".join(dict.fromkeys("." * one.level + one.module for one in imports))
            yield f"eager   {names} ({each.path}:{each.line}: {reason})"


def _unsafely(planned: Planned, settings: Settings, was: Planned) -> Iterator[str]:
    """A line for the packages that would go if objects of module code were made later."""
    again = later(was.plan, was.fates, settings, unsafe=True)
    free = {each.package for each in planned.plan if not each.blocked_by}
    more = [each for each in again.plan if not each.blocked_by and each.package not in free] if again else []
    if again is not None and more:
        known = {place for each in again.plan if each.package in free for place in each.statements}
        gone = known.union(*(each.statements for each in more))
        left = [again.costs.without(again.costs.graph.edges_at(each)).ms for each in (known, gone)]
        yield f"with --unsafe: {milliseconds(left[0] - left[1])} ms less ({', '.join(each.package for each in more)})"


def can_wait(place: Statement, code: str, startup: Startup) -> bool:
    """Return whether the imports of a statement, with a finding of a code, could wait where they stand (PEP 810)."""
    package = startup.package_of(place.path)
    source = source_of(place.path) if code in WAITING else None
    try:
        return source is not None and bool(waiting(collect(source.tree, Target((3, 15))), {place.line: None}, package))
    except Refused:
        return False
