"""Containment of internal errors after a trace: an error loses one answer, never the findings of a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ..files.notices import say_once

T = TypeVar("T")


def contained(what: str, work: Callable[[], T], otherwise: Callable[[str], T]) -> T:
    """Return the result of work(); if it raises, print one line about what is missing and return otherwise(reason).

    The user would lose more by a traceback than by one answer less.
    """
    try:
        return work()
    except Exception as error:  # whatever it is
        reason = f"cannot be worked out: {type(error).__name__}: {error}"
        say_once(f"{what} {reason}")
        return otherwise(reason)
