"""`flask startup verify`: whether two versions of a project are the same app. This runs both."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import click

from ..config.options import parse
from ..config.settings import Settings, read
from ..measure.bench.compare import LEAST_RUNS
from ..measure.bench.launch import Launch
from ..measure.bench.rounds import Bytecode, RunConditions, StartError, need_modules, run_all
from ..measure.bench.targets import TargetError
from ..measure.process import MeasureError, ended_by_signals, interpreter_of, program
from ..measure.verify import as_json, as_text
from ..measure.verify.rounds import MAX_GETS, STARTS, Requests, Verified, verified
from ..measure.verify.sides import HERE, side
from .bench import STATISTICS, nothing, try_out, write_out
from .flake8_arguments import passed_on
from .group import FOUND, CommandError, VersionedCommand, say
from .progress import Progress

REVISION = "git:HEAD"
EPILOG = """\b
Examples:
  flask-startup verify
  flask-startup verify --get --app shop:create_app
  flask-startup verify git:main
  flask-startup verify ../old ../new --app shop:create_app --json verify.json

\b
Exit status: 0 the same, 1 different, 2 a version that cannot be had or does not start, or nowhere to write,
130 interrupted, 141 output closed.
"""


@click.command(name="verify", cls=VersionedCommand, epilog=EPILOG)
@click.argument("before", default=REVISION)
@click.argument("after", default=HERE)
@click.option("--get", "gets", is_flag=True, help="Ask for every page that needs no argument, and compare the answers.")
@click.option(
    "--runs",
    type=click.IntRange(min=0),
    default=LEAST_RUNS,
    show_default=True,
    help=f"Timed starts of each version, at least {LEAST_RUNS}; 0 for none.",
)
@click.option("--uncached", is_flag=True, help="Without cached bytecode: every start compiles all modules.")
@click.option("--python", metavar="PATH", help="The interpreter of the app.  [that of --env, or this one]")
@click.option(
    "--env", type=click.Path(exists=True, file_okay=False, path_type=Path), help="A virtual environment to start in."
)
@click.option("--app", metavar="ENTRIES", help="The entry point.  [as configured, or what the version gives away]")
@click.option(
    "--json", "output", type=click.Path(dir_okay=False, path_type=Path), help="A file for all that was found."
)
@click.option(
    "--timeout", type=click.FloatRange(min=1), default=120.0, show_default=True, help="Seconds that a start may take."
)
@click.option("--quiet", "-q", is_flag=True, help="Say nothing on standard error but errors.")
@click.pass_context
def command(
    ctx: click.Context,
    before: str,
    after: str,
    gets: bool,
    runs: int,
    uncached: bool,
    python: str | None,
    env: Path | None,
    app: str | None,
    output: Path | None,
    timeout: float,
    quiet: bool,
) -> None:
    """Start two versions of a project: are they the same app?

    Each is git:REV or a folder: BEFORE is git:HEAD by default, and AFTER the working directory.

    This command runs code: both versions start several times, each in a process of its own in its own folder, with all
    that they do when they start, and with --get they answer requests.
    """
    if 0 < runs < LEAST_RUNS:
        raise CommandError(f"--runs: {runs} starts cannot tell a difference from chance: at least {LEAST_RUNS}, or 0")
    if runs and find_spec(STATISTICS) is None:
        raise CommandError("times need pip install 'flake8-flask-startup[bench]'; --runs 0 does without")
    try_out(output)
    interpreter = interpreter_for(python, env)
    requests = Requests(MAX_GETS if gets else 0)
    try:
        settings = read(parse(passed_on({"fst_app": app})))
        with tempfile.TemporaryDirectory(prefix="flask-startup-", ignore_cleanup_errors=True) as scratch:
            conditions = RunConditions(runs, timeout, Bytecode.UNCACHED if uncached else Bytecode.CACHED, Path(scratch))
            with ended_by_signals():
                result = compared((before, after), interpreter, settings, conditions, requests, quiet)
    except (TargetError, MeasureError, StartError) as error:
        raise CommandError(str(error)) from error
    write_out(as_json.render(result), as_text.render(result), output)
    if not result.is_same:
        ctx.exit(FOUND)


def interpreter_for(python: str | None, env: Path | None) -> str:
    """Return the interpreter that was asked for, by its path or its environment; CommandError for one without."""
    found = python or interpreter_of(env)
    if not python and env is not None and found == sys.executable and Path(sys.prefix).resolve() != env.resolve():
        raise CommandError(f"{env}: no virtual environment: there is no interpreter in it")
    return program(found)


def compared(
    names: tuple[str, str], python: str, settings: Settings, conditions: RunConditions, requests: Requests, quiet: bool
) -> Verified:
    """Return two versions compared, and timed if they both start; says first what runs."""
    versions = [
        side(name, python, settings, conditions.scratch / f"version-{number}") for number, name in enumerate(names, 1)
    ]
    need_modules(versions, conditions)
    before, after = versions
    timed = conditions.runs + 1 if conditions.runs else 0
    if not quiet:
        say(announcement(versions, timed, requests), err=True)
    with Progress("started", 2 * (STARTS + timed)) as progress:
        tick = nothing if quiet else progress.tick
        result = verified(before, after, conditions, requests, tick)
        if timed and not result.failure:
            result = replace(result, starts=run_all(versions, conditions, tick))
    return result


def announcement(versions: list[Launch], timed: int, requests: Requests) -> str:
    """Return what is going to run."""
    named = " and ".join(f"{', '.join(each.arguments)} of {each.target.name}" for each in versions)
    asked = f", and asks each for up to {requests.most} pages" if requests.most else ""
    return f"runs {named}: {STARTS + timed} times each or one more{asked}"
