"""Whether what was found in a file still holds: what it rests on besides the file, as it is now."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from .. import __version__
from ..config.settings import Settings
from ..costs.table import bundled_table_path
from ..project.snapshot import reader_for
from .results import Kept, Result, digest, program
from .surroundings import Surroundings
from .way import Way


def kept_results(door: str, way: Way) -> Kept:
    """The results that earlier runs left at a door, for this way to ask in this folder."""
    folder = way.settings.cache
    path = None if folder is None else folder / f"{door}-{digest(repr((way, str(Path.cwd()))).encode())}.json"
    return Kept(path, repr((__version__, program(), sys.version_info, tables_now(way.settings))))


def tables_now(settings: Settings) -> tuple[object, ...]:
    """What changes when a cost table does."""
    return tuple((str(path), _identity(str(path))) for path in (bundled_table_path(), *settings.costs))


def holds(
    known: Result, filename: str, surroundings: Surroundings, settings: Settings, boot: Callable[[], str]
) -> bool:
    """Whether a result of a file that is as it was still holds; boot gives the digest of the boot as it is now."""
    return (
        surroundings.own(known.first_party, filename) == known.first_party
        and (not known.boot or known.boot == boot())
        and (not known.neighbours or reader_for(filename, settings).identities(known.neighbours) == known.neighbours)
        and (not known.project or known.project == _project(filename))
    )


def _project(filename: str) -> str:
    from ..project.references import identity_of_all  # a run of `check` without such a result needs none of it

    return identity_of_all(filename)


def _identity(path: str) -> tuple[int, int]:
    try:
        status = os.stat(path)  # noqa: PTH116  # asked for with every file that flake8 hands over
    except OSError:
        return (0, 0)
    return (status.st_mtime_ns, status.st_size)
