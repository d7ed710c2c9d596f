"""The findings of a file for flake8: as kept by an earlier run, or worked out, and kept when the process ends."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache, partial
from multiprocessing.util import Finalize

from ..config.settings import Settings
from ..files.gc_control import made_to_stay
from ..files.identity import digest
from ..files.ttl import while_fresh
from ..lint.source import Source, is_on_disk, overlay_of
from ..startup.boot import Boot
from ..startup.cost_tables import tables_now
from ..startup.current_boot import project_boot
from .options import CheckOptions
from .results import Kept, Result
from .run import NO_BOOT
from .surroundings import Surroundings
from .validity import holds, kept_results


def found_in(source: Source, settings: Settings) -> Result:
    """What is found in a parsed file, without physical lines.

    Raises:
        CostTableError: if a cost table cannot be read.
    """
    here = os.getcwd()  # noqa: PTH109  # asked for with every file: text costs a tenth of paths here
    memory = _memory(settings, here, os.getpid(), tables_now(settings))
    return memory.result(source, _surroundings(here))


@dataclass(frozen=True, slots=True)
class _Memory:
    """The results of this process and of earlier ones, for one way to ask in one folder."""

    options: CheckOptions
    kept: Kept

    def result(self, source: Source, surroundings: Surroundings) -> Result:
        """The result of a file."""
        settings = self.options.settings
        content = digest("".join(source.lines).encode("utf-8", "surrogatepass"))
        boots = partial(_boot, source, settings)
        known = self.kept.get(source.filename)
        known = known if known is not None and known.content == content else None
        if known is not None and holds(known, source.filename, surroundings, settings, lambda: boots()[0]):
            return known
        from .one import Checker  # files that are as they were need none of the rules

        result = Checker(self.options, boots, surroundings).source(source, content)
        if result.content and settings.cache is not None and is_on_disk(source):
            self.kept.add([(source.filename, result)])
        return result


def _boot(source: Source, settings: Settings) -> tuple[str, Boot | None]:
    """The boot of the project with the source's own text in it, and its digest."""
    boot = project_boot(settings, overlay_of(source))
    return (NO_BOOT if boot is None else boot.digest), boot


# The documented caches of this module. An editor keeps the process for hours, so all that may change is in their keys;
# a process that was split off has results of its own to keep.


@lru_cache(maxsize=1)
def _memory(settings: Settings, _: str, __: int, ___: tuple[object, ...]) -> _Memory:
    options = CheckOptions(settings)
    with made_to_stay():
        kept = kept_results("flake8", options)
    Finalize(None, kept.store, exitpriority=1)  # also run at the end of flake8's worker processes, as atexit is not
    return _Memory(options, kept)


@while_fresh()
def _surroundings(_: str) -> Surroundings:
    return Surroundings()
