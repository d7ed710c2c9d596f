"""Many edits of one file, as an editor makes them: `lsp_edits.py FOLDER FILE [--app ENTRY] [--edits 500]`.

Starts the installed `flask-startup lsp` in a folder and sends one change after the other, drawn in advance: letters
typed and taken back, statements that come, go, move and break, imports. After each it notes the CPU time that the
server and its processes took until the first diagnostics came, and holds these, and those that came when all was
settled, against what `flask-startup check --stdin-display-name FILE -` reports of the same text. Linux only.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from lsprotocol import types
from pygls.lsp.client import LanguageClient

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from installed_programs import INSTALLED

SETTLED = "flaskStartup/settled"
IMPORTS = ("import pandas", "import json", "from numpy import array", "import flask_sqlalchemy as fsa", "import torch")
ALONE = 25  # edits that build on each other, before the file is what it was again
Finding = tuple[int, str, str]


@dataclass
class Figures:
    """What was seen: CPU (ms) until the first diagnostics and until all was settled, KiB in memory, what was wrong."""

    first_ms: list[float] = field(default_factory=list)
    settled_ms: list[float] = field(default_factory=list)
    kib: list[int] = field(default_factory=list)
    compared: int = 0
    first_right: int = 0
    right: int = 0
    findings: int = 0
    whole_ms: float = 0.0  # CPU of all edits, with what is done when all is settled
    wrong: list[str] = field(default_factory=list)


def texts(original: str, count: int, seed: int) -> Iterator[str]:
    """The texts that some edits make."""
    draw = random.Random(seed)
    text = original
    for number in range(count):
        if number % ALONE == 0:
            text = original
        text = edited(text, draw)
        yield text


def edited(text: str, draw: random.Random) -> str:
    """A text after one edit."""
    lines = text.split("\n")
    at = draw.randrange(len(lines))
    indent = re.match(r"\s*", lines[at])
    inside = indent[0] if indent else ""
    kind = draw.choice(
        ("letter", "letter", "letter", "back", "line", "blank", "drop", "import", "call", "note", "swap")
    )
    column = draw.randrange(len(lines[at]) + 1)
    if kind == "letter":
        lines[at] = lines[at][:column] + draw.choice("abcxyz_.(): #'é\N{GRINNING FACE}") + lines[at][column:]
    elif kind == "back":
        lines[at] = lines[at][: max(column - 1, 0)] + lines[at][column:]
    elif kind == "line":
        lines.insert(at, inside + "value = 1")
    elif kind == "blank":
        lines.insert(at, "")
    elif kind == "drop":
        del lines[at]
    elif kind == "import":
        lines.insert(at, inside + draw.choice(IMPORTS))
    elif kind == "call":
        lines.insert(
            at, inside + draw.choice(("print(array)", "pandas.DataFrame()", "fsa.SQLAlchemy()", "app.run(debug=True)"))
        )
    elif kind == "note":
        lines[at] += "  # note"
    elif len(lines) > 1:
        other = draw.randrange(len(lines))
        lines[at], lines[other] = lines[other], lines[at]
    return "\n".join(lines)


def cpu_ns(processes: Sequence[int]) -> int:
    """The CPU time that processes have taken so far, by the scheduler's account of each thread."""
    total = 0
    for process in processes:
        for thread in Path(f"/proc/{process}/task").glob("*/schedstat"):
            total += int(thread.read_text().split()[0])
    return total


def family(process: int) -> list[int]:
    """A process and those that it started."""
    found = [process]
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == process:
            found.append(int(path.parent.name))
    return found


def kib(processes: Sequence[int]) -> int:
    """What processes have in memory, KiB."""
    found = (re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{each}/status").read_text()) for each in processes)
    return sum(int(match[1]) for match in found if match)


def checked(folder: Path, name: str, text: str, options: Sequence[str]) -> list[Finding]:
    """What `check` says of a text."""
    arguments = ("check", "--format=json", "--stdin-display-name", name, *options, "-")
    done = INSTALLED.run("flask-startup", *arguments, folder=folder, stdin=text)
    found: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return [(max(each["line"], 1), each["code"], each["message"]) for each in found]


def shown(found: types.PublishDiagnosticsParams) -> list[Finding]:
    """Diagnostics in the same form."""
    return [(each.range.start.line + 1, str(each.code), each.message) for each in found.diagnostics]


async def measured(folder: Path, name: str, options: Sequence[str], edits: Sequence[str], every: int) -> Figures:
    """Make the edits in an editor; one in so many is compared with `check`."""
    client = LanguageClient("lsp_edits", "1")
    published: asyncio.Queue[types.PublishDiagnosticsParams] = asyncio.Queue()
    client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(lambda each: published.put_nowait(each))
    await client.start_io(str(Path(sys.executable).with_name("flask-startup")), "lsp", *options, cwd=folder)
    opened = types.WorkspaceFolder(folder.as_uri(), folder.name)
    await client.initialize_async(types.InitializeParams(types.ClientCapabilities(), workspace_folders=[opened]))
    client.initialized(types.InitializedParams())
    uri = (folder / name).as_uri()
    text = (folder / name).read_text(encoding="utf-8")
    client.text_document_did_open(types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "python", 0, text)))
    await published.get()
    await client.protocol.send_request_async(SETTLED, None)
    server = client._server
    processes = family(server.pid) if server is not None else []
    figures = Figures()
    began = cpu_ns(processes)
    for number, each in enumerate(edits, 1):
        while not published.empty():
            published.get_nowait()
        before = cpu_ns(processes)
        document = types.VersionedTextDocumentIdentifier(number, uri)
        change = types.TextDocumentContentChangeWholeDocument(each)
        client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))
        last = first = await published.get()
        figures.first_ms.append((cpu_ns(processes) - before) / 1e6)
        await client.protocol.send_request_async(SETTLED, None)
        figures.settled_ms.append((cpu_ns(processes) - before) / 1e6)
        while not published.empty():
            last = published.get_nowait()
        figures.kib.append(kib(processes))
        if number % every:
            continue
        figures.compared += 1
        expected = checked(folder, name, each, options)
        figures.findings += len(expected)
        figures.first_right += shown(first) == expected
        figures.right += shown(last) == expected
        if shown(last) != expected:
            figures.wrong.append(f"edit {number}: {set(shown(last)) ^ set(expected)}")
    figures.whole_ms = (cpu_ns(processes) - began) / 1e6
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()
    return figures


def share(values: Sequence[float], part: float) -> float:
    """The value that a part of some values do not exceed."""
    return sorted(values)[min(int(len(values) * part), len(values) - 1)]


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("name")
@click.option("--app", help="An entry point.  [what the project gives away]")
@click.option("--edits", default=500, show_default=True)
@click.option("--seed", default=1, show_default=True)
@click.option("--every", default=1, show_default=True, help="Compare one edit in so many with `check`.")
def main(folder: Path, name: str, app: str | None, edits: int, seed: int, every: int) -> None:
    """Make edits, and print what they took."""
    options = ["--fst-cache=off", *([f"--fst-app={app}"] if app else [])]
    folder = folder.absolute()
    text = (folder / name).read_text(encoding="utf-8")
    figures = asyncio.run(measured(folder, name, options, list(texts(text, edits, seed)), every))
    INSTALLED.end()
    tenth = max(edits // 10, 1)
    early, late = sum(figures.kib[tenth : 2 * tenth]) / tenth / 1024, sum(figures.kib[-tenth:]) / tenth / 1024
    first, settled = figures.first_ms, figures.settled_ms
    row = [
        f"{folder.name} {name}", text.count("\n"), edits, figures.compared, figures.findings,
        figures.right, figures.first_right,
        *(f"{share(values, part):.0f}" for values in (first, settled) for part in (0.5, 0.95)),
        f"{figures.whole_ms / edits:.0f}", f"{early:.0f}", f"{late:.0f}", f"{max(figures.kib) / 1024:.0f}",
    ]  # fmt: skip
    print("|", " | ".join(map(str, row)), "|")
    for line in figures.wrong[:10]:
        print(line, file=sys.stderr)
    sys.exit(bool(figures.wrong))


if __name__ == "__main__":
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    main()
