"""What a deployment file says, whatever its format: commands that run, and variables that are set."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import PurePath
from typing import NamedTuple

from ...model import Span

CHANGE_FOLDER = "cd"  # also in place of an instruction or setting that does what the shell's command does
MAX_FOLDERS = 50  # that commands are run in: more is no deployment
HANDLER = "serverless-handler"  # in place of a program, before what a platform calls, and its own name


class Command(NamedTuple):
    """A command line, as words. is_build: it runs while an image is built, not when the app starts.

    process is the name that a Procfile gives it.
    """

    words: tuple[str, ...]
    span: Span
    is_build: bool = False
    process: str = ""


class Variable(NamedTuple):
    """An environment variable that is set. is_build: while an image is built, and not in it."""

    name: str
    value: str
    span: Span
    is_build: bool = False


@dataclass(frozen=True, slots=True)
class Deployment:
    """A file. has_gunicorn_conf says that gunicorn may find a gunicorn.conf.py, which may say more than a command."""

    path: PurePath
    commands: tuple[Command, ...] = ()
    variables: tuple[Variable, ...] = ()
    has_gunicorn_conf: bool = False

    def running(self) -> Iterable[Command]:
        """The commands that run when the app starts."""
        return (each for each in self.commands if not each.is_build)

    def folders(self) -> Iterable[str]:
        """The first folders that commands are run in, as far as the file says so."""
        changes = (each for each in self.running() if each.words[0] == CHANGE_FOLDER and len(each.words) == 2)
        return islice(dict.fromkeys(each.words[1] for each in changes), MAX_FOLDERS)

    def value(self, name: str) -> str:
        """The value that a variable is last set to, "" where it is not."""
        return next((each.value for each in reversed(self.variables) if each.name == name), "")

    def expanded(self, word: str) -> str:
        """Return a word; if it is a variable that the file sets, such as `$PORT`, its value."""
        name = word.removeprefix("$").strip("{}")
        return (self.value(name) or word) if word.startswith("$") else word
