"""What a child reports that started something once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..files.source_file import MAX_DATA_BYTES, read_text


@dataclass(frozen=True, slots=True)
class StartOutcome:
    """failure is '' or how it ended badly. wall_ms and cpu_ms are milliseconds, peak_kib is the peak resident set size.

    count is the number of modules loaded, python the interpreter, origin the file of the first module that was asked
    for, and modules what `sys.modules` held in the end, each with the file of its bytecode or ''. What a child cannot
    tell is 0 or empty. processes and requests_per_s are those of a server.
    """

    failure: str
    wall_ms: float
    cpu_ms: float
    peak_kib: int
    count: int
    python: str
    origin: str
    modules: Mapping[str, str]
    processes: int = 0
    requests_per_s: float = 0.0

    @classmethod
    def read(cls, path: Path) -> StartOutcome:
        """Return what app_child.py or a program of its kind wrote; OSError where it wrote nothing."""
        failure, figures, *lines = read_text(path, MAX_DATA_BYTES).split("\n")
        wall_ms, cpu_ms, peak_kib, count, python, origin = figures.split("\t")
        modules = dict(line.split("\t", 1) for line in lines)
        return cls(failure, float(wall_ms), float(cpu_ms), int(peak_kib), int(count), python, origin, modules)
