"""Standard streams that whoever started the process has closed."""

from __future__ import annotations

import os
import sys

# In the order of their numbers, as the next file that is opened has the lowest that is free. What is read or written
# must fail, and not be taken for empty or done: so the modes of the first two are the wrong ones.
_STREAMS = (("stdin", os.O_WRONLY, "r"), ("stdout", os.O_RDONLY, "w"), ("stderr", os.O_WRONLY, "w"))


def fill_in() -> None:
    """Put a stream in the place of each that is closed: no file takes its number, and using it is an OSError.

    Errors have nobody left to tell, and go nowhere.
    """
    for name, flags, mode in _STREAMS:
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, flags), mode, encoding="utf-8", errors="replace"))
