"""The one way of reading files: regular files alone, up to a size, without waiting; and source text as Python reads it.

A project may hold a FIFO, a device, a socket or a link to one of them where a file is expected, and files of any size.
What may be there or not is asked for with the functions called `optional_...`, which say once why a file is not read.
"""

from __future__ import annotations

import errno
import io
import os
import stat
import tokenize
from codecs import BOM_UTF8
from typing import TypeAlias

from .notices import Notice, say_lasting, say_once

StrPath: TypeAlias = str | os.PathLike[str]

MAX_SOURCE_BYTES = 5_000_000  # of a Python file: what is longer is data, and its tree would take gigabytes
MAX_TEXT_BYTES = 1_000_000  # of a file written by hand: configuration, a Dockerfile, a lock file
MAX_DATA_BYTES = 100_000_000  # of a file that a program wrote: a cost table, a log, a cache

_FLAGS = os.O_RDONLY
for _name in ("O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY"):  # not every platform has each of them
    _FLAGS |= getattr(os, _name, 0)
_NO_FILE = (FileNotFoundError, NotADirectoryError, IsADirectoryError)
_SLOW_CODECS = frozenset({"idna", "punycode"})  # take time that grows with the square of the text


class RefusedError(OSError):
    """A file is not read: it is no regular file, or it is too large."""

    def __init__(self, reason: str, path: StrPath) -> None:
        super().__init__(errno.EINVAL, reason, os.fspath(path))

    def __str__(self) -> str:
        return f"{self.strerror}: {self.filename!r}"


def read_bytes(path: StrPath, limit: int = MAX_SOURCE_BYTES) -> bytes:
    """Return what a regular file of at most `limit` bytes holds.

    Raises:
        RefusedError: if it is anything else.
        OSError: if it cannot be read.
    """
    return _read(path, limit, is_cut=False)


def read_source(path: StrPath, limit: int = MAX_SOURCE_BYTES) -> str:
    """Return the text of a Python file: what `tokenize.open` gives, in less time where no encoding is declared.

    Raises:
        OSError: as `read_bytes`.
        SyntaxError, UnicodeDecodeError: if it is not in the encoding that it declares, or not in UTF-8.
    """
    return source_text(read_bytes(path, limit))


def source_text(data: bytes) -> str:
    """Return the bytes of a Python file as text, by its declared encoding, with line feeds alone.

    Raises:
        SyntaxError, UnicodeDecodeError: as `read_source`.
    """
    encoding = "utf-8"
    if data.startswith(BOM_UTF8) or any(b"coding" in line for line in data.split(b"\n", 2)[:2]):  # PEP 263
        encoding = _declared_encoding(data)
        if encoding in _SLOW_CODECS:
            raise SyntaxError(f"encoding not read: {encoding}")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        raise
    except (LookupError, UnicodeError):  # a codec from bytes to bytes, or the one called "undefined"
        raise SyntaxError(f"unknown encoding: {encoding}") from None
    return _with_line_feeds(text)


def _declared_encoding(data: bytes) -> str:
    try:
        return tokenize.detect_encoding(io.BytesIO(data).readline)[0]
    except (LookupError, UnicodeError) as error:  # since Python 3.15 it decodes the first lines, by whatever codec
        raise SyntaxError(str(error)) from error


def read_text(path: StrPath, limit: int = MAX_TEXT_BYTES, errors: str = "strict") -> str:
    """Return the text of a file in UTF-8, with line feeds alone.

    Raises:
        OSError: as `read_bytes`.
        UnicodeDecodeError: if it is not UTF-8, unless errors says otherwise.
    """
    return _with_line_feeds(read_bytes(path, limit).decode("utf-8", errors))


def optional_bytes(path: StrPath, limit: int = MAX_SOURCE_BYTES) -> bytes:
    """Return what a regular file holds; nothing where there is none, or, reported once, where it is not read."""
    try:
        return _read(path, limit, is_cut=False)
    except OSError as error:
        say_unread(path, error)
        return b""


def optional_text(path: StrPath, limit: int = MAX_TEXT_BYTES) -> str:
    """Return the text of a regular file, as `optional_bytes`; replacement characters for what is not UTF-8."""
    return _with_line_feeds(optional_bytes(path, limit).decode("utf-8", "replace"))


def optional_head(path: StrPath, size: int) -> str:
    """Return the first bytes of a regular file of any size as text, as `optional_text`."""
    try:
        return _with_line_feeds(_read(path, size, is_cut=True).decode("utf-8", "replace"))
    except OSError as error:
        say_unread(path, error)
        return ""


def described(error: OSError) -> str:
    """Return an error in the words of flake8's E902: its kind, and what it says."""
    kind = OSError if isinstance(error, RefusedError) else type(error)
    return f"{kind.__name__}: {error}"


def say_unread(path: StrPath, error: OSError) -> None:
    """Say once that a file is not read, and why; nothing of one that is not there, or cannot be."""
    if not isinstance(error, _NO_FILE) and error.errno != errno.ENAMETOOLONG:
        unread = f"{shown_name(path)}: not read"
        notice = Notice(f"{unread}: {reason(error)}", unread)  # whoever asks for it may have a bound of its own
        if isinstance(error, RefusedError):
            say_lasting(notice)
        else:
            say_once(*notice)


def reason(error: OSError) -> str:
    """Return why a file cannot be read, in a few words."""
    return error.strerror or " ".join(str(error).split())


def shown_name(path: StrPath) -> str:
    """Return a path as people see it: relative to the working directory when inside it."""
    name = os.fspath(path)
    try:
        return name.removeprefix(os.path.join(os.getcwd(), ""))  # noqa: PTH109, PTH118  # text, as it was given
    except OSError:  # the working directory is gone
        return name


def _read(path: StrPath, limit: int, *, is_cut: bool) -> bytes:
    name = os.fspath(path)
    try:
        status = os.stat(name)  # noqa: PTH116  # read for every file; before it is opened: opening a device may do something
    except ValueError:  # a NUL, or half a surrogate pair
        raise OSError(errno.EINVAL, "not a file name", name) from None
    _check(name, status, limit, is_cut=is_cut)
    handle = os.open(name, _FLAGS)
    with open(handle, "rb", buffering=0) as stream:  # noqa: PTH123  # of a handle: what is asked about is what is read
        status = os.fstat(handle)
        _check(name, status, limit, is_cut=is_cut)
        data = _up_to(stream, min(status.st_size, limit) + 1, limit + 1)
    if len(data) > limit and not is_cut:
        raise RefusedError(_too_large(limit), name)
    return data[:limit]


def _up_to(stream: io.FileIO, expected: int, most: int) -> bytes:
    """Read to the end, or so many bytes at most; some file systems give no size, and a file may grow."""
    found = [stream.read(expected) or b""]  # None where a device among the files of /proc has nothing yet
    count = len(found[0])
    if count < expected:
        return found[0]
    while found[-1] and count < most:
        found.append(stream.read(min(most - count, 1_000_000)) or b"")
        count += len(found[-1])
    return b"".join(found)


def _check(name: str, status: os.stat_result, limit: int, *, is_cut: bool) -> None:
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), name)
    if not stat.S_ISREG(status.st_mode):
        raise RefusedError("not a regular file", name)
    if status.st_size > limit and not is_cut:
        raise RefusedError(_too_large(limit), name)


def _too_large(limit: int) -> str:
    return f"larger than {limit:,} bytes"


def _with_line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
