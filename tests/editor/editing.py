"""An editor for the tests: a real client of the installed language server, one step after the other."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Union
from urllib.parse import unquote, urlparse

from lsprotocol import types
from pygls.protocol import default_converter
from pytest_lsp import LanguageClient, client_capabilities
from pytest_lsp.client import DEFAULT_CLIENT_FEATURES, register_lsp_features

from events import SAFETY_NET_S
from installed_programs import INSTALLED

BIN = Path(sys.executable).parent
CODE = "visual-studio-code"


class Editor:
    """One editor with some folders open."""

    def __init__(self, client: LanguageClient, folder: Path) -> None:
        self.client = client
        self.folder = folder
        self.result: types.InitializeResult | None = None
        self._published: asyncio.Queue[types.PublishDiagnosticsParams] = asyncio.Queue()
        self._versions: dict[str, int] = {}
        self._shown: asyncio.Queue[str] = asyncio.Queue()
        self._logged: asyncio.Queue[str] = asyncio.Queue()
        self.edits: list[types.WorkspaceEdit] = []
        self.progress: asyncio.Queue[Any] = asyncio.Queue()
        own: dict[str, Callable[[Any], Any]] = {
            types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS: lambda each: self._published.put_nowait(each),
            types.WINDOW_SHOW_MESSAGE: lambda each: self._shown.put_nowait(each.message),
            types.WINDOW_LOG_MESSAGE: lambda each: self._logged.put_nowait(each.message),
            types.PROGRESS: lambda each: self.progress.put_nowait(each),
            types.WORKSPACE_APPLY_EDIT: lambda each: self._edited(each),
        }
        others = {name: each for name, each in DEFAULT_CLIENT_FEATURES.items() if name not in own}
        register_lsp_features(client, {**others, **own})

    def uri(self, name: str) -> str:
        """Return a file's URI."""
        return name if ":" in name else (self.folder / name).as_uri()

    def open(self, name: str, text: str | None = None, language: str = "python") -> None:
        """Open a file with what it holds, or with another text."""
        uri = self.uri(name)
        self._versions[uri] = 1
        held = (self.folder / name).read_text(encoding="utf-8") if text is None else text
        self.client.text_document_did_open(
            types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, language, 1, held))
        )

    def change(self, name: str, text: str) -> None:
        """Change what a file holds in the editor."""
        uri = self.uri(name)
        self._versions[uri] += 1
        document = types.VersionedTextDocumentIdentifier(self._versions[uri], uri)
        change = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    def save(self, name: str) -> None:
        """Tell that a file was saved."""
        self.client.text_document_did_save(
            types.DidSaveTextDocumentParams(types.TextDocumentIdentifier(self.uri(name)))
        )

    def close(self, name: str) -> None:
        """Close a file."""
        uri = self.uri(name)
        self._versions.pop(uri)
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri)))

    async def published(self) -> types.PublishDiagnosticsParams:
        """Wait for the next diagnostics, whatever they are about."""
        return await safe(self._published.get())

    async def diagnostics(self, name: str) -> Sequence[types.Diagnostic]:
        """Wait for the diagnostics of a file as it is in the editor now, when nothing is left to look at."""
        uri = self.uri(name)
        await safe(self.client.protocol.send_request_async("flaskStartup/settled", None))
        found: types.PublishDiagnosticsParams | None = None
        while found is None or not self._published.empty():
            each = await self.published()
            found = each if each.uri == uri and each.version == self._versions[uri] else found
        return found.diagnostics

    async def first_diagnostics(self, name: str) -> Sequence[types.Diagnostic]:
        """Wait for the first diagnostics of a file as it is in the editor now."""
        uri = self.uri(name)
        while True:
            found = await self.published()
            if found.uri == uri and found.version == self._versions[uri]:
                return found.diagnostics

    async def codes(self, name: str) -> list[str]:
        """Wait for the codes of the diagnostics of a file as it is in the editor now."""
        return [str(each.code) for each in await self.diagnostics(name)]

    async def hints(self, name: str) -> list[tuple[int, str]]:
        """Ask for the hints of a file: lines, and what stands behind them."""
        whole = types.Range(types.Position(0, 0), types.Position(10_000, 0))
        asked = types.InlayHintParams(types.TextDocumentIdentifier(self.uri(name)), whole)
        found = await safe(self.client.text_document_inlay_hint_async(asked))
        return [(each.position.line + 1, each.label) for each in found]

    async def hover(self, name: str, line: int) -> str:
        """Ask for what is shown about a line of a file; "" for nothing."""
        place = types.HoverParams(types.TextDocumentIdentifier(self.uri(name)), types.Position(line - 1, 3))
        found = await safe(self.client.text_document_hover_async(place))
        return "" if found is None else found.contents.value

    async def actions(
        self, name: str, found: Sequence[types.Diagnostic], only: Sequence[str] | None = None
    ) -> Mapping[str, types.CodeAction]:
        """Ask what can be done about some diagnostics, by titles."""
        place = found[0].range if found else types.Range(types.Position(0, 0), types.Position(0, 0))
        context = types.CodeActionContext(found, only)
        asked = types.CodeActionParams(types.TextDocumentIdentifier(self.uri(name)), place, context)
        return {each.title: each for each in await safe(self.client.text_document_code_action_async(asked))}

    async def do(self, action: types.CodeAction) -> str:
        """Choose an action; return what is shown to the user then."""
        assert action.command is not None
        asked = types.ExecuteCommandParams(action.command.command, action.command.arguments)
        await safe(self.client.workspace_execute_command_async(asked))
        return await self.shown()

    def _edited(self, params: types.ApplyWorkspaceEditParams) -> types.ApplyWorkspaceEditResult:
        """Carry out an edit in the files on disk, as an editor that saves them would."""
        self.edits.append(params.edit)
        edits = {each.text_document.uri: each.edits for each in params.edit.document_changes or ()}
        for uri, each in (edits or params.edit.changes or {}).items():
            path = Path(unquote(urlparse(uri).path))
            path.write_text(with_edits(path.read_text(encoding="utf-8"), each), encoding="utf-8")
        return types.ApplyWorkspaceEditResult(applied=True)

    async def shown(self) -> str:
        """Wait for a message that is shown to the user."""
        return await safe(self._shown.get())

    async def logged(self) -> str:
        """Wait for a line in the log."""
        return await safe(self._logged.get())


def with_edits(text: str, edits: Sequence[Any]) -> str:
    """Return a text after some edits."""
    lines = text.splitlines(keepends=True)

    def offset(place: types.Position) -> int:
        before = sum(map(len, lines[: place.line]))
        return before + min(place.character, len(lines[place.line].rstrip("\n")) if place.line < len(lines) else 0)

    for each in sorted(edits, key=lambda each: (each.range.start.line, each.range.start.character), reverse=True):
        text = text[: offset(each.range.start)] + each.new_text + text[offset(each.range.end) :]
    return text


def converter() -> Any:
    """Return what makes objects of messages; lsprotocol 2025.0.0 takes an action with a command for a command."""
    found = default_converter()

    def action(each: Any, _: type) -> types.Command | types.CodeAction:
        return found.structure(each, types.Command if isinstance(each["command"], str) else types.CodeAction)  # type: ignore[no-any-return]

    found.register_structure_hook(Union[types.Command, types.CodeAction], action)  # noqa: UP007  # as it is declared
    return found


async def safe(waiting: Awaitable[Any]) -> Any:
    """Wait, but not for ever."""
    return await asyncio.wait_for(waiting, SAFETY_NET_S)


@asynccontextmanager
async def editor(
    folder: Path,
    *arguments: str,
    settings: object = None,
    folders: Sequence[Path] | None = None,
    change: Callable[[types.ClientCapabilities], None] = lambda _: None,
) -> AsyncIterator[Editor]:
    """Start the installed server in a folder for an editor that has some folders open: that one, if none is said."""
    client = LanguageClient(converter_factory=converter)
    found = Editor(client, folder)
    await client.start_io(str(BIN / "flask-startup"), "lsp", *arguments, cwd=folder, env=dict(os.environ))
    capabilities = client_capabilities(CODE)
    change(capabilities)
    opened = [types.WorkspaceFolder(each.as_uri(), each.name) for each in ([folder] if folders is None else folders)]
    parameters = types.InitializeParams(
        capabilities,
        workspace_folders=opened,
        root_uri=opened[0].uri if opened else None,
        initialization_options=settings,
    )
    found.result = await safe(client.initialize_session(parameters))
    yield found
    await safe(client.shutdown_session())
    server = client._server
    assert server is not None
    assert client.error is not None or server.returncode == 0
    await client.stop()
    await safe(server.communicate())  # its pipes are closed before the event loop is


def edit(scenario: Callable[[], Awaitable[None]]) -> None:
    """Run what an editor does."""
    asyncio.run(scenario())  # type: ignore[arg-type]


def checked(folder: Path, name: str, text: str, *arguments: str) -> list[Mapping[str, Any]]:
    """Return what the installed `check` reports of a text under a name."""
    done = INSTALLED.run(
        "flask-startup",
        "check",
        "--format=json",
        "--stdin-display-name",
        name,
        *arguments,
        "-",
        folder=folder,
        stdin=text,
    )
    assert done.returncode in {0, 1}, done.stderr
    found: list[Mapping[str, Any]] = json.loads(done.stdout)["findings"]
    return found


def as_checked(diagnostics: Sequence[types.Diagnostic]) -> list[tuple[int, str, str]]:
    """Return diagnostics as lines, codes and messages."""
    return [(each.range.start.line + 1, str(each.code), each.message) for each in diagnostics]


def told(found: Sequence[Mapping[str, Any]]) -> list[tuple[int, str, str]]:
    """Return what `check` reports in the same form."""
    return [(max(each["line"], 1), each["code"], each["message"]) for each in found]
