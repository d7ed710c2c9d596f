"""A repair that is written, tried, and less the steps that make a difference: each of those is found and taken back."""

from __future__ import annotations

import errno
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from ..files import atomic_write
from ..files.directory import opened
from ..files.source_file import read_bytes
from ..measure.process import interruptions_held
from .steps import Step
from .transaction import Applied, Repair


class Trial(Protocol):
    """Runs the project as it lies there."""

    def look_again(self) -> None:
        """See once more what the project is without the repair."""

    def difference(self) -> str:
        """Return what differs from the project without the repair; '' where nothing does."""


class ChangedMeanwhileError(OSError):
    """Somebody else has written a file, which filename names."""

    def __init__(self, path: str) -> None:
        super().__init__(errno.EBUSY, "it has changed since it was analysed", path)


class Written:
    """The files of a repair on the disk: as they were, or with some of its steps."""

    def __init__(self, repair: Repair) -> None:
        self._repair = repair
        self._before = {path: _held(path) for path in repair.texts}
        self._now = dict(self._before)

    def put(self, texts: Mapping[str, str]) -> None:
        """Write the texts; the other files of the repair hold again what they held at first.

        Raises:
            ChangedMeanwhileError: if a file to be written holds something else than was written last.
            OSError: if a file cannot be written; filename is its path, whatever it was written aside as.
        """
        for path, before in self._before.items():
            with interruptions_held() as held:  # what is written and what is known of it belong together
                self._put(path, self._repair.files.data(path, texts[path]) if path in texts else before)
            if held:
                raise KeyboardInterrupt

    def put_back(self) -> None:
        """Let the files hold again what they held at first, but those that somebody else has written."""
        for path, before in self._before.items():
            with suppress(OSError):  # whoever calls this has an error to tell already
                self._put(path, before)

    def _put(self, path: str, data: bytes | None) -> None:
        if data == self._now[path]:
            return
        if _held(path) != self._now[path]:
            raise ChangedMeanwhileError(path)
        try:
            if data is None:
                with opened(Path(path).parent) as folder:
                    folder.remove(Path(path).name)
            else:
                atomic_write.write(Path(path), data)
        except OSError as error:
            raise OSError(error.errno, error.strerror, path) from error
        self._now[path] = data


def _held(path: str) -> bytes | None:
    with suppress(FileNotFoundError):
        return read_bytes(path)
    return None


def written(repair: Repair, says: Callable[[OSError], None]) -> Repair:
    """Write a repair, each step in all its files or in none; return what of it is written.

    says is given the error of each file that cannot be written, whose steps are left out. Whatever ends this early
    leaves the files as they were.
    """
    files = Written(repair)
    with put_back_if_ended(files):
        while True:
            try:
                files.put(repair.texts)
            except OSError as error:
                says(error)
                path = str(error.filename)
                if path not in repair.texts:  # it cannot be put back either
                    return repair
                repair = repair.without({path})
            else:
                return repair


@contextmanager
def put_back_if_ended(files: Written) -> Iterator[None]:
    """Let the files hold what they held at first where something ends this early."""
    try:
        yield
    except BaseException:
        with interruptions_held():
            files.put_back()
        raise


def verified(repair: Repair, files: Written, trial: Trial) -> tuple[Repair, list[tuple[Step, str]]]:
    """Write a repair and try it; return what is left of it, and the steps that were taken back with what differed.

    Where the whole differs, the shortest beginning of the steps that differs is searched for by halves, its last step
    is taken back, and the rest is tried again. Whatever ends this early leaves the files as they were.

    Raises:
        ChangedMeanwhileError, OSError: as `Written.put`.
    """
    taken: list[tuple[Step, str]] = []
    with put_back_if_ended(files):
        files.put(repair.texts)
        reason = trial.difference()
        if reason:
            files.put({})
            trial.look_again()  # what differs from itself says nothing about the repair
            files.put(repair.texts)
            reason = trial.difference()
        while reason and repair.applied:
            at, reason = _first_that_differs(repair, files, trial, reason)
            culprit = repair.applied[at].step
            others = [*repair.applied[:at], *repair.applied[at + 1 :]]
            repair = repair.only(others)
            taken.append((culprit, reason))
            left = {id(each.step) for each in repair.applied}
            taken += [(each.step, f"rests on {culprit.name}") for each in others if id(each.step) not in left]
            files.put(repair.texts)
            reason = trial.difference() if repair.applied else ""
        if taken:
            repair.keeps_its_promise()  # traces what is left of the startup
    return repair, taken


def _first_that_differs(repair: Repair, files: Written, trial: Trial, reason: str) -> tuple[int, str]:
    """The place of the step from which on the beginnings of a repair differ, and how."""
    steps: Sequence[Applied] = repair.applied
    same, differs = 0, len(steps)  # how many steps, from the first, make no difference, and how many do
    while differs - same > 1:
        middle = (same + differs) // 2
        files.put(repair.only(steps[:middle]).texts)
        if found := trial.difference():
            differs, reason = middle, found
        else:
            same = middle
    return differs - 1, reason
