"""From the trace of a boot and the cost table to the boot as the rules see it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from ..analysis.call_graph import Reach
from ..analysis.import_fate import Fate, Module, Verdict, fate_at, verdicts
from ..config.settings import Settings
from ..costs.table import CostTable
from ..files.paths import shown
from ..inference.queries import Nobody, Settled
from ..project.modules import ModuleFile, Origin, Project
from ..syntax.symbol_table import Role
from .boot import Bill, Boot, Link
from .boot_json import identified
from .graph.cost_model import Removal, StartupCosts
from .graph.trace import Statement, Trace
from .started import started_functions


def needed(traced: Trace, project: Project, settings: Settings, table: CostTable) -> dict[Statement, str]:
    """The heavy imports of a boot that cannot simply go, each with what needs it while the app starts."""
    importers = {
        edge.importer
        for edge in traced.edges
        if (row := table.row(edge.imported)) is not None and row.ms >= settings.threshold
    }
    found: dict[Statement, str] = {}
    for name in sorted(importers):
        file = project.find(name)
        if file is None or file.origin is not Origin.FIRST_PARTY:
            continue
        module = _module(file, project)
        for verdict in verdicts(module, settings, table):
            if reason := _reason(verdict, module):
                found[Statement(shown(str(file.path)), verdict.imports[0].span.line)] = reason
    return found


def _reason(verdict: Verdict, module: Module) -> str:
    """What needs an import while the app starts; empty where it can go."""
    if verdict.fate is Fate.FACTORY:
        return _used_by(verdict, module)
    return verdict.reason if verdict.fate is Fate.NEEDED else ""


def _used_by(verdict: Verdict, module: Module) -> str:
    """What uses an import in a function that startup calls, before that function returns; empty if nothing does."""
    facts = module.facts
    home = verdict.imports[0].place.scope
    function = facts.function_of(home)
    running = {function, *Reach(facts, module.names).running(function)}
    names = {each.bound for each in verdict.imports}
    lines = [
        use.line
        for use in facts.uses
        if use.home == home
        and use.name in names
        and use.role is not Role.ANNOTATION
        and facts.function_of(use.place.scope) in running
    ]
    return f"{facts.scopes[function].name}() uses it on line {min(lines)}" if lines else ""


def drawn_up(traced: Trace, project: Project, settings: Settings, table: CostTable, *, configured: bool) -> Boot:
    """The boot as the rules see it; configured says that the user named its entry points."""
    own = [each for each in traced.loaded if each.origin is Origin.FIRST_PARTY and each.path]
    costs = StartupCosts(traced, table, {each.name: _kib(each.path) for each in own})
    named = {costs.package(edge.imported) for edge in traced.edges}  # findings are about what statements name
    whole = costs.plan(settings.threshold, needed(traced, project, settings, table))
    plan = [each for each in whole if each.package in named]
    started = started_functions(traced.runs)
    imported = {name for edge in traced.edges for name in _loaded_by(edge.imported) if name != edge.importer}
    files = {each.path: shown(each.path) for each in own}
    boot = Boot(
        entries=traced.entries,
        why=traced.why,
        configured=configured,
        total_ms=round(costs.total.ms, 1),
        files=frozenset(files.values()),
        statements=frozenset((each.statement.path, each.statement.line) for each in traced.edges),
        imported=frozenset(files[each.path] for each in own if each.name in imported),
        started=frozenset(files[each.path] for each in own if each.via is None),
        bills=_ranked([_bill(removal) for removal in plan]),
        links=tuple(_links(plan, costs, project, settings)),
        started_functions=started,
    )
    return identified(boot)


def _ranked(bills: list[Bill]) -> tuple[Bill, ...]:
    """Bills, dearest first, each by what it saves beyond a bill that a part of its own statements pays already."""

    def beyond(bill: Bill) -> float:
        contained = (each.saving_ms for each in bills if set(each.statements) < set(bill.statements))
        return bill.saving_ms - max(contained, default=0.0)

    return tuple(sorted(bills, key=lambda bill: (-beyond(bill), bill.package)))


def _bill(removal: Removal) -> Bill:
    return Bill(
        removal.package,
        round(removal.saving_ms, 1),
        tuple((statement.path, statement.line) for statement in removal.statements),
        tuple(dict.fromkeys(step.module for step in removal.chain)),
        tuple((blocker.statement.path, blocker.statement.line) for blocker in removal.blocked_by),
    )


def _links(plan: Iterable[Removal], costs: StartupCosts, project: Project, settings: Settings) -> Iterator[Link]:
    """For each package that cannot go by itself: the nearest import above it that can wait and saves the threshold."""

    @cache  # many packages share the way to them
    def gained(statement: Statement) -> float | None:
        """What the boot saves where a statement waits; None for one that must not."""
        edges = costs.graph.edges_at({statement})
        importers = {edge.importer for edge in edges}  # several where one file is two modules
        may_wait = any(_may_wait(importer, statement.line, project, settings) for importer in sorted(importers))
        return costs.saving(edges) if may_wait else None

    for removal in plan:
        if not removal.blocked_by:
            continue
        steps = [step for step in removal.chain if costs.graph.origin(step.module) is Origin.FIRST_PARTY]
        modules = [step.module for step in removal.chain]
        for step in reversed(steps):
            saving = gained(step.statement)
            if saving is not None and saving >= settings.threshold:
                chain = tuple(dict.fromkeys(modules[modules.index(step.module) :]))
                yield Link(step.statement.path, step.statement.line, removal.package, round(saving, 1), chain)
                break


def _may_wait(importer: str, line: int, project: Project, settings: Settings) -> bool:
    file = project.find(importer)
    if file is None or file.origin is not Origin.FIRST_PARTY:
        return False
    return fate_at(_module(file, project), settings, line) is Fate.DEFER


def _module(file: ModuleFile, project: Project) -> Module:
    said = project.facts(file)
    return Module(
        said.facts,
        said.names,
        Settled(said.names, lambda _: False, Nobody),
        is_package=bool(file.folders),
        is_first_party=lambda top: project.origin(top) is Origin.FIRST_PARTY,
        is_kept=lambda _: False,
        lines_with=said.source.lines_with,
        runs=lambda _: True,  # the statements that the boot does not execute are in no cut
    )


def _loaded_by(imported: str) -> Iterator[str]:
    """What an import statement may load: the name as written, and the packages around it."""
    while imported:
        yield imported
        imported = imported.rpartition(".")[0]


def _kib(path: str) -> float:
    try:
        return Path(path).stat().st_size / 1024
    except OSError:
        return 0.0
