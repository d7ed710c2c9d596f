"""FST102 heavy-import-needed: a heavy import that loading or starting needs; says what needs it, and on which line."""

from __future__ import annotations

from collections.abc import Iterator

from ...analysis.import_fate import Fate
from ...model import UNREADABLE, Finding
from ..rule import Context, Trait, rule
from .heavy import finding


@rule(traits=Trait.HEAVY | Trait.NEEDED)
def RULE(context: Context) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """Yield a finding for each heavy import that startup needs, with the reason and the cost."""
    boot = context.boot
    when = "at startup" if boot is None or boot.reaches(str(context.path)) else "where it is loaded"
    for verdict in context.verdicts:
        if verdict.fate is Fate.NEEDED:
            if verdict.is_lazy:
                yield finding(RULE.code, verdict, f"it is loaded at startup all the same: {verdict.reason}", "lazy")
            else:
                is_known = UNREADABLE not in verdict.reason
                need = "needed" if is_known else "may be needed"
                yield finding(RULE.code, verdict, f"{need} {when}, {verdict.reason}")
