"""The syntax trees of texts that several questions are about: each text is parsed once, while its tree is kept."""

from __future__ import annotations

import ast
from typing import TypeAlias

from .parsing import parsed
from .source_file import source_text

MAX_KEPT = 2_000_000  # characters of source: their trees take 35 times as much memory (three apps, 3.11)

_Outcome: TypeAlias = ast.Module | SyntaxError


class _Trees:
    """The trees of the texts that were asked for last. Whoever is given one reads it, and changes nothing."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[str, _Outcome] = {}  # that was asked for last comes last
        self._size = 0

    def outcome(self, text: str) -> _Outcome:
        """Return the tree of a text, or why there is none."""
        found = self._kept.pop(text, None)
        if found is None:
            found = _outcome(text)
            self._size += len(text)
        self._kept[text] = found
        while self._size > self._most and len(self._kept) > 1:
            oldest = next(iter(self._kept))
            del self._kept[oldest]
            self._size -= len(oldest)
        return found


_trees = _Trees(MAX_KEPT)  # the documented state of this module


def tree_of(text: str | bytes) -> ast.Module:
    """Return the tree of a Python text, which others are given too: it is to be read, and not changed.

    Raises:
        SyntaxError: if there is none.
    """
    found = _trees.outcome(text if isinstance(text, str) else _decoded(text))
    if isinstance(found, SyntaxError):
        raise found.with_traceback(None)
    return found


def optional_tree(text: str | bytes) -> ast.Module | None:
    """Return the tree of a Python text, as `tree_of`; None if there is none."""
    try:
        return tree_of(text)
    except SyntaxError:
        return None


def _decoded(data: bytes) -> str:
    try:
        return source_text(data)
    except UnicodeDecodeError as error:
        raise SyntaxError(str(error)) from error


def _outcome(text: str) -> _Outcome:
    try:
        return parsed(text)
    except SyntaxError as error:
        return error
