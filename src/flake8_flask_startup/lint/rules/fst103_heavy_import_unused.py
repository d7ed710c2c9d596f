"""FST103 heavy-import-unused: heavy import that nothing uses, re-exports or registers."""

from __future__ import annotations

from collections.abc import Iterator

from ...analysis.import_fate import Fate
from ...model import Finding
from ..rule import Context, rule
from .heavy import finding


@rule("FST103", "heavy-import-unused", is_priced=True)
def RULE(context: Context) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """Imports with this fate, each with its price."""
    for verdict in context.verdicts:
        if verdict.fate is Fate.UNUSED:
            yield finding("FST103", verdict, "nothing uses it, delete it")
