"""The result of `flask startup verify` as text for people."""

from __future__ import annotations

from collections.abc import Iterator

from ...files.printing import joined
from ...model.messages import milliseconds
from ..bench.compare import Interval, difference, figures
from .compare import Change, Section
from .rounds import Verified

MAX_CHANGES = 20  # of a section
AROUND = 30  # characters before the first that differs
SHOWN = 100


def render(result: Verified) -> str:
    """Return the comparison: a line for each section with what differs under it, modules, time, and the verdict."""
    names = [each.target.name for each in result.versions]
    entries = [", ".join(each.arguments) for each in result.versions]
    lines = [f"{names[0]} ({entries[0]}) and {names[1]} ({entries[1]})", ""]
    if result.failure:
        lines += [f"{names[1]} does not start: {result.failure}"]
    else:
        width = max(len(each.name) for each in (*result.sections, Section("modules loaded", 0, 0, (), ())))
        for each in result.sections:
            lines += _section(each, width)
        lines += _informed(result, width)
    return joined([*lines, "", *result.notes, _verdict(result)])


def _section(section: Section, width: int) -> Iterator[str]:
    count = f"{section.before:,}" if section.before == section.after else f"{section.before:,} and {section.after:,}"
    verdict = f"{len(section.changes)} different" if section.changes else "the same"
    if section.unstable:
        verdict += f", {len(section.unstable)} unstable, not compared: {_some(section.unstable)}"
    yield f"{section.name:<{width}}  {count:>11}  {verdict}"
    for change in section.changes[:MAX_CHANGES]:
        yield from _change(change)
    if len(section.changes) > MAX_CHANGES:
        yield f"    {len(section.changes) - MAX_CHANGES} more, which --json has"


def _change(change: Change) -> Iterator[str]:
    yield from (f"  {line}" for line in change_lines(change))


def change_lines(change: Change) -> Iterator[str]:
    """Yield a line for the value in each version, cut to the part around the first character that differs."""
    start = _first_difference(change.before, change.after)
    for sign, value in (("-", change.before), ("+", change.after)):
        if value is not None:
            yield f"{sign} {': '.join(filter(None, [change.key, excerpt(value, start)]))}"


def _first_difference(before: str | None, after: str | None) -> int:
    if before is None or after is None:
        return 0
    pairs = zip(before, after, strict=False)
    return next((at for at, (old, new) in enumerate(pairs) if old != new), min(len(before), len(after)))


def excerpt(text: str, at: int) -> str:
    """Return a part of a text around a place, on one line."""
    start = max(at - AROUND, 0) if len(text) > SHOWN else 0
    part = text[start : start + SHOWN]
    return f"{'...' if start else ''}{part}{'...' if start + SHOWN < len(text) else ''}"


def _some(keys: tuple[str, ...]) -> str:
    return ", ".join(keys[:3]) + (f" and {len(keys) - 3} more" if len(keys) > 3 else "")


def _informed(result: Verified, width: int) -> Iterator[str]:
    before, after = result.modules
    counts = f"{len(before - after):,} less, {len(after - before):,} more"
    yield f"{'modules loaded':<{width}}  {len(before):,} -> {len(after):,}: {counts}"
    if result.starts:
        old, new = (_interval(figures(each).ms) for each in result.starts)
        found = difference(*result.starts)
        ratio = found.ratio
        against = f"{ratio.median:.2f} ({ratio.low:.2f} - {ratio.high:.2f}), {found.verdict}"
        yield f"{'startup ms':<{width}}  {old} -> {new}: {against}"


def _interval(found: Interval) -> str:
    return f"{milliseconds(found.median)} ({milliseconds(found.low)} - {milliseconds(found.high)})"


def _verdict(result: Verified) -> str:
    if result.is_same:
        return "The same in all that was compared"
    return "Different"
