"""Text for a terminal: what would steer it, or cannot be encoded, is shown as an escape."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

# C0 and C1 controls, separators of lines and paragraphs, marks that turn the direction of text (Unicode, UAX #9) or
# cannot be seen, and lone surrogates, as which Python keeps the bytes of file names that are not UTF-8.
_STEERING = re.compile(r"[\0-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def printable(text: str, keep: str = "") -> str:
    """Return a text with `\\x1b` and the like for control characters, but those to keep; it can be encoded."""
    return _STEERING.sub(lambda match: match[0] if match[0] in keep else _escaped(match[0]), text)


@lru_cache(maxsize=1)  # a long line may have thousands of findings
def printable_lines(text: str) -> str:
    """Return a text of many lines, the same."""
    return printable(text, "\n\t")


def joined(lines: Iterable[str]) -> str:
    """Return lines as a text: a line feed within one is shown as an escape."""
    return "".join(f"{printable(line)}\n" for line in lines)


def _escaped(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # a byte, PEP 383
        return f"\\x{code - 0xDC00:02x}"
    return character.encode("unicode-escape", "surrogatepass").decode("ascii")


def encoded(text: str) -> bytes:
    """Return a text in UTF-8, whatever is in it: of a file name that is not UTF-8, nothing that a file would hold."""
    return text.encode("utf-8", "surrogatepass")
