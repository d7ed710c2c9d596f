"""All files of a run: what is known is taken from the cache, the rest is checked, in parallel where that pays."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from ..config.settings import Settings
from ..files.gc_control import made_to_stay
from ..files.identity import digest
from ..files.source_file import read_bytes
from ..startup.current_boot import project_boot
from .options import CheckOptions
from .results import Result
from .surroundings import Surroundings
from .validity import holds, kept_results

if TYPE_CHECKING:
    from ..startup.boot import Boot

# Over 3,791 files, on two cores that had other work too, two processes took 13.2 and 18.0 s and one 13.8 and 14.5, with
# a fifth more CPU time: with less than this for each, a second process costs more than it saves.
FILES_PER_JOB = 2000
CHUNK = 40

NO_BOOT = "none"

Tick = Callable[[int], None]


class Boots:
    """The boot of the project as one run sees it: drawn up once, when the first file asks."""

    def __init__(self, settings: Settings, overlay: Mapping[Path, str] | None = None) -> None:
        self._settings = settings
        self._overlay = overlay  # what an editor holds of which file

    def __call__(self) -> tuple[str, Boot | None]:
        """The digest of the boot, and the boot."""
        return self._found

    @property
    def unmeasured(self) -> tuple[str, ...]:
        """The packages of the boot that no figure is known of."""
        boot = self()[1]
        return () if boot is None else boot.unmeasured

    @cached_property
    def _found(self) -> tuple[str, Boot | None]:
        boot = project_boot(self._settings, self._overlay)
        return (boot.digest if boot is not None else NO_BOOT), boot


def results(
    filenames: Sequence[str], options: CheckOptions, jobs: int, tick: Tick, boots: Boots | None = None
) -> Iterator[tuple[str, Result]]:
    """The result of each file, in no order; tick is called with how many more files are done.

    0 jobs are as many as pay.
    boots gives the boot of the project; one of the run's own does where the caller does not ask what it was.

    Raises:
        CostTableError: if a cost table cannot be read.
    """
    kept = kept_results("check", options)
    boots = boots or Boots(options.settings)
    surroundings = Surroundings()
    news = []
    for filename in filenames:
        known = kept.get(filename)
        if known is not None and _is_as_it_was(known, filename, surroundings, options, boots):
            tick(1)
            yield filename, known
        else:
            news.append(filename)
    if news:
        with made_to_stay():
            found = list(_checked(news, options, jobs, tick, boots))
        kept.add((filename, result) for filename, result in found if result.content)
        kept.store()
        yield from found


def _is_as_it_was(
    known: Result, filename: str, surroundings: Surroundings, options: CheckOptions, boots: Boots
) -> bool:
    try:
        content = digest(read_bytes(filename))
    except OSError:
        return False
    return content == known.content and holds(known, filename, surroundings, options.settings, lambda: boots()[0])


def _checked(
    filenames: Sequence[str], options: CheckOptions, jobs: int, tick: Tick, boots: Boots
) -> Iterator[tuple[str, Result]]:
    jobs = jobs or min(os.cpu_count() or 1, len(filenames) // FILES_PER_JOB)
    if jobs < 2:
        from .one import Checker

        checker = Checker(options, boots)
        for chunk in _chunks(filenames):
            yield from [(filename, checker.file(filename)) for filename in chunk]
            tick(len(chunk))
        return
    boots()  # once, and kept on disk, before several processes ask
    from concurrent.futures import ProcessPoolExecutor  # it takes a while to load

    chunks = list(_chunks(filenames))
    with ProcessPoolExecutor(jobs, initializer=_ignore_interrupts) as pool:
        try:
            for checked in pool.map(partial(check_chunk, options), chunks):
                yield from checked
                tick(len(checked))
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def check_chunk(options: CheckOptions, filenames: Sequence[str]) -> list[tuple[str, Result]]:
    """Check some files in a process of its own."""
    from .one import Checker

    checker = Checker(options, Boots(options.settings))
    return [(filename, checker.file(filename)) for filename in filenames]


def check_text(
    filename: str, text: str, options: CheckOptions, boots: Callable[[], tuple[str, Boot | None]] | None = None
) -> Result:
    """Check a text that an editor holds under a name; boots gives the boot with the text in it, if somebody has it."""
    from .one import Checker

    boots = boots or Boots(options.settings, {Path(filename).absolute(): text})
    return Checker(options, boots).text(filename, text, "")


def _ignore_interrupts() -> None:
    """Leave Ctrl-C, which reaches every process of the terminal, to the first."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _chunks(filenames: Sequence[str]) -> Iterator[list[str]]:
    pending = iter(filenames)
    while chunk := list(islice(pending, CHUNK)):
        yield chunk
