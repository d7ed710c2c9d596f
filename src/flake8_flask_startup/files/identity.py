"""What tells one state of a file from another, the one answer for everything that is kept until a file changes.

Size and modification time alone do not: builds with fixed times (`SOURCE_DATE_EPOCH`, Nix, Bazel, layers of containers)
and editors that keep a file's time leave both as they were. The time of the last change of the inode cannot be set, and
a file that was renamed into place has another inode. Where these cannot tell either, the content does: on systems
without them, and for a file that changed so recently that the clock of the file system may not have moved on since.

What remains: a change through a memory map that the system has not noted yet, and a file on a network share whose
server's clock is behind by more than the time that two changes lie apart.
"""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Iterable
from typing import NamedTuple

from .source_file import read_bytes

TICK_NS = 100_000_000  # file systems that note fractions of a second note them at least as exactly as this
COARSE_NS = 2_000_000_000  # FAT notes every other second
_SECOND_NS = 1_000_000_000


class Identity(NamedTuple):
    """The modification time (ns), size, time of the last change (ns) and inode of a file.

    content is a digest of what it holds where the others cannot tell, else "". All are 0 for what cannot be looked at.
    """

    modified: int = 0
    size: int = 0
    changed: int = 0
    inode: int = 0
    content: str = ""


MISSING = Identity()


def digest(data: bytes) -> str:
    """Return what tells one content from another."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def digest_of_names(names: Iterable[str]) -> str:
    """Return what tells one set of names from another."""
    return digest("\0".join(sorted(names)).encode("utf-8", "surrogateescape"))


def identity_of(path: str | os.PathLike[str]) -> Identity:
    """Return the identity of a file as it is now; of a folder, which changes when a name in it does."""
    try:
        status = os.stat(path)  # asked of every file of the project: text costs a tenth of paths here
    except (OSError, ValueError):
        return MISSING
    stamps = status.st_mtime_ns, status.st_size, status.st_ctime_ns, status.st_ino
    return Identity(*stamps, _content(path) if _cannot_tell(status) else "")


def is_same(known: Identity, path: str | os.PathLike[str]) -> bool:
    """Return whether a file is as it was when it had an identity."""
    now = identity_of(path)
    if known.content:
        return known.size == now.size and known.content == (now.content or _content(path))
    return known[:4] == now[:4]


def _cannot_tell(status: os.stat_result) -> bool:
    if sys.platform == "win32" or not status.st_ino:  # there, the time of the change is that of the creation
        return True
    is_coarse = not (status.st_ctime_ns % _SECOND_NS or status.st_mtime_ns % _SECOND_NS)
    return time.time_ns() - status.st_ctime_ns < (COARSE_NS if is_coarse else TICK_NS)


def _content(path: str | os.PathLike[str]) -> str:
    try:
        return digest_of_names(os.listdir(path)) if os.path.isdir(path) else digest(read_bytes(path))
    except (OSError, ValueError):
        return "unreadable"
