"""The process of an open folder: requests in on standard input, answers and events out on standard output.

The working directory is the folder, as for the commands. It is started without the folder on the module search path,
so that no module of the project takes the place of one of ours.
"""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any, BinaryIO

from flake8.exceptions import ExecutionError

from ..config.option_values import SettingsError
from ..costs.table import CostTableError
from ..files.gc_control import collect_dropped
from ..files.source_file import MAX_SOURCE_BYTES
from ..files.ttl import expire
from ..startup.session import Session
from .analysis import WorkspaceFolder
from .prices import Hint, Note
from .wire import Message, line_of, message_of

MAX_DROPPED = 10  # modules: a tree and what was inferred about it take 2 MiB
UNUSABLE = (SettingsError, CostTableError, ExecutionError)


class Notices(logging.Handler):
    """Passes lines about files that are not read, and the like, on to the server."""

    def __init__(self, send: Callable[[Message], None]) -> None:
        super().__init__()
        self._send = send

    def emit(self, record: logging.LogRecord) -> None:
        """Send the message of a log record to the server as a notice."""
        self._send({"event": "notice", "text": record.getMessage()})


class Worker:
    """Answers requests about one folder."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._folder = WorkspaceFolder(())
        self._configuration: Message = {}
        self._answers: Mapping[str, Callable[[Message], Any]] = {
            "configure": self._configure,
            "check": self._check,
            "hints": self._hints,
            "note": self._note,
            "repair": self._repair,
        }

    def send(self, message: Message) -> None:
        """Send an answer or an event."""
        self._out.write(line_of(message))
        self._out.flush()

    def answer(self, request: Message) -> None:
        """Answer a request; what goes wrong is an answer too."""
        try:
            if request.get("expired") or request.get("settled"):  # what is settled is not looked at again
                expire()
            self._follow_folder()
            answer = {"result": self._answers[request["do"]](request)}
        except UNUSABLE as error:
            answer = {"unusable": " ".join(str(error).split())}
        except Exception as error:  # the other files must survive it, whatever it is
            answer = {"failure": f"{type(error).__name__}: {error}"}
        self.send({"id": request["id"], **answer})
        collect_dropped(MAX_DROPPED)  # while nobody waits

    def _configure(self, request: Message) -> None:
        os.chdir(request["folder"])
        self._configuration = request
        self._folder = WorkspaceFolder(request["arguments"], Session(self._tracing), self._refuse)

    def _follow_folder(self) -> None:
        """Enter the folder again where another stands in its place, as after a clone: the old one has no files."""
        with suppress(OSError):
            if self._configuration and not Path().samefile(self._configuration["folder"]):
                self._configure(self._configuration)

    def _refuse(self, line: str) -> None:
        self.send({"event": "refused", "text": line})

    @contextmanager
    def _tracing(self) -> Iterator[None]:
        self.send({"event": "tracing"})
        try:
            yield
        finally:
            self.send({"event": "traced"})

    def _check(self, request: Message) -> Message:
        name, text = str(request["name"]), str(request["text"])
        if len(text) > MAX_SOURCE_BYTES:
            return {"found": [], "failure": f"larger than {MAX_SOURCE_BYTES:,} bytes", "settled": True}
        found = self._folder.findings(name, text, settled=bool(request["settled"]))
        violations = [[each.code, each.line_number, each.column_number, each.text] for each in found.violations]
        return {"found": violations, "failure": found.failure, "settled": found.is_settled}

    def _hints(self, request: Message) -> list[Hint]:
        return self._folder.prices(str(request["name"]), str(request["text"])).hints()

    def _note(self, request: Message) -> Note | None:
        return self._folder.prices(str(request["name"]), str(request["text"])).note(int(request["line"]))

    def _repair(self, request: Message) -> Message:
        with self._tracing():
            repair = self._folder.repair(str(request["name"]), str(request["text"]), int(request["line"]))
        texts, before = ({str(Path(name).absolute()): text for name, text in each.items()} for each in repair[:2])
        return {"texts": texts, "before": before, "message": repair.message}


def _requests() -> Iterator[bytes]:
    """Yield the lines of standard input.

    Where it ends while a line is being answered, so does the process: the server is gone, and nobody reads the answer.
    """
    lines: Queue[bytes] = Queue()

    def read() -> None:
        with open(0, "rb", closefd=False) as stdin:
            for line in stdin:
                lines.put(line)
        if lines.unfinished_tasks:
            os._exit(0)
        lines.put(b"")

    Thread(target=read, daemon=True).start()
    while line := lines.get():
        yield line
        lines.task_done()


def main() -> None:
    """Answer until standard input ends. Whatever is printed on the way goes to standard error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C, which reaches every process of the terminal, is the server's
    with suppress(BrokenPipeError), os.fdopen(os.dup(1), "wb") as out:  # a server that was killed hears no answer
        os.dup2(2, 1)
        worker = Worker(out)
        log = logging.getLogger(Path(__file__).parents[1].name)
        log.addHandler(Notices(worker.send))
        log.propagate = False
        for line in _requests():
            worker.answer(message_of(line))


if __name__ == "__main__":
    main()
