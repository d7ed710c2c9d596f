"""`flask startup lock`: the packages of the predicted startup, in a file to commit; and what has come in since."""

from __future__ import annotations

from pathlib import Path

import click

from ..check.lockfile import NAME, Addition, Predicted, StartupError, load, predicted, render
from ..check.lockfile import additions as compared
from ..check.results import Found, Result
from ..config.options import parse
from ..config.settings import Settings, read
from ..costs.table import CostTableError
from ..files import atomic_write
from ..files.printing import encoded
from ..files.source_file import read_bytes
from ..model.messages import milliseconds
from .flake8_arguments import options_of_settings, passed_on
from .group import FOUND, CommandError, VersionedCommand, say

CODE = "FST902"


@click.command(name="lock", cls=VersionedCommand)
@click.option("--update", is_flag=True, help="Accept what the startup loads now.")
@click.option("--quiet", "-q", is_flag=True, help="Say nothing on standard error but errors.")
@options_of_settings
@click.pass_context
def command(ctx: click.Context, /, update: bool, quiet: bool, **values: object) -> None:
    """Keep which packages startup loads, to report a new one.

    They are predicted, and go into flask-startup.lock, each with what it costs: commit it. `check --locked` then
    reports every package that is not in it, with the statement that brings it in and the way to it. Nothing is run
    and nothing is timed: the same code has the same lock everywhere.

    \b
    Examples:
      flask-startup lock --app shop:create_app
      flask-startup check --locked
      flask-startup lock --update

    \b
    Exit status: 0 written, or as it was; 1 the startup loads more than the file has, and it is left alone without
    --update; 2 nothing can be predicted or written; 130 interrupted.
    """
    path = Path(NAME)
    try:
        now = predicted(settings_of(values))
        news = compared(now, load(path)) if path.exists() and not update else []
    except (StartupError, CostTableError) as error:
        raise CommandError(str(error)) from error
    for each in news:
        say(f"{each.path}:{each.line}: {_what(each)}: {_how(each)}")
    if news:
        say(f"{NAME} is left as it was: accept these with --update", err=True)
        ctx.exit(FOUND)
    text = render(now.lock)
    if not path.exists() or read_bytes(path) != encoded(text):
        try:
            atomic_write.write_own(path, encoded(text))
        except OSError as error:
            raise CommandError(f"{NAME}: {error.strerror or error}") from error
        if not quiet:
            total = milliseconds(now.lock.total_ms)
            say(f"{NAME}: {len(now.lock.packages)} packages, {total} ms", err=True)


def settings_of(values: dict[str, object]) -> Settings:
    """Return the settings of some `--fst-*` options, over those of the configuration files; SettingsError."""
    return read(parse(passed_on(values)))


def additions(settings: Settings) -> list[tuple[str, Result]]:
    """Return what startup loads and the lock file does not have, as results of files; StartupError without a file."""
    now: Predicted = predicted(settings)
    return [
        (each.path, Result("", {}, "", (Found(CODE, each.line, 0, f"{_what(each)}: {_how(each)}", None),)))
        for each in compared(now, load(Path(NAME)))
    ]


def _what(each: Addition) -> str:
    """The head of the message, as wire has it: what is new, and its price where there is one."""
    first, *others = (f"{package!r}" for package in each.packages)
    more = f" with {', '.join(others)}" if others else ""
    cost = f" costs {milliseconds(each.ms)} ms at startup" if each.ms is not None else ""
    return f"package {first}{more}{cost}"


def _how(each: Addition) -> str:
    return (
        f"{NAME} does not have it, startup comes to it via {' > '.join(each.chain)}; import it later, or accept it "
        "with flask startup lock --update"
    )
