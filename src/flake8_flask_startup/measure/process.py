"""Start the children that measure, read what they report, and end them in time."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType

from ..files.parsing import json_value
from ..files.source_file import MAX_DATA_BYTES, read_text
from .processes import VARIABLE, kill
from .samples import Installed, Sample, SampleKind, Subject

CHILD = Path(__file__).with_name("child.py")
PROBE = Path(__file__).with_name("probe.py")
FOREIGN = ("PYTHON", "COV_", "COVERAGE_")
MARK = "flask-startup: mark"
IMPORTTIME = re.compile(r"import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)")  # the format of `-X importtime`, Python 3.7 on
ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
# Thread pools of numeric libraries spin while idle: their CPU time says how many cores there are, not what code runs.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


class MeasureError(Exception):
    """Measuring cannot go on; str() is one line."""


def self_times(importtime: str) -> dict[str, int]:
    """Return the self time (µs) of each module imported between the two marks of `-X importtime` output."""
    times: Counter[str] = Counter()
    for microseconds, name in IMPORTTIME.findall(importtime.partition(MARK)[2].partition(MARK)[0]):
        times[name] += int(microseconds)
    return dict(times)


class Runner:
    """Runs children of one interpreter; a context manager that ends the ones still running and its scratch folder.

    environment is what children see, without its PYTHON* variables and those by which coverage follows children. The
    folders of path come first on their sys.path, for the modules of a project that is not installed. A child that runs
    longer than timeout seconds is ended and reported as failing.
    """

    def __init__(
        self, python: str, *, environment: Mapping[str, str], path: Sequence[Path] = (), timeout: float = 120.0
    ) -> None:
        self._python = program(python)
        self._timeout = timeout
        self._scratch = Path(tempfile.mkdtemp(prefix="flask-startup-"))
        self._empty = self._scratch / "empty"
        self._empty.mkdir()
        self._environment = {name: value for name, value in environment.items() if not name.startswith(FOREIGN)}
        self._environment |= ONE_THREAD | {"PYTHONHASHSEED": "0", "PYTHONPYCACHEPREFIX": str(self._scratch / "cache")}
        if path:
            self._environment["PYTHONPATH"] = os.pathsep.join(map(str, path))
        self._running: set[subprocess.Popen[bytes]] = set()
        self._lock = threading.Lock()
        self._stopped = False
        self._child = read_text(CHILD)

    def __enter__(self) -> Runner:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def stop(self) -> None:
        """End the children that are still running, and start no more."""
        with self._lock:
            self._stopped = True
            for process in self._running:
                end(process)

    def probe(self, names: Sequence[str]) -> Installed:
        """Return what the interpreter says of itself and of the names, importing none.

        Raises MeasureError where it does not run.
        """
        command = [self._python, "-c", read_text(PROBE), json.dumps(list(names))]
        try:
            done = subprocess.run(  # noqa: S603 -- the interpreter the user chose
                command, cwd=self._empty, env=self._environment, capture_output=True, timeout=self._timeout, check=True
            )
            return Installed.from_json(done.stdout)
        except (OSError, subprocess.SubprocessError, ValueError, KeyError) as error:
            raise MeasureError(f"{self._python} does not run as a Python interpreter: {reason(error)}") from None

    def sample(self, subject: Subject, kind: SampleKind) -> Sample:
        """Run one child and return its report."""
        with tempfile.TemporaryDirectory(dir=self._scratch, ignore_cleanup_errors=True) as folder:
            out, err = Path(folder, "out"), Path(folder, "err")
            spec = {
                "setup": subject.setup,
                "code": subject.code,
                "out": str(out),
                "inspect": kind is SampleKind.PROFILE,
            }
            options = ["-X", "importtime"] if kind is SampleKind.PROFILE else []
            environment = dict(self._environment)
            if kind is SampleKind.UNCACHED:
                environment |= {"PYTHONPYCACHEPREFIX": str(Path(folder, "none")), "PYTHONDONTWRITEBYTECODE": "1"}
            started = time.perf_counter()
            ending = self._run([self._python, *options, "-c", self._child, json.dumps(spec)], environment, err)
            wall_ms = (time.perf_counter() - started) * 1000
            try:
                report = json_value(read_text(out, MAX_DATA_BYTES))
            except (OSError, ValueError):
                return Sample(
                    subject.name, kind, 0.0, wall_ms, wall_ms, fails=ending or last_line(err), version=subject.version
                )
            if kind is SampleKind.PROFILE:
                report["self_us"] = self_times(read_text(err, MAX_DATA_BYTES, "replace"))
            return Sample(subject=subject.name, kind=kind, version=subject.version, **report)

    def _run(self, command: list[str], environment: Mapping[str, str], err: Path) -> str:
        """Run the command to its end; return '' or how it ended badly."""
        with err.open("wb") as stderr, self._lock:
            if self._stopped:
                raise MeasureError("stopped")
            process = subprocess.Popen(  # noqa: S603 -- the interpreter the user chose
                command,
                cwd=self._empty,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                start_new_session=True,  # Ctrl-C reaches us alone, and what the child starts ends with it
            )
            self._running.add(process)
        try:
            status = process.wait(self._timeout)
        except subprocess.TimeoutExpired:
            return f"no end after {self._timeout:g} s"
        finally:
            end(process)
            with self._lock:
                self._running.discard(process)
        return f"the interpreter ended by signal {-status}" if status < 0 else ""


def program(name: str) -> str:
    """Return the path of a program that children run in other folders, where a relative one leads nowhere."""
    found = shutil.which(name)
    return str(Path(found).absolute()) if found else name


def interpreter_of(env: Path | None) -> str:
    """Return the interpreter of a virtual environment, or the one that runs this."""
    names = ("bin/python", "Scripts/python.exe")
    found = [path for name in names if env is not None and os.access(path := (env / name).absolute(), os.X_OK)]
    return str(found[0]) if found else sys.executable


def run_to_end(
    command: Sequence[str], environment: Mapping[str, str], log: Path, timeout_s: float, folder: Path | None = None
) -> str:
    """Run a program to its end, in a folder, its standard error going to a file; return '' or how it ended badly.

    It is ended with everything it started, when it is done, when its time is over, and when we are interrupted; on
    Linux also with what has left its session. Called from the main thread. Raises MeasureError where the program does
    not run.
    """
    process, mark = None, secrets.token_hex(8)
    try:
        with log.open("wb") as stderr, interruptions_held() as held:
            process = subprocess.Popen(  # noqa: S603 -- the interpreter and the app that the user chose
                command,
                cwd=folder,
                env={**environment, VARIABLE: mark},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                start_new_session=True,  # Ctrl-C reaches us alone, and what the app starts ends with it
            )
        if held:
            raise KeyboardInterrupt
        status = process.wait(timeout_s)
    except OSError as error:
        raise MeasureError(f"{command[0]} does not run: {error.strerror}") from None
    except subprocess.TimeoutExpired:
        return f"no end after {timeout_s:g} s"
    finally:
        if process is not None:
            with interruptions_held():
                end(process)
                kill(process.pid, mark)
    return f"the interpreter ended by signal {-status}" if status < 0 else ""


@contextlib.contextmanager
def ended_by_signals() -> Iterator[None]:
    """Take a request to end (SIGTERM, SIGHUP) for a Ctrl-C: what was started ends with us, and we tidy up."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    found = [each for each in ENDING if signal.getsignal(each) is signal.SIG_DFL]
    for each in found:
        signal.signal(each, interrupt)
    try:
        yield
    finally:
        for each in found:
            signal.signal(each, signal.SIG_DFL)


@contextlib.contextmanager
def interruptions_held() -> Iterator[list[int]]:
    """Hold Ctrl-C back, and return a list of those that came: a process that is being started has nobody to end it.

    So are requests to end, where they count as one.
    """
    held: list[int] = []
    before = {each: handler for each in (signal.SIGINT, *ENDING) if callable(handler := signal.getsignal(each))}
    for each in before:  # one that is not called is ignored, as in a shell's background jobs
        signal.signal(each, lambda number, _: held.append(number))
    try:
        yield held
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a child and everything it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()


def last_line(err: Path) -> str:
    """Return the last line a child wrote to standard error, or that it wrote nothing."""
    lines = read_text(err, MAX_DATA_BYTES, "replace").strip().splitlines()
    return lines[-1] if lines else "the interpreter ended without a report"


def reason(error: Exception) -> str:
    """Return why a program did not run, on one line."""
    if isinstance(error, subprocess.CalledProcessError):
        lines = (error.stderr or b"").decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else f"status {error.returncode}"
    return str(error).splitlines()[0]
