"""Edits of a text at the places of its tree: spans of characters and what comes in their place.

A line that goes is marked first, so that the other lines keep their numbers as long as those are asked for.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import NamedTuple, TypeAlias

from .chunks import lines_of
from .refusal import Refused

GOES = "# flask-startup: this line goes"
_COMMA = re.compile(r"[ \t]*,")
Node: TypeAlias = ast.expr | ast.stmt | ast.keyword | ast.alias


class Splice(NamedTuple):
    """Characters of a text, from start to end, and what comes in their place."""

    start: int
    end: int
    text: str


def spliced(text: str, splices: Iterable[Splice]) -> str:
    """Return a text with its splices made."""
    for each in sorted(set(splices), reverse=True):
        text = text[: each.start] + each.text + text[each.end :]
    return text


def without_marks(text: str) -> str:
    """Return a text without the lines that were marked; the blank lines around one do not add up."""
    kept: list[str] = []
    for is_blank, group in groupby(_unmarked(lines_of(text)), key=_is_blank_or_mark):
        lines = list(group)
        if not is_blank or GOES not in lines:
            kept += lines
            continue
        runs = ["".join(run) for is_mark, run in groupby(lines, key=GOES.__eq__) if not is_mark]
        kept += [max(runs, key=lambda run: run.count("\n"))] if runs and kept else []
    return "".join(kept)


class Places:
    """Places in a text, by the lines and columns of its tree."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = lines_of(text)
        self._starts = [0]
        for line in self.lines:
            self._starts.append(self._starts[-1] + len(line))

    def start(self, node: Node) -> int:
        """Where a node begins."""
        return self._at(node.lineno, node.col_offset)

    def end(self, node: Node) -> int:
        """Where a node ends."""
        return self._at(node.end_lineno or node.lineno, node.end_col_offset or 0)

    def begin(self, line: int) -> int:
        """Where a line begins; the end of the text for the one behind its last."""
        return self._starts[line - 1]

    def source(self, node: Node) -> str:
        """The text of a node."""
        return self.text[self.start(node) : self.end(node)]

    def whole_lines(self, first: int, last: int) -> Iterator[Splice]:
        """The lines from one to another, marked."""
        for number in range(first, last + 1):
            start, content = self._starts[number - 1], self.lines[number - 1].rstrip("\r\n")
            indent = len(content) - len(content.lstrip())
            yield Splice(start + indent, start + len(content), GOES)

    def line(self, number: int) -> str:
        """A line without what stands at its ends."""
        return self.lines[number - 1].strip()

    def without_arguments(self, given: Sequence[ast.expr | ast.keyword], gone: Iterable[int]) -> Iterator[Splice]:
        """Arguments of a call gone, by their numbers; given are all of them, in the order in which they stand.

        Raises:
            Refused: if that takes a comment along.
        """
        for _, run in groupby(enumerate(sorted(gone)), key=lambda each: each[1] - each[0]):
            numbers = [number for _, number in run]
            if all(self._is_alone(given[number]) for number in numbers):
                yield from (
                    mark for each in numbers for mark in self.whole_lines(given[each].lineno, given[each].lineno)
                )
                continue
            first, last = given[numbers[0]], given[numbers[-1]]
            start, end = self.start(first), self.end(last)
            if numbers[0]:
                start = self.end(given[numbers[0] - 1])
            elif len(given) > len(numbers):
                end = self.start(given[numbers[-1] + 1])
            else:  # no comma stays by itself
                comma = _COMMA.match(self.text, end)
                end = comma.end() if comma else end
            if not self.text[start:end].isprintable() or "#" in self.text[start:end]:
                raise Refused(f"line {first.lineno}: the argument shares its lines with others")
            yield Splice(start, end, "")

    def _is_alone(self, node: ast.expr | ast.keyword) -> bool:
        return self.line(node.lineno).partition("#")[0].strip().rstrip(",") == self.source(node)

    def _at(self, line: int, column: int) -> int:
        before = self.lines[line - 1].encode("utf-8", "surrogatepass")[:column]
        return self._starts[line - 1] + len(before.decode("utf-8", "surrogatepass"))


def _unmarked(lines: Iterable[str]) -> Iterator[str]:
    """The lines, each marked one as the mark alone."""
    for line in lines:
        yield GOES if line.strip() == GOES else line


def _is_blank_or_mark(line: str) -> bool:
    return line == GOES or not line.strip()
