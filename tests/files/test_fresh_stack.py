"""A file that is read by code deep in the stack says what it says to anybody."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from flake8_flask_startup.files.fresh_stack import on_fresh_stack
from flake8_flask_startup.files.parsing import parsed
from flake8_flask_startup.project.module_facts import ModuleFacts
from flake8_flask_startup.project.modules import Project

T = TypeVar("T")
LEFT = 90  # frames that are left to whoever asks
NESTED = f"x = {'[' * 90}app{']' * 90}\nimport hit\ndef f():\n    return {'(1 if app else ' * 80}2{')' * 80}\n"


def deep(work: Callable[[], T], left: int) -> T:
    """Do the work where so many frames are left."""

    def down(frames: int) -> T:
        return down(frames - 1) if frames else work()

    return down(sys.getrecursionlimit() - len(inspect.stack(0)) - left)


def test_a_file_is_read_from_deep_in_the_stack(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text(NESTED)
    found: list[ModuleFacts] = []

    def read() -> None:
        project = Project([tmp_path])
        file = project.find("m")
        assert file is not None
        found.append(project.facts(file))
        found[0].facts.read_all()

    deep(read, LEFT)
    assert found[0].problem == ""
    assert [each.dotted for each in found[0].facts.imports] == ["hit"]
    assert len(found[0].facts.scopes[1].returns) == 1


def test_a_text_is_parsed_from_deep_in_the_stack() -> None:
    assert len(deep(lambda: parsed(f"x = {'-' * 600}1\n"), LEFT).body) == 1


def test_what_nothing_can_parse_is_an_error() -> None:
    with pytest.raises(SyntaxError):
        parsed("x = " + "-" * 100_000 + "1\n")


def test_what_the_work_raises_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        on_fresh_stack(lambda: 1 // 0)
