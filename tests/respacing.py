"""Writes a program otherwise: its tokens apart from each other, on the same lines or on more, its strings in pieces."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator

_SILENT = (tokenize.NEWLINE, tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)


def _gaps(text: str) -> Iterator[tuple[int, int, bool]]:
    """The places between two tokens of one line, by row and column, each with whether it is inside brackets."""
    depth = inside = row = 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        name = tokenize.tok_name[token.type]
        closes = token.type == tokenize.OP and token.string in ")]}"
        if not inside and name not in ("FSTRING_MIDDLE", "TSTRING_MIDDLE") and token.type not in _SILENT:
            if token.start[0] == row:
                yield *token.start, depth > 0
            depth += token.type == tokenize.OP and token.string in "([{"
            depth -= closes
        inside += name in ("FSTRING_START", "TSTRING_START")
        inside -= name in ("FSTRING_END", "TSTRING_END")  # behind its own gap: blanks before the quote are text
        if token.type not in (tokenize.NL, tokenize.COMMENT, tokenize.INDENT, tokenize.DEDENT):
            row = token.end[0]


def spaced(text: str, gap: str = "  ") -> str:
    """A program with more space between its tokens, its lines as they were."""
    lines = text.splitlines(keepends=True)
    for row, column, _ in sorted(_gaps(text), reverse=True):
        line = lines[row - 1]
        lines[row - 1] = f"{line[:column]}{gap}{line[column:]}"
    return "".join(lines)


def scattered(text: str) -> tuple[str, dict[tuple[int, int], int]]:
    """A program with each token on a line of its own, comments between those in brackets; the lines of old places.

    A place is a row and a column, in characters, where a token begins.
    """
    breaks = {(row, column): "  # and\n  " if is_inside else " \\\n  " for row, column, is_inside in _gaps(text)}
    moved: dict[tuple[int, int], int] = {}
    written = ""
    count = 1
    for row, line in enumerate(text.splitlines(keepends=True), 1):
        for column, character in enumerate(line):
            between = breaks.get((row, column), "")
            written += between + character
            count += between.count("\n")
            moved[row, column] = count
            count += character == "\n"
    return written, moved


def respelled(text: str) -> str:
    """A program with its plain strings written with an escape and as two literals, its lines as they were."""
    lines = text.splitlines(keepends=True)
    inside = 0
    found = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        name = tokenize.tok_name[token.type]
        inside += name in ("FSTRING_START", "TSTRING_START")
        inside -= name in ("FSTRING_END", "TSTRING_END")
        body = token.string[1:-1]
        if token.type == tokenize.STRING and not inside and body.isascii() and re.fullmatch(r"\w[^'\"\\\n]+", body):
            found.append((token.start, token.end[1], body))
    for (row, start), end, body in reversed(found):
        half = len(body) // 2
        line = lines[row - 1]
        lines[row - 1] = f"{line[:start]}'\\x{ord(body[0]):x}{body[1:half]}' \"{body[half:]}\"{line[end:]}"
    return "".join(lines)
