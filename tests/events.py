"""Waiting for what a started program does, without a look at a clock: it speaks through a named pipe.

A program that holds a pipe open has not ended: when the pipe ends, the program has, and all that it started with it.
"""

from __future__ import annotations

import os
import select
from pathlib import Path
from types import TracebackType

SAFETY_NET_S = 600  # ends a test that would wait for ever; nothing is measured by it

# Python statements for a program: it says its process, holds the pipe open, and waits until a signal ends it.
HANGING = "import os, signal\npipe = open({!r}, 'w')\nprint(os.getpid(), file=pipe, flush=True)\nsignal.pause()\n"


class Event:
    """A named pipe in a folder, which a program opens to write to."""

    def __init__(self, folder: Path, name: str = "event") -> None:
        self.path = folder / name
        os.mkfifo(self.path)
        self._reading = os.open(self.path, os.O_RDONLY | os.O_NONBLOCK)
        # with a writer of our own there is no end of the pipe before the program has opened it
        self._holding = os.open(self.path, os.O_WRONLY)

    def __enter__(self) -> Event:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for each in (self._reading, self._holding):
            if each >= 0:
                os.close(each)
        self.path.unlink()

    def wait(self) -> str:
        """Return the first line that a program writes."""
        line = b""
        while not line.endswith(b"\n"):
            line += self._read(1)
        return line.decode().strip()

    def wait_for_end(self) -> None:
        """Return when no program has the pipe open any more."""
        os.close(self._holding)
        self._holding = -1
        while self._read(4096):
            pass

    def _read(self, size: int) -> bytes:
        if not select.select([self._reading], [], [], SAFETY_NET_S)[0]:
            raise TimeoutError(f"nothing came through {self.path.name}")
        return os.read(self._reading, size)
