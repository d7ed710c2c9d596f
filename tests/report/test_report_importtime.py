"""`flask startup report --format importtime`: what Python prints, and what reads that."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from flake8_flask_startup.report.as_importtime import HEADER, render
from flake8_flask_startup.report.importtime_log import read_log
from hand_made import boot, report

IMPORTS = (("app", "m1"), ("m1", "pandas"), ("app", "m2"), ("m2", "m3"), ("m3", "numpy"))
LINE = re.compile(r"import time: [ \d]{9} \| [ \d]{10} \| ( {2})*[\w.-]+")


def test_children_stand_before_parents_and_cumulative_figures_contain_them() -> None:
    assert render(report(boot(*IMPORTS), app=2.0)).splitlines() == [
        "import time: self [us] | cumulative | imported package",
        "import time:    300000 |     300000 |     pandas",
        "import time:         0 |     300000 |   m1",
        "import time:     10000 |      10000 |       numpy",
        "import time:         0 |      10000 |     m3",
        "import time:         0 |      10000 |   m2",
        "import time:      2000 |     312000 | app",
    ]


def test_the_form_is_the_one_that_python_prints() -> None:
    command = [sys.executable, "-X", "importtime", "-c", "import json.tool"]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stderr.splitlines()
    ours = render(report(boot(*IMPORTS))).splitlines()
    assert printed[0] == ours[0] == HEADER
    for line in (*printed[1:], *ours[1:]):
        assert LINE.fullmatch(line), line


def test_a_log_reads_back_as_it_was_written() -> None:
    found = report(boot(*IMPORTS), app=2.0)
    log = read_log(render(found), None)
    assert log.ms == pytest.approx({each.name: each.ms for each in found.costs.charges})


def value(node: dict[str, Any]) -> float:
    return float(node.get("value", 0.0)) + sum(value(child) for child in node.get("children", ()))


def test_tuna_reads_it_and_its_totals_agree(tmp_path: Path) -> None:
    profile = pytest.importorskip("tuna._import_profile", reason="tuna is in the extra test")
    found = report(boot(*IMPORTS), app=2.0)
    path = tmp_path / "startup.log"
    path.write_text(render(found), encoding="utf-8")
    root = profile.read_import_profile(path)
    (app,) = root["children"]
    assert app["text"] == ["app"]
    assert {child["text"][0] for child in app["children"]} == {"m1", "m2"}
    assert value(root) * 1000 == pytest.approx(found.costs.total.ms)
