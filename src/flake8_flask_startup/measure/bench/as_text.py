"""The result of `flask startup bench` as a table for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median

from ...files.printing import joined
from ...model.messages import milliseconds
from .compare import MEDIAN_ERROR, Figures, SpeedDifference, difference, figures, interval
from .load import CLIENTS
from .result import BenchResult
from .targets import REQUESTS, CommandTarget, ServerTarget

HEADS = ("median ms", "95 % interval", "peak MiB", "modules", "of the first (99 % interval)")
WIDTHS = (9, 15, 8, 7)
UNKNOWN = "-"


def render(result: BenchResult) -> str:
    """Return the result for people: a line for each target, in the order in which they were named."""
    names = [each.target.name for each in result.launches]
    width = max(len("target"), *map(len, names))
    first = result.starts[0]
    lines = [_conditions(result), "", _line("target", width, HEADS)]
    for number, (name, starts) in enumerate(zip(names, result.starts, strict=True)):
        against = _against(difference(first, starts)) if number else UNKNOWN
        lines.append(_line(name, width, (*_figures(figures(starts)), against)))
    return joined([*lines, *_notes(result)])


def _conditions(result: BenchResult) -> str:
    pythons = dict.fromkeys(each.python for starts in result.starts for each in starts if each.python)
    runs = f"{len(result.starts[0])} starts of each, in turn, bytecode {result.bytecode}"
    return ": ".join([*([", ".join(pythons)] if pythons else []), runs])


def _line(name: str, width: int, cells: Sequence[str]) -> str:
    *columns, last = cells
    right = "  ".join(f"{cell:>{size}}" for cell, size in zip(columns, WIDTHS, strict=True))
    return f"{name:<{width}}  {right}  {last}"


def _figures(found: Figures) -> tuple[str, ...]:
    return (
        milliseconds(found.ms.median),
        f"{milliseconds(found.ms.low)} - {milliseconds(found.ms.high)}",
        f"{found.peak_kib / 1024:,.0f}" if found.peak_kib else UNKNOWN,
        f"{found.modules:,.0f}" if found.modules else UNKNOWN,
    )


def _against(found: SpeedDifference) -> str:
    ratio = found.ratio
    return f"{ratio.median:.2f} ({ratio.low:.2f} - {ratio.high:.2f}): {found.verdict}"


def _notes(result: BenchResult) -> Iterator[str]:
    servers = [number for number, each in enumerate(result.launches) if isinstance(each.target, ServerTarget)]
    if servers:
        yield ""
    for number in servers:
        starts = result.starts[number]
        load = interval([each.requests_per_s for each in starts], MEDIAN_ERROR)
        figures = f"{load.median:,.0f} requests per second ({load.low:,.0f} - {load.high:,.0f})"
        count = round(median(each.processes for each in starts))
        yield f"{result.launches[number].target.name}: {count} process{'es' if count != 1 else ''}, {figures}"
    kinds = {type(each.target) for each in result.launches}
    if servers or (CommandTarget in kinds and len(kinds) > 1):
        yield ""
    if servers:
        yield "Servers count from the start of their process to the first answer; their memory is the proportional set"
        yield f"size of all processes after {REQUESTS} requests by {CLIENTS} clients, which are Python and run here too"
    if CommandTarget in kinds and len(kinds) > 1:
        yield "Commands count from the start of their process to its end, apps from the first import to the last call"
