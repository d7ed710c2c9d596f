"""An open folder as the server sees it: its documents that want to be checked, and the process that does it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from lsprotocol import types
from pygls.workspace import TextDocument

from .diagnostics import diagnostics_of
from .positions import whole
from .process import EndedError, FailedError, FolderProcess, UnusableError
from .protocol import path_of
from .wire import Message

UNTITLED = "untitled.py"
IDLE_S = 0.4  # without a change, before a boot is traced anew


class Editor(Protocol):
    """What a folder asks of the server."""

    def document(self, uri: str) -> TextDocument | None:
        """Return a document that is open."""

    async def arguments_for(self, folder: str) -> tuple[str, ...]:
        """Return the arguments for a folder."""

    def publish(self, uri: str, diagnostics: Sequence[types.Diagnostic], version: int | None) -> None:
        """Show the diagnostics of a document."""

    def log(self, line: str) -> None:
        """Write a line to the editor's log."""

    def tell(self, line: str) -> None:
        """Show a line to the user, once."""

    def tracing(self, folder: OpenFolder, name: str) -> None:
        """Show that the boot of a folder is traced."""

    def traced(self, folder: OpenFolder) -> None:
        """Show that it is traced."""


class OpenFolder:
    """Checks the documents of a folder, the last that was changed first, and each as it is when its turn comes.

    A document is checked at once, with the boot that is known; where that has a say, it is traced with the document's
    text when nothing has changed for a while, and the document checked again.
    """

    def __init__(self, editor: Editor, path: str) -> None:
        self._editor = editor
        self._path = path
        self._process: FolderProcess | None = None
        self._changed: dict[str, None] = {}  # documents to check, in the order of their changes
        self._unsettled: dict[str, None] = {}  # those to be checked again
        self._working: asyncio.Task[None] | None = None
        self._is_expired = False
        self._started = asyncio.Lock()

    def check(self, uri: str) -> None:
        """Queue a document to be checked, and start working on the queue if nothing does."""
        self._changed.pop(uri, None)
        self._changed[uri] = None
        self._unsettled.pop(uri, None)
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())

    async def started(self) -> None:
        """Wait until the process is not in the midst of being started."""
        if self._process is not None:
            await self._process.started()

    async def settled(self) -> None:
        """Wait until there is nothing to check."""
        while self._working is not None and not self._working.done():
            await asyncio.wait([self._working])

    async def ask(self, what: str, document: TextDocument, **values: object) -> Any:  # what JSON holds has no type
        """Return what the process answers about a document as it is now; None where it cannot."""
        try:
            return await self._ask(what, document.uri, whole(document.source), **values)
        except UnusableError as error:
            self._editor.tell(str(error))
        except (EndedError, FailedError) as error:
            self._editor.log(f"{self._name(document.uri)}: {what}: {error}")
        return None

    def cancel(self) -> None:
        """End what the process is doing; it is started again when something changes."""
        self._changed.clear()
        self._unsettled.clear()
        if self._process is not None:
            self._process.end()

    def expire(self) -> None:
        """Take what was looked up on the disk for old."""
        self._is_expired = True

    def forget(self, uri: str) -> None:
        """Check a document no more."""
        self._changed.pop(uri, None)
        self._unsettled.pop(uri, None)

    def end(self) -> None:
        """End the process, and what waits for it."""
        self.cancel()
        if self._working is not None:
            self._working.cancel()

    async def _work(self) -> None:
        while self._changed or self._unsettled:
            if self._changed:
                uri, _ = self._changed.popitem()
                await self._check_one(uri, settled=False)
                continue
            await asyncio.sleep(IDLE_S)  # whoever types on does not want to wait for a trace
            if not self._changed and self._unsettled:
                uri, _ = self._unsettled.popitem()
                await self._check_one(uri, settled=True)

    async def _check_one(self, uri: str, *, settled: bool) -> None:
        document = self._editor.document(uri)
        if document is None:
            return
        text, version = whole(document.source), document.version
        found: Mapping[str, Any] = {"found": [], "failure": "", "settled": True}
        try:
            found = await self._ask("check", uri, text, settled=settled)
        except UnusableError as error:
            self._editor.tell(str(error))
        except (EndedError, FailedError) as error:
            self._editor.log(f"{self._name(uri)}: not checked: {error}")
        if found["failure"]:
            self._editor.log(f"{self._name(uri)}: not checked: {found['failure']}")
        if uri in self._changed or self._editor.document(uri) is None:
            return  # it is checked again, or closed
        if not found["settled"]:
            self._unsettled[uri] = None
        self._editor.publish(uri, diagnostics_of(found["found"], text, document.position_codec), version)

    async def _ask(self, what: str, uri: str, text: str, **values: object) -> Any:  # what JSON holds has no type
        async with self._started:
            if self._process is None:
                arguments = await self._editor.arguments_for(self._path)
                self._process = FolderProcess(self._path, arguments, self._on_event)
        is_expired, self._is_expired = self._is_expired, False
        return await self._process.ask(what, name=self._name(uri), text=text, expired=is_expired, **values)

    def _name(self, uri: str) -> str:
        """Return what the commands would call a document, seen from the folder."""
        path = path_of(uri)
        if path is None:
            return UNTITLED
        return str(Path(path).relative_to(self._path)) if Path(path).is_relative_to(self._path) else path

    def _on_event(self, event: Message) -> None:
        if event["event"] == "notice":
            self._editor.log(str(event["text"]))
        elif event["event"] == "refused":
            self._editor.tell(str(event["text"]))
        elif event["event"] == "tracing":
            self._editor.tracing(self, Path(self._path).name)
        else:
            self._editor.traced(self)
