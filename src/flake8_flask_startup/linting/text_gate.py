"""Whether a text alone shows that its file can break no rule: then nobody needs to parse it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

from ..costs import CostTable
from ..gate import breakable
from ..settings import Settings

_IMPORTED = re.compile(r"import\s+([^\n;#]*)")
_SOURCE = re.compile(r"from\s+(\w+)")
_NAME = re.compile(r"(?:^|,)\s*(\w+)")


class TextGate:
    """Whether a text needs to be parsed at all.

    Words in a text stand for more than the statements and calls that a tree has: what does not pass can break no rule.
    """

    def __init__(self, settings: Settings, table: Callable[[], CostTable]) -> None:
        self._settings = settings
        self._table = table
        self._dev = frozenset(name.partition(".")[0] for name in settings.dev_packages)
        self._heavy: dict[tuple[str, ...], bool] = {}

    def lets_in(self, text: str) -> bool:
        """Whether a file with this text might break a rule."""
        groups = list(self._imports(text))
        tops = {top for group in groups for top in group}
        return bool(breakable(text, tops)) or any(self._is_costly(group) for group in groups)

    @staticmethod
    def _imports(text: str) -> Iterator[tuple[str, ...]]:
        """The top-level names that each statement could import; statements in texts and comments count as well."""
        if "import" not in text:
            return
        if "\\\n" in text:
            text = text.replace("\\\n", " ")
        if not text.isascii():
            text = unicodedata.normalize("NFKC", text)  # as the parser does with names
        yield from {(name,) for name in _SOURCE.findall(text)}
        yield from {tuple(_NAME.findall(names)) for names in _IMPORTED.findall(text)}

    def _is_costly(self, group: tuple[str, ...]) -> bool:
        if group not in self._heavy:
            self._heavy[group] = not self._dev.isdisjoint(group) or self._cost(group) >= self._settings.threshold
        return self._heavy[group]

    def _cost(self, group: tuple[str, ...]) -> float:
        """What all that could be imported of some packages costs together, ms."""
        table = self._table()
        starts = tuple(f"{top}." for top in group)
        return table.cost(name for name in table.modules if name in group or name.startswith(starts)).ms
