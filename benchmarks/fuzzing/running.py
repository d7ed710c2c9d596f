"""Cases in processes of their own: several at once, each with a bound on its time and on its memory."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import resource
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess
from pathlib import Path

from .case import ENTRY, Case, Hole, Text, project
from .doors import here
from .judging import problems
from .sandbox import Sandbox

CPU = 10  # seconds that one command may compute
CPU_HUGE = 60  # the same where a file of the project is gigabytes large
WALL = 60.0  # seconds in which a case must end on a busy machine: what waits for a pipe computes nothing
WAITING = "waits for ever"
MEMORY = 3 << 30  # bytes of address space

# Asks for what is loaded when a file leaves something open: inference, and the models of libraries.
WARM = b"""from flask import Flask
from shop import base


class App(base.App):
    pass


app = App(__name__)
app.run(debug=True)
"""

_forked = multiprocessing.get_context("fork")


@dataclass(frozen=True, slots=True)
class Judged:
    """A case and what is wrong with it; cpu is what it computed, s."""

    case: Case
    problems: tuple[str, ...]
    cpu: float = 0.0


@cache
def warm() -> None:
    """Load here, once, what the commands load when they first need it: every case begins as this process stands."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as name:
        sandbox = Sandbox(Path(name) / "warm")
        sandbox.make(project({b"subject.py": Text(WARM), b"Dockerfile": Text(b"FROM a\nCMD gunicorn -w 4 a:b\n")}))
        os.chdir(sandbox.project)
        for each in ("text", "json", "tree", "importtime", "html"):
            here(["report", "--app", ENTRY.removesuffix(".py"), "--format", each])
        here(["check", "-q", "--app", ENTRY.removesuffix(".py")])
        os.chdir(before)


def judged(cases: Sequence[Case], folder: Path, jobs: int = 1) -> Iterator[Judged]:
    """Yield the cases as they are done, in no order, run in folders below a folder."""
    warm()
    waiting = list(enumerate(cases))[::-1]
    running: dict[int, _Running] = {}
    while waiting or running:
        while waiting and len(running) < jobs:
            number, case = waiting.pop()
            started = _Running(case, folder / str(number))
            running[started.process.sentinel] = started
        wait([*running], timeout=1.0)
        for sentinel, each in list(running.items()):
            if not each.process.is_alive() or each.is_late():
                del running[sentinel]
                yield each.result()


class _Running:
    """A case that is being run."""

    def __init__(self, case: Case, folder: Path) -> None:
        self.case = case
        self.sandbox = Sandbox(folder)
        self.deadline = time.monotonic() + WALL * (4 if "doors" in case.sample else 1)
        self.process: ForkProcess = _forked.Process(target=_run, args=(case, self.sandbox))
        self.process.start()

    def is_late(self) -> bool:
        return time.monotonic() > self.deadline

    def result(self) -> Judged:
        """Return what came of it, and remove its folders."""
        is_late = self.process.is_alive()
        if is_late:
            os.killpg(self.process.pid or 0, signal.SIGKILL)  # it leads a group: what it started ends with it
        self.process.join()
        code = self.process.exitcode or 0
        lines = _lines(self.sandbox.folder / "problems")
        asked = next((each["asked"] for each in reversed(lines) if "asked" in each), "")
        found = [str(each["problem"]) for each in lines if "problem" in each]
        cpu = next((float(each["cpu"]) for each in lines if "cpu" in each), 0.0)
        if is_late:
            found.append(f"{asked}: {WAITING}")
        elif code == -signal.SIGXCPU:
            found.append(f"{asked}: over {CPU} s of CPU")
        elif code:
            found.append(f"{asked}: the process ended with {code}")
        self.process.close()
        with contextlib.suppress(FileNotFoundError):
            self.sandbox.remove()
        return Judged(self.case, tuple(found), cpu)


def _lines(path: Path) -> list[dict[str, str]]:
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except OSError:
        return []


def _run(case: Case, sandbox: Sandbox) -> None:
    """Write the case, ask about it, and note in the sandbox what is asked and what is wrong."""
    os.setpgid(0, 0)
    signal.alarm(int(WALL) * 10)  # should nobody be left to end it
    sandbox.make(case.nodes)
    os.chdir(sandbox.project)
    os.environ.clear()
    os.environ.update(sandbox.environment())
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    patience = CPU_HUGE if any(isinstance(node, Hole) for node in case.nodes.values()) else CPU
    forbid_running()
    with (sandbox.folder / "problems").open("a", encoding="utf-8") as notes:

        def note(**what: object) -> None:
            notes.write(json.dumps(what) + "\n")
            notes.flush()

        def asked(command: str) -> None:
            """Note what is asked, and give it its seconds."""
            resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + patience + 1, resource.RLIM_INFINITY))
            note(asked=command)

        try:
            for problem in problems(case, sandbox, asked):
                note(problem=problem)
        except BaseException as error:  # of the judging, or a program that was about to run
            note(problem=f"the case cannot be judged: {type(error).__name__}: {error}")
        note(cpu=time.process_time())


def forbid_running() -> None:
    """Let nothing of the project run in this process: `RanError` for a program or a module of it."""
    here = os.fsencode(str(Path.cwd()))

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event in {"os.system", "os.exec", "os.posix_spawn"}:
            raise RanError(f"{event} {arguments!r}"[:200])
        if event == "exec":
            name = getattr(arguments[0], "co_filename", "")
            if isinstance(name, str) and os.fsencode(name).startswith(here):
                raise RanError(f"code of the project: {name}")

    sys.addaudithook(hook)


class RanError(BaseException):
    """The project's code was about to run; no handler for exceptions may swallow it."""
