"""Questions that ask questions, answered however deep that goes: Python's own stack ends at a thousand calls."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

# Questions on Python's stack at a time. Each takes up to fifty frames, and whoever asks first stands in some already.
MAX_NESTED = 10

_Key = TypeVar("_Key", bound=Hashable)
_Answer = TypeVar("_Answer")


class _DeeperError(Exception, Generic[_Key]):
    """A question that is asked too deep in the stack."""

    def __init__(self, key: _Key, answer: Callable[[], object]) -> None:
        super().__init__(key)
        self.key = key
        self.answer = answer


class Nesting(Generic[_Key]):
    """Answers questions that ask each other.

    A question that would be nested too deep is answered first, on an explicit stack, and what asked for it is asked
    again from the start. So an answer has to be remembered by whoever gives it, or the second time would be no better.

    busy are the questions that are being answered, each with how many are around it: one that asks for such a one asks
    in a circle, and does without.
    """

    def __init__(self) -> None:
        self.busy: dict[_Key, int] = {}
        self._depth = 0

    def ask(self, key: _Key, answer: Callable[[], _Answer]) -> _Answer:
        """Answer a question that is not busy."""
        if self._depth >= MAX_NESTED:
            raise _DeeperError(key, answer)
        if not self._depth:
            return self._outermost(key, answer)
        self.busy[key] = len(self.busy)
        self._depth += 1
        try:
            return answer()
        finally:
            self._depth -= 1
            del self.busy[key]

    def _outermost(self, key: _Key, answer: Callable[[], _Answer]) -> _Answer:
        """Answer a question that no other one asks, after those it leads to that are too deep."""
        pending: list[tuple[_Key, Callable[[], object]]] = []
        self._depth = 1
        try:
            self.busy[key] = 0
            while True:
                try:
                    if not pending:
                        return answer()
                    pending[-1][1]()
                except _DeeperError as deeper:
                    pending.append((deeper.key, deeper.answer))
                    self.busy[deeper.key] = len(self.busy)
                else:
                    del self.busy[pending.pop()[0]]
        finally:
            self._depth = 0
            self.busy.clear()
