"""`flask startup diff`: what a branch adds to startup, of two saved reports."""

from __future__ import annotations

from pathlib import Path

import click

from ..report.difference import FORMATS, NoReportError, compare, load
from ..report.difference_page import side_by_side
from .group import FOUND, CommandError, VersionedCommand
from .output import OUTPUT, write_lines

HTML = "html"
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command(name="diff", cls=VersionedCommand)
@click.argument("old", type=FILE)
@click.argument("new", type=FILE)
@click.option("--format", "form", type=click.Choice([*FORMATS, HTML]), default="text", show_default=True)
@OUTPUT
@click.option("--exit-zero", is_flag=True, help="End with status 0 even if startup costs more.")
@click.pass_context
def command(ctx: click.Context, old: Path, new: Path, form: str, output: Path | None, exit_zero: bool) -> None:
    """Compare two reports, OLD and NEW.

    They are what `flask startup report --format json` has written. Markdown is for the comment of a pull request;
    HTML is a page with the two side by side.

    \b
    Examples:
      flask-startup report --app shop:create_app --format json --output old.json
      flask-startup diff old.json new.json --format markdown
      flask-startup diff old.json new.json --format html --output difference.html

    \b
    Exit status: 0 startup costs no more, 1 it costs more, 2 files that cannot be used, 130 interrupted,
    141 output closed.
    """
    try:
        before, after = load(old), load(new)
    except NoReportError as error:
        raise CommandError(str(error)) from error
    found = compare(before, after)
    text = side_by_side(before, after, (old.name, new.name)) if form == HTML else FORMATS[form](found)
    write_lines(text, output)
    ctx.exit(FOUND if round(found.ms, 1) > 0 and not exit_zero else 0)
