"""`flask startup fix --write --verify`: the repair is tried on the project, which runs it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from ..config.environment import environment_of
from ..model.messages import milliseconds
from .group import CommandError, say

if TYPE_CHECKING:
    from ..config.settings import Settings
    from ..fix.run import Outcome
    from ..fix.steps import Startup
    from ..measure.verify.in_place import InPlace

Decorated = TypeVar("Decorated", bound=Callable[..., object])
TIMEOUT_S = 120.0
COMMAND_TIMEOUT_S = 86_400.0  # test suites may take their time


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a trial: a command of the shell that has to work, '' for none, an interpreter, and pages."""

    command: str
    python: str
    has_pages: bool


def options_of_trial(function: Decorated) -> Decorated:
    """Add the options that a trial has."""
    for option in (
        click.option("--get", "gets", is_flag=True, help="With --verify: ask for every page that needs no argument."),
        click.option("--python", metavar="PATH", help="With --verify: the app's.  [that of --env, or this one]"),
        click.option(
            "--verify",
            is_flag=False,
            flag_value="",
            metavar="[COMMAND]",
            help="Start the app before and after, run COMMAND, and take back what makes a difference. This runs code.",
        ),
    ):
        function = option(function)
    return function


def asked_of(verify: str | None, python: str | None, env: Path | None, gets: bool, is_written: bool) -> Asked | None:
    """Return the options of a trial; None without `--verify`; CommandError for options that exclude each other.

    env is the environment that was named with the command: an interpreter that a file names is not run.
    """
    if verify is None:
        return None
    if not is_written:
        raise CommandError("--verify tries what is written: give --write as well")
    if verify and Path(verify).exists():
        raise CommandError(f"--verify {verify} would run it: put paths before --verify")
    from ..measure.process import interpreter_of, program  # with what runs foreign code

    return Asked(verify, program(python or interpreter_of(env)), gets)


def estimating(settings: Settings, asked: Asked | None) -> Settings:
    """Return settings that estimate what no row covers from the environment of a trial, unless they name one."""
    if asked is None or settings.env is not None:
        return settings
    return replace(settings, env=environment_of(asked.python))


@contextmanager
def trial(asked: Asked, settings: Settings) -> Iterator[InPlace]:
    """Run the project as it is, and yield what compares it with what it becomes.

    Raises:
        CommandError: if it does not start.
    """
    from ..measure.bench.launch import launch
    from ..measure.bench.rounds import Bytecode, RunConditions, StartError, need_modules
    from ..measure.bench.targets import CommandTarget, TargetError
    from ..measure.process import MeasureError, ended_by_signals
    from ..measure.verify.in_place import InPlace
    from ..measure.verify.rounds import MAX_GETS, Requests
    from ..measure.verify.sides import HERE, of_folder

    starts = False
    try:
        with tempfile.TemporaryDirectory(prefix="flask-startup-", ignore_cleanup_errors=True) as folder:
            scratch, python = Path(folder), asked.python
            conditions = RunConditions(0, TIMEOUT_S, Bytecode.CACHED, scratch)
            version = of_folder(HERE, Path.cwd(), python, settings)
            need_modules([version], conditions)
            command = None
            if asked.command:
                conditions = RunConditions(0, COMMAND_TIMEOUT_S, Bytecode.CACHED, scratch)
                command = launch(CommandTarget(asked.command, asked.command), python, settings, scratch)
            say(f"runs {', '.join(version.arguments)}{f' and {asked.command}' if asked.command else ''}", err=True)
            requests = Requests(MAX_GETS if asked.has_pages else 0)
            with ended_by_signals():
                found = InPlace(version, conditions, requests, command)
                found.look()
                starts = True
                yield found
    except (TargetError, StartError, MeasureError) as error:
        reason = str(error).removeprefix(f"{HERE}: ")
        raise CommandError(reason if starts else f"nothing is written: the app does not start: {reason}") from error


def verified(outcome: Outcome, project: InPlace) -> list[str]:
    """Write a repair, try it on a project, and take back what makes a difference; return the lines about it.

    Raises:
        CommandError: if a file cannot be written; files are then as they were.
    """
    from ..files.source_file import reason
    from ..fix.verified import Written
    from ..fix.verified import verified as tried
    from ..measure.verify.in_place import TIMED

    before = project.cpu_ms()
    try:
        outcome.repair, taken = tried(outcome.repair, Written(outcome.repair), project)
    except OSError as error:
        raise CommandError(f"{error.filename}: not written: {reason(error)}: the others are as they were") from None
    after = project.cpu_ms() if outcome.repair.applied else before
    outcome.refused += [(step, f"taken back, it makes a difference: {why}") for step, why in taken]
    lines = [*loaded_all_the_same(outcome, project.modules), *project.notes]
    lines.append(f"verified: {'the rest' if taken else 'it'} is the same app as before")
    figures = f"{milliseconds(before)} ms before, {milliseconds(after)} ms after"
    lines.append(f"startup measured: {figures} (CPU time, the least of {TIMED} starts)")
    if outcome.startup is not None:
        lines.append(prediction(outcome.startup, outcome.repair.left_ms, project))
    return lines


def prediction(startup: Startup, left_ms: float, project: InPlace) -> str:
    """Return a line with the predicted times, scaled to this machine by what importing Flask takes here."""
    from ..measure.bench.rounds import StartError

    now, table = startup.costs.total.ms, startup.costs.table
    try:
        factor = project.flask_ms() / (table.recipe.flask_ms * table.scale)
    except (StartError, ZeroDivisionError):
        figures = f"{milliseconds(now)} ms before, {milliseconds(left_ms)} ms after"
        return f"startup predicted: {figures} (on the reference machine, Flask's own import among it)"
    figures = f"{milliseconds(now * factor)} ms before, {milliseconds(left_ms * factor)} ms after"
    reference = f"{milliseconds(now)} and {milliseconds(left_ms)} ms on the reference machine"
    return f"startup predicted: {figures} ({reference}; importing Flask takes {factor:.2g} times as long here)"


def loaded_all_the_same(outcome: Outcome, modules: AbstractSet[str]) -> Iterator[str]:
    """Return a line for each step whose imports are gone while the app still loads, as it starts, what they brought."""
    if outcome.startup is None:
        return
    graph = outcome.startup.costs.graph
    for each in outcome.repair.applied:
        brought = {edge.imported for edge in graph.edges_at(each.step.places)} if each.step.is_whole else set()
        if brought and brought <= modules:
            yield f"loaded all the same, by something that has no figure or is not seen: {each.step.name}"
