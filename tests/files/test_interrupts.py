"""Ctrl-C ends a process at once, whatever its main thread does."""

from __future__ import annotations

import signal
import subprocess
import sys

from events import SAFETY_NET_S

# The main thread is busy for hours, outside of Python code, where no handler of Python's runs.
BUSY = """
import hashlib
from flake8_flask_startup.files.interrupts import end_at_once_whatever_runs
end_at_once_whatever_runs()
print("busy", flush=True)
hashlib.pbkdf2_hmac("sha256", b"", b"", 2**31 - 1)
"""
DEAF = """
import signal
signal.signal(signal.SIGINT, signal.SIG_IGN)
from flake8_flask_startup.files.interrupts import end_at_once_whatever_runs
end_at_once_whatever_runs()
print("deaf", flush=True)
input()
"""


def test_a_main_thread_that_runs_no_python_code() -> None:
    with subprocess.Popen([sys.executable, "-c", BUSY], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        assert program.stdout.readline() == b"busy\n"
        program.send_signal(signal.SIGINT)
        assert program.wait(SAFETY_NET_S) == 130
        assert program.stderr.read() == b"flask-startup: interrupted\n"


def test_a_process_that_ignores_interrupts_goes_on() -> None:
    with subprocess.Popen([sys.executable, "-c", DEAF], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        assert program.stdout.readline() == b"deaf\n"
        program.send_signal(signal.SIGINT)
        program.stdin.write(b"\n")
        program.stdin.close()
        assert program.wait(SAFETY_NET_S) == 0
