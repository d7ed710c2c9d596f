"""What Linux's /proc tells of processes; nothing on other systems."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path

VARIABLE = "FLASK_STARTUP_MARK"  # in the environment of what we start, and so of what that starts
_PAUSE_S = 0.005
_TRIES = 1000  # before a process that cannot be killed is left
_PROC = Path("/proc")
_LISTENS = "0A"  # TCP_LISTEN, include/net/tcp_states.h
_STATE, _SESSION, _TIMES = 0, 3, slice(11, 15)  # of /proc/PID/stat, behind the name: proc(5)


def ours(session: int, mark: str) -> list[int]:
    """Return the living processes of a session, and those that have a mark in their environment."""
    return [process for process in _all() if _is_ours(process, session, f"{VARIABLE}={mark}".encode())]


def kill(session: int, mark: str) -> None:
    """Kill the processes of a session, and those that have a mark, until there are none."""
    for _ in range(_TRIES):  # a process may start another while it is killed
        left = ours(session, mark)
        if not left:
            return
        for each in left:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(each, signal.SIGKILL)
        time.sleep(_PAUSE_S)


def _all() -> list[int]:
    with suppress(OSError):
        return [int(each.name) for each in _PROC.iterdir() if each.name.isdigit()]
    return []


def _is_ours(process: int, session: int, mark: bytes) -> bool:
    fields = _stat(process)
    if not fields or fields[_STATE] in "ZX":
        return False
    if int(fields[_SESSION]) == session:
        return True
    with suppress(OSError):  # of somebody else, or gone
        return mark in _read(process, "environ").split(b"\0")
    return False


def _read(process: int, name: str) -> bytes:
    return (_PROC / str(process) / name).read_bytes()


def _stat(process: int) -> Sequence[str]:
    with suppress(OSError):
        return _read(process, "stat").decode(errors="replace").rpartition(")")[2].split()
    return ()


def cpu_ms(processes: Iterable[int]) -> float:
    """Return the processor time of processes, and of their children that have ended, in milliseconds."""
    ticks = sum(sum(map(int, fields[_TIMES])) for each in processes if (fields := _stat(each)))
    return ticks * 1000 / os.sysconf("SC_CLK_TCK") if ticks else 0.0


def pss_kib(process: int) -> int:
    """Return the proportional set size of a process in KiB: what n processes share counts as one nth of each."""
    with suppress(OSError):
        found = re.search(rb"^Pss:\s+(\d+) kB", _read(process, "smaps_rollup"), re.MULTILINE)
        return int(found[1]) if found else 0
    return 0


def is_shell(process: int) -> bool:
    """Return whether a process is a shell, which waits for what it has started."""
    with suppress(OSError):
        return _read(process, "comm").strip() in {b"sh", b"bash", b"dash", b"busybox"}
    return False


def ports(processes: Iterable[int]) -> list[int]:
    """Return the TCP ports that processes listen on."""
    sockets = {inode for each in processes for inode in _sockets(each)}
    found = []
    for name in ("tcp", "tcp6"):
        with suppress(OSError):
            for line in _read_net(name)[1:]:
                fields = line.split()
                if fields[3] == _LISTENS and fields[9] in sockets:
                    found.append(int(fields[1].rpartition(":")[2], 16))
    return found


def _read_net(name: str) -> list[str]:
    return _read(os.getpid(), f"net/{name}").decode().splitlines()


def _sockets(process: int) -> list[str]:
    folder = _PROC / str(process) / "fd"
    found = []
    with suppress(OSError):
        for each in folder.iterdir():
            with suppress(OSError):
                target = str(each.readlink())
                if target.startswith("socket:["):
                    found.append(target[8:-1])
    return found
