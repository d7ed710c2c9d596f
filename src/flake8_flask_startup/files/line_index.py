"""A source as text: on which lines a word stands, without looking at each line."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from functools import cached_property
from itertools import accumulate

from .spelling import is_plain


class SourceText:
    """The text of a file, its lines ended by line feeds."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def is_plain(self) -> bool:
        """Whether names stand in the text as the parser reads them."""
        return is_plain(self.text)

    def lines_with(self, words: Iterable[str]) -> Iterator[int]:
        """The numbers of the lines that have one of the words in them, word by word; a line may come twice."""
        for word in filter(None, words):
            at = self.text.find(word)
            while at >= 0:
                number = bisect_right(self._starts, at + len(word) - 1)
                yield number
                at = self.text.find(word, self._starts[number]) if number < len(self._starts) else -1

    def lines_at(self, places: Iterable[int]) -> Iterator[int]:
        """The numbers of the lines on which places of the text are."""
        return (bisect_right(self._starts, place) for place in places)

    def lines_with_next(self, word: str, following: re.Pattern[str]) -> Iterator[int]:
        """The numbers of the lines on which a word ends that a pattern follows; a line may come twice."""
        at = self.text.find(word) if word else -1
        while at >= 0:
            end = at + len(word)
            if following.match(self.text, end) is not None:
                yield bisect_right(self._starts, end - 1)
            at = self.text.find(word, end)

    def line(self, number: int) -> str:
        """The text of a line, with its end."""
        start, *rest = self._starts[number - 1 : number + 1]
        return self.text[start : rest[0] if rest else None]

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *accumulate(len(line) + 1 for line in self.text.split("\n")[:-1])]
