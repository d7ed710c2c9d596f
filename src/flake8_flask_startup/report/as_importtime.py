"""A report in the form that `python -X importtime` prints, so that what shows such logs shows the prediction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..files.printing import joined
from . import Report
from .modules import Node, tree

HEADER = "import time: self [us] | cumulative | imported package"


def render(report: Report) -> str:
    """Return one line for each module, in µs, those that a module loads before it, as CPython's import.c prints them.

    What is only estimated, or without a figure (0), looks like the rest: the form has no place for it.
    """
    return joined((HEADER, *_lines(tree(report.costs.trace, report.costs))))


def _lines(nodes: Sequence[Node]) -> Iterator[str]:
    """The lines of a tree, children first; cumulative figures are sums of the rounded ones."""
    own = [round(node.ms * 1000) for node in nodes]
    before = [0]
    for each in own:
        before.append(before[-1] + each)
    pending: list[int] = []
    for at in range(len(nodes)):
        while pending and nodes[pending[-1]].end <= at:
            yield _line(nodes, own, before, pending.pop())
        pending.append(at)
    while pending:
        yield _line(nodes, own, before, pending.pop())


def _line(nodes: Sequence[Node], own: Sequence[int], before: Sequence[int], at: int) -> str:
    node = nodes[at]
    total = before[node.end] - before[at]
    return f"import time: {own[at]:9d} | {total:10d} | {'  ' * node.depth}{node.loaded.name}"
