"""Work that calls for more work, done on a stack of our own: Python's ends at a thousand nested calls."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

Steps: TypeAlias = "Iterator[Steps]"  # work that hands out what has to be done before it goes on


def drive(steps: Steps) -> None:
    """Do the work, what it hands out first."""
    stack = [steps]
    while stack:
        inner = next(stack[-1], None)
        if inner is None:
            stack.pop()
        else:
            stack.append(inner)
