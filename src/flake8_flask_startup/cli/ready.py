"""`flask startup ready`: a checklist that a deployment can run. This starts the app and a server."""

from __future__ import annotations

import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import click

from ..config.options import parse
from ..config.settings import read
from ..measure.bench.rounds import Bytecode, RunConditions, need_modules
from ..measure.bench.targets import TargetError
from ..measure.process import MeasureError, ended_by_signals
from ..measure.ready import CHECKS, Check, Limits, checked, server_of
from ..measure.verify.sides import HERE, of_folder
from .flake8_arguments import passed_on
from .group import FOUND, CommandError, VersionedCommand, say
from .verify import interpreter_for

EPILOG = """\b
Examples:
  flask-startup ready --app shop:create_app
  flask-startup ready --server "gunicorn -c deploy/gunicorn.py shop:app" --cold-under 500
  flask-startup ready --skip versions --skip preload

\b
Exit status: 0 every line holds, 1 one does not, 2 no entry point or interpreter, 130 interrupted, 141 output closed.
"""


@click.command(name="ready", cls=VersionedCommand, epilog=EPILOG)
@click.option("--app", metavar="ENTRIES", help="The entry point.  [as configured, or what the project gives away]")
@click.option("--server", metavar="COMMAND", help="Starts the server.  [gunicorn, by its config or the entry point]")
@click.option("--skip", multiple=True, type=click.Choice(CHECKS), help="Leave a check out; may be repeated.")
@click.option(
    "--profile-under",
    type=click.FloatRange(min=0, min_open=True),
    default=2000.0,
    show_default=True,
    help="Milliseconds for loading and building the app.",
)
@click.option(
    "--cold-under",
    type=click.FloatRange(min=0, min_open=True),
    default=1000.0,
    show_default=True,
    help="Milliseconds until the server's first answer.",
)
@click.option("--runs", type=click.IntRange(min=1), default=3, show_default=True, help="Starts; their median counts.")
@click.option("--uncached", is_flag=True, help="Without cached bytecode: every start compiles all modules.")
@click.option("--python", metavar="PATH", help="The interpreter of the app.  [that of --env, or this one]")
@click.option(
    "--env", type=click.Path(exists=True, file_okay=False, path_type=Path), help="A virtual environment to start in."
)
@click.option(
    "--timeout", type=click.FloatRange(min=1), default=120.0, show_default=True, help="Seconds that a start may take."
)
@click.option("--quiet", "-q", is_flag=True, help="Say nothing on standard error but errors.")
@click.pass_context
def command(
    ctx: click.Context,
    app: str | None,
    server: str | None,
    skip: tuple[str, ...],
    profile_under: float,
    cold_under: float,
    runs: int,
    uncached: bool,
    python: str | None,
    env: Path | None,
    timeout: float,
    quiet: bool,
) -> None:
    """Tell whether the app is ready to start where it is deployed.

    There is a line for each check. Versions are locked; loading and building the app takes less than --profile-under;
    gunicorn comes up with --preload and answers; its first answer comes in less than --cold-under.

    This command runs code: the app and its server start, on a free port of the loopback interface.
    """
    interpreter = interpreter_for(python, env)
    try:
        settings = read(parse(passed_on({"fst_app": app})))
        with tempfile.TemporaryDirectory(prefix="flask-startup-", ignore_cleanup_errors=True) as scratch:
            conditions = RunConditions(runs, timeout, Bytecode.UNCACHED if uncached else Bytecode.CACHED, Path(scratch))
            launch = replace(of_folder(HERE, Path.cwd(), interpreter, settings), within=None)
            need_modules([launch], conditions)
            serving = server or server_of(launch, interpreter, settings.factories)
            wanted = [each for each in CHECKS if each not in skip]
            if not quiet:
                say(f"runs {', '.join(launch.arguments)} and {serving}: up to {runs + 1} times each", err=True)
            with ended_by_signals():
                found = []
                for check in checked(launch, serving, wanted, Limits(profile_under, cold_under), conditions):
                    say(line(check))
                    sys.stdout.flush()
                    found.append(check)
    except (TargetError, MeasureError) as error:
        raise CommandError(str(error)) from error
    if not all(each.holds for each in found):
        ctx.exit(FOUND)


def line(check: Check) -> str:
    """Return a check as people see it."""
    return f"{'ok  ' if check.holds else 'FAIL'}  {check.name:<8}  {check.what}"
