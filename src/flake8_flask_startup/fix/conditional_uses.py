"""Steps for imports that startup uses under conditions: they go behind those, and are paid for where these hold."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from functools import cache

from ..config.settings import Settings
from ..lint.source import Source
from ..startup.fates import Fates
from ..startup.graph.plan import LEAST_SAVING, called
from ..startup.graph.trace import Statement
from ..syntax.binder import collect
from ..syntax.facts import Facts
from ..syntax.static_conditions import Target
from .branch_places import branches, in_module
from .placement import placements
from .refusal import Refused
from .steps import CHAIN, NEEDED, Startup, Step, source_of


def conditional_uses(startup: Startup, settings: Settings, steps: Collection[Step]) -> Iterator[Step]:
    """Return a step for each package that startup needs for nothing but what it does under conditions.

    What the given steps save is not counted again.
    """
    target = Target.of(settings)
    facts_of = cache(lambda path: _facts_of(path, target))  # several statements may stand in a file
    gone = {place for each in steps for place in each.places}
    left = startup.costs.without(startup.costs.graph.edges_at(gone)).ms
    for removal in startup.plan:
        new = [each for each in removal.statements if each not in gone]
        known = [each.statement for each in removal.blocked_by if each.statement not in gone]
        if not known or not all(_is_conditional(each, startup.fates, facts_of) for each in known):
            continue
        blocked = [each for each in new if startup.fates.need(each)]  # by other files as well
        if not all(_is_conditional(each, startup.fates, facts_of) for each in blocked):
            continue
        after = startup.costs.without(startup.costs.graph.edges_at({*gone, *new})).ms
        if left - after < max(LEAST_SAVING * len(new), settings.threshold):
            continue
        codes = {each: NEEDED if each in blocked else CHAIN for each in new}
        name = called(startup.costs, removal.package, new)
        names = {each: found for each in new if (found := startup.fates.names_judged(each))}
        yield Step(name, left - after, codes, names, branched=frozenset(blocked))
        gone.update(new)
        left = after


def _facts_of(path: str, target: Target) -> tuple[Source, Facts] | None:
    source = source_of(path)
    return None if source is None else (source, collect(source.tree, target))


def _is_conditional(place: Statement, fates: Fates, facts_of: Callable[[str], tuple[Source, Facts] | None]) -> bool:
    """Whether conditions may decide if startup uses what a statement imports, and no more needs it.

    They stand in the functions that use it, or where those are called: a trace of the edited files says if they do.
    """
    known = facts_of(place.path) if fates.may_wait_for_use(place) else None
    if known is None:
        return False
    source, facts = known
    try:
        found = placements(facts, {place.line: fates.names_judged(place) or None}, "".join(source.lines), {place.line})
    except Refused:
        return False
    sure = fates.surely_run(place.path)
    if any(each.loading and in_module(source.tree, each.imported.bound) is None for each in found):
        return False
    return all(
        line not in sure or branches(source.tree, line, each.imported.bound, each.using) is not None
        for each in found
        for line in each.functions
    )
