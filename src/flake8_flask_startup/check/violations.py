"""What of the results is reported: flake8's own decisions on codes, `per-file-ignores` and `# noqa`."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable

from flake8.formatting.base import BaseFormatter
from flake8.style_guide import StyleGuideManager
from flake8.violation import Violation

from .results import Result

UNCHECKED = ("E902", "E999")  # the codes of flake8 for a file that cannot be read, or not be parsed


class Collector(BaseFormatter):
    """A formatter that prints nothing: it keeps what flake8 decides to report, in order."""

    def after_init(self) -> None:
        """Start with an empty list of violations."""
        self.violations: list[Violation] = []

    def handle(self, error: Violation) -> None:
        """Add a violation that flake8 reports to the list."""
        self.violations.append(error)


def reported(results: Iterable[tuple[str, Result]], options: Namespace) -> list[Violation]:
    """The violations that flake8 would report of the results with these options, in its order.

    Raises:
        ExecutionError: flake8's own, for a `per-file-ignores` that it cannot read.
    """
    collector = Collector(options)
    guide = StyleGuideManager(options, collector)
    for filename, result in sorted(results):
        for found in sorted(result.found, key=lambda each: (each.line, each.column)):
            guide.handle_error(found.code, filename, found.line, found.column, found.text, found.physical)
    return collector.violations
