"""Unresolved entries of a trace, grouped: statements that share a reason, and reasons that share a statement."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ..startup.graph.trace import Statement, Unresolved


class Together(NamedTuple):
    """Statements that are unresolved for the same reasons."""

    statements: tuple[Statement, ...]
    reasons: tuple[str, ...]


def together(unresolved: Iterable[Unresolved]) -> list[Together]:
    """Return the groups of unresolved entries, without repeats, in the order of their first entries."""
    places: dict[str, dict[Statement, None]] = {}
    for each in unresolved:
        places.setdefault(each.reason, {})[each.statement] = None
    reasons: dict[tuple[Statement, ...], list[str]] = {}
    for reason, statements in places.items():
        reasons.setdefault(tuple(statements), []).append(reason)
    return [Together(statements, tuple(found)) for statements, found in reasons.items()]
