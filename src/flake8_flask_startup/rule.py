"""What a rule is: a code, a name, and a pure function from a context to findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import PurePath

from .deferral import Verdict
from .facts import Facts
from .model import Finding
from .names import Names
from .settings import Settings


@dataclass(frozen=True, slots=True)
class Context:
    """All that a rule may look at: one file's facts, its names, its priced imports, the settings."""

    path: PurePath
    facts: Facts
    names: Names
    verdicts: tuple[Verdict, ...]
    settings: Settings


Check = Callable[[Context], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule. A file whose text has none of its words cannot break it; without words, only priced imports can."""

    code: str
    name: str
    words: tuple[str, ...]
    check: Check


def rule(code: str, name: str, *, words: tuple[str, ...] = ()) -> Callable[[Check], Rule]:
    """Make a rule of a check."""

    def made(check: Check) -> Rule:
        return Rule(code, name, words, check)

    return made
