"""The built-in types that values are of, by their names."""

from __future__ import annotations

from collections.abc import Collection, Mapping

_TYPES = (bool, bytearray, bytes, complex, dict, float, frozenset, int, list, set, str, tuple)
BUILT_IN_TYPES: Mapping[str, type] = {each.__name__: each for each in _TYPES}
_CALLING_NOTHING = BUILT_IN_TYPES.keys() | {"object"}


def calls_nothing(bases: Collection[str], method: str) -> bool:
    """Return whether a method that a class has of such bases is a built-in one, which calls nothing of the class.

    Those that make an object (`from_bytes`, `fromkeys`) call its constructor.
    """
    return bool(bases) and {*bases} <= _CALLING_NOTHING and not method.startswith("from")
