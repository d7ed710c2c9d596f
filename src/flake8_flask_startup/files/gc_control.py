"""Garbage collection, put off where it can find nothing."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from .ttl import is_worker

_dropped = 0  # the documented state of this module: modules whose trees were dropped since garbage was looked for


@contextmanager
def without_collection() -> Iterator[None]:
    """Look for no reference cycles meanwhile: facts are many and form none, and looking takes as long as the work."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def made_to_stay() -> Iterator[None]:
    """Look for no reference cycles meanwhile, nor right afterwards among what was made: it counts as old then.

    What is old is looked through when a quarter as much has come to it: for a trace, that took up to a quarter of its
    time (3.11, ten apps). Not for each of many files: other people's garbage grows old with it, and flake8 then takes
    half as long again to find it (1,081 files).

    In a worker of a pool, which ends with its run, nothing that is there by then is looked through again.
    """
    was_on = gc.isenabled()
    with without_collection():
        yield
        if was_on and is_worker():
            gc.freeze()
        elif was_on and not gc.get_freeze_count():  # what somebody else has frozen stays so
            gc.freeze()
            gc.unfreeze()


def dropped(modules: int) -> None:
    """Note that the trees of so many modules are used no more: their nodes refer to each other."""
    global _dropped  # as documented above
    _dropped += modules


def collect_dropped(least: int) -> None:
    """Free the trees that were dropped, if they are of at least so many modules.

    What is frozen, which no round of the collector looks through, is thawed for it: it takes 0.2 s for the 270,000
    objects of an editor's process (3.11).
    """
    global _dropped  # as documented above
    if _dropped >= least:
        _dropped = 0
        gc.unfreeze()
        gc.collect()
        gc.freeze()
