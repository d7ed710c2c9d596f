"""Faults of our own in what is worked out from a trace: each costs what it is about, and no file its findings."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from ..files.notices import say_once

T = TypeVar("T")


def contained(what: str, work: Callable[[], T], otherwise: Callable[[str], T]) -> T:
    """Return what the work returns; after an exception one line names what is missing, and otherwise takes its reason.

    The user would lose more by a traceback than by one answer less.
    """
    try:
        return work()
    except Exception as error:  # whatever it is
        reason = f"cannot be worked out: {type(error).__name__}: {error}"
        say_once(f"{what} {reason}")
        return otherwise(reason)
