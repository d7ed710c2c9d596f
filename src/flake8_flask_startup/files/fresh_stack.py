"""Work that needs Python's whole stack, asked for by code that stands deep in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def on_fresh_stack(work: Callable[[], T]) -> T:
    """Return what the work returns, done in a thread of its own, whose stack is empty.

    Raises whatever the work raises.
    """
    from concurrent.futures import ThreadPoolExecutor  # not above: hardly any run needs one

    with ThreadPoolExecutor(max_workers=1) as threads:
        return threads.submit(work).result()
