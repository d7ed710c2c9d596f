"""A report as a tree for people: which statement loads which module, in the order of the boot, and what that costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..files.printing import joined
from ..model import CostSource
from ..model.messages import milliseconds
from ..project.module_finder import Origin
from . import Report
from .modules import Node, parents, place, tree

FIGURES = 10  # columns of a figure
MIN_PLACE = 16  # columns that a place is not cut below
MAX_INDENT = 32  # columns; deeper modules say their depth
LEAST_SUM_MS = 0.05  # what is less is 0.0 ms on a line
MARKS = {"~": "estimated from the source", "-": "no figure", "?": "loaded under a condition"}


@dataclass(frozen=True, slots=True)
class View:
    """What is shown of a tree: depth levels (None: all), modules whose cost with what they load is at least least_ms.

    A third-party module without a figure is always shown: it may cost anything. width is in columns.
    """

    depth: int | None = None
    least_ms: float = 0.0
    width: int = 100


def render(report: Report, view: View) -> str:
    """Return a line for each module with what it costs itself, with all that it loads (ms), and the statement."""
    nodes = tree(report.costs.trace, report.costs)
    shown = _shown(nodes, view)
    lines = [
        f"{', '.join(report.trace.entries)} ({report.trace.why}): startup costs "
        f"{milliseconds(report.costs.total.ms)} ms; {sum(shown):,} of {len(nodes):,} modules are shown",
        "",
        f"{'self ms':>{FIGURES}}{'total ms':>{FIGURES}}  module, and the statement that loads it",
        *_lines(nodes, shown, view.width),
    ]
    visible = [node for node, is_shown in zip(nodes, shown, strict=True) if is_shown]
    used = {mark for node in visible for mark in (_figure_mark(node), _condition_mark(node))}
    legend = [f"{mark} {meaning}" for mark, meaning in MARKS.items() if mark in used]
    return joined([*lines, *(["", ", ".join(legend)] if legend else [])])


def _shown(nodes: Sequence[Node], view: View) -> list[bool]:
    """Which modules are shown: those worth it, and those on the way to them."""
    shown = [
        node.total_ms >= view.least_ms
        or (node.source is CostSource.UNKNOWN and node.loaded.origin is Origin.THIRD_PARTY)
        for node in nodes
    ]
    above = parents(nodes)
    for at in range(len(nodes) - 1, 0, -1):
        if shown[at] and above[at] >= 0:
            shown[above[at]] = True
    return [
        is_shown and (view.depth is None or node.depth < view.depth)
        for node, is_shown in zip(nodes, shown, strict=True)
    ]


def _lines(nodes: Sequence[Node], shown: Sequence[bool], width: int) -> Iterator[str]:
    """The lines of the modules; what is left out below a module is summed up behind its last one that is shown."""
    hidden: dict[int, list[Node]] = {}
    for at, above in enumerate(parents(nodes)):
        if not shown[at] and (above < 0 or shown[above]):
            hidden.setdefault(above, []).append(nodes[at])
    around: list[int] = []
    for at, node in enumerate(nodes):
        while around and nodes[around[-1]].end <= at:
            yield from _left_out(nodes, hidden, around.pop())
        if shown[at]:
            yield _line(node, width)
            around.append(at)
    while around:
        yield from _left_out(nodes, hidden, around.pop())
    yield from _left_out(nodes, hidden, -1)


def _line(node: Node, width: int) -> str:
    own = "-" if node.source is CostSource.UNKNOWN else f"{_figure_mark(node)}{milliseconds(node.ms)}"
    figures = f"{own:>{FIGURES}}{milliseconds(node.total_ms):>{FIGURES}}"
    head = f"{figures}  {_indent(node.depth)}{node.loaded.name}{_condition_mark(node)}"
    where = "entry point" if node.loaded.via is None else place(node.loaded.via)
    return f"{head}  {_cut(where, max(MIN_PLACE, width - len(head) - 2))}"


def _left_out(nodes: Sequence[Node], hidden: Mapping[int, Sequence[Node]], above: int) -> Iterator[str]:
    """What is left out below a module, where that costs anything."""
    left_out = hidden.get(above, ())
    total = sum(node.total_ms for node in left_out)
    if total >= LEAST_SUM_MS:
        depth = nodes[above].depth + 1 if above >= 0 else 0
        count = sum(node.size for node in left_out)
        yield f"{'':{FIGURES}}{milliseconds(total):>{FIGURES}}  {_indent(depth)}... {count} more"


def _indent(depth: int) -> str:
    indent = "  " * depth
    return indent if len(indent) <= MAX_INDENT else f"{indent[:MAX_INDENT]}[{depth}] "


def _figure_mark(node: Node) -> str:
    return {CostSource.ESTIMATED: "~", CostSource.UNKNOWN: "-", CostSource.MEASURED: ""}[node.source]


def _condition_mark(node: Node) -> str:
    return "?" if node.loaded.conditional else ""


def _cut(where: str, columns: int) -> str:
    """The end of a place that is too long: the file and the line."""
    return where if len(where) <= columns else f"...{where[3 - columns :]}"
