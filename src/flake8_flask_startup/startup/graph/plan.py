"""What must go for a package to go, and in which steps. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ...costs.rows import STDLIB
from ...project.module_finder import Origin
from .boot_graph import RouteStep
from .cost_model import WITH_FLASK, StartupCosts
from .min_cut import Cuts
from .trace import Statement

MAX_CALLED = 3  # packages in the name of a step
LEAST_SAVING = 1.0  # ms for each statement: for less nobody moves it


@dataclass(frozen=True, slots=True)
class Blocker:
    """A statement that cannot simply go, and why; reason is '' where nothing but its number speaks against it."""

    statement: Statement
    reason: str


@dataclass(frozen=True, slots=True)
class Removal:
    """What must go for a package to go.

    statements go together, saving_ms is what the boot saves then. blocked_by are those among them that something needs
    while the app starts; where their own files need some, those alone. stays are the packages that the package loads
    and others keep, dearest first. chain is the shortest way to it. unknown are packages without a figure that stay,
    and may bring it in as well: then saving_ms is the most that can be saved. perhaps is what else may bring it in, a
    statement that may load files beyond the trace.
    """

    package: str
    saving_ms: float
    statements: tuple[Statement, ...]
    blocked_by: tuple[Blocker, ...]
    stays: tuple[str, ...]
    chain: tuple[RouteStep, ...]
    unknown: tuple[str, ...] = ()
    perhaps: str = ""


@dataclass(frozen=True, slots=True)
class Advance:
    """One step of a plan: the statements that go after those of the steps before, what that saves, what it leaves.

    called is what people know it by.
    """

    package: str
    saving_ms: float
    left_ms: float
    statements: tuple[Statement, ...]
    called: str


def removals(
    costs: StartupCosts,
    threshold: float,
    need: Callable[[Statement], str],
    own_need: Callable[[Statement], str] = lambda _: "",
) -> tuple[Removal, ...]:
    """Return what must go for each package to go that costs the threshold (ms), dearest saving first.

    need tells what keeps a statement from going while the app starts, "" if nothing does, whatever that costs; own_need
    does the same by the statement's own file alone, which is found sooner, and often enough. Only the project's
    statements that import from outside of it go; a module of the project stays what it is. A package that none of them
    names has an entry of its own where it takes other statements than those that do.
    """
    outward = {
        edge
        for edge in costs.graph.targets
        if costs.graph.is_own(edge) and costs.graph.origin(edge.imported) is not Origin.FIRST_PARTY
    }
    movable = {edge.statement for edge in outward}
    named = {costs.package(edge.imported) for edge in outward if costs.price_of(edge.imported) >= threshold}
    packages = (named | _dear(costs, threshold)) - WITH_FLASK
    every = Cuts(costs.graph, movable)
    needed = _needed(costs, packages, movable, need, own_need)
    free = Cuts(costs.graph, movable.difference(needed))
    found = [_removal(costs, package, every, free, needed) for package in named - WITH_FLASK]
    taken = {each.statements for each in found}
    for package in packages - named:
        removal = _removal(costs, package, every, free, needed)
        if removal.statements and removal.statements not in taken:
            found.append(removal)
    return tuple(sorted(found, key=lambda each: (-each.saving_ms, each.package)))


def _needed(
    costs: StartupCosts,
    packages: Collection[str],
    movable: Collection[Statement],
    need: Callable[[Statement], str],
    own_need: Callable[[Statement], str],
) -> Mapping[Statement, str]:
    """What keeps statements from going that may be in a removal.

    Where the files of some keep a package loaded, the others are not asked about: whoever needs them, it stays.
    """
    bringing = {package: costs.bringing(package) for package in packages}
    asked = {package: {edge.statement for edge in costs.graph.outward_to(names)} for package, names in bringing.items()}
    needed = {each: reason for each in sorted(set().union(*asked.values())) if (reason := own_need(each))}
    free = Cuts(costs.graph, set(movable).difference(needed))
    undecided = {each for package, names in bringing.items() if free.of(names) is not None for each in asked[package]}
    return needed | {each: reason for each in sorted(undecided.difference(needed)) if (reason := need(each))}


def _dear(costs: StartupCosts, threshold: float) -> set[str]:
    """The third-party packages that the boot pays the threshold for, whoever brings them in."""
    return {
        package
        for package, ms in costs.total.parts.items()
        if ms >= threshold and package != STDLIB and costs.graph.origin(package) is Origin.THIRD_PARTY
    }


def advances(costs: StartupCosts, plan: Sequence[Removal]) -> tuple[Advance, ...]:
    """Return what of a plan can go, dearest first; each step saves what the ones before it have left to save.

    A set of statements comes after the sets that it contains, so that each is blamed for its own part.
    """
    found: list[Advance] = []
    gone: set[Statement] = set()
    left = costs.total.ms
    for removal in _parts_first([each for each in plan if not each.blocked_by]):
        new = tuple(each for each in removal.statements if each not in gone)
        if not new:
            continue
        after = costs.without(costs.graph.edges_at(gone.union(new))).ms
        if left - after >= LEAST_SAVING * len(new):
            name = called(costs, removal.package, new)
            found.append(Advance(removal.package, left - after, after, new, name))
            gone.update(new)
            left = after
    return tuple(found)


def called(costs: StartupCosts, package: str, statements: Collection[Statement]) -> str:
    """Return what to call the removal of a package: where no statement names it, by the packages that they name."""
    named = {
        costs.package(edge.imported): None
        for statement in statements
        for edge in sorted(costs.graph.edges_at({statement}), key=lambda each: each.imported)
        if costs.graph.origin(edge.imported) is not Origin.FIRST_PARTY
    }
    if package in named or not named:
        return package
    *others, last = named if len(named) <= MAX_CALLED else [*list(named)[: MAX_CALLED - 1], "others"]
    return f"{', '.join(others)} and {last}, which bring {package}" if others else f"{last}, which brings {package}"


def _removal(costs: StartupCosts, package: str, cuts: Cuts, free: Cuts, needed: Mapping[Statement, str]) -> Removal:
    """What must go for a package to go, of statements that are free to if they do, else of all that could."""
    bringing = costs.bringing(package)
    statements = free.of(bringing)
    blockers: tuple[Blocker, ...] = ()
    if statements is None:
        statements = cuts.of(bringing) or costs.graph.direct(bringing)
        blockers = tuple(Blocker(each, needed.get(each, "")) for each in statements if each not in free.movable)
    after = costs.without(costs.graph.edges_at(statements))
    mine = {part for name in bringing if costs.package(name) == package for part in costs.parts(name)}
    return Removal(
        package=package,
        saving_ms=costs.total.ms - after.ms,
        statements=statements,
        blocked_by=blockers,
        stays=tuple(part for part in after.parts if part in mine and part != STDLIB),
        chain=costs.route(package),
        unknown=_unknown_without(costs, statements, package),
    )


def _unknown_without(costs: StartupCosts, statements: Collection[Statement], package: str) -> tuple[str, ...]:
    """The packages without a figure, whose files are not known either, that stay when statements go."""
    unknown = costs.unknown_nodes
    left = costs.graph.reachable(costs.graph.edges_at(statements)) if unknown else ()
    return tuple(sorted({unknown[name] for name in left if name in unknown} - {package}))


def _parts_first(plan: Sequence[Removal]) -> Iterable[Removal]:
    """A plan in its order, but every set of statements after the sets that are part of it."""
    ordered: dict[Removal, None] = {}
    for removal in plan:
        parts = [each for each in plan if set(each.statements) < set(removal.statements)]
        ordered |= dict.fromkeys((*sorted(parts, key=lambda each: len(each.statements)), removal))
    return ordered
