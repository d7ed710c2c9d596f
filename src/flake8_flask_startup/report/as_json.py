"""A report as JSON; docs/report.md describes the schema."""

from __future__ import annotations

import json

from ..files.own_files import MARK
from ..model import CostSource
from ..model.messages import render as message
from ..startup.graph.cost_model import Charge, StartupCosts
from ..startup.graph.plan import Removal
from ..startup.graph.trace import Statement, Trace
from . import Placed, Report
from .modules import charges

SCHEMA = 1

Json = dict[str, object]


def render(report: Report) -> str:
    """Return the report as indented JSON; milliseconds are rounded to tenths, null where no figure is known."""
    costs = report.costs
    content: Json = {
        "schema": SCHEMA,
        **MARK,
        "app": list(report.trace.entries),
        "why": report.trace.why,
        "total_ms": _rounded(costs.total.ms),
        "source": costs.total.source.value,
        "interval_ms": None if costs.total.interval is None else [_rounded(each) for each in costs.total.interval],
        "more_ms": _rounded(costs.more_ms),
        "variables": list(costs.variables),
        "flask_ms": _rounded(costs.flask_ms),
        "modules": _modules(report.trace, costs),
        "packages": _packages(costs),
        "unmeasured": list(costs.unmeasured()),
        "plan": [_removal(each) for each in report.plan],
        "findings": [_finding(each) for each in report.findings],
        "unresolved": [{**_place(each.statement), "reason": each.reason} for each in report.trace.unresolved],
    }
    return json.dumps(content, indent=2) + "\n"


def _modules(trace: Trace, costs: StartupCosts) -> list[Json]:
    """The modules in the order of the boot."""
    charged = charges(trace, costs)
    return [
        {
            "name": each.name,
            "kind": each.origin.value,
            **_priced(charged[each.name]),
            "conditional": each.conditional,
            "unusual": each.unusual,
            "via": None if each.via is None else _place(each.via),
        }
        for each in trace.loaded
    ]


def _packages(costs: StartupCosts) -> list[Json]:
    """The packages, dearest first, then those that no figure is known of."""
    estimated = {costs.package(each.name) for each in costs.charges if each.source is CostSource.ESTIMATED}
    priced = [
        Charge(package, ms, CostSource.ESTIMATED if package in estimated else CostSource.MEASURED)
        for package, ms in costs.total.parts.items()
    ]
    unknown = [Charge(package, 0.0, CostSource.UNKNOWN) for package in costs.unmeasured()]
    return [{"name": each.name, **_priced(each)} for each in (*priced, *unknown)]


def _priced(charge: Charge) -> Json:
    ms = None if charge.source is CostSource.UNKNOWN else _rounded(charge.ms)
    return {"ms": ms, "source": charge.source.value}


def _removal(removal: Removal) -> Json:
    return {
        "package": removal.package,
        "saving_ms": _rounded(removal.saving_ms),
        "statements": [_place(each) for each in removal.statements],
        "blocked_by": [{**_place(each.statement), "reason": each.reason} for each in removal.blocked_by],
        "stays": list(removal.stays),
        "unknown": list(removal.unknown),
        "perhaps": removal.perhaps,
        "chain": [{**_place(each.statement), "module": each.module} for each in removal.chain],
    }


def _finding(placed: Placed) -> Json:
    finding = placed.finding
    return {
        "code": finding.code,
        "path": placed.path,
        "line": finding.span.line,
        "column": finding.span.column + 1,
        "message": message(finding),
        "ms": None if finding.ms is None else _rounded(finding.ms),
        "saving_ms": None if placed.saving_ms is None else _rounded(placed.saving_ms),
        "rank": finding.rank or None,
        "last_rank": (finding.last_rank or finding.rank) or None,
    }


def _place(statement: Statement) -> Json:
    return {"path": statement.path, "line": statement.line}


def _rounded(ms: float) -> float:
    return round(ms, 1) + 0.0  # never -0.0
