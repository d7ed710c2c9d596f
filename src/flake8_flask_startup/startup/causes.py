"""The causes of a boot's cost: one for each package that it pays for, with the statements that decide about it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from ..config.entry_target import first_module
from ..files.paths import shown
from .boot import Cause, Place
from .graph.cost_model import StartupCosts
from .graph.plan import Removal
from .graph.trace import Statement, Trace


def causes(plan: Iterable[Removal], costs: StartupCosts) -> tuple[Cause, ...]:
    """Return the causes, dearest first, of the packages that statements of the project name."""
    naming = _naming(costs)
    beginnings = beginnings_of(costs.trace)
    removals = {each.package: each for each in plan if each.package in naming}
    brought = {package: _bringer(each, removals, costs) for package, each in removals.items()}
    found = []
    for package, removal in removals.items():
        ms, interval = costs.price(package)
        named = set(naming[package]).union(*(naming[part] for part, by in brought.items() if by == package))
        found.append(
            Cause(
                package=package,
                ms=round(ms, 1),
                saving_ms=round(removal.saving_ms, 1) + 0.0,
                statements=_places(removal.statements),
                route=tuple(dict.fromkeys(step.module for step in removal.chain)),
                entry=entry_of(removal, beginnings),
                blocked=_places(_own_first([each.statement for each in removal.blocked_by], naming[package])),
                part_of=brought[package],
                followers=max(0, len(named) - 1),
                unknown=removal.unknown,
                perhaps=removal.perhaps,
                interval=interval,
            )
        )
    return tuple(sorted(found, key=lambda cause: (-cause.ms, cause.package)))


def beginnings_of(trace: Trace) -> Mapping[str, str]:
    """Return the entry points by file: that of the entry point's module, and those of the packages around it.

    The empty string has the first entry point.
    """
    files = {each.name: shown(each.path) for each in trace.loaded if each.path}
    found: dict[str, str] = {"": trace.entries[0]}
    for entry in trace.entries:
        name = first_module(entry, files)
        while name:
            found.setdefault(files.get(name, ""), entry)
            name = name.rpartition(".")[0]
    return found


def entry_of(removal: Removal, beginnings: Mapping[str, str]) -> str:
    """Return the entry point at which the chain of imports to a package begins; the first one if it is unknown."""
    first = next((step.statement.path for step in removal.chain), "")
    return beginnings.get(first, beginnings[""])


def _naming(costs: StartupCosts) -> dict[str, dict[Statement, None]]:
    """The statements of the project that name each package."""
    found: dict[str, dict[Statement, None]] = {}
    for edge in costs.graph.targets:
        if costs.graph.is_own(edge):
            found.setdefault(costs.package(edge.imported), {})[edge.statement] = None
    return found


def _bringer(removal: Removal, removals: Collection[str], costs: StartupCosts) -> str:
    """Another package that must stay, and brings in at least half of the one that a removal is about; empty if none."""
    whole = costs.total.parts.get(removal.package, 0.0)
    for blocker in removal.blocked_by:
        for edge in costs.graph.edges_at({blocker.statement}):
            package = costs.package(edge.imported)
            row = costs.table.row(edge.imported)
            brings = row.parts.get(removal.package, 0.0) if row is not None else 0.0
            if package != removal.package and package in removals and whole and brings >= whole / 2:
                return package
    return ""


def _own_first(statements: Iterable[Statement], naming: Collection[Statement]) -> list[Statement]:
    """Statements, those that name the package itself before those that bring it in with another one."""
    return sorted(statements, key=lambda each: (each not in naming, each))


def _places(statements: Iterable[Statement]) -> tuple[Place, ...]:
    return tuple((each.path, each.line) for each in statements)
