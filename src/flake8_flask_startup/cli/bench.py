"""`flask startup bench`: how long apps, commands and revisions take to start, side by side. This runs them."""

from __future__ import annotations

import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

import click

from ..config.options import parse
from ..config.settings import read
from ..files import atomic_write
from ..measure.bench import as_json, as_text
from ..measure.bench.compare import LEAST_RUNS
from ..measure.bench.launch import launches
from ..measure.bench.result import BenchResult
from ..measure.bench.rounds import Bytecode, RunConditions, StartError, need_modules, run_all
from ..measure.bench.targets import TargetError, target_of
from ..measure.process import MeasureError, ended_by_signals, program
from .flake8_arguments import passed_on
from .group import FOUND, CommandError, VersionedCommand, say
from .progress import Progress

STATISTICS = "asv_runner"
EPILOG = """\b
Examples:
  flask-startup bench shop:create_app
  flask-startup bench git:main shop:create_app
  flask-startup bench git:v1.0 git:v2.0 git:HEAD --app shop:create_app --runs 30
  flask-startup bench shop:create_app other.wsgi:app --uncached --json starts.json
  flask-startup bench "serve: gunicorn -w 4 shop:app" "serve: gunicorn -w 4 --preload shop:app"
  flask-startup bench "cmd: flask --app shop routes" "cmd: flask --version"

\b
Exit status: 0 compared, 1 a target does not start, 2 a target that is none or cannot be had, or nowhere to write,
130 interrupted, 141 output closed.
"""


@click.command(name="bench", cls=VersionedCommand, epilog=EPILOG)
@click.argument("targets", nargs=-1, required=True, metavar="TARGET...")
@click.option(
    "--runs", type=click.IntRange(min=LEAST_RUNS), default=15, show_default=True, help="Starts of each target."
)
@click.option("--uncached", is_flag=True, help="Without cached bytecode: every start compiles all modules.")
@click.option("--python", default=sys.executable, metavar="PATH", help="The interpreter of the apps.  [this one]")
@click.option("--app", metavar="ENTRIES", help="The entry point for git:REV.  [as configured, or what it gives away]")
@click.option("--json", "output", type=click.Path(dir_okay=False, path_type=Path), help="A file for all figures.")
@click.option(
    "--timeout", type=click.FloatRange(min=1), default=120.0, show_default=True, help="Seconds that a start may take."
)
@click.option("--quiet", "-q", is_flag=True, help="Say nothing on standard error but errors.")
@click.pass_context
def command(
    ctx: click.Context,
    targets: tuple[str, ...],
    runs: int,
    uncached: bool,
    python: str,
    app: str | None,
    output: Path | None,
    timeout: float,
    quiet: bool,
) -> None:
    """Measure what starting each TARGET takes; tell if they differ.

    Each is started many times, in turn. This command runs code: apps and commands start in processes of their own,
    with all that they do when they start.

    A TARGET is an entry point, as module:factory or module; a command of the shell, as "cmd: COMMAND"; one that starts
    a server, as "serve: COMMAND", with {port} for its port where it is neither gunicorn nor `flask run`; or the project
    at a git revision, as git:REV or git:REV:module:factory. Every other target is compared with the first.
    """
    if find_spec(STATISTICS) is None:
        raise CommandError("the statistics need pip install 'flake8-flask-startup[bench]'")
    try_out(output)
    try:
        named = [target_of(each) for each in targets]
        settings = read(parse(passed_on({"fst_app": app})))
        with tempfile.TemporaryDirectory(prefix="flask-startup-", ignore_cleanup_errors=True) as scratch:
            conditions = RunConditions(runs, timeout, Bytecode.UNCACHED if uncached else Bytecode.CACHED, Path(scratch))
            found = launches(named, program(python), settings, conditions.scratch)
            need_modules(found, conditions)
            if not quiet:
                say(f"runs {', '.join(each.name for each in named)}: {runs + 1} times each", err=True)
            with Progress("started", len(found) * (runs + 1)) as progress, ended_by_signals():
                starts = run_all(found, conditions, nothing if quiet else progress.tick)
    except (TargetError, MeasureError) as error:
        raise CommandError(str(error)) from error
    except StartError as error:
        say(str(error), err=True)
        ctx.exit(FOUND)
    result = BenchResult(found, starts, conditions.bytecode)
    write_out(as_json.render(result), as_text.render(result), output)


def try_out(output: Path | None) -> None:
    """Raise CommandError where the file, if one is asked for, cannot be written: before the work, not after it."""
    try:
        if output is not None:
            atomic_write.try_out(output)
    except OSError as error:
        raise CommandError(f"{output}: {error.strerror}") from error


def write_out(figures: str, table: str, output: Path | None) -> None:
    """Write the figures into the file, if one is asked for, and the table all the same if that fails."""
    try:
        if output is not None:
            atomic_write.write(output, figures.encode())
    except OSError as error:
        raise CommandError(f"{output}: {error.strerror}") from error
    finally:
        sys.stdout.buffer.write(table.encode())


def nothing(_: int) -> None:
    """Show no progress."""
