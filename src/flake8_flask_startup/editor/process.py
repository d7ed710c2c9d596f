"""The server's end of a folder's process: started when it is asked something, and again after it was ended."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import count
from typing import Any

from .wire import MAX_LINE_BYTES, Message, line_of, message_of

ENDED = "its process was ended"
WORKER = f"{__package__}.worker"


class EndedError(Exception):
    """The process was ended, or ended by itself, before it answered."""


class UnusableError(Exception):
    """The configuration cannot be used; str() is one line that says why."""


class FailedError(Exception):
    """A fault of ours; str() is one line."""


class FolderProcess:
    """Asks the process of a folder, one question after the other."""

    def __init__(self, folder: str, arguments: Sequence[str], on_event: Callable[[Message], None]) -> None:
        self._folder = folder
        self._arguments = list(arguments)
        self._on_event = on_event
        self._process: Process | None = None
        self._waiting: dict[int, asyncio.Future[Message]] = {}
        self._numbers = count(1)
        self._turn = asyncio.Lock()
        self._reading: asyncio.Task[None] | None = None
        self._starting: asyncio.Task[Process] | None = None

    async def started(self) -> None:
        """Wait until the process is not in the midst of being started."""
        if self._starting is not None and not self._starting.done():
            await asyncio.wait([self._starting])

    async def ask(self, what: str, **values: object) -> Any:  # what JSON holds has no type
        """Return the answer to a question.

        Raises:
            EndedError, UnusableError, FailedError: where there is none.
        """
        async with self._turn:
            if self._process is None:
                await self._start()
            return await self._ask(what, **values)

    def end(self) -> None:
        """End the process, at once where it is at work; whoever waits for an answer gets an error."""
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                if self._waiting or process.stdin is None:
                    process.kill()
                else:
                    process.stdin.close()  # it ends when there is nothing more to read
            self._on_event({"event": "traced"})
        self._give_up()

    async def _start(self) -> None:
        command = (sys.executable, "-P", "-m", WORKER)  # -P: the folder that the editor started us in is no library
        self._starting = asyncio.create_task(
            asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, limit=MAX_LINE_BYTES)
        )
        try:
            self._process = await asyncio.shield(self._starting)  # a start that is cancelled may wait for ever
        except OSError as error:
            raise EndedError(str(error)) from error
        except asyncio.CancelledError:
            self._starting.add_done_callback(_kill)
            raise
        self._reading = asyncio.create_task(self._read(self._process))
        await self._ask("configure", folder=self._folder, arguments=self._arguments)

    async def _ask(self, what: str, **values: object) -> Any:  # as above
        process = self._process
        if process is None or process.stdin is None:
            raise EndedError(ENDED)
        number = next(self._numbers)
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            process.stdin.write(line_of({"id": number, "do": what, **values}))
            await process.stdin.drain()
            found = await answer
        except OSError as error:
            raise EndedError(str(error)) from error
        finally:
            self._waiting.pop(number, None)
        if "unusable" in found:
            raise UnusableError(str(found["unusable"]))
        if "failure" in found:
            raise FailedError(str(found["failure"]))
        return found["result"]

    async def _read(self, process: Process) -> None:
        """Handle the messages of the process until it ends, which it does at the latest with the event loop."""
        try:
            await self._hand_out(process)
        except asyncio.CancelledError:
            with suppress(ProcessLookupError):
                process.kill()
        else:
            if self._process is process:
                self.end()
        await process.wait()

    async def _hand_out(self, process: Process) -> None:
        assert process.stdout is not None  # noqa: S101  # a pipe was asked for
        with suppress(OSError, ValueError):  # a line that is too long, or none
            while line := await process.stdout.readline():
                message = message_of(line)
                if "event" in message:
                    self._on_event(message)
                elif (answer := self._waiting.get(message["id"])) is not None and not answer.done():
                    answer.set_result(message)

    def _give_up(self) -> None:
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_exception(EndedError(ENDED))


def _kill(starting: asyncio.Task[Process]) -> None:
    """End a process that was started when nobody wanted it any more."""
    if not starting.cancelled() and starting.exception() is None:
        with suppress(ProcessLookupError):
            starting.result().kill()
