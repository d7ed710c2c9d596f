"""One process at a time."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TextIO


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """Wait until no other process is in here with this file, which is made. Nobody waits for a dead one.

    Where files cannot be made or locked, nobody waits at all.
    """
    try:
        stream = lock.open("w")
    except OSError:
        yield
        return
    with stream:
        _wait(stream)
        yield


def _wait(stream: TextIO) -> None:
    if sys.platform == "win32":  # has no such locks
        return
    import fcntl  # as said

    with suppress(OSError):  # file systems without locks
        fcntl.flock(stream, fcntl.LOCK_EX)
