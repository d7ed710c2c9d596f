"""Work that needs Python's whole stack, asked for by code that stands deep in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


ROOM = 60  # frames that it takes to import what makes a thread, to start one and to wait for it


def need_room(frames: int) -> None:
    """Raise RecursionError unless so many calls can be nested from here."""
    if frames:
        need_room(frames - 1)


def on_fresh_stack(work: Callable[[], T]) -> T:
    """Return what the work returns, done in a thread of its own, whose stack is empty.

    Raises whatever the work raises; RecursionError, with nothing begun, where there is no room to wait for it.
    """
    need_room(ROOM)
    from concurrent.futures import ThreadPoolExecutor  # not above: hardly any run needs one

    with ThreadPoolExecutor(max_workers=1) as threads:
        return threads.submit(work).result()
