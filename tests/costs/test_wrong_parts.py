"""Parts of rows that name the wrong package: found among the other rows, and counted as the row's own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from flake8_flask_startup.costs.rows import Row

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))
import costs_parts
from costs_parts import Wrong, repaired, wrong_parts


def row(name: str, **pieces: float) -> Row:
    return Row(name, name, "1", sum(pieces.values()), pieces)


OTHERS = [row(f"other{number}", packaging=5.0 + number, own=10.0) for number in range(3)]
WRONG = row("tensorflow", tensorflow=900.0, packaging=57.0)


@pytest.fixture(autouse=True)
def counted(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, float]]:
    loaded: dict[str, dict[str, float]] = {}
    monkeypatch.setattr(costs_parts, "modules_loaded", lambda: loaded)
    return loaded


def test_a_part_far_dearer_than_elsewhere_is_wrong() -> None:
    assert wrong_parts([*OTHERS, WRONG]) == [Wrong("tensorflow", "packaging", 57.0, 7.0)]


def test_what_is_over_counts_as_the_rows_own() -> None:
    (mended,) = (each for each in repaired([*OTHERS, WRONG]) if each.name == "tensorflow")
    assert (mended.pieces, mended.ms) == ({"tensorflow": 950.0, "packaging": 7.0}, 957.0)
    assert wrong_parts(repaired([*OTHERS, WRONG])) == []
    assert repaired(OTHERS) == OTHERS


def test_a_package_is_no_wrong_part_of_itself() -> None:
    assert wrong_parts([*OTHERS, row("packaging.version", packaging=57.0)]) == []


def test_few_other_rows_say_little() -> None:
    assert wrong_parts([*OTHERS[:2], WRONG]) == []


def test_neither_twice_nor_a_few_milliseconds_is_far() -> None:
    assert wrong_parts([*OTHERS, row("tensorflow", packaging=16.0)]) == []
    assert wrong_parts([*(row(each.name, packaging=40.0) for each in OTHERS), row("tensorflow", packaging=70.0)]) == []


def test_who_loads_more_of_a_package_may_pay_more(counted: dict[str, dict[str, float]]) -> None:
    counted |= {"tensorflow": {"packaging": 12.0}, "other1": {"packaging": 4.0}}
    assert wrong_parts([*OTHERS, WRONG]) == []
    counted["tensorflow"]["packaging"] = 4.0
    assert len(wrong_parts([*OTHERS, WRONG])) == 1


def test_the_standard_library_is_split_by_its_modules_and_left_alone() -> None:
    rows = [Row(f"o{number}", "o", "1", 1.0, {"stdlib/email": 1.0}) for number in range(4)]
    assert wrong_parts([*rows, Row("x", "x", "1", 90.0, {"stdlib/email": 90.0})]) == []


def test_the_bundled_table_has_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    from costs_estimator import TABLE

    from flake8_flask_startup.costs.table import load_table

    table = load_table(TABLE)
    assert wrong_parts([found for name in table.modules if (found := table.row(name)) is not None]) == []
