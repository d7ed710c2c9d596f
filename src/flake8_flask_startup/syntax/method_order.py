"""The method resolution order of a class, from those of its bases."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Hashable, Sequence
from heapq import heappop, heappush
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


def linearized(orders: Sequence[Sequence[T]]) -> list[T] | None:
    """Merge the orders of a class's bases, and the bases themselves as the last order (C3, as in PEP 253).

    Return the order in which they are asked after the class; None if Python would refuse to make the class.
    """
    behind = Counter(each for order in orders for each in order[1:])
    left = [*map(deque, orders)]
    heading: dict[T, list[int]] = {}  # what is left of these orders begins with a class
    for number, order in enumerate(left):
        if order:
            heading.setdefault(order[0], []).append(number)
    # A heap of orders, as the first of them decides, which begin with a class that comes behind no other.
    ready = [number for number, order in enumerate(left) if order and not behind[order[0]]]
    found: list[T] = []
    while ready:
        order = left[heappop(ready)]
        if not order or behind[order[0]]:  # it has been taken from another order as well
            continue
        head = order[0]
        found.append(head)
        for number in heading.pop(head):
            left[number].popleft()
            if left[number]:
                following = left[number][0]
                behind[following] -= 1
                heading.setdefault(following, []).append(number)
                for each in () if behind[following] else heading[following]:
                    heappush(ready, each)
    return None if heading else found


def merged(orders: Sequence[Sequence[T]]) -> list[T]:
    """Merge orders as `linearized` does, also those that contradict each other.

    Of these, as of bases only one of which is possible, the last ones decide.
    """
    found = linearized(orders)
    if found is not None:
        return found
    upwards: dict[T, None] = {}
    for order in reversed(orders):
        upwards.update((each, None) for each in reversed(order))
    return [*reversed(upwards)]
