"""Ctrl-C while the commands are loaded: one line and status 130, before anything else is imported.

A KeyboardInterrupt in the midst of an import may come out as another error, or as none.
"""

import os
import signal
from threading import Thread
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


def end_at_once_whatever_runs() -> None:
    """Handle Ctrl-C the same way, but in a thread of its own, for a process that waits for its input.

    Python runs handlers in the main thread, as soon as that runs Python code. A signal that arrives just before the
    main thread begins to wait does not wake it: the handler would run after the next input.
    """
    end_at_once_when_interrupted()
    if signal.getsignal(signal.SIGINT) is end_at_once and hasattr(signal, "pthread_sigmask"):  # not on Windows
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})  # in threads that are started later as well
        Thread(target=lambda: end_at_once(signal.sigwait({signal.SIGINT})), daemon=True).start()


def raise_when_interrupted() -> None:
    """Handle Ctrl-C as Python does: the commands, once loaded, tidy up after themselves."""
    if signal.getsignal(signal.SIGINT) is end_at_once:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def ignore_when_done() -> None:
    """Let the process end with the status it has."""
    if signal.getsignal(signal.SIGINT) in (end_at_once, signal.default_int_handler):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
