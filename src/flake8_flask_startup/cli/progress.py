"""What a command says on standard error while it works: a line on a terminal, after a second, gone when it is done."""

from __future__ import annotations

import sys
import time
from types import TracebackType

SILENCE_S = 1.0
PAUSE_S = 0.1


class Progress:
    """Counts what is done of a total; silent where standard error is no terminal."""

    def __init__(self, what: str, total: int) -> None:
        self._what = what
        self._total = total
        self._done = 0
        self._next = time.monotonic() + SILENCE_S
        self._shown = 0
        self._is_on = sys.stderr.isatty()

    def __enter__(self) -> Progress:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._shown:
            sys.stderr.write("\r" + " " * self._shown + "\r")
            sys.stderr.flush()

    def tick(self, done: int) -> None:
        """Note that so many more are done."""
        self._done += done
        if self._is_on and time.monotonic() >= self._next:
            self._next = time.monotonic() + PAUSE_S
            line = f"{self._what}: {self._done:,} of {self._total:,}"
            sys.stderr.write(f"\r{line}")
            sys.stderr.flush()
            self._shown = len(line)
