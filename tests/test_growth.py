"""Work grows with a project and no faster: lines that run are counted, over projects of two sizes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest

import flake8_flask_startup
from flake8_flask_startup.config.settings import Settings
from flake8_flask_startup.files import ttl
from flake8_flask_startup.files.parsing import parsed
from flake8_flask_startup.lint.engine import check
from flake8_flask_startup.lint.source import Source
from flake8_flask_startup.project.modules import Project
from flake8_flask_startup.report import report

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))
import growth_shapes

SIZE = 150
MOST = 2.7  # times as many lines for twice the size, where linear is 2 and quadratic 4
PACKAGE = str(Path(flake8_flask_startup.__file__).parent)
SHAPES = (
    "imports with users", "many names", "many names used", "cycle", "many calls", "many classes", "many methods",
    "grown list", "rebound", "helpers", "inheritance", "supers", "super methods", "global names", "optional imports",
    "choices", "star imports", "lambdas", "heavy end", "defined again",
    "signals", "matches", "grown texts", "star web", "classes again", "tested parameters",
    "decorator classes", "sent by each", "appended", "own calls",
    "unused imports", "one statement", "unused names", "long name", "many bases", "submodules", "methods of one name",
)  # fmt: skip


def lines(work: Callable[[], object]) -> int:
    """How many lines of the package a piece of work runs, one again for each turn of a loop or a generator on it."""
    count = 0

    def counted(_: FrameType, event: str, __: object) -> object:
        nonlocal count
        count += event == "line"
        return counted

    def entered(frame: FrameType, _: str, __: object) -> object:
        nonlocal count
        if not frame.f_code.co_filename.startswith(PACKAGE):
            return None
        count += 1  # a generator on one line is entered with each turn
        return counted

    before = sys.gettrace()
    sys.settrace(entered)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def linted(settings: Settings) -> None:
    for path in sorted(Path().rglob("*.py")):
        text = path.read_text()
        check(Source(str(path), parsed(text), text.splitlines(keepends=True)), settings)


@pytest.mark.parametrize("shape", SHAPES)
def test_twice_the_project_takes_twice_the_lines(shape: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ttl, "is_worker", lambda: True)  # so that no look at the disk is due again on a slow machine
    counts = []
    for size in (10, SIZE, 2 * SIZE):  # the first loads what is loaded once
        folder = tmp_path / str(size)
        folder.mkdir()
        growth_shapes.write(shape, size, folder)
        monkeypatch.chdir(folder)
        settings = Settings(app=("m0",), cache=None)
        counts.append(
            (
                lines(lambda: linted(Settings(cache=None))),
                lines(lambda: report(Project([folder]), ["m0"], "as asked", settings)),  # noqa: B023  # called at once
            )
        )
    (lint, told), (lint_twice, told_twice) = counts[1:]
    assert lint_twice < MOST * lint
    assert told_twice < MOST * told


def test_data_that_names_what_no_code_imports_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ttl, "is_worker", lambda: True)
    counts = []
    for size in (10, SIZE, 2 * SIZE):
        folder = tmp_path / str(size)
        folder.mkdir()
        (folder / "views.py").write_text("import pandas as pd\n\n\ndef frame():\n    return pd.DataFrame()\n")
        (folder / "rows.json").write_text('{"module": "views", "name": "pd"}\n' * size)
        for number in range(size):
            (folder / f"other_{number}.py").touch()
        monkeypatch.chdir(folder)
        counts.append(lines(lambda: linted(Settings(cache=None))))
    assert counts[2] < MOST * counts[1]
