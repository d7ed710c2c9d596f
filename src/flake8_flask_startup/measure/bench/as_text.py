"""The table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...files.printing import joined
from ...messages import milliseconds
from .compare import Difference, Figures, difference, figures
from .result import Result
from .targets import Command

HEADS = ("median ms", "95 % interval", "peak MiB", "modules", "of the first (99 % interval)")
WIDTHS = (9, 15, 8, 7)
UNKNOWN = "-"


def render(result: Result) -> str:
    """Return the result for people: a line for each target, in the order in which they were named."""
    names = [each.target.name for each in result.launches]
    width = max(len("target"), *map(len, names))
    first = result.starts[0]
    lines = [_conditions(result), "", _line("target", width, HEADS)]
    for number, (name, starts) in enumerate(zip(names, result.starts, strict=True)):
        against = _against(difference(first, starts)) if number else UNKNOWN
        lines.append(_line(name, width, (*_figures(figures(starts)), against)))
    return joined([*lines, *_notes(result)])


def _conditions(result: Result) -> str:
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


def _against(found: Difference) -> str:
    ratio = found.ratio
    return f"{ratio.median:.2f} ({ratio.low:.2f} - {ratio.high:.2f}): {found.verdict}"


def _notes(result: Result) -> Iterator[str]:
    commands = sum(isinstance(each.target, Command) for each in result.launches)
    if 0 < commands < len(result.launches):
        yield ""
        yield "Commands count from the start of their process to its end, apps from the first import to the last call"
