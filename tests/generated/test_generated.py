"""Small projects out of idioms, run for real: what they load is predicted or explained, what is sure is loaded."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from drawn_projects import Idiom, Program, idioms, program
from generated_projects import judged  # lies with the benchmark of 3,000

MIXED = 30


def check(drawn: Program, folder: Path) -> None:
    verdict = judged(drawn, folder)
    assert verdict.loaded
    assert not verdict.error
    assert not verdict.unexplained
    assert not verdict.wrong
    assert not verdict.faults


@pytest.mark.parametrize("idiom", idioms(), ids=lambda idiom: idiom.title)
def test_one_idiom(idiom: Idiom, tmp_path: Path) -> None:
    check(program(idioms().index(idiom), [idiom]), tmp_path)


@pytest.mark.parametrize("seed", range(MIXED))
def test_idioms_together(seed: int, tmp_path: Path) -> None:
    check(program(seed), tmp_path)


def test_a_miss_and_what_is_wrongly_sure_are_seen(tmp_path: Path) -> None:
    files = {"main.py": "[__import__('mark_01') for _ in (1,)]\n", "mark_01.py": "", "other.py": "import mark_01\n"}
    verdict = judged(Program(files, "other", "import main", ()), tmp_path)
    assert verdict.unexplained == ["main"]
    assert verdict.wrong == ["other"]
