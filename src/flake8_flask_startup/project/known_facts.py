"""The facts of a project's files, as they were read last, for a process that traces it again and again."""

from __future__ import annotations

from pathlib import Path

from ..files.identity import Identity, is_same
from ..syntax.static_conditions import Target
from .module_facts import ModuleFacts
from .module_finder import ModuleFile

State = Identity | str  # of a file: what the disk has; the text that stands in for it


class KnownFacts:
    """Facts of modules, each given again for as long as its file is as it was.

    What was not asked for between two calls of `begin` is dropped, so that there is one state of each module.
    """

    def __init__(self) -> None:
        self._before: dict[tuple[ModuleFile, Target], tuple[State, ModuleFacts]] = {}
        self._now: dict[tuple[ModuleFile, Target], tuple[State, ModuleFacts]] = {}

    def begin(self) -> None:
        """Begin a trace, and drop the facts that the last one did not use."""
        self._before, self._now = self._now, {}

    def get(self, file: ModuleFile, target: Target, path: Path, text: str | None) -> tuple[State, ModuleFacts] | None:
        """Return the facts of a file, with the state that it had; text is what stands in for it."""
        known = self._before.get((file, target)) or self._now.get((file, target))
        if known is None:
            return None
        state, _ = known
        is_current = state == text if isinstance(state, str) else text is None and is_same(state, path)
        if is_current:
            self._now[file, target] = known
        return known if is_current else None

    def add(self, facts: ModuleFacts, target: Target, state: State) -> None:
        """Note what a file says in a state."""
        self._now[facts.file, target] = state, facts
