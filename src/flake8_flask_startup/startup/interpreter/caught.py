"""Code that runs where its exceptions are caught: startup may go on behind a `raise` in it.

In: what each event of startup stands in, and whom it runs. Out: whether a function or module ran first where an
exception of it leaves the start going, and what of the code around its call such an exception may leave out.
"""

from __future__ import annotations

import re

from ...project.module_facts import Event, ModuleFacts
from ...syntax.symbol_table import Effect, Implicit
from ..models.naming import is_third_party
from ..values.environment import Env
from .recorder import Node

# A caught ImportError is one of an import, which is conditional by itself.
_OF_IMPORTS = frozenset({"ImportError", "ModuleNotFoundError"})
# Those who call functions of the project in threads or tasks of their own, which may fail by themselves.
_BESIDE = re.compile(r"(?:asyncio|billiard|concurrent|gevent|multiprocessing|sched|threading)\.|.*\.(?:submit|spawn)$")

_Block = tuple[int, ...]


class Caught:
    """Takes note of who runs whom in a `try`."""

    def __init__(self) -> None:
        self._trying: dict[Node, tuple[_Block, int] | None] = {}  # where in one the event stands that is followed now
        self._caught: set[Node] = set()
        self._raising: set[Node] = set()  # those of them that may raise something
        self._open: dict[Node, list[tuple[_Block, int]]] = {}  # blocks that may be left from an event on

    def __contains__(self, node: Node) -> bool:
        return node in self._caught

    def follow(self, node: Node, event: Event, code: ModuleFacts) -> None:
        """An event of a node is followed."""
        branch = event.place.branch
        self._trying.pop(node, None)
        if node in self._caught:
            self._trying[node] = (), event.order
        for at in range(len(branch), 0, -1):
            attempt = code.facts.attempts.get(branch[at - 1])
            if attempt is not None and attempt.goes_on and not attempt.names <= _OF_IMPORTS:
                self._trying[node] = branch[:at], event.order
                return

    def happen(self, node: Node, event: Event) -> None:
        """An event of a node may happen."""
        if node in self._caught and isinstance(event, Implicit) and event.effect in (Effect.FAILS, Effect.RAISE):
            self._raising.add(node)

    def hand(self, node: Node, path: str, here: Env) -> None:
        """The event that is followed hands something to code outside, by a path, which may catch what it raises."""
        if _BESIDE.match(path) or is_third_party(here, path):
            self._trying.setdefault(node, None)

    def begin(self, node: Node, by: Node) -> None:
        """A node runs for the first time, by another: where nothing catches, a start that it ends is none."""
        if by in self._trying:
            self._caught.add(node)

    def end(self, node: Node, by: Node) -> None:
        """A node has run, by another, which it may have left by an exception."""
        around = self._trying.get(by)
        if around is not None and node in self._raising:
            self._open.setdefault(by, []).append(around)
            if not around[0]:
                self._raising.add(by)

    def may_be_left_out(self, node: Node, event: Event) -> bool:
        """Whether an exception may have left what an event stands in before it."""
        branch = event.place.branch
        left = self._open.get(node, ())
        return any(event.order > since and branch[: len(block)] == block for block, since in left)
