"""Running small programs for real, in a child process, and holding what they load against the startup trace."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from startup_apps import RECORDER
from startup_truth import first_line

from flake8_flask_startup.project.module_finder import Origin
from flake8_flask_startup.project.modules import Project
from flake8_flask_startup.startup.followed import trace
from flake8_flask_startup.startup.graph.trace import Trace

RUN_SECONDS = 20  # of wall time, after which a program counts as one that does not end

Frames = Sequence[tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Run:
    """A real run: the modules that it loaded, each with the lines that were running; and what it ended with, if ill."""

    loaded: dict[str, Frames]
    error: str


def run(folder: Path, code: str) -> Run:
    """Return what code loads of the modules in a folder, run there by this Python."""
    with tempfile.TemporaryDirectory() as scratch:
        output = Path(scratch, "loaded.json")
        path = {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0", "HOME": scratch}
        command = [sys.executable, "-S", str(RECORDER), str(folder), str(output), code]
        try:
            ended = subprocess.run(
                command, cwd=scratch, env=path, capture_output=True, text=True, timeout=RUN_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return Run({}, f"did not end within {RUN_SECONDS} s")
        loaded = json.loads(output.read_text(encoding="utf-8")) if output.is_file() else {}
    frames = {name: [(str(path), int(line)) for path, line in places] for name, places in loaded.items()}
    return Run(frames, ended.stderr.strip().rpartition("\n")[2] if ended.returncode else "")


def traced(folder: Path, entry: str) -> tuple[Trace, dict[str, bool]]:
    """Return the trace of an entry in a folder, and its own modules, each with whether it is sure to be loaded."""
    found = trace(Project([folder]), (entry,))
    return found, {each.name: not each.conditional for each in found.loaded if each.origin is Origin.FIRST_PARTY}


def reason(frames: Frames, static: Trace, folder: Path) -> str:
    """Return the unresolved entry at one of the statements that were running, as text; "" if there is none."""
    entries = {}
    for each in static.unresolved:
        path = Path(each.statement.path).absolute()
        if path.is_relative_to(folder):
            entries[str(path.relative_to(folder)), first_line(path, each.statement.line)] = each.reason
    for path, line in frames:
        place = (path, first_line(folder / path, line))
        if place in entries:
            return f"{place[0]} line {place[1]}: {entries[place]}"
    return ""


def write(folder: Path, files: Iterable[tuple[str, str]]) -> None:
    """Write files below a folder, with the packages that they lie in."""
    for name, text in files:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
