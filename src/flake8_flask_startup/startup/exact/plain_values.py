"""Values of Python's own: whether an operation on one is bounded, and whether all of it is known."""

from __future__ import annotations

from collections import deque

CONTAINERS = (deque, dict, frozenset, list, set, tuple)
MAX_PARTS = 1_000  # of a container, and of those in it
PLAIN = (bool, bytes, complex, float, int, str, type(None), type(...))


def is_small(value: object) -> bool:
    """Whether a container holds little, what stands in it twice counted twice: `a = [a, a]` doubles it."""
    pending, left = [value], MAX_PARTS
    while pending:
        each = pending.pop()
        if isinstance(each, CONTAINERS):
            left -= len(each)
            if left < 0:
                return False
            pending += each
            pending += each.values() if isinstance(each, dict) else ()
    return True


def is_plain(value: object, depth: int = 4) -> bool:
    """Whether a value is made of numbers and texts alone, and of few."""
    return isinstance(value, PLAIN) or (is_small(value) and _is_plain(value, depth))


def _is_plain(value: object, depth: int) -> bool:
    if isinstance(value, PLAIN):
        return True
    if not depth:
        return False
    if isinstance(value, dict):
        return all(_is_plain(key, depth - 1) and _is_plain(each, depth - 1) for key, each in value.items())
    if isinstance(value, (frozenset, set)) and len(value) > 1:
        return False  # in no order that is known
    return isinstance(value, range) or (
        isinstance(value, (frozenset, list, set, tuple)) and all(_is_plain(each, depth - 1) for each in value)
    )
