"""Small projects drawn out of idioms, run for real: what they load is predicted or explained, what is sure is loaded."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from generated_projects import judged  # lies with the benchmark of 3,000
from programs import idioms, program


@pytest.mark.parametrize("seed", range(100))
def test_one_idiom(seed: int, tmp_path: Path) -> None:
    known = idioms()
    verdict = judged(program(seed, [known[seed % len(known)]]), tmp_path)
    assert verdict.loaded
    assert not verdict.unexplained
    assert not verdict.wrong
