"""Whether a text alone shows that its file can break no rule: then nobody needs to parse it."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property

from ..config.settings import Settings
from ..costs.table import CostTable
from ..files.spelling import plain
from ..lint.prefilter import breakable

_IMPORTED = re.compile(r"import\s+([^\n;#]*)")
_SOURCE = re.compile(r"from\s+([\w\x80-\U0010ffff]+)")  # more than letters becomes one when names are normalized
_NAME = re.compile(r"(?:^|,)\s*(\w+)")


class TextGate:
    """Whether a text needs to be parsed at all.

    Words in a text stand for more than the statements and calls that a tree has: what does not pass can break no rule.
    """

    def __init__(self, settings: Settings, table: Callable[[], CostTable]) -> None:
        self._settings = settings
        self._table = table
        self._dev = frozenset(name.partition(".")[0] for name in settings.dev_packages)
        self._own_words = settings.own_words
        self._heavy: dict[tuple[str, ...], bool] = {}

    def lets_in(self, text: str) -> bool:
        """Whether a file with this text might break a rule."""
        groups = list(self._imports(text))
        tops = {top for group in groups for top in group}
        return bool(breakable(text, tops, self._own_words)) or any(self._is_costly(group) for group in groups)

    @staticmethod
    def _imports(text: str) -> Iterator[tuple[str, ...]]:
        """The top-level names that each statement could import; statements in texts and comments count as well."""
        if "import" not in text:
            return
        if "\\\n" in text:
            text = text.replace("\\\n", " ")
        yield from {(name,) for each in set(_SOURCE.findall(text)) for name in _NAME.findall(plain(each))}
        yield from {tuple(_NAME.findall(plain(names))) for names in set(_IMPORTED.findall(text))}

    def _is_costly(self, group: tuple[str, ...]) -> bool:
        if group not in self._heavy:
            self._heavy[group] = (
                not self._dev.isdisjoint(group)
                or self._cost(group) >= self._settings.threshold
                or (self._settings.env is not None and any(self._may_be_estimated(top) for top in group))
            )
        return self._heavy[group]

    def _may_be_estimated(self, top: str) -> bool:
        """Whether no row covers a top-level name that is not the standard library's."""
        return top not in sys.stdlib_module_names and top not in self._by_top

    def _cost(self, group: tuple[str, ...]) -> float:
        """What all that could be imported of some packages costs together, ms."""
        return self._table().cost(name for top in group for name in self._by_top.get(top, ())).ms

    @cached_property
    def _by_top(self) -> Mapping[str, Sequence[str]]:
        """The names that the table has rows of, by their first part."""
        found: dict[str, list[str]] = {}
        for name in self._table().modules:
            found.setdefault(name.partition(".")[0], []).append(name)
        return found
