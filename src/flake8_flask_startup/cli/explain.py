"""`flask startup explain`: the page of a rule, in the terminal."""

from __future__ import annotations

import sys

import click

from ..lint.pages import all_pages, page_of
from .group import CommandError, VersionedCommand, say


@click.command(name="explain", cls=VersionedCommand)
@click.argument("codes", nargs=-1, metavar="[CODE]...")
@click.option("--all", "lists", is_flag=True, help="List all codes, each with its name and what it is about.")
def command(codes: tuple[str, ...], lists: bool) -> None:
    """Show what a CODE such as FST101 is about, and what to do.

    The page has examples of code that is found and of code that is left alone.

    On a terminal, long pages are shown in a pager (PAGER).

    \b
    Examples:
      flask-startup explain FST101
      flask-startup explain --all

    Exit status: 0, or 2 for a code that there is not.
    """
    if lists:
        for each in all_pages():
            say(f"{each.code}  {each.name:<24} {each.summary}")
        return
    if not codes:
        raise click.UsageError("name a code such as FST101, or list them with --all")
    found = []
    for code in codes:
        page = page_of(code)
        if page is None:
            raise CommandError(f"there is no code {code!r}; --all lists them")
        found.append(page.text)
    text = "\n".join(found)
    if sys.stdout.isatty():
        click.echo_via_pager(text)
    else:
        click.echo(text, nl=False)
