"""Profiles by CPU time, for a machine that has other work: `make_table.py --cpu-clock`. Linux with a C compiler.

The self times of `-X importtime` are wall times: what runs meanwhile counts as the module that was interrupted, or as
what no module explains. Here a library that is loaded before all others makes the clock that they are read from that of
the thread's CPU time: of the thread, since others that wait for a clock that hardly moves use CPU time themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from costs_environments import run

from flake8_flask_startup.measure.process import Runner
from flake8_flask_startup.measure.samples import Sample, SampleKind, Subject

SOURCE = """
#define _GNU_SOURCE
#include <time.h>
#include <unistd.h>
#include <sys/syscall.h>
int clock_gettime(clockid_t id, struct timespec *now) {
    return syscall(SYS_clock_gettime, id == CLOCK_MONOTONIC ? CLOCK_THREAD_CPUTIME_ID : id, now);
}
"""


class CpuClockRunner(Runner):
    """A runner whose profiles count CPU time; work is the folder that the library is made in."""

    def __init__(self, python: str, *, environment: Mapping[str, str], work: Path) -> None:
        super().__init__(python, environment=environment)
        library, source = work.absolute() / "cpu_clock.so", work / "cpu_clock.c"
        source.write_text(SOURCE, encoding="utf-8")
        run(["cc", "-O2", "-shared", "-fPIC", "-o", library, source], work / "install.log")
        self._profiling = {"LD_PRELOAD": str(library)}

    def sample(self, subject: Subject, kind: SampleKind) -> Sample:
        """Run one child and return its report."""
        usual = self._environment
        self._environment = usual | self._profiling if kind is SampleKind.PROFILE else usual
        try:
            return super().sample(subject, kind)
        finally:
            self._environment = usual
