"""Files are opened for reading in one module, text is parsed in one; everything else asks them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import flake8_flask_startup

PACKAGE = Path(flake8_flask_startup.__file__).parent
OPENERS = {
    "open", "os.open", "io.open", "os.fdopen", "codecs.open", "tokenize.open", "mmap.mmap", "shelve.open",
    "linecache.getline", "linecache.getlines", "fileinput.input", "runpy.run_path",
}  # fmt: skip
READING_METHODS = {"read_text", "read_bytes", "open", "read_string"}
PARSERS = {
    "ast.parse", "json.load", "json.loads", "tomli.load", "tomli.loads", "tomllib.load", "tomllib.loads", "compile",
    "pickle.load", "pickle.loads", "marshal.load", "marshal.loads", "yaml.load", "yaml.safe_load", "eval", "exec",
}  # fmt: skip
# Who may, by the end of the module's path, and why.
ALLOWED = {
    "source_file.py": "the reader",
    "parsing.py": "the parser",
    "notices.py": "the table of what was said, in memory",
    "atomic_write.py": "writes to streams",
    "files/directory.py": "writes, and reads what was written, in folders that it holds open",
    "files/standard_streams.py": "the null device, in place of streams that are closed",
    "files/user_secret.py": "writes and reads the user's secret",
    "cli/group.py": "the null device, in place of an output that nobody reads",
    "editor/server.py": "the stream to the editor, kept apart from what else is printed",
    "editor/worker.py": "the stream to the server, likewise",
    "measure/process.py": "writes what its children say into its own temporary folder",
    "measure/child.py": "a program of its own, run in the measured interpreter",
    "measure/app_child.py": "likewise",
    "measure/probe.py": "likewise",
    "bench/serve.py": "writes what a server says into the temporary folder of its start",
    "measure/processes.py": "what the system tells of processes, in /proc",
    "bench/command_child.py": "likewise",
    "verify/observe_child.py": "likewise",
}


def called(node: ast.Call) -> str:
    return ast.unparse(node.func)


def forbidden(tree: ast.Module, modules: set[str]) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = called(node)
        owner, _, method = name.rpartition(".")
        # `source_file.read_text(path)` is the reader's; `self.draft.open(...)` opens a scope
        is_method = method in READING_METHODS and owner and owner not in modules and not owner.endswith("draft")
        if name in OPENERS | PARSERS or is_method:
            yield node.lineno, name


def test_nothing_else_opens_or_parses_files() -> None:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if any(name == each or name.endswith(f"/{each}") for each in ALLOWED):
            continue
        found += [
            f"{name}:{line}: {what}" for line, what in forbidden(ast.parse(path.read_text("utf-8")), {"source_file"})
        ]
    assert found == []


def test_the_guard_sees_what_it_forbids() -> None:
    text = (
        "open(a)\np.read_text()\nPath(p).open()\nast.parse(t)\nwith tokenize.open(p) as f: pass\nself.draft.open(k)\n"
    )
    assert [line for line, _ in forbidden(ast.parse(text), set())] == [1, 2, 3, 4, 5]
