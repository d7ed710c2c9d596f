"""FST106 heavy-import-in-factory: a heavy import in a function that startup calls."""

from __future__ import annotations

from collections.abc import Iterator

from ...analysis.import_fate import Fate
from ...model import Finding
from ..rule import Context, Trait, rule
from .heavy import finding


@rule(traits=Trait.HEAVY)
def RULE(context: Context) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """Imports with this fate, each with its price and with what runs it."""
    for verdict in context.verdicts:
        if verdict.fate is Fate.FACTORY:
            advice = f"in a function, yet {verdict.reason} runs it at every start"
            if verdict.used:
                advice += f" and uses it on line {verdict.used}, saved only where a request can do that instead"
            else:
                advice += ", import it where a request needs it"
            yield finding(RULE.code, verdict, advice)
