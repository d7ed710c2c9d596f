"""A Python file's bytes as text, as flake8 reads it."""

from __future__ import annotations

import io
import os
import re
import stat
import tokenize

BOM = "\ufeff"
LATIN_BOM = "\u00ef\u00bb\u00bf"
_COOKIE = re.compile(rb"^[ \t\f]*#.*?coding[:=]", re.MULTILINE)


def read_bytes(filename: str) -> bytes:
    """What a plain file holds.

    Raises:
        OSError: if it cannot be read, or is no plain file: reading a pipe might never end.
    """
    handle = os.open(filename, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with open(handle, "rb") as stream:  # noqa: PTH123  # of a handle, so that what is asked about is what is read
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise OSError(f"not a plain file: {filename!r}")
        return stream.read()


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
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.removeprefix(BOM).removeprefix(LATIN_BOM)


def _declared(data: bytes) -> str:
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding)
    except (SyntaxError, UnicodeError, LookupError):
        return data.decode("latin-1")
