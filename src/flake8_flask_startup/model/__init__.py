"""What travels between the wings: findings and costs, access paths and their steps, and text (`messages`).

Asks `files`; this module itself imports nothing of the package, as every start of flake8 loads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

UNKNOWN = "\0"  # an unknown part of a text that code puts together; no module or path has it
UNREADABLE = "cannot be parsed"  # what messages say of a file that may hold anything


Started = tuple[int, str]  # a function that startup runs: the line that it begins on, and its qualified name


class Span(NamedTuple):
    """A place in a file: lines count from 1, columns from 0, as in `ast` (columns are UTF-8 bytes there).

    A named tuple rather than a dataclass: every fact has one, and they are made three times as fast.
    """

    line: int
    column: int = 0
    end_line: int = 0


class CostSource(Enum):
    """Where a cost comes from. An estimate is always called an estimate."""

    MEASURED = "measured"
    ESTIMATED = "estimated"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Cost:
    """What importing something costs at startup, on the reference machine, with Flask already imported.

    ms is warm CPU milliseconds; parts splits them by top-level package, so that the cost of several imports is the sum
    over distinct parts. interval is where an estimate lies in eight of ten cases; None for what is measured.
    """

    ms: float
    parts: Mapping[str, float] = field(default_factory=dict)
    source: CostSource = CostSource.MEASURED
    interval: tuple[float, float] | None = None


UNKNOWN_COST = Cost(0.0, source=CostSource.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Finding:
    """A message for the developer at a place in a file.

    what is the head of the message ("heavy import 'pandas'"), advice its tail, ms what it costs at startup or None
    where no price is known, interval where an estimate lies in eight of ten cases. package is the import name whose
    cost the finding carries, so that a report counts a package once. rank, last_rank and of say "1st to 3rd of 7" where
    estimates leave that open, else "1st of 7", last_rank being 0; the engine fills them in.
    follows says that another statement needs the package whatever becomes of this one, is_doubted that startup is
    not seen to load the file.
    """

    code: str
    span: Span
    what: str
    advice: str
    ms: float | None = None
    source: CostSource = CostSource.MEASURED
    interval: tuple[float, float] | None = None
    package: str = ""
    rank: int = 0
    last_rank: int = 0
    of: int = 0
    follows: bool = False
    is_doubted: bool = False
