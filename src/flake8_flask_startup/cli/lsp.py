"""`flask startup lsp`: the language server, for editors."""

from __future__ import annotations

from importlib.util import find_spec

import click

from ..files.interrupts import end_at_once_whatever_runs
from .flake8_arguments import options_of_flake8, options_of_settings, passed_on
from .group import CommandError, VersionedCommand

MISSING = "the language server needs pip install 'flake8-flask-startup[lsp]'"


@click.command(name="lsp", cls=VersionedCommand)
@click.option("--stdio", is_flag=True, help="Speak on standard input and output, which is what it does.")
@options_of_settings
@options_of_flake8
def command(stdio: bool, **values: object) -> None:
    """Serve an editor: what `check` finds, while you type. Nothing of the project runs.

    It speaks the Language Server Protocol on standard input and output, and is started by the editor; docs/editors.md
    has settings for editors. Options go before the editor's settings, and those before configuration files.
    """
    del stdio  # editors pass it as a matter of form
    if find_spec("pygls") is None:
        raise CommandError(MISSING)
    from ..editor.server import serve  # pygls is an extra, and takes a while to load

    end_at_once_whatever_runs()  # a thread waits for the editor, whom Ctrl-C does not reach
    serve(passed_on(values))
