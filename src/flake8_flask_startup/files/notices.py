"""Lines on standard error, each printed once, however many processes come across their reason.

flake8 splits its workers off the process that loaded the plugin: they share a table of what was printed. Workers that
are started afresh, as on Python 3.14 and later, open the table of the process that asked for them. On other systems
than Linux each process says a line once.
"""

from __future__ import annotations

import logging
import os
import sys
import zlib
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

from .printing import printable

log = logging.getLogger("flake8_flask_startup")

SLOTS = 1 << 20
NAME = "flask-startup-{}"  # the number of the process whose run it is


def say_once(line: str, about: str = "") -> None:
    """Say a line, with nothing in it that steers a terminal, unless a process of this run has.

    about is what there is one line about, whatever its words; without it, the line itself.
    """
    key = printable(about or line)
    if _is_first_here(key) and _is_first(zlib.crc32(key.encode()) % SLOTS):
        log.warning("%s", printable(line))


class Notice(NamedTuple):
    """A line that stays true while no file changes, and what it is about."""

    line: str
    about: str


def say_lasting(notice: Notice) -> None:
    """Print a line once, and keep it with the cached results of this run, which print it again when they are used."""
    _lasting[notice] += 1
    say_once(*notice)


class NoticeWatch:
    """Counts the notices since it was made, whether or not they were printed before."""

    def __init__(self) -> None:
        self._asked = _asked.total()
        self._lasting = Counter(_lasting)

    def lasting(self) -> Sequence[Notice] | None:
        """Return the notices that stay true, to be kept with a result; None if there was any other."""
        found = _lasting - self._lasting
        return list(found) if found.total() == _asked.total() - self._asked else None

    def is_quiet(self) -> bool:
        """Return whether there was no notice."""
        return _asked.total() == self._asked


# The documented state of this module: how often there was what to say, and of that, what stays true.
_asked: Counter[str] = Counter()
_lasting: Counter[Notice] = Counter()


def _is_first_here(key: str) -> bool:
    _asked[key] += 1
    return _asked[key] == 1


@cache
def _table() -> int | None:
    """Return the handle of the shared table, one byte a line; None without."""
    if sys.platform != "linux":
        return None
    with suppress(OSError):
        inherited = _table_of_parent()
        if inherited is not None:
            return inherited
        handle = os.memfd_create(NAME.format(os.getpid()))
        os.truncate(handle, SLOTS)
        return handle
    return None


def _table_of_parent() -> int | None:
    """Return a handle of the table of the process that started this worker; None where it is no worker, or has none.

    Raises:
        OSError: where that process is gone.
    """
    processes = sys.modules.get("multiprocessing.process")  # a worker has it loaded
    parent = None if processes is None else processes.parent_process()
    if parent is None:
        return None
    for each in Path(f"/proc/{parent.pid}/fd").iterdir():  # proc(5)
        with suppress(OSError):  # closed meanwhile
            if str(each.readlink()) == f"/memfd:{NAME.format(parent.pid)} (deleted)":
                return os.open(each, os.O_RDWR)
    return None


_table()  # before processes are split off


def _is_first(slot: int) -> bool:
    handle = _table()
    if handle is None or sys.platform == "win32":
        return True
    import fcntl  # no other system has it

    try:
        with os.fdopen(os.dup(handle), "rb+", buffering=0) as stream:
            fcntl.lockf(stream, fcntl.LOCK_EX, 1, slot)  # let go when the stream is closed, or the process ends
            is_first = os.pread(handle, 1, slot) == b"\0"
            os.pwrite(handle, b"\1", slot)
    except OSError:
        return True
    return is_first
