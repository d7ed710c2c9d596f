"""Who starts when, and what each start took."""

from __future__ import annotations

import os
import random
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ...project.modules import Project
from ..app_run import NOT_THE_APPS
from ..process import last_line, run_to_end
from ..started import StartOutcome
from .launch import Launch
from .serve import served
from .targets import CommandTarget, ServerTarget, TargetError

BYTECODE_VARIABLES = (
    "PYTHONDONTWRITEBYTECODE",
    "PYTHONPYCACHEPREFIX",
)  # what they would say is for the benchmark to say


class StartError(Exception):
    """A target does not start; str() is one line that says which and why."""


class Bytecode(StrEnum):
    """What modules are loaded from."""

    CACHED = "cached"
    UNCACHED = "uncached"  # each start compiles everything, and keeps nothing


@dataclass(frozen=True, slots=True)
class RunConditions:
    """How starts are run: how many of each target count, how long one may take, and a folder for what they leave."""

    runs: int
    timeout_s: float
    bytecode: Bytecode
    scratch: Path


# Which of some top-level names an interpreter finds no module for; nothing is imported.
FINDING = """\
import sys
from importlib.util import find_spec
sys.stdout.write("\\n".join(name for name in sys.argv[1:] if find_spec(name) is None))
"""


def need_modules(launches: Sequence[Launch], conditions: RunConditions) -> None:
    """See to it that every entry point has a module, before anything of them runs.

    Raises:
        TargetError: for one that has none, in the project or in the environment.
    """
    for launch in launches:
        if isinstance(launch.target, (CommandTarget, ServerTarget)):
            continue
        project = Project(launch.path)
        modules = [entry.partition(":")[0] for entry in launch.arguments]
        absent = [each for each in modules if project.find(each.partition(".")[0]) and not project.find(each)]
        others = [each for each in modules if not project.find(each.partition(".")[0])]
        absent += _not_found(launch, conditions, others) if others else []
        if absent:
            raise TargetError(f"{launch.target.name}: no module named {absent[0]!r}")


def _not_found(launch: Launch, conditions: RunConditions, modules: Sequence[str]) -> list[str]:
    tops = {each.partition(".")[0]: each for each in modules}
    with tempfile.TemporaryDirectory(dir=conditions.scratch, ignore_cleanup_errors=True) as folder:
        environment = environment_of(launch, conditions, Path(folder))
        try:
            done = subprocess.run(  # noqa: S603 -- the interpreter that is to start the app
                [*launch.interpreter, "-c", FINDING, *tops],
                cwd=launch.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=conditions.timeout_s,
                check=True,
            )
        except (OSError, subprocess.SubprocessError):  # the first start will say why
            return []
    return [tops[name] for name in done.stdout.decode("utf-8", "replace").split("\n") if name in tops]


def run_all(
    launches: Sequence[Launch], conditions: RunConditions, tick: Callable[[int], None]
) -> list[list[StartOutcome]]:
    """Start everything in turn, and return the starts of each; those of one index were made one after the other.

    A first start of each is not counted: it writes the bytecode and brings the files into memory. tick hears of each.

    Raises:
        StartError: as soon as a start fails.
        MeasureError: where an interpreter does not run.
    """
    found: list[list[StartOutcome]] = [[] for _ in launches]
    for each in launches:
        start(each, conditions)
        tick(1)
    for order in orders(len(launches), conditions.runs):
        for index in order:
            found[index].append(start(launches[index], conditions))
            tick(1)
    return found


def orders(count: int, runs: int) -> Iterator[list[int]]:
    """Return the order of each round: by lot, so that none always comes after the same other; the same in every run."""
    lot = random.Random(0)  # noqa: S311 -- no secret
    for _ in range(runs):
        yield lot.sample(range(count), count)


def start(launch: Launch, conditions: RunConditions) -> StartOutcome:
    """Start a target once, in a process of its own."""
    with tempfile.TemporaryDirectory(dir=conditions.scratch, ignore_cleanup_errors=True) as folder:
        out, log = Path(folder, "out"), Path(folder, "log")
        environment = environment_of(launch, conditions, Path(folder))
        if isinstance(launch.target, ServerTarget):
            found = served(launch.target, environment, log, launch.folder, conditions.timeout_s)
        else:
            ending = run_to_end(launch.command(out), environment, log, conditions.timeout_s, launch.folder)
            try:
                found = StartOutcome.read(out)
            except OSError:
                raise StartError(f"{launch.target.name}: {ending or last_line(log)}") from None
    if found.failure:
        raise StartError(f"{launch.target.name}: {found.failure}")
    if launch.within and found.origin and not Path(found.origin).resolve().is_relative_to(launch.within.resolve()):
        raise StartError(f"{launch.target.name}: what is imported is {found.origin}, which is not of that revision")
    return found


def environment_of(launch: Launch, conditions: RunConditions, folder: Path) -> dict[str, str]:
    """Return the caller's environment with the launch's path, and bytecode cached or not; folder is new for each start.

    Bytecode is kept apart from the modules, so that nothing is written beside them and nothing found there.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(NOT_THE_APPS)}
    found = {name: value for name, value in inherited.items() if name not in BYTECODE_VARIABLES}
    found.update(launch.variables)
    if launch.path:
        found["PYTHONPATH"] = os.pathsep.join([*map(str, launch.path), *filter(None, [found.get("PYTHONPATH")])])
    if conditions.bytecode is Bytecode.UNCACHED:
        return found | {"PYTHONPYCACHEPREFIX": str(folder / "none"), "PYTHONDONTWRITEBYTECODE": "1"}
    return found | {"PYTHONPYCACHEPREFIX": str(conditions.scratch / "bytecode")}
