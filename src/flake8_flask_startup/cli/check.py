"""`flask startup check`: what `flake8 --select=FST` says, sooner, and what the files of a deployment say besides."""

from __future__ import annotations

import os
import re
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from flake8.exceptions import ExecutionError
from flake8.violation import Violation

from ..check.baseline import NAME, BaselineError, load, news
from ..check.files import STDIN, CheckedFiles, find
from ..check.formats import FORMATS, statistics
from ..check.options import CheckOptions
from ..check.results import Result
from ..check.run import Boots, check_text, results
from ..check.violations import UNCHECKED, reported
from ..config.options import parse
from ..config.settings import Settings, read
from ..costs.table import CostTableError
from ..files.walking import NO_PYTHON
from ..model.messages import some_of
from .flake8_arguments import options_of_flake8, options_of_settings, passed_on
from .group import FOUND, CommandError, VersionedCommand, say
from .output import OUTPUT, write
from .progress import Progress

SELECTED = "FST,E9"


@click.command(name="check", cls=VersionedCommand)
@click.argument("paths", nargs=-1, type=click.Path(exists=True, allow_dash=True))
@click.option("--format", "form", type=click.Choice(list(FORMATS)), default="text", show_default=True)
@OUTPUT
@click.option("--statistics", "counts", is_flag=True, help="Count the findings of each code.")
@click.option("--exit-zero", is_flag=True, help="End with status 0 even if there are findings.")
@click.option("--locked", is_flag=True, help="Report packages of the startup that flask-startup.lock does not have.")
@click.option("--baseline", is_flag=True, help="Report what flask-startup-baseline.json does not have.")
@click.option("--jobs", "-j", type=click.IntRange(min=1), help="Processes to work in.  [as many as pay]")
@click.option("--quiet", "-q", is_flag=True, help="Say nothing on standard error but errors.")
@options_of_settings
@options_of_flake8
@click.pass_context
def command(
    ctx: click.Context,
    /,
    paths: tuple[str, ...],
    form: str,
    output: Path | None,
    jobs: int | None,
    **values: object,
) -> None:
    """Check PATHS for what makes the app start slowly.

    PATHS are files and folders. Nothing of the project runs.

    Findings, their text, # noqa, the files that are looked at and the options are flake8's: what `flake8 --select=FST`
    reports is reported here in the same words, an order of magnitude sooner. Dockerfiles, Procfiles, compose files,
    .flaskenv, .env, start scripts and systemd units are checked as well (FST611 to FST615). "-" is standard input.

    \b
    Examples:
      flask-startup check
      flask-startup check shop tests --select FST1 --statistics
      flask-startup check --app shop:create_app --budget 800 --locked
      flask-startup check --baseline --format startup
      flask-startup check --format sarif --output startup.sarif

    \b
    Exit status: 0 nothing found, 1 something found, 2 options or files that cannot be used, 130 interrupted,
    141 output closed.
    """
    for name in ("select", "extend-select"):
        need_code(name, str(values[name.replace("-", "_")] or ""))
    options, settings = options_and_settings(passed_on({**values, "select": values["select"] or SELECTED}))
    try:
        additions = of_startup(settings, is_locked=bool(values["locked"]))
        found, failures = all_results(
            paths, options, settings, jobs or jobs_of(options), is_quiet=bool(values["quiet"])
        )
        violations = reported(found + additions, options)
        if values["baseline"]:
            violations = list(news(violations, load(Path(NAME))))
    except (CostTableError, ExecutionError, BaselineError) as error:
        raise CommandError(" ".join(str(error).split())) from error
    report(violations, options, form, output, counts=bool(values["counts"]))
    for line in failures:
        say(line, err=True)
    if failures:
        ctx.exit(2)
    if not violations and not values["quiet"]:
        count = f"nothing found in {len(found):,} file{'' if len(found) == 1 else 's'}"
        say(count if found else nothing_in(paths), err=True)
    ctx.exit(FOUND if violations and not values["exit_zero"] else 0)


def nothing_in(paths: Sequence[str]) -> str:
    """Return that paths have no file to look at: whoever stands in the wrong folder takes it for a clean result."""
    places = ", ".join(str(Path(each).absolute()) for each in paths or (os.curdir,))
    return f"nothing looked at: {NO_PYTHON.format(places)}, or all are excluded"


def need_code(option: str, value: str) -> None:
    """Do nothing where one of the selected codes is reported here; CommandError where nothing would be."""
    given = [each for each in re.split(r"[\s,]+", value) if each]
    if not given:
        return
    from ..lint.pages import page_files  # only their names

    codes = [*UNCHECKED, *(path.name.partition("_")[0].upper() for path in page_files())]
    if not any(code.startswith(each) or each.startswith(code) for each in given for code in codes):
        raise CommandError(f"--{option}: no code begins with {given[0]!r}")


def options_and_settings(arguments: Sequence[str]) -> tuple[Namespace, Settings]:
    """Return flake8's options for some arguments, and our settings in them; SettingsError for what cannot be used."""
    options = parse(arguments)
    return options, read(options)


def jobs_of(options: Namespace) -> int:
    """Return how many processes flake8's configuration asks for; 0 where it leaves that to us."""
    jobs = str(options.jobs)
    return int(jobs) if jobs.isdecimal() else 0


def all_results(
    paths: Sequence[str], options: Namespace, settings: Settings, jobs: int, *, is_quiet: bool
) -> tuple[list[tuple[str, Result]], list[str]]:
    """Return the results of all files in the paths, and a line for each file that the rules failed on."""
    from ..config.deployment.files import is_deployment

    check_options = CheckOptions.of(settings, options)
    files = find(paths, options, is_deployment)
    names = [name for name in files.python if name != STDIN]
    found: list[tuple[str, Result]] = []
    if STDIN in files.python:
        found.append((options.stdin_display_name, check_text(options.stdin_display_name, stdin_text(), check_options)))
    boots = Boots(settings)
    with Progress("checked", 0 if is_quiet else len(names)) as progress:
        found += results(names, check_options, jobs, progress.tick, boots)
    if not is_quiet and boots.unmeasured:
        say(f"no figure for {some_of(boots.unmeasured)}: {remedy(settings)}", err=True)
    failures = [f"{name}: not checked: {result.failure}" for name, result in found if result.failure]
    failures += [
        f"{name}: not checked: neither Python (see --filename) nor a known deployment file" for name in files.others
    ]
    return found + list(deployment_results(files, settings, is_quiet=is_quiet)), failures


def remedy(settings: Settings) -> str:
    """Return what gives a figure to a package that no row covers."""
    if settings.env is None:
        return "--fst-env estimates from the sources of an environment, `flask startup measure` measures"
    return f"not in {settings.env}; `flask startup measure` measures where they are installed"


def deployment_results(files: CheckedFiles, settings: Settings, *, is_quiet: bool) -> Iterator[tuple[str, Result]]:
    """Return the results of the files that say how the app is deployed; those that nothing can read are named."""
    if not files.deployment:
        return
    from ..check.deployment.checking import check_file  # its readers are not needed where there is nothing to read
    from ..config.deployment.yaml_nodes import NoReaderError

    for name in files.deployment:
        try:
            yield name, check_file(name, settings)
        except NoReaderError:
            if not is_quiet:
                say(f"{name}: not read: pip install 'flake8-flask-startup[compose]'", err=True)


def of_startup(settings: Settings, *, is_locked: bool) -> list[tuple[str, Result]]:
    """Return what the boot loads and must not, or the lock file does not have.

    CommandError where the boot begins nowhere.
    """
    if not (settings.app or settings.budget or settings.budgets or settings.forbid or is_locked):
        return []
    from ..check.lockfile import StartupError, entry_points, project_of  # most runs ask nothing of the boot by name

    try:
        if settings.app or settings.budget or settings.forbid or is_locked:  # budgets name their own
            project_of(entry_points(settings), settings)
        found: list[tuple[str, Result]] = []
        if settings.budgets:
            from ..check.budgets import over_budget

            found += over_budget(settings)
        if settings.forbid:
            from ..check.forbidden import forbidden

            found += forbidden(settings)
        if is_locked:
            from .lock import additions

            found += additions(settings)
        return found
    except StartupError as error:
        raise CommandError(str(error)) from error


def stdin_text() -> str:
    """Return what an editor passes on standard input."""
    from ..files.flake8_text import decoded

    return decoded(sys.stdin.buffer.read())


def report(
    violations: Sequence[Violation], options: Namespace, form: str, output: Path | None, *, counts: bool
) -> None:
    """Write the violations; CommandError for a file that cannot be written."""
    options.color = "auto" if output is None and may_be_coloured() else "never"
    text = FORMATS[form](violations, options)
    if counts:
        text += statistics(violations)
    write(text.encode("utf-8", "surrogateescape"), output)


def may_be_coloured() -> bool:
    """Return whether a terminal, if it is one, may be given colours."""
    return "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
