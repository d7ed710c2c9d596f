"""Who starts when, until what differs is no accident."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ...files.source_file import read_text
from ..bench.launch import Launch
from ..bench.rounds import RunConditions, StartError, environment_of
from ..process import last_line, run_to_end
from ..started import StartOutcome
from .compare import Section, differs, sections
from .observed import Observed

CHILD = Path(__file__).with_name("observe_child.py")
STARTS = 2  # of each version: what differs between them is no difference of the versions
MAX_GETS = 500
GET_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Requests:
    """How many GET requests are made in each start at most, and the seconds that each may take."""

    most: int = 0
    seconds: float = GET_SECONDS


@dataclass(frozen=True, slots=True)
class Verified:
    """Two versions, compared. failure is '' or why the second does not start although the first does.

    starts are those that were timed, of both in the same rounds; none where no time was asked for.
    """

    versions: tuple[Launch, Launch]
    failure: str = ""
    sections: Sequence[Section] = ()
    modules: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
    notes: Sequence[str] = ()
    starts: Sequence[Sequence[StartOutcome]] = field(default=())

    @property
    def is_same(self) -> bool:
        """Whether nothing differs that is compared; modules and times are not."""
        return not self.failure and not differs(self.sections)


def verified(
    before: Launch, after: Launch, conditions: RunConditions, requests: Requests, tick: Callable[[int], None]
) -> Verified:
    """Start two versions in turn and return what differs; tick hears of each start.

    Raises:
        StartError: if the first version does not start, or what starts is not of the version's own files.
        MeasureError: where the interpreter does not run.
    """
    versions = (before, after)
    seen: tuple[list[Observed], list[Observed]] = ([], [])

    def start_each() -> None:
        for version, found in zip(versions, seen, strict=True):
            found.append(observed(version, conditions, requests))
            tick(1)

    start_each()
    need_started(before, seen[0][0])
    if failure := seen[1][0].failure:
        return Verified(versions, failure)
    for _ in range(STARTS - 1):
        start_each()
    compared = sections(*seen)
    if differs(compared):  # an answer that differs by chance may be the same twice
        start_each()
        compared = sections(*seen)
    notes = [
        f"{version.target.name}: {each.ending}"
        for version, found in zip(versions, seen, strict=True)
        for each in found
        if each.ending
    ]
    return Verified(versions, "", compared, (seen[0][0].modules, seen[1][0].modules), tuple(dict.fromkeys(notes)))


def need_started(version: Launch, found: Observed) -> None:
    """Do nothing where a version has started and has an app.

    Raises:
        StartError: where it has not.
    """
    if found.failure:
        raise StartError(f"{version.target.name}: {found.failure}")
    if not found.apps:
        entries = ", ".join(version.arguments)
        raise StartError(
            f"{version.target.name}: no Flask app behind {entries}: name one, such as --app shop:create_app"
        )


def observed(version: Launch, conditions: RunConditions, requests: Requests) -> Observed:
    """Start a version once, in a process of its own, and return what it is."""
    with tempfile.TemporaryDirectory(dir=conditions.scratch, ignore_cleanup_errors=True) as folder:
        out, log = Path(folder, "out"), Path(folder, "log")
        root = str(version.within or version.folder)
        spec = {"out": str(out), "root": root, "gets": requests.most, "seconds": requests.seconds}
        command = [*version.interpreter, "-c", read_text(CHILD), json.dumps(spec), *version.arguments]
        ending = run_to_end(
            command, environment_of(version, conditions, Path(folder)), log, conditions.timeout_s, version.folder
        )
        try:
            found = Observed.read(out)
        except (OSError, ValueError):
            return Observed(ending or last_line(log), "", 0, frozenset(), {})
    origin = Path(found.origin)
    if version.within and found.origin and not origin.resolve().is_relative_to(version.within.resolve()):
        raise StartError(f"{version.target.name}: what is imported is {found.origin}, which is not of that version")
    return replace(found, ending=ending)
