"""A session of an editor as text: `lsp_session.py FOLDER FILE`, which shows what the language server sends.

Starts the installed `flask-startup lsp` in a folder, opens a file, and asks for its hints, for what is shown on its
first line, for what can be done there, and for that to be done. Edits are shown, not made.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import IO, Any

import click

import flake8_flask_startup

SERVER = Path(sys.executable).with_name("flask-startup")
PACKAGE = Path(flake8_flask_startup.__file__).parent
CAPABILITIES = {"workspace": {"workspaceEdit": {"documentChanges": True}}}
Message = Mapping[str, Any]


class Session:
    """Sends messages, and prints those that come, with the folder's name in the place of its URI."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._process = subprocess.Popen([SERVER, "lsp"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._numbers = count(1)

    def send(self, method: str, **params: object) -> None:
        """Send a notification."""
        self._write({"method": method, "params": params})

    def ask(self, method: str, **params: object) -> Any:
        """Send a request, answer what the server asks meanwhile, and return its answer."""
        number = next(self._numbers)
        self._write({"id": number, "method": method, "params": params})
        for message in self._messages():
            if message.get("id") == number and "method" not in message:
                self._show(f"answer to {method}", message.get("result"))
                return message.get("result")
        raise EOFError(method)

    def wait_for(self, method: str) -> None:
        """Read messages until one of a method has come."""
        next(each for each in self._messages() if each.get("method") == method)

    def _messages(self) -> Iterator[Message]:
        while message := self._read(self._out):
            if "method" in message:
                self._show(str(message["method"]), message["params"])
                if "id" in message:
                    self._write({"id": message["id"], "result": {"applied": True}})
            yield message

    @property
    def _out(self) -> IO[bytes]:
        if self._process.stdout is None:
            raise EOFError
        return self._process.stdout

    @staticmethod
    def _read(stream: IO[bytes]) -> Message | None:
        length = 0
        while (header := stream.readline().strip()) or not length:
            if not header:
                return None
            name, _, value = header.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        found: Message = json.loads(stream.read(length))
        return found

    def _write(self, message: Message) -> None:
        if self._process.stdin is None:
            raise EOFError
        data = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(data), data))
        self._process.stdin.flush()

    def _show(self, what: str, content: object) -> None:
        text = json.dumps(content, ensure_ascii=False).replace(self._folder.as_uri(), "file:///project")
        print(f"-- {what}\n{text.replace(PACKAGE.as_uri(), 'file:///flake8_flask_startup')}\n")


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("name")
def main(folder: Path, name: str) -> None:
    """Show a session."""
    folder = folder.absolute()
    uri, text = (folder / name).as_uri(), (folder / name).read_text(encoding="utf-8")
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": text.count("\n"), "character": 0}}
    first = {"line": 0, "character": 0}
    session = Session(folder)
    opened = [{"uri": folder.as_uri(), "name": folder.name}]
    session.ask("initialize", processId=None, rootUri=None, capabilities=CAPABILITIES, workspaceFolders=opened)
    session.send("initialized")
    document = {"uri": uri, "languageId": "python", "version": 1, "text": text}
    session.send("textDocument/didOpen", textDocument=document)
    session.wait_for("textDocument/publishDiagnostics")
    session.ask("textDocument/inlayHint", textDocument={"uri": uri}, range=whole)
    session.ask("textDocument/hover", textDocument={"uri": uri}, position=first)
    found = {"range": {"start": first, "end": first}, "message": "", "source": "flask-startup", "code": "FST101"}
    context = {"diagnostics": [found]}
    actions = session.ask("textDocument/codeAction", textDocument={"uri": uri}, range=whole, context=context)
    for action in actions[:2]:
        command = action["command"]
        session.ask("workspace/executeCommand", command=command["command"], arguments=command["arguments"])
    session.ask("shutdown")
    session.send("exit")


if __name__ == "__main__":
    main()
