"""A server, started once: the time until its first answer, its memory, and what it answers under a small load.

It has a session of its own and a mark in its environment, which whatever it starts inherits: by these its processes are
found, counted and ended, those that leave the session among them. Memory and processor time come from Linux's /proc.
"""

from __future__ import annotations

import http.client
import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ..process import end, interruptions_held, last_line
from ..processes import VARIABLE, cpu_ms, is_shell, kill, ours, ports, pss_kib
from ..started import StartOutcome
from .load import HOST, PATH, requests_per_second
from .targets import ServerTarget

PORT = "{port}"
PAUSE_S = 0.005  # between two looks whether it answers
LOOK_S = 0.05  # between two looks at which port it listens on, where it does not take ours
GRACE_S = 2.0  # to end by itself, when asked to


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server that was started: its process, the session of which it leads, and the mark of all that it starts."""

    process: subprocess.Popen[bytes]
    mark: str

    def processes(self) -> list[int]:
        """Return the processes of the server; the first alone where there is no /proc."""
        return ours(self.process.pid, self.mark) or [self.process.pid]


class NoAnswerError(Exception):
    """A server does not answer; str() is one line that says why."""


def served(
    target: ServerTarget, environment: Mapping[str, str], log: Path, folder: Path, timeout_s: float
) -> StartOutcome:
    """Start a server, ask it, and end it with all that it started.

    `{port}` in the command stands for a free port of the loopback interface. gunicorn and `flask run` take it without
    that, by the variables that they read; of another server the port that it listens on is looked for. wall_ms and
    cpu_ms are from the start to the first answer, peak_kib is the proportional set size of all processes after the
    load. An answer of 500 or more, or none in time, is a failure.
    """
    port = free_port()
    started = time.perf_counter()
    with running(target.command.replace(PORT, str(port)), listening_at(environment, port), log, folder) as server:
        try:
            port = first_answer(server, port, time.monotonic() + timeout_s)
        except TimeoutError:
            return _failed(f"no answer within {timeout_s:g} s")
        except NoAnswerError as error:
            return _failed(str(error) if server.process.poll() is None else f"{error}: {last_line(log)}")
        wall_ms = (time.perf_counter() - started) * 1000
        used_ms = cpu_ms(server.processes())
        per_second = requests_per_second(port, target.requests)
        found = [each for each in server.processes() if not is_shell(each)]
        memory = sum(map(pss_kib, found))
    return StartOutcome("", wall_ms, used_ms, memory, 0, "", "", {}, len(found), per_second)


def _failed(reason: str) -> StartOutcome:
    return StartOutcome(reason, 0.0, 0.0, 0, 0, "", "", {})


def free_port() -> int:
    """Return a port of the loopback interface that nobody listens on."""
    with socket.create_server((HOST, 0)) as found:
        port: int = found.getsockname()[1]
    return port


def listening_at(environment: Mapping[str, str], port: int) -> dict[str, str]:
    """Return an environment that says where to listen, for gunicorn, `flask run`, and whoever reads PORT."""
    options = f"{environment.get('GUNICORN_CMD_ARGS', '')} --bind {HOST}:{port}".strip()
    variables = {"PORT": str(port), "GUNICORN_CMD_ARGS": options, "FLASK_RUN_PORT": str(port), "FLASK_RUN_HOST": HOST}
    return {**environment, **variables}


@contextmanager
def running(command: str, environment: Mapping[str, str], log: Path, folder: Path) -> Iterator[RunningServer]:
    """Start a server, and end it with all that it started, also when interrupted. Called from the main thread."""
    mark = secrets.token_hex(8)
    with log.open("wb") as output, interruptions_held() as held:
        process = subprocess.Popen(  # noqa: S602 -- the command that the user named
            command,
            shell=True,
            cwd=folder,
            env={**environment, VARIABLE: mark},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    server = RunningServer(process, mark)
    try:
        if held:
            raise KeyboardInterrupt
        yield server
    finally:
        with interruptions_held():
            stop(server)


def stop(server: RunningServer) -> None:
    """End a server: it is asked to, and after a while all of its processes are killed."""
    if os.name == "posix" and server.process.poll() is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(server.process.pid, signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            server.process.wait(GRACE_S)
    end(server.process)
    kill(server.process.pid, server.mark)


def first_answer(server: RunningServer, port: int, deadline: float) -> int:
    """Return the port at which a server has answered, ours or the one that it listens on.

    Raises:
        TimeoutError: if it does not until the deadline (of the monotonic clock).
        NoAnswerError: if it ends, or answers with a status of 500 or more.
    """
    looked = time.monotonic()
    while (now := time.monotonic()) < deadline:
        try:
            status = answered(port, deadline - now)
        except (ConnectionError, http.client.HTTPException):
            status = 0
        if status >= 500:
            raise NoAnswerError(f"answers {PATH} with status {status}")
        if status:
            return port
        if server.process.poll() is not None and not ours(server.process.pid, server.mark):
            raise NoAnswerError("ended before it answered")
        if now - looked >= LOOK_S:
            port = next(iter(ports(server.processes())), port)
            looked = time.monotonic()
        time.sleep(PAUSE_S)
    raise TimeoutError


def answered(port: int, timeout_s: float) -> int:
    """Return the status of the answer to one request."""
    connection = http.client.HTTPConnection(HOST, port, timeout=timeout_s)
    try:
        connection.request("GET", PATH, headers={"Connection": "close"})
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()
