"""A Python file's bytes as text, as flake8 reads it."""

from __future__ import annotations

import re

from .source_file import source_text

BOM = "\ufeff"
LATIN_BOM = "\u00ef\u00bb\u00bf"
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=]", re.MULTILINE)


def decoded(data: bytes) -> str:
    """The text of a Python file: by its encoding declaration, else UTF-8, else Latin-1; lines end with a newline."""
    head = data[:400]
    if head.startswith(b"\xef\xbb\xbf") or _COOKIE.search(head):
        text = _declared(data)
    else:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            text = data.decode("latin-1")
    return as_read(text)


def as_read(text: str) -> str:
    """Return a decoded text as flake8 has it: lines end with a newline, and no byte order mark is left."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.removeprefix(BOM).removeprefix(LATIN_BOM)


def _declared(data: bytes) -> str:
    try:
        return source_text(data)
    except (SyntaxError, UnicodeError):
        return data.decode("latin-1")
