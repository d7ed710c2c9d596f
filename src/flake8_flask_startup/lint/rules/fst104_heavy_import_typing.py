"""FST104 heavy-import-typing: a heavy import that only annotations use: `if TYPE_CHECKING:`."""

from __future__ import annotations

from collections.abc import Iterator

from ...analysis.import_fate import Fate
from ...model import Finding
from ..rule import Context, Trait, rule
from .heavy import annotating, are_evaluated, finding, with_saving


@rule(traits=Trait.HEAVY | Trait.DEFERS)
def RULE(context: Context) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """Imports with this fate, each with its price; annotations that are evaluated need one more step."""
    for verdict in context.verdicts:
        if verdict.fate is Fate.TYPING:
            advice = "only annotations use it, import it under `if TYPE_CHECKING`"
            if are_evaluated(annotating(verdict, context)):
                advice += " and add `from __future__ import annotations`"
            yield finding(RULE.code, verdict, with_saving(advice, verdict))
