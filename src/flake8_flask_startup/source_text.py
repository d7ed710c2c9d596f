"""A source as text: on which lines a word stands, without looking at each line."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate


class SourceText:
    """The text of a file, made of its lines, which keep their ends."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.text = "".join(lines)

    def lines_with(self, words: Iterable[str]) -> Iterator[int]:
        """The numbers of the lines that have one of the words in them, word by word; a line may come twice."""
        for word in words:
            at = self.text.find(word)
            while at >= 0:
                number = bisect_right(self._starts, at + len(word) - 1)
                yield number
                if number == len(self._starts):
                    break
                at = self.text.find(word, self._starts[number])

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *accumulate(map(len, self.lines[:-1]))]
