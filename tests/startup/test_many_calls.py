"""Many functions that call each other, or that one call may mean, take work in proportion to what there is."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import FrameType

import pytest

from flake8_flask_startup.project.modules import Project
from flake8_flask_startup.startup.graph.trace import Trace
from flake8_flask_startup.startup.interpreter.open_calls import OpenCalls
from flake8_flask_startup.startup.interpreter.tracer import runs, trace
from flake8_flask_startup.startup.values.abstract_values import Objects
from flake8_flask_startup.startup.values.memo import MAX_TRIES, ExhaustedError, Memory

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
import growth_shapes_more

TOO_MANY = "this calls too many functions"


def traced(files: Iterable[tuple[str, str]], folder: Path) -> tuple[Trace, int]:
    """The trace of a project, and how many functions of Python it took."""
    folder.mkdir()
    for name, text in files:
        (folder / f"{name}.py").write_text(text)
    count = 0

    def entered(_: FrameType, event: str, __: object) -> None:
        nonlocal count
        count += event == "call"

    project = Project([folder])
    before = sys.getprofile()
    sys.setprofile(entered)
    try:
        return trace(project, ["m0"]), count
    finally:
        sys.setprofile(before)


@pytest.mark.parametrize(("size", "is_too_many"), [(40, False), (220, True)])
def test_calls_of_many_functions_have_a_bound_that_is_named(size: int, is_too_many: bool, tmp_path: Path) -> None:
    found, _ = traced(growth_shapes_more.keyed(size), tmp_path / "shop")
    assert any(TOO_MANY in each.reason for each in found.unresolved) is is_too_many


def test_circles_through_all_functions(tmp_path: Path) -> None:
    _, small = traced(growth_shapes_more.web(100), tmp_path / "small")
    _, large = traced(growth_shapes_more.web(200), tmp_path / "large")
    assert large < 3 * small  # linear is 2, quadratic 4


def test_a_question_that_takes_too_many_steps_is_not_asked_for_ever() -> None:
    memory, asked = Memory(), []

    def conclude() -> Objects:
        asked.append("again")
        raise ExhaustedError

    for _ in range(MAX_TRIES + 3):
        with pytest.raises(ExhaustedError):
            memory.remembered(("m", 0, "name"), conclude)
    assert len(asked) == MAX_TRIES


MADE_OF_ITSELF = (
    "a = a + '.b' if len(a) < 9 else a.replace('b', a)",
    "b = b.format(a, b) if a else b + 'c'\na = a.format(b, a, b) if b else a + '{}'",
)


@pytest.mark.parametrize("line", MADE_OF_ITSELF)
def test_strings_made_of_what_they_may_be_again_and_again(line: str, tmp_path: Path) -> None:
    text = "import importlib\na = 'a'\nb = 'b'\n" + f"{line}\n" * 12 + "importlib.import_module(a)\n"
    _, count = traced([("m0", text)], tmp_path / "shop")
    assert count < 5_000_000  # some 50 million where every string was put together with every other


def test_calls_that_nobody_knows_are_looked_for_once_and_only_for_a_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[Sequence[object]] = []
    missing = OpenCalls.missing
    monkeypatch.setattr(OpenCalls, "missing", lambda self, *asked: looked.append(asked) or missing(self, *asked))
    for name in ("one", "two"):
        (tmp_path / f"{name}.py").write_text("import lib\n\n\ndef run():\n    import pandas\n\n\nlib.make().run()\n")
    trace(Project([tmp_path]), ["one", "two"])
    assert len(looked) == 1
    assert not runs(Project([tmp_path]), ["one", "two"])
    assert len(looked) == 1
