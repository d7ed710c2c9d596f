"""What the user names: an entry point, a shell command, or a git revision of the same project."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from ...config.entry_target import entry_of

COMMAND = "cmd:"
SERVER = "serve:"
REQUESTS = 400  # of which a server is asked
REVISION = "git:"


class TargetError(ValueError):
    """What was named is no target, or cannot be had; str() is one line that says why."""


@dataclass(frozen=True, slots=True)
class EntryTarget:
    """An entry point of what lies in the working directory or is installed."""

    name: str
    entry: str


@dataclass(frozen=True, slots=True)
class CommandTarget:
    """A command of the shell."""

    name: str
    command: str


@dataclass(frozen=True, slots=True)
class ServerTarget:
    """A command of the shell that starts a server, and how many requests it is to answer after the first."""

    name: str
    command: str
    requests: int = REQUESTS


@dataclass(frozen=True, slots=True)
class Revision:
    """An entry point as it is at a git revision; '' for the project's own."""

    name: str
    revision: str
    entry: str


Target: TypeAlias = EntryTarget | CommandTarget | ServerTarget | Revision


def target_of(text: str) -> Target:
    """Return the target that a text names: `module:factory`, `cmd:COMMAND`, `serve:COMMAND`, `git:REV` or
    `git:REV:module:factory`.

    Raises:
        TargetError: if it names none.
    """
    for prefix, kind in ((COMMAND, CommandTarget), (SERVER, ServerTarget)):
        if text.startswith(prefix):
            command = text.removeprefix(prefix).strip()
            if not command:
                raise TargetError(f"{text!r} has no command after {prefix}")
            return kind(text, command)
    if text.startswith(REVISION):
        revision, _, entry = text.removeprefix(REVISION).partition(":")  # no revision of a commit has a colon
        if not revision:
            raise TargetError(f"{text!r} has no revision after {REVISION}")
        return Revision(text, revision, _entry(entry) if entry else "")
    return EntryTarget(text, _entry(text))


def _entry(text: str) -> str:
    entry = entry_of(text)
    if entry is None:
        raise TargetError(f"{text!r} is no entry point such as shop:create_app")
    return entry
