"""FST105 dev-import: a development-only package imported at startup."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath

from ...analysis.import_fate import Fate
from ...config.purpose import TESTING, words
from ...files.paths import shown
from ...model import Finding
from ..rule import Context, Trait, rule
from .heavy import finding


@rule(traits=Trait.IMPORT)
def RULE(context: Context) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """Imports with this fate, each with its price; none in a file for tests that startup does not reach."""
    filename = str(context.path)
    is_for_tests = any(not TESTING.isdisjoint(words(part)) for part in PurePath(shown(filename)).parts)
    if is_for_tests and context.boot is not None and not context.boot.reaches(filename):
        return
    for verdict in context.verdicts:
        if verdict.fate is Fate.DEVELOPMENT:
            advice = "import it only where development mode asks for it"
            yield finding(RULE.code, verdict, advice, "development-only")
