"""How long what was looked up on the disk is taken to be as it was."""

from __future__ import annotations

import sys
import time

# A run is about one state of the disk. The bound is for a pool that somebody keeps.
RUN_S = 60.0

Moment = tuple[float, int]  # how long it lasts (s), and which one of that length it is


def is_worker() -> bool:
    """Whether this process is a worker of a pool, which ends with the run that made it."""
    processes = sys.modules.get("multiprocessing.process")  # a worker has it loaded
    return processes is not None and processes.parent_process() is not None


def seconds(editor_s: float) -> float:
    """How long to take a look at the disk for the truth, s: editor_s in a process that an editor may keep for hours."""
    return RUN_S if is_worker() else editor_s


def moment(editor_s: float) -> Moment:
    """The time, only as exact as the disk is looked at again."""
    length = seconds(editor_s)
    return length, int(time.monotonic() / length)
