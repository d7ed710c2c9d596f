"""`flask startup baseline`: what is found now, in a file to commit, so that `check --baseline` reports what is new."""

from __future__ import annotations

from pathlib import Path

import click
from flake8.exceptions import ExecutionError

from ..check.baseline import NAME, render
from ..check.violations import UNCHECKED, reported
from ..costs.table import CostTableError
from ..files import atomic_write
from ..files.printing import encoded
from .check import SELECTED, all_results, jobs_of, nothing_in, options_and_settings
from .flake8_arguments import options_of_flake8, options_of_settings, passed_on
from .group import CommandError, VersionedCommand, say


@click.command(name="baseline", cls=VersionedCommand)
@click.argument("paths", nargs=-1, type=click.Path(exists=True))
@click.option("--quiet", "-q", is_flag=True, help="Say nothing on standard error but errors.")
@options_of_settings
@options_of_flake8
@click.pass_context
def command(ctx: click.Context, /, paths: tuple[str, ...], quiet: bool, **values: object) -> None:
    """Keep what `check` finds now, to report only what is new.

    What is found in PATHS goes into flask-startup-baseline.json: commit it. `check --baseline` then reports what is not
    in it. Findings are identified by their files, codes and words: neither other lines nor other prices make a known
    one new. A file that cannot be read or parsed is not recorded: standard error names it.

    \b
    Examples:
      flask-startup baseline
      flask-startup check --baseline

    \b
    Exit status: 0 written, 2 options or files that cannot be used, 130 interrupted.
    """
    options, settings = options_and_settings(passed_on({**values, "select": values["select"] or SELECTED}))
    try:
        found, failures = all_results(paths, options, settings, jobs_of(options), is_quiet=quiet)
        violations = reported(found, options)
    except (CostTableError, ExecutionError) as error:
        raise CommandError(" ".join(str(error).split())) from error
    known = [each for each in violations if each.code not in UNCHECKED]
    unchecked = [f"{each.filename}: {each.text}" for each in violations if each.code in UNCHECKED] + failures
    try:
        atomic_write.write_own(Path(NAME), encoded(render(known)))
    except OSError as error:
        raise CommandError(f"{NAME}: {error.strerror or error}") from error
    for line in unchecked:
        say(line, err=True)
    if not quiet:
        count = len(known)
        say(f"{NAME}: {count} finding{'' if count == 1 else 's'}", err=True)
        if not found:
            say(nothing_in(paths), err=True)
    ctx.exit(2 if unchecked else 0)
