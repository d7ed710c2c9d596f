"""Findings to message text and back: the text is all that crosses flake8's process edge.

FST101 heavy import 'pandas' costs 431 ms at startup (1st of 7): import it in the functions that use it
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from flake8.violation import Violation

from ..files.printing import printable, printable_lines
from . import CostSource, Finding, Span

NOT_REACHED = "does not seem to reach it"  # startup, a file: how each advice about such a one ends, or nearly
MAX_NAMES = 40  # on one line
MAX_NAME = 100  # characters of one of them
_MS = r"[\d,]+(?:\.\d+)?"
_COST = re.compile(
    rf" costs (?P<estimated>about )?(?P<ms>{_MS}) ms(?:, (?P<low>{_MS}) to (?P<high>{_MS}))?"
    r"(?:, estimated from source,)? (?:at startup|(?P<doubted>if it is loaded))"
)
_RANK = re.compile(r" \((?P<rank>\d+)(?:st|nd|rd|th)(?: to (?P<last>\d+)(?:st|nd|rd|th))? of (?P<of>\d+)\)")
_TEXT = re.compile(rf"(?P<what>.*?)(?:{_COST.pattern})?(?:{_RANK.pattern})?: (?P<advice>.*)", re.DOTALL)
_NUMBER = re.compile(r"(?<!\w)(?:\d[\d,.]*\d|\d)(?!\w)")  # not the end of a name: boto3
_QUOTED = re.compile(r"'([^']+)'")
_OF_IMPORT = re.compile(r"(?:[\w-]+ )?import (?:of )?'")  # how the messages about import statements begin


def render(finding: Finding) -> str:
    """The message without its code, on one line."""
    cost = ""
    if finding.ms is not None:
        where = "if it is loaded" if finding.is_doubted else "at startup"
        cost = f" costs {price(finding.ms, finding.source, finding.interval)} {where}"
    rank = f" ({ordinals(finding.rank, finding.last_rank)} of {finding.of})" if finding.rank else ""
    return f"{finding.what}{cost}{rank}: {finding.advice}"


def parse(code: str, line: int, column: int, text: str) -> Finding:
    """The finding that a message tells of; a text of another form becomes one without price and rank."""
    match = _TEXT.fullmatch(text)
    if match is None:
        return Finding(code, Span(line, column), text, "")
    what, ms, low, high = match["what"], match["ms"], match["low"], match["high"]
    named = _QUOTED.findall(what) if _OF_IMPORT.match(what) else []  # the last: FST107's way comes first
    return Finding(
        code=code,
        span=Span(line, column),
        what=what,
        advice=match["advice"],
        ms=None if ms is None else _number(ms),
        source=CostSource.ESTIMATED if match["estimated"] else CostSource.MEASURED,
        interval=None if low is None else (_number(low), _number(high)),
        package=named[-1] if named else "",
        rank=int(match["rank"] or 0),
        last_rank=int(match["last"] or 0),
        of=int(match["of"] or 0),
        is_doubted=match["doubted"] is not None or NOT_REACHED in match["advice"],
    )


def kind(code: str, text: str) -> str:
    """What a message is about, without numbers: neither other lines nor other prices make it another."""
    return _NUMBER.sub("#", parse(code, 1, 0, text).what)


def price(ms: float, source: CostSource, interval: tuple[float, float] | None) -> str:
    """A cost for people: "431 ms", or "about 90 ms, 60 to 140, estimated from source," where nobody has measured it."""
    if source is not CostSource.ESTIMATED:
        return f"{milliseconds(ms)} ms"
    between = f", {milliseconds(interval[0])} to {milliseconds(interval[1])}" if interval is not None else ""
    return f"about {milliseconds(ms)} ms{between}, estimated from source,"


def _number(text: str) -> float:
    return float(text.replace(",", ""))


def milliseconds(ms: float) -> str:
    """A duration for people: a decimal below 10 ms, thousands apart."""
    return f"{round(ms, 1) + 0.0:,.1f}" if ms < 9.95 else f"{ms:,.0f}"  # never -0.0


def some_of(names: Sequence[str]) -> str:
    """The first of many names, each as far as a line can show it, and how many more there are."""
    shown = [each if len(each) <= MAX_NAME else f"{each[:MAX_NAME]}..." for each in names[:MAX_NAMES]]
    return ", ".join(shown) + (f" and {len(names) - MAX_NAMES:,} more" if len(names) > MAX_NAMES else "")


def more_where(ms: float, variables: Sequence[str]) -> str:
    """What startup costs beyond its usual cost, "785 ms more where PROFILE is set"; empty for less than a tenth."""
    if round(ms, 1) <= 0:
        return ""
    *names, last = variables or ("a variable that it tests",)
    return f"{milliseconds(ms)} ms more where {' or '.join(filter(None, (', '.join(names), last)))} is set"


def ordinals(first: int, last: int) -> str:
    """1st, or "1st to 3rd" where the last rank is another one than the first."""
    return f"{ordinal(first)} to {ordinal(last)}" if last > first else ordinal(first)


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th, ..."""
    last = 0 if 10 <= number % 100 <= 20 else number % 10
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(last, "th")
    return f"{number}{suffix}"


def escaped(violation: Violation) -> Violation:
    """Return a violation to be shown on a terminal: nothing in it steers one, and its file's name can be encoded."""
    physical = violation.physical_line
    return violation._replace(
        filename=printable(violation.filename),
        text=printable(violation.text),
        physical_line=None if physical is None else printable_lines(physical),
    )
