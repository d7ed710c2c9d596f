"""The commands: `flask startup ...`, and `flask-startup ...` without Flask's own options.

In: the command line. Out: text, JSON or HTML, changed files, an exit status. Asks all below.

Flask imports this module for every `flask` command there is, so that each command's own module is loaded when it is
called. A command lives in the module of its name, as `command`.
"""

from __future__ import annotations

import gc

import click

from .group import LazyGroup


class Commands(LazyGroup):
    """The commands there are."""

    names = (
        "baseline",
        "bench",
        "check",
        "diff",
        "entries",
        "explain",
        "fix",
        "lock",
        "lsp",
        "measure",
        "ready",
        "report",
        "verify",
    )


@click.group(name="startup", cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def startup() -> None:
    """Find out why the app starts slowly, without running it.

    \b
    Examples:
      flask-startup check
      flask-startup report --app shop:create_app
      flask-startup explain FST101

    \b
    Defaults come from [tool.flask-startup] in pyproject.toml and from flake8's configuration files.
    Completion: eval "$(_FLASK_STARTUP_COMPLETE=bash_source flask-startup)"
    """


def main() -> None:
    """Run the commands as a program of their own."""
    try:
        startup(prog_name="flask-startup")
    finally:
        gc.freeze()  # the process ends: what is left would be looked through once more, to no end
