"""click options that are passed on to flake8's own parser, word for word: one place where a value gets its meaning."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeVar

import click
from click.core import ParameterSource

from ..config.effects import ALIASES
from ..config.option_values import READERS, OptionError, SettingsError
from ..config.settings import OPTIONS

Command = TypeVar("Command", bound=Callable[..., object])

LISTS = (
    ("select", "CODES", "Report only codes that begin so.  [FST and E9]"),
    ("extend-select", "CODES", "Report codes that begin so as well."),
    ("ignore", "CODES", "Do not report codes that begin so."),
    ("extend-ignore", "CODES", "Nor these."),
    ("per-file-ignores", "PAIRS", "Codes to ignore in some files: tests/*:FST."),
    ("exclude", "PATTERNS", "Files and folders to leave out."),
    ("extend-exclude", "PATTERNS", "And these."),
    ("filename", "PATTERNS", "Names of Python files.  [*.py]"),
    ("stdin-display-name", "NAME", "What standard input is called."),
    ("config", "FILE", "The one configuration file to read."),
    ("append-config", "FILE", "A configuration file to read as well."),
)
FLAGS = (
    ("isolated", "Read none of flake8's configuration files."),
    ("disable-noqa", "Report lines with # noqa too."),
    ("show-source", "Show the source line of each finding."),
)


def options_of_flake8(command: Command) -> Command:
    """Give a command the options that decide with flake8 what is linted and reported."""
    for name, help_text in reversed(FLAGS):
        command = click.option(f"--{name}", is_flag=True, help=help_text)(command)
    for name, metavar, help_text in reversed(LISTS):
        command = click.option(f"--{name}", metavar=metavar, help=help_text)(command)
    return command


def options_of_settings(command: Command) -> Command:
    """Give a command the options that flake8 has as `--fst-NAME`, by that name and without "fst-"."""
    for option in reversed(OPTIONS):
        aliases = [alias for alias, name in ALIASES.items() if name == option.name]
        names = [f"--{name}" for name in (option.name, f"fst-{option.name}", *aliases)]
        command = click.option(
            *names,
            f"fst_{option.name.replace('-', '_')}",
            is_flag=option.is_flag or None,  # with False, click takes an option without its value
            multiple=option.separated,
            callback=usable,
            metavar=option.metavar or None,
            help=option.help,
        )(command)
    return command


def usable(ctx: click.Context, option: click.Parameter, value: object) -> object:
    """Return the value of an option, once it is known that the option can have it.

    Raises:
        SettingsError, BadParameter: for one that cannot be used, given here or in pyproject.toml.
    """
    source = ctx.get_parameter_source(str(option.name))
    if source not in (ParameterSource.COMMANDLINE, ParameterSource.DEFAULT_MAP) or isinstance(value, bool) or not value:
        return value
    field = str(option.name).removeprefix("fst_")
    try:
        READERS[field](field, _text(value))
    except OptionError as error:
        if source is ParameterSource.DEFAULT_MAP:
            raise click.BadParameter(error.reason, param=option) from error
        raise SettingsError(f"{option.opts[0]}: {error.reason}") from error
    return value


def passed_on(values: Mapping[str, object]) -> list[str]:
    """Command-line arguments of flake8 for the options that were given, by click's names of them."""
    flags = {name for name, _ in FLAGS} | {f"fst-{option.name}" for option in OPTIONS if option.is_flag}
    names = [name for name, _, _ in LISTS] + [f"fst-{option.name}" for option in OPTIONS if not option.is_flag]
    given = [(name, value) for name in names if (value := values.get(name.replace("-", "_"))) not in (None, ())]
    arguments = [f"--{name}={_text(value)}" for name, value in given]
    return arguments + [f"--{name}" for name in sorted(flags) if values.get(name.replace("-", "_"))]


def _text(value: object) -> str:
    """A value as a command line has it: pyproject.toml may hold a list."""
    return ",".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
