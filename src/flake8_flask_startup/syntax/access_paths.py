"""The arithmetic of access paths: "flask.Flask().config['A']" is a name, its call, an attribute and an item.

Paths are raw (as an expression spells them, see `raw_paths`) or resolved (see `resolver`).
"""

from __future__ import annotations

CALL = "()"


def is_own(path: str) -> bool:
    """Return whether a resolved path leads to what the file itself defines."""
    return path.startswith(":")


def is_unknown(path: str) -> bool:
    """Return whether a resolved path begins with a name whose value is unknown."""
    return path.startswith("?")


def is_call(path: str) -> bool:
    """Return whether a path is the result of a call."""
    return path.endswith(CALL)


def callee_of(path: str) -> str:
    """Return what a path calls last; the path itself where that is no call."""
    return path.removesuffix(CALL)


def dotted_start(path: str) -> str:
    """Return a path up to its first call or item."""
    return path.partition("(")[0].partition("[")[0]


def is_dotted(path: str) -> bool:
    """Return whether a path is a name or attributes of one, without a call or an item; the empty path is none."""
    return bool(path) and dotted_start(path) == path


def root_of(path: str) -> str:
    """Return the name that a path begins with."""
    return dotted_start(path.partition(".")[0])
