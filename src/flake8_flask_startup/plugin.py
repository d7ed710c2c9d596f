"""The flake8 plugin: a tree and its lines in, violations out. It lets nothing out but violations.

flake8 drops every result of a run when a plugin raises (flake8 7.5, `checker.py`), so whatever goes wrong here is told
on standard error and costs this one file at most.
"""

from __future__ import annotations

import argparse
import ast
import logging
from collections.abc import Iterator, Sequence
from functools import cache
from typing import ClassVar

from flake8.exceptions import ExecutionError
from flake8.options.manager import OptionManager

from . import __version__
from .costs import CostTableError
from .engine import Source, table
from .flake8_options import register
from .linting.remembered import found_in
from .settings import Settings, SettingsError, read

log = logging.getLogger(__name__)

Violation = tuple[int, int, str, type["StartupChecker"]]


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
            raise ExecutionError(str(error)) from error

    @classmethod
    def parse_options(cls, options: argparse.Namespace) -> None:
        """Read the options; a value that cannot be used ends the run as flake8 ends its own: one line, exit 1."""
        try:
            cls.settings = read(options)
            if cls.settings.costs:
                table(cls.settings)
        except (SettingsError, CostTableError) as error:
            raise ExecutionError(str(error)) from error

    def run(self) -> Iterator[Violation]:
        """Violations of the file."""
        try:
            result = found_in(self.source, self.settings)
            if result.failure:
                log.error("%s: not checked for FST: %s", self.source.filename, result.failure)
            for each in result.found:
                yield each.line, each.column, f"{each.code} {each.text}", type(self)
        except CostTableError as error:
            _say_once(str(error))
        except Exception as error:  # whatever it is, the other files' findings must survive it
            log.error("%s: not checked for FST: %s: %s", self.source.filename, type(error).__name__, error)


@cache  # a table that cannot be read cannot be read for any of a thousand files
def _say_once(message: str) -> None:
    log.error("%s", message)
