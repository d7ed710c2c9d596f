"""Whether what was found in a file still holds: what it rests on besides the file, as it is now."""

from __future__ import annotations

import sys
from collections.abc import Callable

from .. import __version__
from ..config.settings import Settings
from ..files.cache import Cache
from ..files.notices import say_lasting
from ..project.snapshot import Reader, identity_of_all, reader_for
from ..startup.cost_tables import tables_now
from .options import CheckOptions
from .results import Kept, Result, program
from .surroundings import Surroundings


def kept_results(door: str, options: CheckOptions) -> Kept:
    """The results that earlier runs left at a door, for this way to ask in this folder."""
    key = repr((__version__, program(), sys.version_info, tables_now(options.settings)))
    return Kept(Cache(options.settings.cache), door, repr(options), key)


def holds(
    known: Result, filename: str, surroundings: Surroundings, settings: Settings, boot: Callable[[], str]
) -> bool:
    """Whether a result of a file that is as it was still holds; boot gives the digest of the boot as it is now.

    The notices of a result that holds are repeated.
    """
    is_as_it_was = (
        surroundings.own(known.first_party, filename) == known.first_party
        and (not known.boot or known.boot == boot())
        and (not known.neighbours or _are_same(known, reader_for(filename, settings)))
        and (not known.project or known.project == identity_of_all(filename))
    )
    for each in known.notices if is_as_it_was else ():
        say_lasting(each)
    return is_as_it_was


def _are_same(known: Result, reader: Reader) -> bool:
    return all(reader.is_same(name, state) for name, state in known.neighbours.items())
