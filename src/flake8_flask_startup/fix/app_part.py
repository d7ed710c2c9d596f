"""What a file has of an app that module code builds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AppPart:
    """A file that makes an app or imports one, and the name it has it by.

    registering are names of modules that the file imports, which register with the app: its factory has them do so.
    """

    path: str
    name: str
    makes: bool
    registering: frozenset[str] = frozenset()
