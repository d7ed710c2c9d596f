"""The options as flake8's own machinery knows them, so that `flake8` and `flask startup check` read them alike.

Values come, in rising order of weight, from the defaults, `[tool.flask-startup]` in pyproject.toml, flake8's
configuration files and the command line.
"""

from __future__ import annotations

import configparser
from argparse import Action, ArgumentParser, Namespace
from collections.abc import Sequence
from pathlib import Path

import flake8
from flake8.exceptions import ExecutionError
from flake8.main.options import register_default_options, stage1_arg_parser
from flake8.options.aggregator import aggregate_options
from flake8.options.config import load_config
from flake8.options.manager import OptionManager

from ..files.printing import printable
from ..files.source_file import MAX_TEXT_BYTES, RefusedError, read_bytes, reason, shown_name
from .effects import ANYTHING, FST, OptionEffect
from .option_values import SettingsError
from .pyproject import option_defaults
from .settings import OPTIONS, Given

CONFIGURATIONS = ("setup.cfg", "tox.ini", ".flake8")  # that flake8 looks for, in the order of its documentation
FORMATS = ("default", "pylint", "startup")


def register(manager: OptionManager) -> None:
    """Tell an option manager of the `--fst-*` options, whose configuration files know them too.

    Raises:
        SettingsError: if pyproject.toml says what no option takes.
    """
    given = option_defaults()
    for option in OPTIONS:
        default = given.get(option.name, option.default)
        if option.is_flag:
            manager.add_option(
                f"--fst-{option.name}",
                action="store_true",
                default=default == "true",
                parse_from_config=True,
                help=option.help,
            )
            continue
        manager.add_option(
            f"--fst-{option.name}",
            default=default,
            metavar=option.metavar,
            parse_from_config=True,
            action=_Given if FST.get(option.name, ANYTHING) & OptionEffect.WRITES else "store",
            comma_separated_list=option.separated,
            help=f"{option.help} (Default: %(default)s)" if default else option.help,
        )


class _Given(Action):
    """Notes that a value came from the command line: flake8 takes those of files without asking an action."""

    def __call__(
        self, parser: ArgumentParser, namespace: Namespace, values: object, option_string: str | None = None
    ) -> None:
        """Store the value, marked as given on the command line."""
        del parser, option_string  # of argparse's signature
        setattr(namespace, self.dest, Given(values))


def with_configurations(options: Namespace, arguments: Sequence[str]) -> Namespace:
    """Return options that know which configuration files a command line names: flake8 drops them."""
    try:
        known, _ = stage1_arg_parser().parse_known_args(arguments)
    except SystemExit:  # not flake8's command line
        return options
    options.config, options.append_config = known.config, known.append_config
    return options


def parse(arguments: Sequence[str]) -> Namespace:
    """The options that flake8 has for these command-line arguments, its configuration files included.

    No plugin but this one is looked for or loaded: that takes longer than a check whose results are known.

    Raises:
        SettingsError: for a configuration file or a value that cannot be used.
    """
    early = stage1_arg_parser()
    known, rest = early.parse_known_args(arguments)
    manager = OptionManager(
        version=flake8.__version__, plugin_versions="", parents=[early], formatter_names=list(FORMATS)
    )
    register_default_options(manager)
    register(manager)
    _need_readable(known.config, known.append_config, isolated=known.isolated)
    try:
        config, folder = load_config(known.config, known.append_config, isolated=known.isolated)
        return with_configurations(aggregate_options(manager, config, folder, rest), arguments)
    except (ExecutionError, configparser.Error, ValueError) as error:  # flake8 lets some of the parser's errors out
        raise SettingsError(" ".join(str(error).split())) from error


def _need_readable(named: str | None, further: Sequence[str], *, isolated: bool) -> None:
    """Do nothing if what flake8's reader of configuration is about to open are regular files of a sane size.

    A pipe would have it wait for ever, a link to a device fill the memory.

    Raises:
        SettingsError: for the first that is not.
    """
    if isolated:
        return
    for path in further if named is None else (named, *further):
        _read(Path(path))
    home = Path.home() if named is None else None
    for folder in (Path.cwd(), *Path.cwd().parents) if named is None else ():
        if folder == home and folder != Path.cwd():
            return
        if any(b"[flake8" in _read(folder / name) for name in CONFIGURATIONS):
            return


def _read(path: Path) -> bytes:
    """What a configuration file holds; nothing where flake8 says itself that there is none."""
    try:
        return read_bytes(path, MAX_TEXT_BYTES)
    except RefusedError as error:
        raise SettingsError(f"{printable(shown_name(path))}: {reason(error)}") from error
    except OSError:
        return b""
