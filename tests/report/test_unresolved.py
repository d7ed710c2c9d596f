"""What a trace leaves unresolved is told once for each place and for each reason."""

from __future__ import annotations

from dataclasses import replace

from flake8_flask_startup.report.text import render
from flake8_flask_startup.report.unresolved import together
from flake8_flask_startup.startup.graph.trace import Statement, Unresolved
from hand_made import boot, report

ONE, TWO = Statement("a.py", 1), Statement("b.py", 2)
MISSING = "no file for shop.made"


def test_places_with_one_reason_and_reasons_of_one_place() -> None:
    entries = [
        Unresolved(ONE, MISSING),
        Unresolved(TWO, "nothing says what it loads for X"),
        Unresolved(TWO, MISSING),
        Unresolved(TWO, "nothing says what it loads for Y", ("b.X",)),
        Unresolved(ONE, MISSING, ("shop.made",)),
    ]
    assert together(entries) == [
        ((ONE, TWO), (MISSING,)),
        ((TWO,), ("nothing says what it loads for X", "nothing says what it loads for Y")),
    ]


def test_lines_of_the_report() -> None:
    found = report(boot(("app", "pandas")))
    own = Statement(next(each.path for each in found.trace.loaded if each.name == "app"), 3)
    entries = tuple(Unresolved(own, f"nothing says what it loads for {name}") for name in "XYZ")
    lines = render(replace(found, trace=replace(found.trace, unresolved=entries))).splitlines()
    at = lines.index("What startup may load beyond this")
    assert lines[at + 1] == f"  {own.path}:3: nothing says what it loads for X; and 2 more like it"
