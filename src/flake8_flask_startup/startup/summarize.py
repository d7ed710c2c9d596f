"""From the trace of a boot and the cost table to the boot as the rules see it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from ..config.entry_target import first_module
from ..config.settings import Settings
from ..costs.estimator import Features
from ..costs.table import CostTable
from ..files.paths import shown
from ..project.module_finder import Origin
from ..project.modules import Project
from .besides import brought_besides, loaders
from .boot import Boot
from .boot_json import identified
from .causes import causes
from .chains import links
from .contained import contained
from .fates import Fates
from .graph.cost_model import StartupCosts
from .graph.plan import Removal, removals
from .graph.trace import Trace
from .started import started_functions


@dataclass(frozen=True, slots=True)
class Summary:
    """A boot with its prices, what must go for each package to go, the boot as the rules see it, and its fates."""

    costs: StartupCosts
    plan: tuple[Removal, ...]
    boot: Boot
    fates: Fates


def summarize(
    traced: Trace,
    features: Mapping[str, Features],
    project: Project,
    settings: Settings,
    table: CostTable,
    *,
    configured: bool,
) -> Summary:
    """Price a boot and judge what can go; configured says that the user named its entry points.

    features are those of the boot's modules.
    """
    usual = traced.usual()
    own = [each for each in usual.loaded if each.origin is Origin.FIRST_PARTY and each.path]
    costs = StartupCosts(traced, table, features)
    started = started_functions(traced.runs)
    fates = Fates(traced, project, settings, started, prices=table)
    plan = plan_of(costs, settings, fates)
    imported = {name for edge in usual.edges for name in _loaded_by(edge.imported) if name != edge.importer}
    files = {each.path: shown(each.path) for each in own}
    names = {each.name for each in usual.loaded}
    first = {first_module(entry, names) for entry in traced.entries}  # no statement loads the packages around it either
    boot = Boot(
        entries=traced.entries,
        why=traced.why,
        configured=configured,
        total_ms=round(costs.total.ms, 1),
        more_ms=round(costs.more_ms, 1),
        variables=costs.variables,
        files=frozenset(files.values()),
        statements=frozenset((each.statement.path, each.statement.line) for each in usual.edges),
        imported=frozenset(files[each.path] for each in own if each.name in imported),
        started=frozenset(files[each.path] for each in own if each.via is None and each.name in first),
        causes=contained("the causes of what startup costs", lambda: causes(plan, costs), lambda _: ()),
        links=contained("the links of startup", lambda: tuple(links(plan, costs, fates, settings)), lambda _: ()),
        started_functions=started,
        unmeasured=costs.unmeasured(),
        loaders=() if settings.startup_modules else tuple(loaders(traced)),
    )
    return Summary(costs, plan, identified(boot), fates)


def plan_of(costs: StartupCosts, settings: Settings, fates: Fates) -> tuple[Removal, ...]:
    """Return what must go for each package to go; nothing, with a line that says so, after a fault of ours."""

    def planned() -> tuple[Removal, ...]:
        return tuple(
            each if each.blocked_by else replace(each, perhaps=brought_besides(each.package, costs.trace, settings))
            for each in removals(costs, settings.least_threshold, fates.need, partial(fates.need, by_own_file=True))
        )

    return contained("what startup can do without", planned, lambda _: ())


def _loaded_by(imported: str) -> Iterator[str]:
    """What an import statement may load: the name as written, and the packages around it."""
    while imported:
        yield imported
        imported = imported.rpartition(".")[0]
