"""FST102 heavy-import-needed: heavy import that loading the module, or starting the app, needs."""

from __future__ import annotations

from collections.abc import Iterator

from ...analysis.import_fate import Fate
from ...model import Finding
from ..rule import Context, rule
from .heavy import finding


@rule("FST102", "heavy-import-needed", is_priced=True)
def RULE(context: Context) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """Imports with this fate, each with its price."""
    for verdict in context.verdicts:
        if verdict.fate is Fate.NEEDED:
            yield finding("FST102", verdict, f"needed at startup, {verdict.reason}")
