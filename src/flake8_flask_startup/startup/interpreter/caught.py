"""Code that runs where its exceptions are caught: startup may continue after a `raise` in it.

In: the block that each event of startup stands in, and what it calls. Out: whether a function or module first ran where
its exceptions do not end startup, and which code around its call such an exception may skip.
"""

from __future__ import annotations

import re

from ...project.module_facts import Event, ModuleFacts
from ...syntax.symbol_table import Attempt, Effect, Implicit
from ..models.naming import is_third_party
from ..values.environment import Env
from .recorder import Node

# A caught ImportError is one of an import, which is conditional by itself.
_OF_IMPORTS = frozenset({"ImportError", "ModuleNotFoundError"})
# Callees that run functions of the project in threads or tasks, which fail without ending startup.
_BESIDE = re.compile(r"(?:asyncio|billiard|concurrent|gevent|multiprocessing|sched|threading)\.|.*\.(?:submit|spawn)$")

_Block = tuple[int, ...]


def skipped(branch: _Block, at: int, attempt: Attempt) -> _Block:
    """Return the block that an exception leaves which the `try` around a number of blocks catches; () for all.

    A handler that goes on with the next turn of a loop skips the rest of the turn, one that returns the rest of all.
    """
    if attempt.goes_on:
        return branch[:at]
    loops = [number for number in range(1, at) if branch[number - 1] < 0]
    return branch[: loops[-1]] if loops and "returns" not in attempt.exits else ()


class Caught:
    """Tracks which functions and modules run inside a `try`, directly or through others."""

    def __init__(self) -> None:
        self._trying: dict[
            Node, tuple[_Block, int] | None
        ] = {}  # the block of the `try` around the event that is followed now
        self._caught: set[Node] = set()
        self._raising: set[Node] = set()  # those of them that may raise
        self._open: dict[
            Node, list[tuple[_Block, int]]
        ] = {}  # blocks that an exception may leave, and the order of the event from which on

    def __contains__(self, node: Node) -> bool:
        return node in self._caught

    def follow(self, node: Node, event: Event, code: ModuleFacts) -> None:
        """Note that the tracer follows an event of a node."""
        branch = event.place.branch
        self._trying.pop(node, None)
        if node in self._caught:
            self._trying[node] = (), event.order
        for at in range(len(branch), 0, -1):
            attempt = code.facts.attempts.get(branch[at - 1])
            if attempt is not None and attempt.is_survived and not attempt.names <= _OF_IMPORTS:
                self._trying[node] = skipped(branch, at, attempt), event.order
                return

    def happen(self, node: Node, event: Event) -> None:
        """Note that an event of a node may happen."""
        if node in self._caught and isinstance(event, Implicit) and event.effect in (Effect.FAILS, Effect.RAISE):
            self._raising.add(node)

    def hand(self, node: Node, path: str, here: Env) -> None:
        """Note that the event calls code outside the project, at a path, which may catch exceptions."""
        if _BESIDE.match(path) or is_third_party(here, path):
            self._trying.setdefault(node, None)

    def begin(self, node: Node, by: Node) -> None:
        """Note that a node runs for the first time, called by another."""
        if by in self._trying:
            self._caught.add(node)

    def end(self, node: Node, by: Node) -> None:
        """Note that a node has run, called by another, in which its exception may skip code."""
        around = self._trying.get(by)
        if around is not None and node in self._raising:
            self._open.setdefault(by, []).append(around)
            if not around[0]:
                self._raising.add(by)

    def may_be_left_out(self, node: Node, event: Event) -> bool:
        """Return whether an exception may skip an event."""
        branch = event.place.branch
        left = self._open.get(node, ())
        return any(event.order > since and branch[: len(block)] == block for block, since in left)
