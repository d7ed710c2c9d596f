"""What a boot loads, what that costs, and what to do, as one value; `text` and `as_json` show it.

In: a project and its entry points. Out: a `Report`, and that as text, JSON, a tree or a page of HTML. Asks `lint`,
`lint.rules`, `startup`, `startup.graph`, `project`, `costs`, `config`, `model` and `files`.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ..config.entry_target import EntryError
from ..config.settings import Settings
from ..costs.table import CostTable
from ..files.gc_control import made_to_stay
from ..files.paths import shown
from ..files.source_file import read_source
from ..files.trees import tree_of
from ..lint.engine import check
from ..lint.rule import Trait
from ..lint.rules import codes_with
from ..lint.source import Source
from ..model import Finding
from ..project.entries import need
from ..project.module_finder import Origin
from ..project.modules import Project
from ..startup.boot import Link
from ..startup.cost_tables import cost_table
from ..startup.fates import Fates
from ..startup.graph.cost_model import StartupCosts
from ..startup.graph.plan import Removal
from ..startup.graph.trace import Statement, Trace
from ..startup.summarize import Summary, summarize
from ..startup.trace_cache import traced

# Of these codes, the statement itself can go, so that what goes with it is known.
IMPORT_CODES = codes_with(Trait.IMPORT)


class ReportError(Exception):
    """There is no boot to report; str() is one line that says why."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A finding in a file of the boot; saving_ms is what the boot saves without the statement alone, if it can go."""

    path: str
    finding: Finding
    saving_ms: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """A boot, its costs, plan and findings. findings come dearest first, those without a price last."""

    trace: Trace
    costs: StartupCosts
    plan: tuple[Removal, ...]
    findings: tuple[Placed, ...]
    fates: Fates | None = None  # of its statements, so that what is judged again need not be all
    links: tuple[Link, ...] = ()
    has_environment: bool = False  # whose sources estimate what has no figure


def report(project: Project, entries: Sequence[str], why: str, settings: Settings) -> Report:
    """Trace the boot of the entry points, price it, and check the files it loads.

    Raises:
        ReportError: if an entry point is not in the project, or its module cannot be parsed.
        CostTableError: if a cost table cannot be read.
    """
    # The trace of an environment goes on through what the rows of estimates sum up for those that end at imports.
    table = cost_table(settings if project.env is None else replace(settings, env=None))
    try:
        for entry in entries:
            need(project, entry)
    except EntryError as error:
        raise ReportError(str(error)) from error
    with made_to_stay():
        return _reported(project, entries, why, settings, table)


def _reported(project: Project, entries: Sequence[str], why: str, settings: Settings, table: CostTable) -> Report:
    found, features = traced(project, entries, why, settings)
    if project.env is not None:
        table = table.where(project.is_missing)
    summary = summarize(found, features, project, settings, table, configured=True)
    findings = sorted(
        _findings(found, summary, settings),
        key=lambda each: (-(each.finding.ms or 0.0), each.path, each.finding.span, each.finding.code),
    )
    has_environment = project.env is not None
    costs, fates, links = summary.costs, summary.fates, summary.boot.links
    return Report(found, costs, summary.plan, tuple(findings), fates, links, has_environment)


def _findings(traced: Trace, summary: Summary, settings: Settings) -> Iterator[Placed]:
    costs = summary.costs
    files = dict.fromkeys(each.path for each in traced.loaded if each.origin is Origin.FIRST_PARTY and each.path)
    for path in files:
        source = _source(path)
        for finding in check(source, settings, lambda: summary.boot) if source is not None else ():
            saving = None
            if finding.code in IMPORT_CODES:
                statement = Statement(shown(path), finding.span.line)
                saving = costs.saving(costs.graph.edges_at({statement}))
            yield Placed(shown(path), finding, saving)


def _source(path: str) -> Source | None:
    """A file of the boot as the linter sees it; None if it cannot be parsed, which the trace has reported already."""
    try:
        text = read_source(path)
        return Source(shown(path), tree_of(text), list(io.StringIO(text)))
    except (OSError, SyntaxError, UnicodeDecodeError):
        return None
