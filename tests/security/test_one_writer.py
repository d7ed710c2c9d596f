"""Files and folders of a project are made, replaced and removed in one module; everything else asks it."""

from __future__ import annotations

import ast
from pathlib import Path

import flake8_flask_startup

PACKAGE = Path(flake8_flask_startup.__file__).parent
METHODS = {
    "write_text", "write_bytes", "unlink", "rmdir", "rename", "touch", "symlink_to", "hardlink_to", "mkdir", "chmod",
    "makedirs", "mkstemp", "mkdtemp", "NamedTemporaryFile", "TemporaryDirectory", "rmtree", "copyfile", "copytree",
    "truncate", "link", "symlink", "remove",
}  # fmt: skip
ALLOWED = {
    "files/directory.py": "the writer",
    "files/notices.py": "the table of what was said, in memory",
    "files/user_secret.py": "the user's secret, in the user's own folder",
    "measure/process.py": "a temporary folder of its own",
    "measure/app_run.py": "likewise",
    "measure/bench/rounds.py": "likewise",
    "measure/bench/checkout.py": "the files of a revision, in a new folder inside a temporary one",
    "measure/verify/rounds.py": "a temporary folder of its own",
    "cli/bench.py": "likewise",
    "cli/fix_verify.py": "likewise",
    "cli/ready.py": "likewise",
    "cli/verify.py": "likewise",
}
OF_OTHERS_TOO = {"remove", "link", "symlink"}  # methods that lists and graphs have as well
OURS = {"folder"}  # a Directory, by the name that every caller gives it


def writes(tree: ast.Module) -> list[tuple[int, str]]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in METHODS:
            owner = ast.unparse(node.func.value)
            if owner in OURS or (node.func.attr in OF_OTHERS_TOO and owner not in {"os", "shutil"}):
                continue
            found.append((node.lineno, ast.unparse(node.func)))
    return found


def test_nothing_else_writes() -> None:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if name not in ALLOWED:
            found += [f"{name}:{line}: {what}" for line, what in writes(ast.parse(path.read_text("utf-8")))]
    assert found == []


def test_every_exception_is_needed() -> None:
    assert all(writes(ast.parse((PACKAGE / name).read_text("utf-8"))) for name in ALLOWED)


def test_the_guard_sees_what_it_forbids() -> None:
    text = "p.write_text(x)\nos.remove(p)\nitems.remove(p)\ntempfile.mkstemp()\nPath(p).unlink()\nfolder.remove(p)\n"
    assert [line for line, _ in writes(ast.parse(text))] == [1, 2, 4, 5]
