"""How long what was looked up on the disk is taken to be as it was: the one clock of everything that is looked up."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import wraps
from typing import Generic, ParamSpec, TypeVar

# A run is about one state of the disk. The bound is for a pool that somebody keeps.
RUN_S = 60.0
# An editor's process lives for hours, so no answer may live much longer there than a keystroke takes to be noticed:
# this time (s), or so many times what the look took. Looks that take long live as long as it takes to make them few.
EDITOR_S = 1.0
EDITOR_TIMES = 300
EDITOR_LONGEST_S = 5.0
EDITOR_LEAST_TIMES = 10

P = ParamSpec("P")
T = TypeVar("T")

_expirations = 0  # the documented state of this module: how often everything that was looked up was called old


def expire() -> None:
    """Have everything looked up again: somebody knows that the disk has changed."""
    global _expirations  # as documented above
    _expirations += 1


def is_worker() -> bool:
    """Return whether this process is a worker of a pool, which ends with the run that made it."""
    processes = sys.modules.get("multiprocessing.process")  # a worker has it loaded
    return processes is not None and processes.parent_process() is not None


def lifetime_s(look_s: float) -> float:
    """Return how long an answer that took so long to look up is taken for the truth, s."""
    if is_worker():
        return RUN_S
    return max(EDITOR_S, min(EDITOR_TIMES * look_s, EDITOR_LONGEST_S), EDITOR_LEAST_TIMES * look_s)


class Fresh(Generic[T]):
    """Answers about the disk, each given again for its lifetime. With more than maxsize, all are dropped.

    What is raised is not kept.
    """

    def __init__(self, maxsize: int = 1) -> None:
        self._maxsize = maxsize
        self._answers: dict[object, tuple[float, T]] = {}
        self._looked_up_in = _expirations

    def get(self, key: object, look: Callable[[], T]) -> T:
        """Return the answer to a question, as it was or looked up now."""
        before = time.monotonic()
        if self._looked_up_in != _expirations:
            self._looked_up_in = _expirations
            self._answers.clear()
        known = self._answers.get(key)
        if known is not None and before < known[0]:
            return known[1]
        answer = look()
        now = time.monotonic()
        if len(self._answers) >= self._maxsize and key not in self._answers:
            self._answers.clear()
        self._answers[key] = (now + lifetime_s(now - before), answer)
        return answer


def while_fresh(maxsize: int = 1) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Return a decorator for functions of the disk whose answers are given again while they are fresh."""

    def decorated(look: Callable[P, T]) -> Callable[P, T]:
        answers: Fresh[T] = Fresh(maxsize)

        @wraps(look)
        def fresh(*arguments: P.args, **named: P.kwargs) -> T:
            return answers.get((arguments, *named.items()), lambda: look(*arguments, **named))

        return fresh

    return decorated
