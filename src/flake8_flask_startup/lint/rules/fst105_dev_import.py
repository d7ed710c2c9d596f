"""FST105 dev-import: a development-only package imported at startup."""

from __future__ import annotations

from collections.abc import Iterator

from ...analysis.import_fate import Fate
from ...model import Finding
from ..rule import Context, Trait, rule
from .heavy import finding


@rule(traits=Trait.IMPORT)
def RULE(context: Context) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """Imports with this fate, each with its price."""
    for verdict in context.verdicts:
        if verdict.fate is Fate.DEVELOPMENT:
            advice = "import it only where development mode asks for it"
            yield finding(RULE.code, verdict, advice, "development-only")
