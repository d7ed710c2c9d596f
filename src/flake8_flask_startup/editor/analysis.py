"""The analysis of an open folder, which is the working directory: what the linter finds in texts that it does not hold.

What `flask-startup check --stdin-display-name NAME -` reports there, by the functions that this command calls.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from typing import NamedTuple

from flake8.violation import Violation

from ..check.files import STDIN, find
from ..check.run import check_text
from ..check.text import as_read
from ..check.violations import reported
from ..check.way import Way
from ..config.options import parse
from ..config.settings import Settings, read
from ..files.ttl import Fresh

SELECTED = "--select=FST,E9"


class Findings(NamedTuple):
    """What is found in a text; failure is why the rules could not be asked."""

    violations: Sequence[Violation]
    failure: str


class Folder:
    """The analysis of the working directory. arguments are those of flake8's parser, a later one before an earlier."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self._arguments = (SELECTED, *arguments)
        self._options: Fresh[tuple[Namespace, Settings]] = Fresh()

    def findings(self, name: str, text: str) -> Findings:
        """Return what is found in a text under a name.

        Raises:
            SettingsError, CostTableError, ExecutionError: for configuration that cannot be used.
        """
        options, settings = self._configured()
        options.stdin_display_name = name
        if not find([STDIN], options, lambda _: False).python:
            return Findings((), "")
        result = check_text(name, as_read(text), Way.of(settings, options))
        return Findings(reported([(name, result)], options), result.failure)

    def _configured(self) -> tuple[Namespace, Settings]:
        return self._options.get("options", self._read_options)

    def _read_options(self) -> tuple[Namespace, Settings]:
        options = parse(self._arguments)
        return options, read(options)
