"""A statement under several undecided tests knows what all of them mention, and whether it usually runs."""

from __future__ import annotations

import ast

import pytest

from flake8_flask_startup.syntax.binder import collect
from flake8_flask_startup.syntax.places import Condition
from flake8_flask_startup.syntax.static_conditions import Target


def condition_of_call(source: str) -> Condition:
    (call,) = [call for call in collect(ast.parse(source), Target((3, 11))).calls if call.path == "work"]
    assert call.place.condition is not None
    return call.place.condition


@pytest.mark.parametrize(
    "inner",
    [
        "if second:\n  work()",
        "if second: pass\n else:\n  work()",
        "try: pass\n except second:\n  work()",
        "with suppress(ImportError):\n  work()",
        "match value:\n  case 1: work()",
    ],
)
def test_the_outer_test_is_remembered(inner: str) -> None:
    condition = condition_of_call(f"if first:\n {inner}\n")
    assert "first" in condition.names
    assert condition.line > 1


UNSET = 'os.environ.get("X")'


@pytest.mark.parametrize(
    ("outer", "inner", "usual"),
    [
        (UNSET, f"not {UNSET}", False),
        (f"not {UNSET}", UNSET, False),
        (f"not {UNSET}", f"not {UNSET}", True),
        (f"not {UNSET}", "other", None),
        (UNSET, "other", False),
    ],
)
def test_usual_needs_both(outer: str, inner: str, usual: bool | None) -> None:
    assert condition_of_call(f"if {outer}:\n if {inner}:\n  work()\n").usual is usual
