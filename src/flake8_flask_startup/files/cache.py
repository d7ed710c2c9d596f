"""What is kept between runs, in a folder of our own making: the one cache of boots and of results.

A repository may bring a folder of the cache's name, or a link. So a folder counts as ours by a marker in it, made with
a secret of the user's for this very place; files are named after the project and the question by that secret, and begin
with its mark over what follows. What fails any of that is as good as none, and is neither written to nor removed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from .directory import LINK, Directory, opened
from .notices import say_once
from .paths import shown
from .user_secret import NoSecretError, mark

MARKER = "CACHEDIR.TAG"  # https://bford.info/cachedir/: backups leave such folders out
_HEAD = """\
Signature: 8a477f597d28d172789f06886806bc55
# What flake8-flask-startup keeps between runs. It can be removed at any time.
# """

T = TypeVar("T")


class DistrustError(Exception):
    """A folder is not of our making; str() is one line that says why."""


class Cache:
    """What is kept in a folder for a project; None as a folder keeps nothing. Failing to keep something is no error.

    What is shared is kept for all projects of the user.
    """

    def __init__(self, folder: Path | None, *, is_shared: bool = False) -> None:
        self._folder = None if folder is None else os.path.abspath(folder)
        self._project = "" if is_shared else os.path.realpath(os.curdir)

    def load(self, kind: str, question: str, thaw: Callable[[bytes], T]) -> T | None:
        """Return what was kept of a kind under a question, as thaw makes it of the bytes; None without any.

        Whatever exception thaw raises, the file is as good as none.
        """
        if self._folder is None:
            return None
        try:
            name = self._name(kind, question)
            with opened(self._folder) as folder:
                _check(folder)
                seal, _, content = folder.read(f"{name}.json").partition(b"\n")
            if seal.decode() != self._seal(name, content):
                return None
            return thaw(content)
        except Exception as error:  # a value from a file is data: nothing that it holds may end a run
            self._say(error)
            return None

    def store(self, kind: str, question: str, content: bytes) -> None:
        """Keep something of a kind under a question; whole, or not at all."""
        if self._folder is None:
            return
        try:
            name = self._name(kind, question)
            with _ours(self._folder) as folder, folder.locked(f"{name}.lock"):
                aside = f"{name}.tmp"
                with suppress(OSError):  # left by one that was killed: nobody else is in here
                    folder.remove(aside)
                folder.replace(f"{name}.json", self._seal(name, content).encode() + b"\n" + content, aside)
        except (OSError, ValueError, NoSecretError, DistrustError) as error:
            self._say(error)

    def trim(self, kind: str, most: int) -> None:
        """Remove the oldest entries of a kind until the rest takes at most `most` bytes."""
        if self._folder is None:
            return
        with suppress(OSError, ValueError, NoSecretError, DistrustError), _ours(self._folder) as folder:
            names = [name for name in folder.names() if name.startswith(f"{kind}-") and name.endswith(".json")]
            known = [(status.st_mtime_ns, status.st_size, name) for name in names if (status := folder.check(name))]
            for _, size, name in sorted(known, reverse=True):
                most -= size
                if most < 0:
                    folder.remove(name)

    def _say(self, error: Exception) -> None:
        """Say once why nothing is kept where that is for the user to know: not of a full disk, or a damaged file."""
        reason = ""
        if isinstance(error, DistrustError):
            reason = str(error)
        elif isinstance(error, NoSecretError):
            reason = f"there is no place for the user's secret: {error}"
        elif isinstance(error, OSError) and error.strerror == LINK:
            reason = f"{shown(str(error.filename))} {LINK}"
        elif isinstance(error, NotADirectoryError) and error.filename == self._folder:
            reason = "it is no folder"
        if reason:
            say_once(f"nothing is kept in the cache folder {shown(str(self._folder))!r}: {reason}")

    @contextmanager
    def alone(self, kind: str, question: str) -> Iterator[None]:
        """Let one process at a time do the work for a question; the others wait, and find it kept.

        Nobody waits for a dead one. Where nothing can be kept or locked, each process works for itself.
        """
        with ExitStack() as stack:
            if self._folder is not None:
                with suppress(OSError, ValueError, NoSecretError, DistrustError):
                    name = self._name(kind, question)
                    folder = stack.enter_context(_ours(self._folder))
                    stack.enter_context(folder.locked(f"{name}.work"))
            yield

    def _name(self, kind: str, question: str) -> str:
        return f"{kind}-{mark(b'name', os.fsencode(self._project), kind.encode(), _bytes(question))}"

    @staticmethod
    def _seal(name: str, content: bytes) -> str:
        return mark(b"content", name.encode(), content)


def _check(folder: Directory) -> None:
    """Raise DistrustError for a folder that we did not make; an empty one is as good as one that we make."""
    names = folder.names()
    if MARKER not in names:  # it is there before anything else is
        if all(name == _aside(folder) for name in names):
            return
        raise DistrustError("the folder holds something else")
    with suppress(OSError):
        if folder.read(MARKER) == _marker(folder):
            return
    raise DistrustError("the folder was not made here by this user's runs; remove it, or name another with --fst-cache")


@contextmanager
def _ours(path: str) -> Iterator[Directory]:
    """Open the folder, and make it and its marker where there is none.

    Raises:
        OSError, NoSecretError: if it cannot be made.
        DistrustError: if it is not of our making.
    """
    with opened(path, make=True) as folder:
        with folder.alone():
            _check(folder)
            if MARKER not in folder.names():
                with suppress(OSError):  # as in `store`
                    folder.remove(_aside(folder))
                folder.replace(MARKER, _marker(folder), _aside(folder))
            if ".gitignore" not in folder.names():
                folder.create(".gitignore", b"*\n")
        yield folder


def _marker(folder: Directory) -> bytes:
    place = os.fsencode(os.path.realpath(folder.path))
    return f"{_HEAD}{mark(b'folder', place)}\n".encode()


def _aside(folder: Directory) -> str:
    return f"{mark(b'marker', os.fsencode(os.path.realpath(folder.path)))}.tmp"


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
