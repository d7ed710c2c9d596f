"""Findings placed in the boot: ranked over the whole startup, with their route, one for each cause."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ..costs.ranks import Ranks
from ..files.paths import shown_file
from ..model import Finding
from ..model.messages import milliseconds
from ..startup.boot import Boot, Cause, Place
from .rule import Trait
from .rules import codes_with

HEAVY_CODES = codes_with(Trait.HEAVY)
IMPORT_CODES = codes_with(Trait.IMPORT)
DEFERRABLE = codes_with(Trait.DEFERS)
(NEEDED,) = codes_with(Trait.NEEDED)


def placed(findings: Iterable[Finding], boot: Boot | None, filename: str, *, every: bool) -> Iterator[Finding]:
    """The findings about a file as the boot has them; every asks for the verdict on every import statement.

    Where the boot loads the file, a package that can go has a finding on each statement that must change, and one that
    cannot has a single one, on the statement that needs it. Elsewhere a file has one finding for each package, and none
    that says of a package that it stays where another file of the project keeps it, or the boot does anyway.

    A heavy import in a file that a configured entry point never reaches is no startup problem. An entry point that was
    only found silences no file: a wrong guess must not hide a finding. Nor does one whose startup loads what is not
    known.
    """
    if boot is not None and boot.reaches(filename):
        yield from _in_boot(findings, boot, filename, every=every)
        return
    found = list(findings) if every else [each for each in findings if not _has_its_own(each, boot)]
    if boot is not None:
        found = list(_beside(found, boot.doubt(filename)))
    yield from found if every else _one_per_package(found)


def _has_its_own(finding: Finding, boot: Boot | None) -> bool:
    """Whether something else that has a finding of its own keeps the package of an import that cannot change."""
    if finding.follows:
        return True
    found = boot.cause(finding.package) if finding.code == NEEDED and boot is not None else None
    return found is not None and bool(found[1].blocked or found[1].part_of)


def _in_boot(findings: Iterable[Finding], boot: Boot, filename: str, *, every: bool) -> Iterator[Finding]:
    for each in findings:
        found = boot.cause(each.package) if each.code in IMPORT_CODES else None
        if each.code not in IMPORT_CODES:
            yield each
        elif found is None:
            yield replace(each, rank=0, last_rank=0, of=0)
        else:
            rank, cause = found
            here = (shown_file(filename), each.span.line)
            is_told = not (each.follows and cause.goes(here)) and _decides(here, cause)  # alone it saves too little
            if every or each.code not in HEAVY_CODES or is_told:
                yield with_ranks(_explained(each, cause, here), rank, len(boot.causes))


def may_show(boot: Boot, filename: str, package: str, line: int) -> bool:
    """Whether there may be a finding about a heavy import of a package on a line of a file that the boot loads."""
    found = boot.cause(package)
    return found is None or _decides((shown_file(filename), line), found[1])


def with_ranks(finding: Finding, found: Ranks, of: int) -> Finding:
    """Return a finding with the ranks that it may have among so many."""
    return replace(finding, rank=found.first, last_rank=found.last if found.last > found.first else 0, of=of)


def _decides(here: Place, cause: Cause) -> bool:
    """Whether a statement is one that must change for its package to go, or the one that keeps it."""
    if cause.part_of:
        return False
    return here == cause.blocked[0] if cause.blocked else cause.goes(here)


def _explained(finding: Finding, cause: Cause, here: Place) -> Finding:
    """A finding with what it takes to save the cost of its package, and the way that startup comes to it."""
    if finding.code in DEFERRABLE and cause.blocked and not cause.is_blocked(here):
        path, line = cause.blocked[0]
        return replace(
            finding, code=NEEDED, advice=f"deferring it saves nothing while {path}:{line} needs it at startup"
        )
    # the way ends at the package, which the message has named already
    via = [name for name in cause.route if not f"{name}.".startswith(f"{cause.package}.")]
    reached = f"reached from {cause.entry}" + (f" via {', '.join(via)}" if via else "")
    terms = _followers(cause, here) if finding.code == NEEDED else _saving(cause, here)
    return replace(finding, advice=f"{finding.advice} ({'; '.join(filter(None, (terms, reached)))})")


def _followers(cause: Cause, here: Place) -> str:
    """How many statements follow the one that keeps a package."""
    if not cause.followers or here not in cause.blocked[:1]:
        return ""
    return f"{cause.followers} other statement{'s follow' if cause.followers > 1 else ' follows'} it"


def _saving(cause: Cause, here: Place) -> str:
    """What removing the package saves, and what it takes."""
    other = next((f"{path}:{line}" for path, line in cause.statements if (path, line) != here), "")
    if not cause.goes(here):
        return f"saves nothing alone, {other} brings it in too" if other else ""
    if cause.blocked:
        return ""
    saving = f"{milliseconds(cause.saving_ms)} ms"
    if other:
        more = f" and {len(cause.statements) - 2} more" if len(cause.statements) > 2 else ""
        saving += f" together with {other}{more}"
    if cause.perhaps:
        return f"saves at most {saving}: {cause.perhaps}, which imports it"
    if not cause.unknown:
        return f"saves {saving}"
    first, *rest = cause.unknown
    others = f" and {len(rest)} more, which have" if rest else ", which has"
    return f"saves at most {saving}: {first}{others} no figure, may bring it too"


def _beside(findings: Iterable[Finding], doubt: str | None) -> Iterator[Finding]:
    """The findings about a file that the boot is not seen to load; doubt says why it may, None that it does not."""
    for each in findings:
        if each.code not in IMPORT_CODES:
            yield each
        elif doubt is not None:
            yield replace(each, advice=f"{each.advice}; {doubt}", is_doubted=True)


def _one_per_package(findings: Sequence[Finding]) -> Iterator[Finding]:
    """The findings of a file, one for each package: on the first statement that can change, else on one that stays.

    Statements with which something else is to be done have a finding of their own.
    """
    groups: dict[str, list[Finding]] = {}
    names = sorted({each.package for each in findings}, key=len)
    for each in findings:
        if each.code in HEAVY_CODES:
            around = next(name for name in names if f"{each.package}.".startswith(f"{name}."))
            groups.setdefault(around, []).append(each)
    chosen: dict[int, list[Finding]] = {}
    for group in groups.values():
        changing = [each for each in group if each.code != NEEDED]
        alike: dict[tuple[str, bool], list[Finding]] = {}  # by what is to be done
        for each in changing or sorted(group, key=lambda each: (each.follows, each.span))[:1]:
            alike.setdefault((each.code, "TYPE_CHECKING" in each.advice), []).append(each)
        for first, *others in alike.values():
            chosen[id(first)] = others
    for each in findings:
        if each.code not in HEAVY_CODES:
            yield each
        elif id(each) in chosen:
            lines = sorted({other.span.line for other in chosen[id(each)]} - {each.span.line})
            also = f"; line{'s' if len(lines) > 1 else ''} {', '.join(map(str, lines))} too" if lines else ""
            yield replace(each, advice=f"{each.advice}{also}")
