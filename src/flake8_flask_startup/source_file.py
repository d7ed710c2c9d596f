"""A source file as bytes, and as text as Python itself reads it: by its declared encoding, with line feeds alone."""

from __future__ import annotations

import io
import os
import stat
import tokenize
from codecs import BOM_UTF8


def read_bytes(path: str | os.PathLike[str]) -> bytes:
    """What a plain file holds.

    Raises:
        OSError: if it cannot be read, or is no plain file: reading a pipe might never end.
    """
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with open(handle, "rb") as stream:  # noqa: PTH123  # of a handle, so that what is asked about is what is read
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(f"not a plain file: {os.fspath(path)!r}")
        return stream.read()


def read_source(path: str | os.PathLike[str]) -> str:
    """The text of a file: what `tokenize.open` gives, in less time where no encoding is declared.

    Raises:
        OSError: as `read_bytes`.
        SyntaxError, UnicodeDecodeError: if it is not in the encoding that it declares, or not in UTF-8.
    """
    data = read_bytes(path)
    encoding = "utf-8"
    if data.startswith(BOM_UTF8) or any(b"coding" in line for line in data.split(b"\n", 2)[:2]):  # PEP 263
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    text = data.decode(encoding)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
