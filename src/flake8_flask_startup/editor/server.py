"""The server: what the editor tells of its documents in, diagnostics out. It does no work itself, so it never waits."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, cast
from urllib.parse import unquote

from lsprotocol import types
from pygls.exceptions import PyglsError
from pygls.lsp.server import LanguageServer
from pygls.workspace import TextDocument

from .. import __version__
from ..check.files import PYTHON_SUFFIXES
from .actions import EXPLAIN, FIX_ALL, REPAIR, actions_of, edit_of
from .folder import OpenFolder
from .options import SECTION, arguments_of
from .positions import lines_of
from .progress import TraceProgress
from .protocol import AnsweringProtocol, path_of
from .shown import hover, inlay_hints

NAME = "flask-startup"
GRACE_S = 5  # for what is being started when the editor goes
PYTHON = "python"
KINDS = (types.CodeActionKind.QuickFix, FIX_ALL)
SETTLED = f"{SECTION}/settled"  # a request of our own, for scripts: answered when what is open is checked


class EditorInput:
    """What the editor sends, as far as pygls reads it; at_end is called at its end, before pygls hears of that."""

    def __init__(self, stream: BinaryIO, at_end: Callable[[], None]) -> None:
        self._stream = stream
        self._at_end = at_end

    def readline(self) -> bytes:
        """Return a line."""
        return self._noticed(self._stream.readline())

    def read(self, size: int) -> bytes:
        """Return a number of bytes."""
        return self._noticed(self._stream.read(size))

    def _noticed(self, data: bytes) -> bytes:
        if not data:
            self._at_end()
        return data


class Server(LanguageServer):
    """A server for one editor. arguments are those of the command line, which go before the editor's settings.

    Documents are sent whole with each change: pygls applies changes to parts of a text by lines that end where
    `str.splitlines` has it, at a form feed too, and not where the protocol does.
    """

    def __init__(self, arguments: Sequence[str]) -> None:
        super().__init__(NAME, __version__, types.TextDocumentSyncKind.Full, protocol_cls=AnsweringProtocol)
        self._arguments = tuple(arguments)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._given: object = None  # initializationOptions, or what the editor has sent since
        self._folders: dict[str, OpenFolder] = {}
        self._shown: set[str] = set()
        self._progress: dict[OpenFolder, TraceProgress] = {}
        _register(self)
        _register_answers(self)

    def report_server_error(self, error: Exception, source: type[PyglsError]) -> None:  # type: ignore[override]  # narrower than pygls has it
        """Log what goes wrong: a message on top of the editor's window helps nobody who types."""
        self.log(f"{source.__name__}: {error}")

    def begin(self, given: object) -> None:
        """Take the editor's first settings."""
        self._loop = asyncio.get_running_loop()
        self._given = given

    def left(self) -> None:
        """Handle the end of the input, in the thread that reads it: the event loop ends next, and all its tasks."""
        if self._loop is not None and self._loop.is_running():
            with suppress(TimeoutError, CancelledError, RuntimeError):  # it has ended meanwhile
                asyncio.run_coroutine_threadsafe(self.started(), self._loop).result(GRACE_S)

    def log(self, line: str) -> None:
        """Write a line to the editor's log."""
        self.window_log_message(types.LogMessageParams(types.MessageType.Warning, line))

    def tell(self, line: str) -> None:
        """Show a line to the user, once."""
        if line not in self._shown:
            self._shown.add(line)
            self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, f"{NAME}: {line}"))

    def tracing(self, folder: OpenFolder, name: str) -> None:
        """Show that the boot of a folder is traced, where the editor can."""
        window = self.client_capabilities.window
        if window is not None and window.work_done_progress:
            if folder not in self._progress:
                self._progress[folder] = TraceProgress(self.work_done_progress, name, folder.cancel)
            self._progress[folder].begin()

    def traced(self, folder: OpenFolder) -> None:
        """Show that it is traced; prices may be others now."""
        if folder in self._progress:
            self._progress[folder].end()
        workspace = self.client_capabilities.workspace
        if workspace is not None and workspace.inlay_hint is not None and workspace.inlay_hint.refresh_support:
            self.workspace_inlay_hint_refresh(None)

    def cancelled(self, token: types.ProgressToken) -> None:
        """End the trace that a token stands for."""
        for each in list(self._progress.values()):
            each.cancelled(token)

    async def ask(self, what: str, uri: str, **values: object) -> tuple[TextDocument, Any] | None:
        """Return a document, and what its folder's process answers about it; None where nobody does."""
        document = self.document(uri)
        folder = self._folder_of(uri) if document is not None and _is_python(document) else None
        if document is None or folder is None:
            return None
        answer = await folder.ask(what, document, **values)
        return None if answer is None else (document, answer)

    async def repair(self, uri: str, line: int) -> None:
        """Have a repair carried out by the editor, or tell why not."""
        found = await self.ask("repair", uri, line=line)
        if found is None:
            return
        document, repair = found
        texts: dict[str, tuple[int | None, str, str]] = {}
        for name, text in repair["texts"].items():
            held, before = self._document_at(name, document), repair["before"][name]
            if held is not None and lines_of(held.source) != lines_of(before):
                self.show(f"not repaired: {name} is open, and differs from what is on disk: save it first")
                return
            other = held.uri if held is not None else Path(name).as_uri()
            texts[other] = (held.version if held is not None else None, before, text)
        if texts:
            workspace = self.client_capabilities.workspace
            edits = workspace.workspace_edit if workspace is not None else None
            edit = edit_of(texts, has_versions=edits is not None and bool(edits.document_changes))
            await self.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(edit, NAME))
        self.show(str(repair["message"]))

    def _document_at(self, path: str, first: TextDocument) -> TextDocument | None:
        """Return the open document of a file: URIs of one file may be spelled in several ways."""
        held = (first, *self.workspace.text_documents.values())
        return next((each for each in held if path_of(each.uri) == path), None)

    async def explain(self, uri: str, line: int) -> None:
        """Tell what a repair would come to, or why there is none."""
        found = await self.ask("repair", uri, line=line)
        if found is not None:
            self.show(str(found[1]["message"]))

    def show(self, line: str) -> None:
        """Show a line to the user."""
        self.window_show_message(types.ShowMessageParams(types.MessageType.Info, f"{NAME}: {line}"))

    def document(self, uri: str) -> TextDocument | None:
        """Return a document that is open."""
        held = self.workspace.text_documents  # by their URIs without escapes, which editors may spell in several ways
        found: TextDocument | None = held.get(unquote(uri))
        return found

    def publish(self, uri: str, diagnostics: Sequence[types.Diagnostic], version: int | None) -> None:
        """Show the diagnostics of a document."""
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, diagnostics, version))

    def check(self, uri: str) -> None:
        """Have a document checked, if it is one that a folder is asked about."""
        document = self.document(uri)
        if document is None or not _is_python(document):
            return
        folder = self._folder_of(uri)
        if folder is not None:
            folder.check(uri)

    def check_all(self) -> None:
        """Have every open document checked again: a file beside them has changed."""
        for folder in self._folders.values():
            folder.expire()
        for document in list(self.workspace.text_documents.values()):
            self.check(document.uri)

    def close(self, uri: str) -> None:
        """Forget a document that was closed, and clear its diagnostics."""
        for folder in self._folders.values():
            folder.forget(uri)
        self.publish(uri, [], None)

    async def settled(self) -> None:
        """Wait until there is nothing to check."""
        for folder in list(self._folders.values()):
            await folder.settled()

    async def started(self) -> None:
        """Wait until nothing is in the midst of being started."""
        for folder in list(self._folders.values()):
            await folder.started()

    def end(self) -> None:
        """End all that was started."""
        for folder in self._folders.values():
            folder.end()
        self._folders.clear()
        self._progress.clear()

    def reconfigure(self, given: object) -> None:
        """Start anew with other settings."""
        self.end()
        if given is not None:
            self._given = given
        self.check_all()

    def end_folders(self, uris: Sequence[str]) -> None:
        """End what was started for folders that are open no more, and check documents as they lie now."""
        for uri in uris:
            folder = self._folders.pop(str(path_of(uri)), None)
            if folder is not None:
                folder.end()
        self.check_all()

    async def arguments_for(self, folder: str) -> tuple[str, ...]:
        """Return the arguments for a folder, which the editor may have settings of its own for."""
        settings = dict(self._given) if isinstance(self._given, Mapping) else {}
        workspace = self.client_capabilities.workspace
        if workspace is not None and workspace.configuration:
            item = types.ConfigurationItem(Path(folder).as_uri(), SECTION)
            found = await self.workspace_configuration_async(types.ConfigurationParams([item]))
            of_folder = found[0] if found else None
            settings |= {name: each for name, each in _mapping(of_folder).items() if each is not None}
        read = arguments_of(settings or self._given)
        for line in read.refused:
            self.tell(line)
        return (*read.arguments, *self._arguments)

    def _folder_of(self, uri: str) -> OpenFolder | None:
        """Return the innermost open folder around a document.

        A file elsewhere is a library's that the editor has gone to, unless no folder is open at all.
        """
        path = path_of(uri)
        opened = [each for folder in self.workspace.folders.values() if (each := path_of(folder.uri))]
        if not opened and self.workspace.root_path:
            opened = [self.workspace.root_path]
        if path is None:
            around = opened[:1]
        elif opened:
            around = [each for each in opened if Path(path).is_relative_to(each)]
        else:
            around = [str(Path(path).parent)]
        name = max(around, key=len, default=None)
        if name is None or not Path(name).is_dir():
            return None
        if name not in self._folders:
            self._folders[name] = OpenFolder(self, name)
        return self._folders[name]


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _is_python(document: TextDocument) -> bool:
    """Return whether a document is Python: by the name that the editor has for its language, else by its own."""
    if document.language_id:
        return document.language_id == PYTHON
    return Path(document.path or "").suffix in PYTHON_SUFFIXES


def _register(server: Server) -> None:
    """Register the handlers of what happens in the editor."""

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        server.begin(params.initialization_options)

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        server.check(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        server.check(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(_: types.DidSaveTextDocumentParams) -> None:
        server.check_all()

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        server.close(params.text_document.uri)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def changed_on_disk(_: types.DidChangeWatchedFilesParams) -> None:
        server.check_all()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    def configured(params: types.DidChangeConfigurationParams) -> None:
        server.reconfigure(_mapping(params.settings).get(SECTION))

    @server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)
    def moved(params: types.DidChangeWorkspaceFoldersParams) -> None:
        server.end_folders([each.uri for each in params.event.removed])

    @server.feature(types.SHUTDOWN)
    def ended(_: None) -> None:
        server.end()


def _register_answers(server: Server) -> None:
    """Have the server answer what the editor asks."""

    @server.feature(types.WINDOW_WORK_DONE_PROGRESS_CANCEL)
    def cancelled(params: types.WorkDoneProgressCancelParams) -> None:
        server.cancelled(params.token)

    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    async def hints(params: types.InlayHintParams) -> list[types.InlayHint]:
        found = await server.ask("hints", params.text_document.uri)
        return [] if found is None else inlay_hints(*found, params.range)

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def note(params: types.HoverParams) -> types.Hover | None:
        found = await server.ask("note", params.text_document.uri, line=params.position.line + 1)
        return None if found is None else hover(*found)

    @server.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(KINDS))
    def actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        return actions_of(params)

    @server.command(REPAIR)
    async def repair(uri: str, line: int) -> None:
        await server.repair(uri, line)

    @server.command(EXPLAIN)
    async def explain(uri: str, line: int) -> None:
        await server.explain(uri, line)

    @server.feature(SETTLED)
    async def settled(_: None) -> None:
        await server.settled()


def serve(arguments: Sequence[str]) -> None:
    """Serve one editor, on standard input and output, until it ends. What else is printed goes to standard error."""
    server = Server(arguments)
    with os.fdopen(os.dup(1), "wb") as out:
        os.dup2(2, 1)
        server.start_io(cast("BinaryIO", EditorInput(sys.stdin.buffer, server.left)), out)
