"""The order in which a class and its bases are asked for an attribute: the one answer for all that read classes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from typing import TypeVar

T = TypeVar("T", bound=Hashable)


def linearized(orders: Sequence[Sequence[T]]) -> list[T] | None:
    """Merge the orders of a class's bases, and the bases themselves as the last order (C3, as in PEP 253).

    Return the order in which they are asked after the class; None if Python would refuse to make the class.
    """
    behind = Counter(each for order in orders for each in order[1:])
    places = [0] * len(orders)
    found: list[T] = []
    while True:
        heads = [order[place] for order, place in zip(orders, places, strict=True) if place < len(order)]
        if not heads:
            return found
        head = next((each for each in heads if not behind[each]), None)
        if head is None:
            return None
        found.append(head)
        for number, order in enumerate(orders):
            place = places[number]
            if place < len(order) and order[place] == head:
                places[number] = place + 1
                behind.subtract(order[place + 1 : place + 2])


def last_upwards(orders: Sequence[Sequence[T]]) -> list[T]:
    """Merge orders that contradict each other, such as those of bases that are only possible.

    What comes after a class comes after all that the class has itself.
    """
    found: dict[T, None] = {}
    for order in reversed(orders):
        found.update((each, None) for each in reversed(order))
    return [*reversed(found)]
