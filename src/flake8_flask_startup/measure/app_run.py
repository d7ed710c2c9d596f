"""One start of an app in a child process, for its `-X importtime` log. This runs the app's code."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..files.source_file import MAX_DATA_BYTES, read_text
from .process import run_to_end
from .started import StartOutcome

CHILD = Path(__file__).with_name("app_child.py")
NOT_THE_APPS = ("COV_", "COVERAGE_")  # by which coverage follows children: it would be in the log
CLOCK_S = 0.02  # that the times of files may lag behind the clock: a tick of the kernel


@dataclass(frozen=True, slots=True)
class AppRun:
    """log is what the child wrote to standard error; failure is '' or how starting the app ended badly.

    loaded is what `sys.modules` held in the end, None where the child did not come to tell. compiled is how many of
    these modules had no cached bytecode: compiling them takes longer than the rest of importing them.
    """

    log: str
    failure: str
    loaded: frozenset[str] | None = None
    compiled: int = 0


def run_app(python: str, entries: Sequence[str], folders: Sequence[Path], timeout_s: float) -> AppRun:
    """Import the modules of the entry points and call their factories, once, in the working directory.

    folders come first on the child's path. The child has the caller's environment, no standard input, and timeout_s
    seconds; it is ended with all that it started. Raises MeasureError where the interpreter does not run.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith(NOT_THE_APPS)}
    path = [*map(str, folders), *filter(None, [environment.get("PYTHONPATH")])]
    environment["PYTHONPATH"] = os.pathsep.join(path)
    with tempfile.TemporaryDirectory(prefix="flask-startup-", ignore_cleanup_errors=True) as scratch:
        out, log = Path(scratch, "out"), Path(scratch, "log")
        command = [python, "-X", "importtime", "-c", read_text(CHILD), str(out), *entries]
        started = time.time() - CLOCK_S
        ending = run_to_end(command, environment, log, timeout_s)
        before, _, message = read_text(log, MAX_DATA_BYTES, "replace").partition("\f\n")
        message = message or before
        try:
            found = StartOutcome.read(out)
        except OSError:
            return AppRun(message, ending or _last_line(message))
        compiled = sum(_is_newer(cached, started) for cached in found.modules.values() if cached)
    return AppRun(message, found.failure, frozenset(found.modules), compiled)


def _last_line(message: str) -> str:
    lines = [line for line in message.splitlines() if line.strip() and not line.startswith("import time:")]
    return lines[-1] if lines else "the interpreter ended without a report"


def _is_newer(path: str, started: float) -> bool:
    """Whether a file is not there or was written since a time."""
    try:
        return Path(path).stat().st_mtime >= started
    except OSError:
        return True
