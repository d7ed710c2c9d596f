"""A limit to what one question may take: with each class that shares its bases, astroid's way through them doubles.

Steps are counted, not seconds, so that a slow machine says the same as a fast one.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

MAX_STEPS = 500_000  # calls and returns, of which the longest question of ten apps took 57,889


class TooLong(BaseException):  # not an Exception: astroid catches those on its way
    """A question took too many steps."""


@contextmanager
def limited() -> Iterator[None]:
    """Run the block for so many steps at most.

    Raises:
        TooLong: if they did not do.
    """
    left = MAX_STEPS

    def count(_: FrameType, __: str, ___: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise TooLong

    with _watched_by(count):
        yield


@contextmanager
def unlimited() -> Iterator[None]:
    """Run the block without a count, in the midst of one: files are read to their end."""
    with _watched_by(None):
        yield


@contextmanager
def _watched_by(count: object) -> Iterator[None]:
    before = sys.getprofile()
    sys.setprofile(count)  # type: ignore[arg-type]  # one of the two above
    try:
        yield
    finally:
        sys.setprofile(before)
