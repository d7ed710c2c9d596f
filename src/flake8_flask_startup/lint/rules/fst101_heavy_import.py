"""FST101 heavy-import: a heavy import that the module does not need while loading: defer it."""

from __future__ import annotations

from collections.abc import Iterator

from ...analysis.import_fate import Fate
from ...model import Finding
from ..rule import Context, Trait, rule
from .heavy import annotating, are_evaluated, finding, with_saving


@rule(traits=Trait.HEAVY | Trait.DEFERS)
def RULE(context: Context) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """Imports with this fate, each with its price."""
    for verdict in context.verdicts:
        if verdict.fate is Fate.DEFER:
            advice = "import it in the functions that use it"
            # an import in a function binds the name for the annotations in that function too
            outside = [use for use in annotating(verdict, context) if not context.facts.function_of(use.place.scope)]
            if outside:
                advice += ", under `if TYPE_CHECKING` for annotations"
            if are_evaluated(outside):
                advice += ", and add `from __future__ import annotations`"
            yield finding(RULE.code, verdict, with_saving(advice, verdict))
