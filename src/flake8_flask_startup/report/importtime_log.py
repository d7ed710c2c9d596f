"""The import times of an app's start, from a log of `python -X importtime`."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ..startup.graph.boot_graph import prefixes

# CPython's import.c writes a whole line at once, but what the app writes to standard error may stand before it. Fifteen
# digits of microseconds are thirty years: more is no time. A name longer than a file's may be is no module's, and all
# that stands before a dot of it would count as a package.
LINE = re.compile(r"import time: {1,20}([0-9]{1,15}) \| {1,20}[0-9]{1,15} \| ( *)(\S{1,255})(?!\S)")
LAST_OF_INTERPRETER = "site"  # Python's own start ends with it; what comes before is no cost of the app


class LogError(Exception):
    """A text is no log; str() is one line that says why."""


@dataclass(frozen=True, slots=True)
class Log:
    """ms is the self time of each module that the app tried to import; a module that failed is among them.

    loaded are the modules that were there in the end. is_complete tells whether that is known; else it is what has a
    line, and the packages around it: what `importlib.import_module` loads has none.
    """

    ms: Mapping[str, float]
    loaded: frozenset[str]
    is_complete: bool


def read_log(text: str, loaded: Collection[str] | None) -> Log:
    """Return what a log says; loaded are the modules of `sys.modules`, None where only the log is known.

    Raises:
        LogError: if there is no line of `-X importtime` in it.
    """
    lines = [(int(own), not indent, name) for own, indent, name in LINE.findall(text)]
    if not lines:
        raise LogError("no line of -X importtime in it")
    ends = (at for at, (_, is_outermost, name) in enumerate(lines, 1) if is_outermost and name == LAST_OF_INTERPRETER)
    ms: dict[str, float] = {}
    for own, _, name in lines[next(ends, 0) :]:
        ms[name] = ms.get(name, 0.0) + own / 1000
    if loaded is not None:
        return Log(ms, frozenset(loaded), is_complete=True)
    return Log(ms, frozenset(each for _, _, name in lines for each in prefixes(name)), is_complete=False)
