"""A module's text in chunks that can be edited apart: LibCST takes minutes for what `ast` reads in seconds."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")  # as Python counts lines
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def lines_of(text: str) -> list[str]:
    """Return the lines of a text as Python counts them, each with its end."""
    return _LINE.findall(text)


WRAPPER = "if 1:"  # above a chunk that is indented, so that it can be read alone


@dataclass(frozen=True, slots=True)
class Chunk:
    """Lines of a module from first to last, with the blank lines and comments above them.

    is_inner says that they stand in a class.
    """

    text: str
    first: int
    last: int
    is_inner: bool


@dataclass(frozen=True, slots=True)
class Chunks:
    """The text of a module: its head up to the first function or class, then one chunk for each function and the like.

    A class is its head up to its first function, and then the same.
    """

    chunks: tuple[Chunk, ...]
    newline: str
    indent: str

    @classmethod
    def of(cls, text: str, tree: ast.Module) -> Chunks:
        """Return the chunks of a text, which put together are the text."""
        lines = lines_of(text)
        found, first = [], 0
        for end, is_inner in (*_ends(tree), (len(lines), False)):
            if end > first:
                found.append(Chunk("".join(lines[first:end]), first + 1, end, is_inner))
                first = end
        newline = next((each[len(each.rstrip("\r\n")) :] for each in lines), "") or "\n"
        return cls(tuple(found), newline, _indent(tree, lines))


def _indent(tree: ast.Module, lines: list[str]) -> str:
    """What the first block of module code is indented by."""
    for each in tree.body:
        first = next(iter(getattr(each, "body", ())), None)
        if isinstance(first, ast.stmt) and not (indent := lines[first.lineno - 1][: first.col_offset]).strip():
            return indent or "    "
    return "    "


def _ends(node: ast.Module | ast.ClassDef) -> Iterator[tuple[int, bool]]:
    """The last line of the head, and of each statement behind it, with whether that is one of a class.

    Statements that share a line go together.
    """
    body = node.body
    at = next((number for number, each in enumerate(body) if isinstance(each, _DEFINITIONS)), len(body))
    is_inner = False  # the first has the head of the class
    for number, each in enumerate(body):
        following = body[number + 1].lineno if number + 1 < len(body) else None
        if number < at - 1 or following == each.end_lineno:
            continue
        if isinstance(node, ast.Module) and isinstance(each, ast.ClassDef):
            yield from _ends(each)
        yield each.end_lineno or each.lineno, is_inner
        is_inner = isinstance(node, ast.ClassDef)
