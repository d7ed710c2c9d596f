"""Places of findings as the protocol has them: lines from 0, and columns in the units that the client counts in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lsprotocol.types import Position, Range
from pygls.workspace import PositionCodec

_END = re.compile(r"\r\n|\r|\n")  # the ends of lines that the protocol knows; `str.splitlines` knows more
_HALF = re.compile(r"[\ud800-\udfff]")


def lines_of(text: str) -> list[str]:
    """Return the lines of a text without their ends."""
    return _END.split(text)


def whole(text: str) -> str:
    """Return a text with the replacement character for each half of a surrogate pair, as an editor saves it."""
    return _HALF.sub("\N{REPLACEMENT CHARACTER}", text)


def range_of(lines: Sequence[str], line: int, column: int, codec: PositionCodec) -> Range:
    """Return the range from a column to the end of a line without its trailing space. Both count from 1, as in flake8.

    A place that is not in the text is the end of it. Columns are in UTF-8 bytes, as in `ast`.
    """
    row = min(max(line, 1), len(lines)) - 1
    shown = lines[row].encode("utf-8", "surrogatepass")
    start = len(shown[: max(column, 1) - 1].decode("utf-8", "ignore")) if row == line - 1 else 0
    end = max(len(lines[row].rstrip()), start)
    units = codec.client_num_units
    return Range(Position(row, units(lines[row][:start])), Position(row, units(lines[row][:end])))


def end_of(lines: Sequence[str], line: int, codec: PositionCodec) -> Position:
    """Return the end of a line without its trailing space. Lines count from 1; the last one stands for later ones."""
    row = min(max(line, 1), len(lines)) - 1
    return Position(row, codec.client_num_units(lines[row].rstrip()))
