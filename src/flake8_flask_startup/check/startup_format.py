"""flake8's ranked report: `flake8 --select=FST --format=startup`.

It runs in flake8's main process and sees what crossed the edge: message texts. Other plugins' violations are printed as
flake8 prints them, when they come; the table of startup costs follows after all files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from flake8.formatting.default import COLORS, COLORS_OFF, Default
from flake8.violation import Violation

from ..config.option_values import SettingsError
from ..config.settings import read
from ..costs.ranks import ranks
from ..costs.table import CostTable, CostTableError
from ..model import CostSource, Finding, messages
from ..startup.cost_tables import cost_table

PREFIX = "FST"
TITLE = "Startup costs, dearest first"
BESIDE = "In files that startup is not seen to load"


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A finding with its file, and the source lines to show below it."""

    filename: str
    finding: Finding
    source: str

    @property
    def place(self) -> str:
        """Where it is, as editors open it."""
        return f"{self.filename}:{self.finding.span.line}:{self.finding.span.column}"


class StartupFormatter(Default):
    """One table ranked by cost over all files."""

    def after_init(self) -> None:
        """Begin with no rows; `--format=startup` is a name here, not a format string as flake8's own takes it."""
        self.rows: list[FindingRow] = []

    def handle(self, error: Violation) -> None:
        """Keep a startup finding for the table; print anything else at once."""
        error = messages.escaped(error)
        if not error.code.startswith(PREFIX):
            super().handle(error)
            return
        finding = messages.parse(error.code, error.line_number, error.column_number, error.text)
        self.rows.append(FindingRow(error.filename, finding, self.show_source(error) or ""))

    def stop(self) -> None:
        """Print the table and close the output file."""
        if self.rows:
            colors = COLORS if self.color else COLORS_OFF
            try:
                costs = cost_table(read(self.options))
            except (SettingsError, CostTableError):  # reported already, when the options were read
                costs = CostTable()
            for line in report(self.rows, costs, colors):
                self._write(line)
        super().stop()


def report(rows: Iterable[FindingRow], costs: CostTable, colors: dict[str, str]) -> Iterator[str]:
    """The lines of the report: the ranked findings, then totals by package and by code, shared costs counted once.

    What stands in files that startup is not seen to load comes behind what it pays for, and is in no total beside that.
    """
    ordered = sorted(rows, key=lambda row: (-(row.finding.ms or 0), row.finding.code, row.filename, row.finding.span))
    beside = [row for row in ordered if row.finding.is_doubted]
    paid = [row for row in ordered if not row.finding.is_doubted]
    width = max(len(row.place) for row in ordered)
    bold, reset = colors["bold"], colors["reset"]
    for title, some in ((TITLE, paid), (BESIDE, beside)):
        if some:
            yield from (f"{bold}{title}{reset}", "", *_ranking(some, width, colors), "")
    yield f"{bold}By package{reset}"
    yield from _totals(paid or beside, lambda row: row.finding.package, lambda _: "")
    yield f"  {_union(paid or beside, costs):>10}  all together, what packages share counted once"
    yield ""
    yield f"{bold}By code{reset}"
    yield from _totals(paid or beside, lambda row: row.finding.code, lambda of: _union(of, costs))
    yield f"  {_counted(len(ordered), 'finding')} in {_counted(len({row.filename for row in ordered}), 'file')}"


def _ranking(ordered: list[FindingRow], width: int, colors: dict[str, str]) -> Iterator[str]:
    ranked = _ranks(ordered)
    column = max(4, *map(len, ranked.values())) if ranked else 4
    yield f"  {'rank':>{column}}  {'ms':>10}  {'code':<6}  {'where':<{width}}  what"
    for number, row in enumerate(ordered):
        finding = row.finding
        rank = ranked.get(number, "")
        ms = "counted" if finding.ms is not None and not rank else _ms(finding)
        text = f"{finding.what}: {finding.advice}" if finding.advice else finding.what
        yield (
            f"  {rank:>{column}}  {ms:>10}  {colors['red']}{finding.code}{colors['reset']}  "
            f"{colors['cyan']}{row.place:<{width}}{colors['reset']}  {text}"
        )
        if row.source:
            yield row.source


def _ranks(ordered: list[FindingRow]) -> dict[int, str]:
    """The ranks of the findings with a price, by their numbers; a package has one, at its dearest finding."""
    priced: dict[str | int, int] = {}
    for number, row in enumerate(ordered):
        if row.finding.ms is not None:
            priced.setdefault(row.finding.package or number, number)
    found = ranks([(ordered[each].finding.ms or 0.0, ordered[each].finding.interval) for each in priced.values()])
    return {
        number: f"{first}-{last}" if last > first else str(first)
        for number, (first, last) in zip(priced.values(), found, strict=True)
    }


def _totals(
    rows: list[FindingRow], key: Callable[[FindingRow], str], cost: Callable[[list[FindingRow]], str]
) -> Iterator[str]:
    groups: dict[str, list[FindingRow]] = {}
    for row in rows:
        if key(row):
            groups.setdefault(key(row), []).append(row)
    for name, group in groups.items():
        files = len({row.filename for row in group})
        ms = cost(group) or _ms(max((row.finding for row in group), key=lambda each: each.ms or 0))
        yield f"  {ms:>10}  {name}, {_counted(len(group), 'finding')} in {_counted(files, 'file')}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _union(rows: list[FindingRow], costs: CostTable) -> str:
    """What the packages of some findings cost together, plus what is no import and has a price of its own."""
    packages = sorted({row.finding.package for row in rows if row.finding.package})
    calls = sum(row.finding.ms or 0 for row in rows if not row.finding.package)
    cost = costs.cost(packages)
    return _shown(cost.ms + calls, cost.source) if cost.ms + calls else "-"


def _ms(finding: Finding) -> str:
    return "-" if finding.ms is None else _shown(finding.ms, finding.source)


def _shown(ms: float, source: CostSource) -> str:
    return f"{'~' if source is CostSource.ESTIMATED else ''}{messages.milliseconds(ms)} ms"
