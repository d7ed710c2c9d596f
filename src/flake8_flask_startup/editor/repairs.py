"""What `flask-startup fix` would do about a finding, or a file, worked out in memory for an editor to carry out."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from ..check.files import find
from ..config.settings import Settings
from ..files.paths import shown_file
from ..fix.run import Outcome, Wanted, repaired, staying
from ..fix.steps import EntryMissingError, Step
from ..model.messages import milliseconds
from ..startup.graph.plan import LEAST_SAVING
from ..startup.graph.trace import Statement

NOTHING = "fix has nothing to do there"


class EditorRepair(NamedTuple):
    """The new texts of files and their present ones, by name, and a line that tells the user what was done."""

    texts: Mapping[str, str]
    before: Mapping[str, str]
    message: str


def repair_of(name: str, line: int, options: Namespace, settings: Settings) -> EditorRepair:
    """Return the repair of the finding on a line of a file, or, with line 0, of all that can be within the file.

    Raises:
        CostTableError, ExecutionError: for configuration that cannot be used.
    """
    path = shown_file(name)
    files = tuple(find([], options, lambda _: False).python) if line else (name,)
    only = Statement(path, line) if line else None

    try:
        outcome = repaired(Wanted(files, options, settings, LEAST_SAVING, only=only))
    except EntryMissingError as error:
        return EditorRepair({}, {}, str(error))
    found = outcome.repair
    before = {each: found.files.original(each).content.text for each in found.texts}
    meant = [f"{each.step.name}: {_saves(each.step, each.saving_ms)}" for each in found.applied]
    unmade = [
        f"{step.name}: not repaired: {reason}"
        for step, reason in (*outcome.refused, *outcome.skipped)
        if (only in step.places if only is not None else any(place.path == path for place in step.places))
    ]
    stays = list(_staying(outcome, f"{path}:{line}")) if line else []
    return EditorRepair(dict(found.texts), before, "; ".join(meant or unmade or stays or [NOTHING]))


def _saves(step: Step, saving_ms: float) -> str:
    return f"startup saves {milliseconds(saving_ms)} ms" if step.is_priced else "done"


def _staying(outcome: Outcome, where: str) -> Iterator[str]:
    """What stays because of a place, as `fix` tells it."""
    found = (each for each in staying(outcome) if f"({where}:" in each or f"({where})" in each)
    return (f"stays: {' '.join(each.split())}" for each in found)
