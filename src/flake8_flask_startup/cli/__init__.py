"""The commands: `flask startup ...`, and `flask-startup ...` without Flask's own options.

Flask imports this module for every `flask` command there is, so that each command's own module is loaded when it is
called. A command lives in the module of its name, as `command`.
"""

from __future__ import annotations

from importlib import import_module

import click

COMMANDS = ("measure", "report")


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        """Return the names of the commands, in the order of the help page."""
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 -- the same
        """Return the command, or None where there is none of the name."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"{__name__}.{cmd_name}").command
        return command


@click.group(name="startup", cls=LazyGroup)
def startup() -> None:
    """Find out why the app starts slowly, without running it."""


def main() -> None:
    """Run the console script."""
    startup(prog_name="flask-startup")
