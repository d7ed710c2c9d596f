"""Findings placed in the boot: ranked over the whole startup, with their route, or silent where startup never comes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..files.paths import shown_file
from ..messages import milliseconds
from ..model import Finding
from ..startup.boot import Bill, Boot

IMPORT_CODES = ("FST101", "FST102", "FST103", "FST104", "FST105", "FST106", "FST107")
DEFERRABLE = ("FST101", "FST104")


def placed(findings: Iterable[Finding], boot: Boot, filename: str) -> Iterator[Finding]:
    """The findings about a file as the boot has them.

    A heavy import in a file that a configured entry point never reaches is no startup problem. An entry point that was
    only found silences nothing: a wrong guess must not hide a finding. Nor does one whose startup loads what is not
    known.
    """
    reached = boot.reaches(filename)
    doubt = None if reached else boot.doubt(filename)
    for each in findings:
        if each.code not in IMPORT_CODES:
            yield each
        elif reached:
            yield _billed(each, boot, filename)
        elif doubt is not None:
            yield replace(each, advice=f"{each.advice}; {doubt}")


def _billed(finding: Finding, boot: Boot, filename: str) -> Finding:
    """A finding with the rank of its package among all that the boot pays for, and what it takes to save that."""
    found = boot.bill(finding.package)
    if found is None:
        return replace(finding, rank=0, of=0)
    rank, bill = found
    here = (shown_file(filename), finding.span.line)
    if finding.code in DEFERRABLE and bill.blocked and not bill.is_blocked(here):
        path, line = bill.blocked[0]
        advice = f"deferring it saves nothing while {path}:{line} needs it at startup"
        return replace(finding, code="FST102", rank=rank, of=len(boot.bills), advice=advice)
    return replace(finding, rank=rank, of=len(boot.bills), advice=f"{finding.advice} ({_terms(bill, here, boot)})")


def _terms(bill: Bill, here: tuple[str, int], boot: Boot) -> str:
    """What removing the package takes, and the way startup comes to it."""
    other = next((f"{path}:{line}" for path, line in bill.statements if (path, line) != here), "")
    # the way ends at the package, which the message has named already
    via = [name for name in bill.route if not f"{name}.".startswith(f"{bill.package}.")]
    reached = f"reached from {boot.entries[0]}" + (f" via {', '.join(via)}" if via else "")
    if not bill.goes(here):
        return f"saves nothing alone, {other} brings it in too; {reached}" if other else reached
    if other:
        more = f" and {len(bill.statements) - 2} more" if len(bill.statements) > 2 else ""
        return f"saves {milliseconds(bill.saving_ms)} ms together with {other}{more}; {reached}"
    return f"saves {milliseconds(bill.saving_ms)} ms; {reached}"
