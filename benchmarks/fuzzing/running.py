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
import warnings
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
WALL = 60  # seconds in which a case must end on a busy machine: what waits for a pipe computes nothing
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


def judged(cases: Sequence[Case], folder: Path, jobs: int = 1, together: int = 1) -> Iterator[Judged]:
    """Yield the cases as they are done, in no order, run in folders below a folder; so many together in a process.

    What fails with others before it in its process is run again alone, and is judged by that.
    """
    warm()
    waiting = [cases[at : at + together] for at in range(0, len(cases), together)][::-1]
    running: dict[int, _Running] = {}
    number = 0
    while waiting or running:
        while waiting and len(running) < jobs:
            number += 1
            started = _Running(waiting.pop(), folder / str(number))
            running[started.process.sentinel] = started
        for sentinel in wait([*running]):
            done = running.pop(sentinel)  # type: ignore[arg-type]  # a sentinel is a number on POSIX
            results = done.results()
            waiting += [[case] for case in done.cases[len(results) :]]
            for at, each in enumerate(results):
                if each.problems and at:
                    waiting.append([each.case])
                else:
                    yield each


class _Running:
    """Cases that are being run, one after the other, in a process."""

    def __init__(self, cases: Sequence[Case], folder: Path) -> None:
        self.cases = cases
        self.sandboxes = [Sandbox(folder / str(at)) for at in range(len(cases))]
        folder.mkdir(parents=True)
        self.folder = folder
        self.process: ForkProcess = _forked.Process(target=_run, args=(cases, self.sandboxes))
        with warnings.catch_warnings():  # a runner of tests has threads, none of which the new process needs
            warnings.simplefilter("ignore", DeprecationWarning)
            self.process.start()

    def results(self) -> list[Judged]:
        """Return what came of the cases that were begun, and remove their folders."""
        self.process.join()
        code = self.process.exitcode or 0
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid or 0, signal.SIGKILL)  # it led a group: what it started ends with it
        self.process.close()
        found = []
        for case, sandbox in zip(self.cases, self.sandboxes, strict=True):
            if sandbox.folder.exists():
                found.append(_result(case, sandbox, code))
                sandbox.remove()
        self.folder.rmdir()
        return found


def _result(case: Case, sandbox: Sandbox, code: int) -> Judged:
    """Return what came of a case whose process ended with a code."""
    lines = _lines(sandbox.folder / "problems")
    asked = next((each["asked"] for each in reversed(lines) if "asked" in each), "")
    found = [str(each["problem"]) for each in lines if "problem" in each]
    cpu = next((float(each["cpu"]) for each in lines if "cpu" in each), None)
    if cpu is None:  # the process ended before the case did
        reasons = {-signal.SIGALRM: WAITING, -signal.SIGXCPU: f"over {CPU} s of CPU"}
        found.append(f"{asked}: {reasons.get(code, f'the process ended with {code}')}")
    return Judged(case, tuple(found), cpu or 0.0)


def _lines(path: Path) -> list[dict[str, str]]:
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except OSError:
        return []


def _run(cases: Sequence[Case], sandboxes: Sequence[Sandbox]) -> None:
    """Write the cases and ask about them, one after the other."""
    os.setpgid(0, 0)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    forbid_running(sandboxes[0].folder.parent)
    for case, sandbox in zip(cases, sandboxes, strict=True):
        signal.alarm(WALL * (4 if "doors" in case.sample else 1))
        sandbox.make(case.nodes)
        os.chdir(sandbox.project)
        os.environ.clear()
        os.environ.update(sandbox.environment())
        _judge(case, sandbox)
        os.chdir(sandbox.folder)


def _judge(case: Case, sandbox: Sandbox) -> None:
    """Ask about a case that is written, and note in its sandbox what is asked and what is wrong."""
    patience = CPU_HUGE if any(isinstance(node, Hole) for node in case.nodes.values()) else CPU
    begun = time.process_time()
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
        note(cpu=time.process_time() - begun)


def forbid_running(folder: Path) -> None:
    """Let nothing below a folder run in this process: `RanError` for a program or a module of it."""
    here = os.fsencode(folder)

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
