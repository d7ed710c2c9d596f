"""What is kept is data: forged, damaged or stale, it changes no finding and ends no run."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from stranger import APP, Run, Stranger

CACHE = ".flask_startup_cache"
DEEP = b"[" * 200_000


def rewritten(change: Callable[[bytes, bytes], bytes]) -> Callable[[Path], None]:
    """Change each kept file, given its seal and its content."""

    def written(clone: Path) -> None:
        for path in (clone / CACHE).glob("*.json"):
            seal, _, content = path.read_bytes().partition(b"\n")
            path.write_bytes(change(seal, content))

    return written


def silenced(_: bytes, content: bytes) -> bytes:
    kept = json.loads(content)
    for result in kept.get("results", {}).values():
        result[3] = []
    if "boot" in kept:
        kept["boot"] |= {"files": [], "causes": [], "statements": []}
    return json.dumps(kept).encode()


def injected(_: bytes, content: bytes) -> bytes:
    kept = json.loads(content)
    for result in kept.get("results", {}).values():
        result[3] = [["FST101", 1, 0, "\x1b[2J\x07 all is well", None]]
    return json.dumps(kept).encode()


FORGED = {
    "deep": lambda *_: DEEP,
    "deep under the seal": lambda seal, _: seal + b"\n" + DEEP,
    "silenced": lambda seal, content: seal + b"\n" + silenced(seal, content),
    "without a seal": silenced,
    "injected": lambda seal, content: seal + b"\n" + injected(seal, content),
    "empty": lambda *_: b"",
    "no text": lambda *_: b"\xff\xfe\n\x00",
    "numbers": lambda seal, _: seal + b'\n{"schema": NaN, "key": 1e999999, "results": -Infinity}',
    "halves": lambda seal, _: seal + b'\n{"\\ud800": "\\udfff"}',
    "cut": lambda seal, content: seal + b"\n" + content[: len(content) // 2],
}


def test_forged_files(stranger: Stranger, door: Run) -> None:
    clone = stranger.cloned()
    expected = door().stdout
    for name, change in FORGED.items():
        door()
        rewritten(change)(clone)
        found = door()
        assert (found.stdout, found.stderr) == (expected, ""), name


def test_a_file_of_one_project_says_nothing_in_another(stranger: Stranger, door: Run) -> None:
    clone = stranger.cloned()
    door()
    names = {path.name for path in (clone / CACHE).iterdir()}
    stranger.clone = clone.rename(clone.with_name("other"))
    (stranger.clone / CACHE).rename(stranger.clone / "old")
    door()
    assert not [path for path in (stranger.clone / CACHE).glob("*.json") if path.name in names]


def keeping_times(path: Path, text: str) -> None:
    """Write other content of the same size, and set the time back."""
    before = path.stat()
    path.write_text(text.ljust(before.st_size - 1, "#") + "\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    after = path.stat()
    assert (after.st_size, after.st_mtime_ns) == (before.st_size, before.st_mtime_ns)


FIXED = 1_000_000_000_000_000_000


@pytest.mark.parametrize("program", [("flake8", "--select=FST", "-j1"), ("flask-startup", "check")])
def test_other_content_of_the_same_size_and_time(program: tuple[str, ...], stranger: Stranger, run: Run) -> None:
    table = 'schema = 1\n[module.pandas]\nversion = "pandas 1"\nms = 431.0\nparts = "pandas 431.0"\n'
    clone = stranger.cloned(
        {
            "own.toml": table,
            "made.py": "class Site:\n    pass\n#" + "x" * 20 + "\n",
            "use.py": "from made import Site\n\nsite = Site()\nsite.run(debug=True)\n",
            "other.py": "import app\n\nX = app.TABLE\n",
            "boot.py": "import app\n\nimport late\n",
            "late.py": "import numpy\n",
            "none.py": "import json\n#",
        }
    )
    for path in clone.glob("*.*"):
        os.utime(path, ns=(FIXED, FIXED))
    asked = (*program, "--fst-costs=own.toml", "--fst-app=boot")
    first = run(*asked)
    assert "costs 431 ms" in first.stdout
    assert "FST301" not in first.stdout
    assert run(*asked).stdout == first.stdout

    keeping_times(clone / "own.toml", table.replace("431.0", "441.0").rstrip())
    assert "costs 441 ms" in run(*asked).stdout

    keeping_times(clone / "made.py", "from flask import Flask\nSite = Flask")
    assert "use.py:4:1: FST301" in run(*asked).stdout

    keeping_times(clone / "boot.py", "import late\nimport none")
    assert "app.py" not in run(*asked).stdout


@pytest.mark.parametrize("program", [("flake8", "--select=FST", "-j1"), ("flask-startup", "check")])
def test_a_neighbour_that_needs_a_name_at_the_same_size_and_time(
    program: tuple[str, ...], stranger: Stranger, run: Run
) -> None:
    test = "def test(mocker):\n    mocker.patch('app.pd')\n"
    clone = stranger.cloned({"test_app.py": test.replace("app.pd", "other_")})
    (clone / "app.py").write_text(APP)
    os.utime(clone / "test_app.py", ns=(FIXED, FIXED))
    assert "FST101" in run(*program).stdout
    keeping_times(clone / "test_app.py", test.rstrip())
    found = run(*program).stdout
    assert "FST102" in found
    assert "patches 'app.pd'" in found
