"""Predicted beside measured: what a boot was predicted to cost and load, and what a log of it says."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..costs.rows import STDLIB
from ..files.own_files import MARK
from ..files.printing import joined
from ..model import CostSource
from ..model.messages import milliseconds
from ..project.module_finder import Origin
from ..startup.graph.boot_graph import prefixes
from ..startup.graph.cost_model import FLASK, WITH_FLASK
from . import Report
from .importtime_log import Log
from .modules import charges

# The price of Flask contains the standard library that Flask loads, so that the two are compared together.
BASE = "Flask and the standard library"
NEVER_IMPORTED = frozenset({"__main__", "__mp_main__"})
MAX_ROWS = 30
MAX_NAMES = 20


@dataclass(frozen=True, slots=True)
class ComparedRow:
    """A package or module: what it was predicted to cost and what it cost (ms); None where it was not there at all.

    predicted_ms is 0 where no figure is known.
    """

    name: str
    predicted_ms: float | None
    measured_ms: float | None

    @property
    def difference_ms(self) -> float:
        """How much more was measured than predicted."""
        return (self.measured_ms or 0.0) - (self.predicted_ms or 0.0)


@dataclass(frozen=True, slots=True)
class Comparison:
    """packages and the project's own modules, biggest difference first, and what is on one side alone, sorted.

    not_held are those of the modules not loaded that stand under a condition, not_loaded the rest.
    not_predicted are modules of the project, and packages of others; inside counts the modules inside third-party
    packages that were predicted, which a trace without an environment does not see.
    """

    predicted_ms: float
    measured_ms: float
    packages: tuple[ComparedRow, ...]
    modules: tuple[ComparedRow, ...]
    not_loaded: tuple[str, ...]
    not_held: tuple[str, ...]
    not_predicted: tuple[str, ...]
    inside: int
    is_complete: bool


def compare(report: Report, log: Log) -> Comparison:
    """Return a boot's prediction beside a log of it, both without the start of the interpreter."""
    owners = _Owners(report)
    measured: dict[str, float] = {}
    for name, ms in log.ms.items():
        owner = owners.of(name)
        measured[owner] = measured.get(owner, 0.0) + ms
    predicted: dict[str, float] = {}
    for package, ms in report.costs.total.parts.items():
        owner = BASE if package in (FLASK, STDLIB) else package
        predicted[owner] = predicted.get(owner, 0.0) + ms
    for each in report.costs.unmeasured():
        predicted.setdefault(each, 0.0)
    own = {
        name: 0.0 if charge.source is CostSource.UNKNOWN else charge.ms
        for name, charge in charges(report.trace, report.costs).items()
        if report.costs.graph.origin(name) is Origin.FIRST_PARTY
    }
    named = {each.name for each in report.trace.loaded}
    absent = named - log.loaded
    conditional = {each.name for each in report.trace.loaded if each.conditional}
    beyond = log.loaded - named - NEVER_IMPORTED
    own_beyond = {name for name in beyond if owners.is_own(name)}
    others = {owner for name in beyond - own_beyond if (owner := owners.of(name)) not in predicted and owner != BASE}
    return Comparison(
        predicted_ms=report.costs.total.ms,
        measured_ms=sum(log.ms.values()),
        packages=_rows(predicted, measured),
        modules=_rows(own, {name: log.ms.get(name, 0.0) for name in log.loaded if owners.is_own(name)}),
        not_loaded=tuple(sorted(absent - conditional)),
        not_held=tuple(sorted(absent & conditional)),
        not_predicted=tuple(sorted(own_beyond | others)),
        inside=sum(owners.of(name) in predicted.keys() - {BASE} for name in beyond - own_beyond),
        is_complete=log.is_complete,
    )


class _Owners:
    """Which package a module counts with."""

    def __init__(self, report: Report) -> None:
        self._costs = report.costs
        self._priced = frozenset(report.costs.total.parts)
        self._own = {each.name for each in report.trace.loaded if each.origin is Origin.FIRST_PARTY}

    def is_own(self, name: str) -> bool:
        """Whether a module is the project's, traced or not."""
        return name.partition(".")[0] in self._own

    def of(self, name: str) -> str:
        top = name.partition(".")[0]
        if self.is_own(name):
            return top
        if top in sys.stdlib_module_names or top in WITH_FLASK:
            return BASE
        around = [package for package in prefixes(name) if package in self._priced]
        return around[-1] if around else self._costs.package(name)


def _rows(predicted: Mapping[str, float], measured: Mapping[str, float]) -> tuple[ComparedRow, ...]:
    rows = (ComparedRow(name, predicted.get(name), measured.get(name)) for name in predicted.keys() | measured.keys())
    return tuple(sorted(rows, key=lambda row: (-abs(row.difference_ms), row.name)))


def as_text(found: Comparison) -> str:
    """Return the comparison for people."""
    sections = (
        _head(found),
        _table("package", found.packages),
        _table("module of the project", found.modules),
        _names("Predicted, but not loaded" if found.is_complete else "Predicted, but not in the log", found.not_loaded),
        _names("Predicted under a condition that did not hold", found.not_held),
        _names("Loaded, but not predicted", found.not_predicted),
        _inside(found.inside),
    )
    return "\n".join(joined(lines) for section in sections if (lines := list(section)))


def as_json(found: Comparison) -> str:
    """Return the comparison as indented JSON; docs/report.md describes it. Milliseconds are rounded to tenths."""

    def rows(of: Iterable[ComparedRow]) -> list[dict[str, object]]:
        return [
            {"name": row.name, "predicted_ms": _rounded(row.predicted_ms), "measured_ms": _rounded(row.measured_ms)}
            for row in of
        ]

    content = {
        "schema": 1,
        **MARK,
        "predicted_ms": _rounded(found.predicted_ms),
        "measured_ms": _rounded(found.measured_ms),
        "packages": rows(found.packages),
        "modules": rows(found.modules),
        "not_loaded": found.not_loaded,
        "not_held": found.not_held,
        "not_predicted": found.not_predicted,
        "complete": found.is_complete,
    }
    return json.dumps(content, indent=2) + "\n"


def _rounded(ms: float | None) -> float | None:
    return None if ms is None else round(ms, 1) + 0.0


def _head(found: Comparison) -> Iterator[str]:
    yield f"predicted {milliseconds(found.predicted_ms)} ms, measured {milliseconds(found.measured_ms)} ms"
    base = next((row for row in found.packages if row.name == BASE), None)
    if base is not None and base.predicted_ms and base.measured_ms:
        yield (
            f"{BASE}: predicted {milliseconds(base.predicted_ms)} ms, measured {milliseconds(base.measured_ms)} ms;"
            f" -X importtime itself makes imports slower, and --scale {base.measured_ms / base.predicted_ms:.2f}"
            " makes the two equal"
        )


def _table(what: str, rows: Sequence[ComparedRow]) -> Iterator[str]:
    if not rows:
        return
    yield f"{'predicted':>10}{'measured':>10}{'more':>10}  {what}, biggest difference first"
    for row in rows[:MAX_ROWS]:
        figures = (_figure(row.predicted_ms), _figure(row.measured_ms), _signed(row.difference_ms))
        yield "".join(f"{figure:>10}" for figure in figures) + f"  {row.name}"
    if len(rows) > MAX_ROWS:
        rest = sum(row.difference_ms for row in rows[MAX_ROWS:])
        yield f"{'':20}{_signed(rest):>10}  {len(rows) - MAX_ROWS} more"


def _names(title: str, names: Sequence[str]) -> Iterator[str]:
    if names:
        yield f"{title}: {len(names)}"
        yield from (f"  {name}" for name in names[:MAX_NAMES])
        if len(names) > MAX_NAMES:
            yield f"  and {len(names) - MAX_NAMES} more"


def _inside(count: int) -> Iterator[str]:
    if count:
        yield f"Loaded inside packages whose price contains them: {count:,} modules"


def _figure(ms: float | None) -> str:
    return "-" if ms is None else milliseconds(ms)


def _signed(ms: float) -> str:
    return f"{'+' if ms >= 0.05 else '-' if ms <= -0.05 else ''}{milliseconds(abs(ms))}"
