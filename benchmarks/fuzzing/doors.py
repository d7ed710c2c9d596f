"""The doors that a case goes through: the commands in this process, and the installed ones."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from flake8_flask_startup.cli import startup

PATIENCE = 300.0  # seconds that an installed command may take on a busy machine


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command printed and how it ended; status is a text where it did not end by itself."""

    status: int | str
    out: str
    err: str


def here(arguments: Sequence[str]) -> Answer:
    """Return what `flask-startup` answers in this process and in the working directory."""
    out, err = io.TextIOWrapper(io.BytesIO(), "utf-8", "surrogateescape"), io.StringIO()
    status: int | str = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            startup.main(list(arguments), prog_name="flask-startup")
        except SystemExit as end:
            status = end.code if isinstance(end.code, int) else int(end.code is not None)
        except BaseException as error:  # a traceback to whoever called the command
            status = f"{type(error).__name__}: {error}"[:300] + _where(error)
    out.flush()
    return Answer(status, out.buffer.getvalue().decode("utf-8", "surrogateescape"), err.getvalue())


def _where(error: BaseException) -> str:
    """Return where in the package an exception came from."""
    place, trace = "", error.__traceback__
    while trace is not None:
        if "flake8_flask_startup" in trace.tb_frame.f_code.co_filename:
            place = f" ({Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno})"
        trace = trace.tb_next
    return place


def installed(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Answer:
    """Return what an installed command answers in a folder."""
    program = [sys.executable, "-m", "flake8"] if command[0] == "flake8" else [str(_beside_python(command[0]))]
    try:
        done = subprocess.run(
            [*program, *command[1:]], cwd=folder, env=environment, capture_output=True, check=False, timeout=PATIENCE,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return Answer(f"not done in {PATIENCE:.0f} s", "", "")
    status: int | str = done.returncode if done.returncode >= 0 else f"signal {-done.returncode}"
    decoded = [each.decode("utf-8", "surrogateescape") for each in (done.stdout, done.stderr)]
    return Answer(status, *decoded)


def _beside_python(name: str) -> Path:
    return Path(sys.executable).parent / (name + (".exe" if os.name == "nt" else ""))
