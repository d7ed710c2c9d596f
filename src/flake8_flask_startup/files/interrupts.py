"""Ctrl-C while the commands are loaded: one line and status 130, before anything else is imported.

A KeyboardInterrupt in the midst of an import may come out as another error, or as none.
"""

import os
import signal
from types import FrameType

INTERRUPTED = 130  # 128 + SIGINT, as shells have it


def end_at_once(_: int = signal.SIGINT, __: FrameType | None = None) -> None:
    """End the process as an interrupted one."""
    os.write(2, b"flask-startup: interrupted\n")
    os._exit(INTERRUPTED)


def end_at_once_when_interrupted() -> None:
    """Handle Ctrl-C so, unless this process is deaf to it, as in the background, or handles it some other way."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, end_at_once)


def raise_when_interrupted() -> None:
    """Handle Ctrl-C as Python does: the commands, once loaded, tidy up after themselves."""
    if signal.getsignal(signal.SIGINT) is end_at_once:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def ignore_when_done() -> None:
    """Let the process end with the status it has."""
    if signal.getsignal(signal.SIGINT) in (end_at_once, signal.default_int_handler):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
