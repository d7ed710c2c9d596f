"""The flake8 plugin: a tree and its lines in, violations out. It lets nothing out but violations.

flake8 drops every result of a run when a plugin raises (flake8 7.5, `checker.py`), so whatever goes wrong here is told
on standard error and costs this one file at most.
"""

from __future__ import annotations

import argparse
import ast
import logging
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from typing import ClassVar

from flake8.exceptions import ExecutionError
from flake8.formatting.base import BaseFormatter
from flake8.options.manager import OptionManager
from flake8.violation import Violation

from . import __version__
from .check.remembered import found_in
from .config.entry_target import EntryError
from .config.option_values import SettingsError
from .config.options import register, with_configurations
from .config.settings import Settings, read
from .costs.table import CostTableError
from .files.notices import say_once
from .files.printing import printable
from .lint.source import Source
from .model.messages import escaped
from .startup.cost_tables import cost_table

log = logging.getLogger(__name__)

Found = tuple[int, int, str, type["StartupChecker"]]

PREFIX = "FST"


class StartupChecker:
    """Import-time costs of Flask apps: codes FST."""

    name = "flake8-flask-startup"
    version = __version__
    settings: ClassVar[Settings] = Settings()

    def __init__(self, tree: ast.Module, filename: str, lines: Sequence[str]) -> None:
        self.source = Source(filename, tree, lines)

    @classmethod
    def add_options(cls, manager: OptionManager) -> None:
        """Tell flake8 of the `--fst-*` options; its configuration files, and pyproject.toml, know them too."""
        try:
            register(manager)
        except SettingsError as error:  # of pyproject.toml
            raise ExecutionError(printable(str(error))) from error

    @classmethod
    def parse_options(cls, options: argparse.Namespace) -> None:
        """Read the options; a value that cannot be used ends the run as flake8 ends its own: one line, exit 1."""
        try:
            cls.settings = read(with_configurations(options, sys.argv[1:]))
            show_escaped_names()
            if cls.settings.costs:
                cost_table(cls.settings)
            if cls.settings.app:
                from .project.entries import project_with  # only these settings need it before a file does

                project_with(cls.settings.app, cls.settings)
        except EntryError as error:  # exit 2, as of `check`: flake8 ends so for arguments that it cannot use
            sys.stderr.write(printable(f"flake8: error: --fst-app: {error}") + "\n")
            raise SystemExit(2) from error
        except (SettingsError, CostTableError) as error:
            raise ExecutionError(printable(str(error))) from error

    def run(self) -> Iterator[Found]:
        """Violations of the file."""
        try:
            result = found_in(self.source, self.settings)
            if result.failure:
                self._log(result.failure)
            for each in result.found:
                yield each.line, each.column, printable(f"{each.code} {each.text}"), type(self)
        except CostTableError as error:
            say_once(str(error))
        except Exception as error:  # whatever it is, the other files' findings must survive it
            self._log(f"{type(error).__name__}: {error}")

    def _log(self, reason: str) -> None:
        log.error("%s", printable(f"{self.source.filename}: not checked for FST: {reason}"))


@cache  # flake8 has one class of formatters, and one run is enough for it
def show_escaped_names() -> None:
    """Have flake8's formatters show our violations with escapes for what would steer a terminal.

    At the name of a file that is not UTF-8, flake8 ends in a traceback instead, and no result of the run is shown
    (flake8 7.5, `formatting/base.py`).
    """
    handle = BaseFormatter.handle

    def handle_escaped(self: BaseFormatter, error: Violation) -> None:
        handle(self, escaped(error) if error.code.startswith(PREFIX) else error)

    BaseFormatter.handle = handle_escaped  # type: ignore[method-assign]  # it offers no other way
