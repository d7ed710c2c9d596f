"""The group's manners: commands loaded when called, one line for what goes wrong, the exit status, broken pipes."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import Any

import click

FOUND = 1
USAGE = 2
INTERRUPTED = 130  # 128 + SIGINT, as shells have it
CLOSED = 141  # 128 + SIGPIPE


class CommandError(Exception):
    """A command cannot go on; str() is one line that says why."""


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is asked for, and ends all of them alike.

    names are the commands; each lives in the module of its name in this package, as `command`.
    """

    names: tuple[str, ...] = ()

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 -- click's signature
        """Return the names of the commands, in the order of the help page."""
        return sorted(self.names)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 -- the same
        """Return the command, or None where there is none of the name."""
        if cmd_name not in self.names:
            return None
        command: click.Command = import_module(f"{__package__}.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was asked for, and give it the defaults that pyproject.toml has for it."""
        name, command, rest = super().resolve_command(ctx, args)
        if name is not None and command is not None and not ctx.resilient_parsing:
            from ..project_file import command_defaults  # likewise

            ctx.invoked_subcommand = name
            given = command_defaults(name)
            known = {option.removeprefix("--"): each.name for each in command.params for option in each.opts}
            if unknown := sorted(given.keys() - known.keys()):
                raise CommandError(f"pyproject.toml: [tool.flask-startup.{name}] has no option {unknown[0]!r}")
            ctx.default_map = {name: {known[option]: value for option, value in given.items()}}
        return name, command, rest

    def invoke(self, ctx: click.Context) -> Any:  # click's signature
        """Run the command that was asked for."""
        from ..settings import SettingsError  # the `flask` command loads this module whatever it is to do

        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()  # here, where it can still be told that nobody reads on
        except KeyboardInterrupt:
            _end(ctx, "interrupted", INTERRUPTED)
        except BrokenPipeError:
            _drop_output()
            _end(ctx, "nobody reads the output any more", CLOSED)
        except OSError as error:
            _drop_output()
            _end(ctx, str(error), USAGE)
        except (CommandError, SettingsError) as error:
            _end(ctx, str(error), USAGE)


def _drop_output() -> None:
    """Let go of what cannot be written: the interpreter would try again when it ends."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _end(ctx: click.Context, reason: str, status: int) -> None:
    with suppress(OSError):
        click.echo(f"{' '.join(filter(None, (ctx.command_path, ctx.invoked_subcommand)))}: {reason}", err=True)
    ctx.exit(status)
