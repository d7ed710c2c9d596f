"""Work grows with a project and no faster: calls of functions are counted, over projects of two sizes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest

from flake8_flask_startup.config.settings import Settings
from flake8_flask_startup.files.parsing import parsed
from flake8_flask_startup.lint.engine import Source, check
from flake8_flask_startup.project.modules import Project
from flake8_flask_startup.report import report

sys.path.insert(0, str(Path(__file__).parent.parent / "benchmarks"))
import growth_shapes

SIZE = 150
MOST = 2.8  # times as many calls for twice the size, where linear is 2 and quadratic 4
SHAPES = (
    "imports with users", "many names", "many names used", "cycle", "many calls", "many classes", "many methods",
    "grown list", "rebound", "helpers", "inheritance", "supers", "containers", "appended", "one line", "attributes",
    "global names", "optional imports", "choices", "star imports", "families", "fan", "many heavy", "elifs",
)  # fmt: skip


def calls(work: Callable[[], object]) -> int:
    """How many functions a piece of work calls, Python's and built-in ones."""
    count = 0

    def counted(_: FrameType, event: str, __: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counted)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def linted(settings: Settings) -> None:
    for path in sorted(Path().rglob("*.py")):
        text = path.read_text()
        check(Source(str(path), parsed(text), text.splitlines(keepends=True)), settings)


@pytest.mark.parametrize("shape", SHAPES)
def test_twice_the_project_takes_twice_the_calls(shape: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    counts = []
    for size in (10, SIZE, 2 * SIZE):  # the first loads what is loaded once
        folder = tmp_path / str(size)
        folder.mkdir()
        growth_shapes.write(shape, size, folder)
        monkeypatch.chdir(folder)
        settings = Settings(app=("m0",), cache=None)
        counts.append(
            (
                calls(lambda: linted(Settings(cache=None))),
                calls(lambda: report(Project([folder]), ["m0"], "as asked", settings)),  # noqa: B023  # called at once
            )
        )
    (lint, told), (lint_twice, told_twice) = counts[1:]
    assert lint_twice < MOST * lint
    assert told_twice < MOST * told
