"""Imports of the project's own that can wait, above packages that cannot go by themselves."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import cache

from ..config.settings import Settings
from ..files.paths import shown
from ..project.module_finder import Origin
from .boot import Link
from .fates import Fates
from .graph.cost_model import StartupCosts
from .graph.min_cut import Cuts
from .graph.plan import LEAST_SAVING, Advance, Removal, advances
from .graph.trace import Statement

MAX_TOGETHER = 16  # statements of one cut: more is no advice any more
MAX_TURNS = 24  # cuts that are tried for a package, each without the statements that must stay of those before


def links(plan: Iterable[Removal], costs: StartupCosts, fates: Fates, settings: Settings) -> Iterable[Link]:
    """Return what can wait above each package that cannot go by itself, and saves the threshold.

    That is the nearest import on the way to it that is left when the packages which can go have gone, or, where it
    takes more than one, the fewest that do together.
    """
    plan = list(plan)
    gone = {statement for each in advances(costs, plan) for statement in each.statements}
    gone_edges = costs.graph.edges_at(gone)
    before = costs.saving(gone_edges) if gone else 0.0

    @cache  # many packages share the way to them
    def gained(statement: Statement) -> float:
        """What the boot saves where a statement waits; nothing for one that must not, or that saves too little."""
        saving = costs.saving(costs.graph.edges_at({*gone, statement})) - before
        if saving < settings.threshold:  # who uses its names is not looked for
            return 0.0
        return saving if fates.may_wait(statement) and _changes_nothing([statement], costs, fates) else 0.0

    found: dict[Statement, Link] = {}
    left: list[Removal] = []
    named = {costs.package(edge.imported) for edge in costs.graph.targets if costs.graph.is_own(edge)}
    for removal in plan:
        if not removal.blocked_by or removal.package not in named:
            continue
        chain = costs.graph.chain(costs.bringing(removal.package), gone_edges)
        steps = [step for step in chain if costs.graph.origin(step.module) is Origin.FIRST_PARTY]
        modules = [step.module for step in chain]
        for step in reversed(steps):
            saving = gained(step.statement)
            if saving:
                way = tuple(dict.fromkeys(modules[modules.index(step.module) :]))
                known = found.get(step.statement)
                others = () if known is None else (*known.others, removal.package)
                together = _also(step.statement, removal.package, gone, costs, settings)
                link = Link(
                    step.statement.path, step.statement.line, removal.package, round(saving, 1), way, together=together
                )
                found[step.statement] = link if known is None else replace(known, others=others)
                break
        else:
            left.append(removal)
    return [*found.values(), *_together(left, found, costs, fates, settings)]


def _also(
    statement: Statement, package: str, gone: Collection[Statement], costs: StartupCosts, settings: Settings
) -> tuple[tuple[str, int], ...]:
    """What has to go besides a statement that does not save the threshold alone, of what brings a package in."""
    if costs.saving(costs.graph.edges_at({statement})) >= settings.threshold:
        return ()
    bringing = {edge.statement for edge in costs.graph.outward_to(costs.bringing(package))}
    return tuple((each.path, each.line) for each in sorted(bringing.intersection(gone)))


def further(costs: StartupCosts, found: Iterable[Link], gone: Collection[Statement]) -> tuple[Advance, ...]:
    """Return the steps that links make after other statements have gone, dearest first; each named for what waits."""
    steps: list[Advance] = []
    taken = set(gone)
    left = costs.without(costs.graph.edges_at(taken)).ms
    for link in sorted(found, key=lambda each: -each.saving_ms):
        new = tuple(sorted(each for each in places_of(link) if each not in taken))
        after = costs.without(costs.graph.edges_at(taken.union(new))).ms
        if new and left - after >= LEAST_SAVING * len(new):  # beyond what the steps before it save
            name = link.package if link.together else link.chain[0]
            steps.append(Advance(name, left - after, after, new, name))
            taken.update(new)
            left = after
    return tuple(steps)


def places_of(link: Link) -> tuple[Statement, ...]:
    """Return the statements that go together for a link to save what it says."""
    return (Statement(link.path, link.line), *(Statement(*each) for each in link.together))


def staying(plan: Iterable[Removal], costs: StartupCosts, gone: Collection[Statement]) -> Iterator[Removal]:
    """Return the parts of a plan that are blocked, and of whose packages something is loaded when statements go."""
    lost = costs.graph.lost(costs.graph.edges_at(gone))
    return (each for each in plan if each.blocked_by and not lost.issuperset(costs.bringing(each.package)))


def beyond_parts(plan: Sequence[Removal], costs: StartupCosts, gone: Collection[Statement]) -> Sequence[Removal]:
    """Return the removals of a plan, dearest first, each with what it saves beyond gone and the ones that it contains.

    A small package that many dear ones bring in takes all their statements to go: that is not what it costs. A part
    that saves nothing beyond the others is left out.
    """
    apart = []
    for each in plan:
        parts = {place for other in plan if set(other.statements) < set(each.statements) for place in other.statements}
        left, after = (costs.without(costs.graph.edges_at({*gone, *some})).ms for some in (parts, each.statements))
        apart.append(replace(each, saving_ms=left - after))
    dear = (each for each in apart if each.saving_ms >= LEAST_SAVING)
    return sorted(dear, key=lambda each: (-each.saving_ms, each.package))


def _together(
    plan: Iterable[Removal], taken: Iterable[Statement], costs: StartupCosts, fates: Fates, settings: Settings
) -> Iterable[Link]:
    """The links of several statements, without all of which a package is not loaded."""
    graph = costs.graph
    gone = frozenset(taken)
    staying: set[Statement] = set()  # whatever the package
    found: dict[tuple[Statement, ...], list[Link]] = {}

    @cache
    def may_go(statement: Statement, by_own_file: bool) -> bool:
        is_outward = any(graph.origin(edge.imported) is not Origin.FIRST_PARTY for edge in graph.edges_at({statement}))
        if is_outward:
            return not fates.need(statement, by_own_file=by_own_file)
        return fates.may_wait(statement, by_own_file=by_own_file)

    @cache
    def saved(cut: tuple[Statement, ...]) -> float:
        """What a cut saves beyond what has gone; nothing where that is too little, or where more would change."""
        saving = costs.saving(graph.edges_at({*gone, *cut})) - before if _is_own(cut, costs) else 0.0
        is_enough = saving >= max(settings.threshold, LEAST_SAVING * len(cut))
        return saving if is_enough and _changes_nothing({*gone, *cut}, costs, fates) else 0.0

    before = costs.saving(graph.edges_at(gone)) if gone else 0.0
    own = {edge.statement for edge in graph.targets if graph.is_own(edge)}
    for removal in plan:
        staying.update(each.statement for each in removal.blocked_by if each.reason)
        cut = _confirmed(costs.bringing(removal.package), costs, own, may_go, staying, saved)
        new = [each for each in cut if each not in gone]
        if cut in found:
            found[cut] = [replace(each, others=(*each.others, removal.package)) for each in found[cut]]
        elif new:
            found[cut] = [_link(each, cut, removal.package, saved(cut), costs) for each in new]
    return [link for group in found.values() for link in group if link.chain]


def _changes_nothing(statements: Collection[Statement], costs: StartupCosts, fates: Fates) -> bool:
    """Whether no module of the project that is not loaded without some statements changes anything that stays.

    One that has the models of a database, or routes, registers them where others look when the app has started.
    """
    lost = costs.graph.lost(costs.graph.edges_at(statements))
    own = [each for each in costs.trace.loaded if each.name in lost and each.origin is Origin.FIRST_PARTY]
    return not any(fates.effect(shown(each.path), lost) for each in own if each.path)


def _confirmed(
    names: Iterable[str],
    costs: StartupCosts,
    own: AbstractSet[Statement],
    may_go: Callable[[Statement, bool], bool],
    staying: set[Statement],
    saved: Callable[[tuple[Statement, ...]], float],
) -> tuple[Statement, ...]:
    """The fewest of its own statements without which none of some names is loaded; empty where there are none.

    Only those of a cut that saves enough are asked about, for that takes reading who uses their names; and first their
    own files, which takes less. What must stay joins staying.
    """
    for _ in range(MAX_TURNS):
        cut = Cuts(costs.graph, own - staying).of(frozenset(names)) or ()
        if len(cut) > MAX_TOGETHER:
            break
        must_stay = [each for each in cut if not may_go(each, True)]
        if not must_stay:
            if not saved(cut):
                break
            must_stay = [each for each in cut if not may_go(each, False)]
        if not must_stay:
            return cut
        staying.update(must_stay)
    return ()


def _is_own(cut: Sequence[Statement], costs: StartupCosts) -> bool:
    """Whether a cut has an import of the project's own, without which it would be a step of the plan."""
    edges = costs.graph.edges_at(cut)
    return any(costs.graph.origin(edge.imported) is Origin.FIRST_PARTY for edge in edges)


def _link(statement: Statement, cut: Sequence[Statement], package: str, saving: float, costs: StartupCosts) -> Link:
    """The part that a statement has in a cut; without a chain for one that imports the package itself."""
    targets = {name for edge in costs.graph.edges_at({statement}) for name in costs.graph.targets[edge]}
    own = [name for name in targets if costs.graph.origin(name) is Origin.FIRST_PARTY]
    ways = (costs.graph.way(name, costs.bringing(package)) for name in sorted(own))
    chain = min(filter(None, ways), key=len, default=())
    together = tuple((each.path, each.line) for each in cut if each != statement)
    return Link(statement.path, statement.line, package, round(saving, 1), chain, together=together)
