"""`flask startup report --tree`: who loads whom, in order, with figures and places."""

from __future__ import annotations

from itertools import pairwise

import pytest

from flake8_flask_startup.model import CostSource
from flake8_flask_startup.report.as_tree import View, render
from flake8_flask_startup.report.modules import parents, tree
from flake8_flask_startup.startup.graph.cost_model import StartupCosts
from hand_made import boot, report

IMPORTS = (
    ("app", "m1"),
    ("m1", "pandas"),
    ("m1", "csv"),
    ("app", "m2"),
    ("m2", "m3"),
    ("m3", "numpy"),
    ("app", "rare"),
)


def lines(view: View, **kib: float) -> list[str]:
    return render(report(boot(*IMPORTS, conditional=frozenset({"csv"})), **kib), view).splitlines()


def test_every_module_stands_below_the_one_that_loads_it_in_the_order_of_the_boot() -> None:
    nodes = tree((found := report(boot(*IMPORTS), app=1.0)).trace, found.costs)
    assert [(node.depth, node.loaded.name) for node in nodes] == [
        (0, "app"), (1, "m1"), (2, "pandas"), (2, "csv"), (1, "m2"), (2, "m3"), (3, "numpy"), (1, "rare"),
    ]  # fmt: skip
    assert parents(nodes) == [-1, 0, 1, 1, 0, 4, 5, 0]
    assert [node.size for node in nodes] == [8, 3, 1, 1, 3, 2, 1, 1]
    assert nodes[0].total_ms == pytest.approx(found.costs.total.ms)
    assert nodes[4].total_ms == pytest.approx(10.0)  # NumPy beyond what pandas has loaded of it
    assert nodes[7].source is CostSource.UNKNOWN


def test_modules_that_only_load_each_other_are_shown_all_the_same() -> None:
    traced = boot(("app", "numpy"), ("m1", "m2"), ("m2", "m1"))
    nodes = tree(traced, report(traced).costs)
    assert [(node.depth, node.loaded.name) for node in nodes] == [(0, "app"), (1, "numpy"), (0, "m2"), (1, "m1")]


def test_a_line_has_the_figures_the_name_and_the_statement() -> None:
    assert lines(View(), app=2.0) == [
        "app (asked): startup costs 312 ms; 8 of 8 modules are shown",
        "",
        "   self ms  total ms  module, and the statement that loads it",
        "      ~2.0       312  app  entry point",
        "         -       300    m1  app.py:1",
        "       300       300      pandas  m1.py:1",
        "         -       0.0      csv?  m1.py:2",
        "         -        10    m2  app.py:2",
        "         -        10      m3  m2.py:1",
        "        10        10        numpy  m3.py:1",
        "         -       0.0    rare  app.py:3",
        "",
        "~ estimated from the source, - no figure, ? loaded under a condition",
    ]


def test_cheap_modules_are_left_out_and_unmeasured_packages_are_not() -> None:
    shown = lines(View(least_ms=50.0))
    assert [line.split()[2] for line in shown[3:-3]] == ["app", "m1", "pandas", "rare"]
    assert shown[-3] == "                  10    ... 3 more"


def test_depth_sums_up_what_is_below() -> None:
    shown = lines(View(depth=2))
    assert [line.split()[2] for line in shown if "py:" in line] == ["m1", "m2", "rare"]
    assert "                 300      ... 2 more" in shown


@pytest.mark.parametrize("width", [80, 120])
def test_lines_keep_to_the_width_where_names_allow(width: int) -> None:
    long = boot(("app", "m1"), ("m1", "pandas"), folder="a_folder_with_a_name/" * 8)
    shown = render(report(long), View(width=width)).splitlines()
    assert max(map(len, shown)) == width
    assert all(line.endswith(":1") for line in shown if "..." in line)


def test_files_of_an_environment_count_from_its_site_packages() -> None:
    shown = render(report(boot(("app", "numpy"), folder="env/lib/python3.11/site-packages/lib/")), View())
    assert "numpy  lib/app.py:1\n" in shown


def test_three_thousand_modules_in_a_row_are_no_problem() -> None:
    names = ["app", *(f"m{n}" for n in range(3000)), "pandas"]
    shown = render(report(boot(*pairwise(names))), View())
    assert "[3001] pandas  m2999.py:1\n" in shown
    assert max(map(len, shown.splitlines())) <= 100


def test_modules_of_several_entry_points_are_several_trees() -> None:
    traced = boot(("app", "numpy"))
    roots = (*traced.loaded, traced.loaded[0].__class__("m9", traced.loaded[0].origin, "m9.py", None, "m9", False))
    traced = type(traced)(("app", "m9"), "asked", roots, traced.edges, ())
    nodes = tree(traced, StartupCosts(traced, report(traced).costs.table, {}))
    assert [(node.depth, node.loaded.name) for node in nodes] == [(0, "app"), (1, "numpy"), (0, "m9")]
