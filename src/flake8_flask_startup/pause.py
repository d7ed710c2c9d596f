"""Garbage collection, put off where it can find nothing."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collection() -> Iterator[None]:
    """Look for no reference cycles meanwhile: facts are many and form none, and looking takes as long as the work.

    Nor right afterwards, as switching collection on alone would: what was made meanwhile counts as old then, which is
    looked through when a quarter as much has come to it. It took up to a quarter of a trace's time (3.11, ten apps).
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            if not gc.get_freeze_count():  # what somebody else has frozen stays so
                gc.freeze()
                gc.unfreeze()
            gc.enable()
