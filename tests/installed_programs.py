"""Runs the installed commands, each in a process of its own that is split off from one with the modules loaded.

That takes a tenth of what starting Python takes, as each ends without taking its modules apart, which would copy all
that is shared. All that the processes share is what imports alone leave behind, since the loaded one answers nothing
itself; how the commands load, and how Python ends, is tested by starting them. Coverage follows them where that is
asked for, which takes three times as long.
"""

from __future__ import annotations

import atexit
import gc
import importlib
import json
import os
import pkgutil
import runpy
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from events import SAFETY_NET_S

BIN = Path(sys.executable).parent
HERE = str(Path(__file__).parent)
CAN_SPLIT = hasattr(os, "fork")
LOADED = ("flake8.main.cli", "flake8.checker", "flake8.plugins.finder", "multiprocessing.pool", "pyflakes.api", "yaml")


def unmeasured() -> dict[str, str]:
    """The environment for a process that coverage does not follow."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COV")}


class Programs:
    """The commands beside this Python, and the process that they are split off from, started when it is needed."""

    def __init__(self, *, is_measured: bool) -> None:
        self._is_measured = is_measured
        self._loaded: subprocess.Popen[str] | None = None

    def end(self) -> None:
        """End the process."""
        if self._loaded is not None:
            self._loaded.communicate()

    def run(
        self, program: str, *arguments: str, folder: Path, stdin: str | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command, or "-m" and a module, in a folder, with some variables besides those of this process."""
        command = [sys.executable if program == "-m" else str(BIN / program), *arguments]
        if program == "-m":
            command.insert(1, "-m")
        env = {**(os.environ if self._is_measured else unmeasured()), **environment}
        if not CAN_SPLIT or any(name.startswith("PYTHON") for name in environment):  # which Python reads when it starts
            return subprocess.run(
                command, cwd=folder, input=stdin or "", env=env, capture_output=True, text=True, timeout=SAFETY_NET_S
            )
        with tempfile.TemporaryDirectory() as name:
            streams = [Path(name, each) for each in ("stdin", "stdout", "stderr")]
            streams[0].write_text(stdin or "", encoding="utf-8")
            code = self._answer(
                {"command": command, "folder": str(folder), "env": env, "streams": list(map(str, streams))}
            )
            if code == -signal.SIGALRM:
                raise subprocess.TimeoutExpired(command, SAFETY_NET_S)
            out, err = (path.read_text(encoding="utf-8") for path in streams[1:])
        return subprocess.CompletedProcess(command, code, out, err)

    def _answer(self, asked: Mapping[str, Any]) -> int:
        if self._loaded is None:
            code = f"import sys; sys.path.insert(0, {HERE!r}); import installed_programs; installed_programs._serve()"
            self._loaded = subprocess.Popen(
                [sys.executable, "-c", code], env=unmeasured(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        assert self._loaded.stdin is not None
        assert self._loaded.stdout is not None
        self._loaded.stdin.write(json.dumps(asked) + "\n")
        self._loaded.stdin.flush()
        answer = self._loaded.stdout.readline()
        assert answer, "the process that has the commands loaded is gone"
        return int(answer)


INSTALLED = Programs(is_measured=False)
MEASURED = Programs(is_measured=True)


def _serve() -> None:
    """Load the modules, and split off a process for each line that asks for a command."""
    sys.path[:] = [each for each in sys.path if each not in {"", HERE}]
    package = importlib.import_module("flake8_flask_startup")
    found = (each.name for each in pkgutil.walk_packages(package.__path__, "flake8_flask_startup."))
    for name in (*LOADED, *(each for each in found if "child" not in each and "__main__" not in each)):
        with suppress(ImportError):  # of what is optional
            importlib.import_module(name)
    gc.freeze()  # what is loaded is not looked at, and so not copied, by every process again
    asking, answers = os.dup(0), os.dup(1)
    with os.fdopen(asking, encoding="utf-8") as lines:
        for line in lines:
            process = os.fork()
            if not process:
                os.close(answers)
                _end(_status(json.loads(line)))
            _, status = os.waitpid(process, 0)
            os.write(answers, f"{os.waitstatus_to_exitcode(status)}\n".encode())


def _status(asked: Mapping[str, Any]) -> int:
    """Run a command in this process and return the status that it ends with, as Python does at the end of a program."""
    try:
        _become(**asked)
    except SystemExit as error:
        if error.code is None or isinstance(error.code, int):
            return error.code or 0
        sys.stderr.write(f"{error.code}\n")
        return 1
    except Exception:
        sys.excepthook(*sys.exc_info())  # type: ignore[arg-type]  # an exception is being handled
        return 1
    return 0


def _end(status: int) -> None:
    """End this process as Python does, with all but the tidying up of memory."""
    threading._shutdown()  # type: ignore[attr-defined]  # as `multiprocessing` ends the processes that it splits off
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status & 0xFF)


def _become(command: list[str], folder: str, env: Mapping[str, str], streams: list[str]) -> None:
    """Run a command in this process, which ends as it does."""
    os.environ.clear()
    os.environ.update(env)
    from flake8_flask_startup.files import notices

    notices._table.cache_clear()  # the one state that importing makes: which lines processes of one run said
    notices._table()
    if "COVERAGE_PROCESS_CONFIG" in env:
        importlib.import_module("coverage").process_startup()
    signal.alarm(SAFETY_NET_S)
    os.chdir(folder)
    for number, path in enumerate(streams):
        opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND if number else os.O_RDONLY)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = sys.__stdin__ = os.fdopen(0, encoding="utf-8", closefd=False)
    sys.stdout = sys.__stdout__ = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = sys.__stderr__ = os.fdopen(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)
    if command[1:2] == ["-m"]:
        sys.path.insert(0, folder)
        sys.argv = command[2:]
        runpy.run_module(command[2], run_name="__main__", alter_sys=True)
    else:
        sys.path.insert(0, str(BIN))
        sys.argv = command
        runpy.run_path(command[0], run_name="__main__")
