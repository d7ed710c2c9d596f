"""What a process that stays open keeps from one boot to the next: an editor asks for one after each change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from ..files.identity import Identity
from ..project.known_facts import KnownFacts
from .summarize import Summary

Rests = Mapping[Path, Identity | str]  # the files and folders that a boot rests on, as they were


class Session:
    """The boot of the last texts, and what the files of the project say. tracing is entered while a boot is traced."""

    def __init__(self, tracing: Callable[[], AbstractContextManager[None]] = nullcontext) -> None:
        self.tracing = tracing
        self.facts = KnownFacts()
        self._question: object = None
        self.rests: Rests = {}  # what the last boot rests on
        self._summary: Summary | None = None
        self._overlay: Mapping[Path, str] = {}

    @property
    def last(self) -> tuple[Summary, Mapping[Path, str]] | None:
        """The last boot, and the texts that it was traced with."""
        return None if self._summary is None else (self._summary, self._overlay)

    def get(self, question: object, is_as_it_was: Callable[[Path, Identity | str], bool]) -> Summary | None:
        """Return the last boot, if it answers the question and all that it rests on is as it was."""
        if self._summary is None or question != self._question:
            return None
        return self._summary if all(is_as_it_was(path, state) for path, state in self.rests.items()) else None

    def keep(self, question: object, rests: Rests, summary: Summary, overlay: Mapping[Path, str]) -> None:
        """Keep a boot in the place of the last."""
        self._question, self.rests, self._summary, self._overlay = question, rests, summary, overlay
