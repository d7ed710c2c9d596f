"""The group's manners: commands loaded when called, one line for what goes wrong, the exit status, broken pipes."""

from __future__ import annotations

import os
import sys
from collections import UserDict
from contextlib import suppress
from importlib import import_module
from typing import Any

import click
from click.core import ParameterSource

from .. import __version__
from ..files.interrupts import INTERRUPTED, raise_when_interrupted
from ..files.printing import printable
from ..files.standard_streams import fill_in

FOUND = 1
USAGE = 2
CLOSED = 141  # 128 + SIGPIPE


class CommandError(Exception):
    """A command cannot go on; str() is one line that says why."""


def say(line: str, *, err: bool = False) -> None:
    """Write a line for people, with nothing in it that steers a terminal."""
    click.echo(printable(line), err=err)


def show_version(ctx: click.Context, _: click.Parameter, is_wanted: bool) -> None:
    """Show the version and end, if that is wanted."""
    if is_wanted and not ctx.resilient_parsing:
        say(f"flask-startup {__version__}")
        ctx.exit()


VERSION = click.Option(
    ["--version"],
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=show_version,
    help="Show the version and exit.",
)


class VersionedCommand(click.Command):
    """A command that tells its version."""

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the options of the command, and those that every command has."""
        *own, last = super().get_params(ctx)  # --help
        return [*own, VERSION, last]


def defaults(command: click.Command, name: str) -> dict[str, object]:
    """Return the options of a command that pyproject.toml sets, by parameter; raise SettingsError for a bad value."""
    from ..config.option_values import SettingsError
    from ..config.pyproject import command_defaults  # the `flask` command loads this module whatever it is to do

    parameters = {option.removeprefix("--"): each for each in command.params for option in each.opts}
    found: dict[str, object] = {}
    for option, value in command_defaults(name).items():
        try:
            found[str(parameters[option].name)] = as_given(parameters[option], value)
        except TypeError:
            raise SettingsError(_of_file(name, option, "has a value of the wrong type")) from None
    return found


def _is_of_file(ctx: click.Context, parameter: click.Parameter) -> bool:
    """Return whether a parameter has its value from pyproject.toml."""
    return ctx.get_parameter_source(str(parameter.name)) == ParameterSource.DEFAULT_MAP


def _of_file(command: str, option: str, reason: str) -> str:
    """Return what is wrong with an option that pyproject.toml sets for a command."""
    return f"pyproject.toml: [tool.flask-startup.{command}] {option}: {reason}"


def as_given(parameter: click.Parameter, value: object) -> object:
    """Return a value of pyproject.toml as the command line would give it: a list is a text with commas.

    Raises:
        TypeError: for a table, a list of what can be no value, or a truth that the option does not have.
    """
    is_flag = isinstance(parameter, click.Option) and parameter.is_flag
    if isinstance(value, bool) is not is_flag:
        raise TypeError(value)
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(each, str if parameter.multiple else (str, int, float)) for each in values):
        raise TypeError(value)
    if parameter.multiple:
        return values
    return ",".join(map(str, values)) if isinstance(value, list) and parameter.nargs == 1 else value


class _Loading(UserDict[str, Any]):
    """Commands by name, each loaded when it is asked for; click takes from here what an unknown one may have meant."""

    def __getitem__(self, name: str) -> click.Command:
        if name not in self.data:
            raise KeyError(name)
        command: click.Command = import_module(f"{__package__}.{name}").command
        return command


class LazyGroup(click.Group):
    """A group that imports a command's module when the command is asked for, and ends all of them alike.

    names are the commands; each lives in the module of its name in this package, as `command`.
    """

    names: tuple[str, ...] = ()

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.commands = _Loading(dict.fromkeys(self.names))

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return the options of the group."""
        return [VERSION, *super().get_params(ctx)]

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Read the arguments, which may load every command for its help."""
        fill_in()
        try:
            return super().make_context(info_name, args, parent, **extra)
        except (KeyboardInterrupt, OSError) as error:
            reason, status = _ending(error)
            with suppress(OSError):
                say(f"{info_name}: {reason}", err=True)
            sys.exit(status)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was asked for, and give it the defaults that pyproject.toml has for it."""
        name, command, rest = super().resolve_command(ctx, args)
        if name is not None and command is not None and not ctx.resilient_parsing:
            ctx.invoked_subcommand = name
            ctx.default_map = {name: defaults(command, name)}
        raise_when_interrupted()
        return name, command, rest

    def invoke(self, ctx: click.Context) -> Any:  # click's signature
        """Run the command that was asked for."""
        from ..config.option_values import SettingsError  # the `flask` command loads this module whatever it is to do

        try:
            try:
                return super().invoke(ctx)
            finally:
                sys.stdout.flush()  # here, where it is still noticed that nobody reads on
        except (KeyboardInterrupt, OSError) as error:
            _end(ctx, *_ending(error))
        except (CommandError, SettingsError) as error:
            _end(ctx, str(error), USAGE)
        except click.BadParameter as error:
            if error.ctx is None or error.param is None or not _is_of_file(error.ctx, error.param):
                raise
            _end(ctx, _of_file(str(error.ctx.info_name), error.param.opts[0].removeprefix("--"), error.message), USAGE)


def _ending(error: KeyboardInterrupt | OSError) -> tuple[str, int]:
    """Return why a command ends, and the status it ends with; output that cannot be written is let go of."""
    if isinstance(error, KeyboardInterrupt):
        return "interrupted", INTERRUPTED
    _drop_output()
    if isinstance(error, BrokenPipeError):
        return "nobody reads the output any more", CLOSED
    return str(error), USAGE


def _drop_output() -> None:
    """Let go of what cannot be written: the interpreter would try again when it ends."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _end(ctx: click.Context, reason: str, status: int) -> None:
    with suppress(OSError):
        say(f"{' '.join(filter(None, (ctx.command_path, ctx.invoked_subcommand)))}: {reason}", err=True)
    ctx.exit(status)
