"""What stands beside a file's import statements: the price of each, and what there is to know about it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from ..config.entry_target import first_module
from ..costs.table import CostTable
from ..files.parsing import parsed
from ..files.paths import shown
from ..model import Cost, CostSource
from ..model.access_paths import as_raw, callee_of
from ..model.messages import milliseconds, ordinals
from ..project.module_finder import Origin
from ..startup.causes import beginnings_of, entry_of
from ..startup.graph.plan import Removal
from ..startup.graph.trace import Edge, Statement
from ..startup.moved import Lines
from ..startup.summarize import Summary
from ..syntax.import_statements import imported

LEAST_MS = 0.05  # what is less is 0.0 ms on a line
LEAST_SHARED_MS = 1.0  # what is shared and less is not worth a word
MAX_CAUSES = 10
NOT_LOADED = "not loaded at startup"


class Hint(NamedTuple):
    """What stands behind the last line (from 1) of a statement, and its note."""

    line: int
    label: str
    tooltip: str


class Note(NamedTuple):
    """A note on the statement of some lines, as Markdown."""

    line: int
    end_line: int
    text: str


@dataclass(frozen=True)
class Prices:
    """The prices of a text's import statements, in a boot that was traced with an earlier text, or the same.

    path is the file as places have it, lines say where its lines were in the boot. summary is None without a boot.
    """

    path: str
    text: str
    lines: Lines
    summary: Summary | None
    table: CostTable

    def hints(self) -> list[Hint]:
        """Return a hint for each import statement with a price, and for where startup begins."""
        found = [Hint(node.end_lineno or node.lineno, *self._priced(node)) for node in self._statements]
        start = self._start
        if start is not None and self.summary is not None:
            boot = self.summary.boot
            found.append(
                Hint(start, f"startup: {milliseconds(boot.total_ms)} ms", f"Predicted, from {boot.entries[0]}.")
            )
        return sorted(each for each in found if each.label)

    def note(self, line: int) -> Note | None:
        """Return what there is to know about the import statement on a line, or about where startup begins."""
        if line == self._start and self.summary is not None:
            return Note(line, line, "\n".join(self._account(self.summary)))
        for node in self._statements:
            if node.lineno <= line <= (node.end_lineno or node.lineno):
                label, tooltip = self._priced(node)
                notes = [f"**{label}**: {tooltip}" if tooltip else f"**{label}**"] if label else []
                notes += self._packages(node)
                return Note(node.lineno, node.end_lineno or node.lineno, "\n\n".join(notes)) if notes else None
        return None

    @cached_property
    def _tree(self) -> ast.Module | None:
        try:
            return parsed(self.text)
        except SyntaxError:
            return None

    @cached_property
    def _statements(self) -> Sequence[ast.Import | ast.ImportFrom]:
        nodes = ast.walk(self._tree) if self._tree is not None else ()
        return [node for node in nodes if isinstance(node, (ast.Import, ast.ImportFrom))]

    @cached_property
    def _start(self) -> int | None:
        """The line of what startup calls in this file, or the first where it only loads it."""
        if self.summary is None or self._tree is None:
            return None
        loaded = self.summary.costs.trace.loaded
        names = {each.name for each in loaded}
        here = {each.name for each in loaded if each.path and shown(each.path) == self.path}
        for entry in self.summary.boot.entries:
            if first_module(entry, names) in here:
                called = callee_of(as_raw(entry.partition(":")[2]))
                return next((node.lineno for node in self._tree.body if called in _bound(node)), 1)
        return None

    def _edges(self, node: ast.stmt) -> frozenset[Edge]:
        """What a statement loads in the boot; nothing of one that has changed since."""
        line = self.lines.before(node.lineno)
        return self.summary.costs.graph.edges_at({Statement(self.path, line)}) if self.summary and line else frozenset()

    def _priced(self, node: ast.Import | ast.ImportFrom) -> tuple[str, str]:
        """Return the price of a statement, and what it means; "" where none is known."""
        edges = self._edges(node)
        if self.summary is None or not edges:
            return self._unseen(node)
        costs = self.summary.costs
        whole = costs.cost(costs.graph.behind(edges))
        saving = max(costs.saving(edges), 0.0)
        if whole.source is CostSource.UNKNOWN or whole.ms < LEAST_MS:
            return "", ""
        if saving < LEAST_MS:
            own = any(costs.graph.origin(each.imported) is Origin.FIRST_PARTY for each in edges)
            price = "" if own else f" ({_shown(whole.ms, whole)})"
            return f"shared{price}", "Other statements bring in all that it loads."
        note = "What startup costs less without this statement"
        shared = whole.ms - saving
        if shared < LEAST_SHARED_MS or any(costs.graph.origin(each.imported) is Origin.FIRST_PARTY for each in edges):
            return _shown(saving, whole), f"{note}."
        return _shown(saving, whole), f"{note}; other statements bring in {milliseconds(shared)} ms of what it loads."

    def _unseen(self, node: ast.Import | ast.ImportFrom) -> tuple[str, str]:
        """The same of a statement that the boot does not execute, or that was written since it was traced."""
        names = [each.dotted for each in imported(node) if not each.level]
        cost = self.table.cost(names)
        is_own = not names or (self.summary is not None and any(map(self._is_own, names)))
        if cost.ms < LEAST_MS and not is_own:
            return "", ""
        boot = self.summary.boot if self.summary is not None else None
        if boot is not None and self.lines.before(node.lineno) and (boot.reaches(self.path) or boot.configured):
            return NOT_LOADED, f"Importing it costs {_shown(cost.ms, cost)}." if cost.ms >= LEAST_MS else ""
        if cost.ms < LEAST_MS:
            return "", ""
        if boot is None or self.lines.before(node.lineno) == 0:
            return _shown(cost.ms, cost), "What importing it costs."
        return f"{_shown(cost.ms, cost)} if loaded", str(boot.doubt(self.path))

    def _is_own(self, dotted: str) -> bool:
        assert self.summary is not None  # noqa: S101  # nothing else asks
        return self.summary.costs.graph.origin(dotted) is Origin.FIRST_PARTY

    def _packages(self, node: ast.Import | ast.ImportFrom) -> Iterator[str]:
        """What there is to know about each package that a statement names: its saving, what needs it, the route."""
        if self.summary is None:
            return
        boot, costs = self.summary.boot, self.summary.costs
        plan = {each.package: each for each in self.summary.plan}
        beginnings = beginnings_of(costs.trace)
        for package in dict.fromkeys(costs.package(edge.imported) for edge in sorted(self._edges(node))):
            removal, found = plan.get(package), boot.cause(package)
            if removal is None:
                continue
            rank = f" ({ordinals(*found[0])} of {len(boot.causes)})" if found is not None else ""
            yield f"`{package}` costs {milliseconds(costs.price(package)[0])} ms at startup{rank}."
            yield self._what_it_takes(removal)
            route = (entry_of(removal, beginnings), *dict.fromkeys(step.module for step in removal.chain))
            yield f"Reached: {' → '.join(map(_code, route))}"

    @staticmethod
    def _what_it_takes(removal: Removal) -> str:
        if removal.blocked_by:
            blocker = removal.blocked_by[0]
            where = f"{blocker.statement.path}:{blocker.statement.line}"
            return f"It stays: `{where}` is needed at startup" + (f", {blocker.reason}." if blocker.reason else ".")
        places = ", ".join(f"`{each.path}:{each.line}`" for each in removal.statements)
        most = "at most " if removal.unknown or removal.perhaps else ""
        return f"Without {places} startup costs {most}{milliseconds(removal.saving_ms)} ms less."

    @staticmethod
    def _account(summary: Summary) -> Iterator[str]:
        """What startup costs altogether, and what it pays most for."""
        boot = summary.boot
        yield f"**startup: {milliseconds(boot.total_ms)} ms**, predicted from `{', '.join(boot.entries)}`\n"
        for each in boot.causes[:MAX_CAUSES]:
            yield f"- `{each.package}`: {milliseconds(each.ms)} ms"


def _shown(ms: float, cost: Cost) -> str:
    return f"{'~' if cost.source is CostSource.ESTIMATED else ''}{milliseconds(ms)} ms"


def _code(name: str) -> str:
    return f"`{name}`"


def _bound(node: ast.stmt) -> set[str]:
    """The names that a statement of a module's body binds, as far as startup calls them."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {node.name}
    targets = node.targets if isinstance(node, ast.Assign) else ()
    return {each.id for each in targets if isinstance(each, ast.Name)}
