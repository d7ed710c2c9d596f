"""Files that are written whole or not at all, and never through a link.

A link in the way, or in the place of the file, is an error: a repository may bring one that leads anywhere. What lies
below /dev, such as /dev/stdout, is written to directly, and so is a pipe.
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from pathlib import Path

from .directory import opened


def write(path: Path, content: bytes) -> None:
    """Write a file aside and rename it, so that nobody ever sees a half of it.

    Raises:
        OSError: if that cannot be done; a file that was there is then as it was.
    """
    if _is_stream(path):
        with open(path, "ab") as stream:  # adding: the stream may be a file that has something already
            stream.write(content)
        return
    with opened(path.parent) as folder:
        folder.replace(path.name, content, _aside(path))


def write_own(path: Path, content: bytes) -> None:
    """Write a file whose name nobody chose: what is no file in its place is an error, and no pipe is waited for.

    Raises:
        OSError: if that cannot be done.
    """
    if _is_stream(path):
        raise OSError(errno.EINVAL, "not a regular file")
    write(path, content)


def try_out(path: Path) -> None:
    """Find out whether a file can be written, before the work that its content takes; it stays as it is.

    Raises:
        OSError: if not.
    """
    if _is_stream(path):
        path.open("ab").close()
        return
    with opened(path.parent) as folder:
        folder.check(path.name)
        aside = _aside(path)
        folder.create(aside, b"")
        folder.remove(aside)


def _is_stream(path: Path) -> bool:
    if Path(os.path.abspath(path)).parts[:2] == (os.sep, "dev"):
        return True
    try:
        mode = path.lstat().st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)


def _aside(path: Path) -> str:
    return f".{path.name[:100]}.{secrets.token_hex(8)}.tmp"
