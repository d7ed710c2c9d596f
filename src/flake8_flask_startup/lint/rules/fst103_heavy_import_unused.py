"""FST103 heavy-import-unused: a heavy import that nothing uses: delete it."""

from __future__ import annotations

from collections.abc import Iterator

from ...analysis.import_fate import Fate
from ...model import Finding
from ..rule import Context, Trait, rule
from .heavy import finding


@rule(traits=Trait.HEAVY)
def RULE(context: Context) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """Imports with this fate, each with its price."""
    for verdict in context.verdicts:
        if verdict.fate is Fate.UNUSED:
            yield finding(RULE.code, verdict, "nothing uses it, delete it")
