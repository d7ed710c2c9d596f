"""`flask startup baseline`, `check --baseline`, `diff` and `forbid` through their real doors."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pytest

from conftest import COSTS
from installed_programs import MEASURED

Write = Callable[[Mapping[str, str]], Path]
Door = Callable[..., subprocess.CompletedProcess[str]]
NAME = "flask-startup-baseline.json"
FACTORY = """\
from flask import Flask


def create_app():
    from . import views
    return Flask("shop")
"""
FILES = {
    "shop/__init__.py": FACTORY,
    "shop/views.py": "import pandas\n\n\ndef frame():\n    return pandas.DataFrame()\n",
    ".flake8": f"[flake8]\nfst-costs = {COSTS}\nfst-app = shop:create_app\n",
}


@pytest.fixture
def door(tmp_path: Path, write: Write) -> Door:
    write(FILES)
    return partial(MEASURED.run, "flask-startup", folder=tmp_path)


def test_what_was_there_is_known_wherever_it_moves(door: Door, write: Write) -> None:
    assert door("check").returncode == 1
    written = door("baseline")
    assert (written.returncode, written.stderr) == (0, f"{NAME}: 1 finding\n")
    assert door("check", "--baseline").returncode == 0
    write({"shop/views.py": "\n\n\n" + FILES["shop/views.py"]})
    assert door("check", "--baseline", "--fst-scale=3").returncode == 0


def test_a_file_that_cannot_be_parsed_is_never_known(door: Door, write: Write) -> None:
    write({"shop/broken.py": "import pandas\n)\n"})
    written = door("baseline")
    assert written.returncode == 2
    assert written.stderr == f"./shop/broken.py: SyntaxError: unmatched ')'\n{NAME}: 1 finding\n"
    found = door("check", "--baseline")
    assert found.returncode == 1
    assert "E999" in found.stdout


def test_what_is_new_is_found(door: Door, write: Write) -> None:
    door("baseline")
    write({"shop/cards.py": FILES["shop/views.py"], "shop/views.py": "from . import cards\n" + FILES["shop/views.py"]})
    found = door("check", "--baseline")
    assert found.returncode == 1
    assert [line.partition(":")[0] for line in found.stdout.splitlines()] == ["./shop/cards.py"]
    assert door("check", "--baseline", "--exit-zero").returncode == 0


def test_more_of_a_kind_than_there_were(door: Door, write: Write) -> None:
    door("baseline")
    write({"shop/views.py": "import pandas as first\n" + FILES["shop/views.py"]})
    assert door("check", "--baseline").returncode == 1


def test_it_is_the_same_file_each_time_and_a_line_for_each(door: Door, tmp_path: Path) -> None:
    door("baseline", "--quiet")
    text = (tmp_path / NAME).read_text(encoding="utf-8")
    assert door("baseline", "--quiet").stderr == ""
    assert (tmp_path / NAME).read_text(encoding="utf-8") == text
    (finding,) = json.loads(text)["findings"]
    assert finding == {"path": "shop/views.py", "code": "FST101", "what": "heavy import 'pandas'", "count": 1}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (None, "there is no flask-startup-baseline.json yet: flask startup baseline writes it"),
        ("[" * 10_000, "is no baseline"),
        ("[]", "is no baseline"),
        ('{"schema": 9, "findings": []}', "is of another version: flask startup baseline writes it anew"),
        ('{"schema": 1, "findings": [{"path": 1}]}', "is no baseline"),
        ('{"schema": 1, "findings": [{"path": "", "code": "", "what": "", "count": Infinity}]}', "is no baseline"),
    ],
)
def test_a_file_that_is_none(text: str | None, reason: str, door: Door, tmp_path: Path) -> None:
    if text is not None:
        (tmp_path / NAME).write_text(text, encoding="utf-8")
    found = door("check", "--baseline")
    assert found.returncode == 2
    assert reason in found.stderr
    assert len(found.stderr.splitlines()) == 1


def test_a_pipe_in_its_place_is_not_waited_for(door: Door, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / NAME)
    found = door("baseline", "--quiet")
    assert (found.returncode, found.stderr.splitlines()[-1:]) == (
        2,
        [f"flask-startup baseline: {NAME}: not a regular file"],
    )


def test_nothing_found_is_said_unless_it_is_quiet(door: Door) -> None:
    assert door("check", "--ignore=FST").stderr == "nothing found in 2 files\n"
    assert door("check", "--ignore=FST", "--quiet").stderr == ""


def test_the_ranked_table_and_prices_of_codes(door: Door) -> None:
    table = door("check", "--format=startup", "--statistics")
    assert "Startup costs, dearest first" in table.stdout
    assert "1     FST101 [up to " in table.stdout


def test_what_must_not_load(door: Door, write: Write) -> None:
    found = door("check", "--fst-forbid=pandas,shop:create_app=numpy,shop:create_app=torch")
    lines = [line for line in found.stdout.splitlines() if "FST903" in line]
    assert [line.split(": ")[0].split(" FST903")[0] for line in lines] == ["shop/views.py:1:1"] * 2
    (priced,) = (line for line in found.stdout.splitlines() if "FST101" in line)
    cost = priced.partition(" costs ")[2].partition(" at startup")[0]
    assert f"forbidden package 'pandas' costs {cost} at startup" in lines[0] + lines[1]
    assert "startup from shop:create_app must not load it" in lines[0] + lines[1]
    assert "via shop > shop.views > pandas" in lines[0]
    write({"shop/views.py": "def frame():\n    import pandas\n    return pandas\n"})
    assert door("check", "--fst-forbid=pandas").returncode == 0


def test_a_module_of_the_project_that_must_not_load(door: Door, write: Write) -> None:
    write({"pyproject.toml": '[tool.flask-startup]\nforbid = ["shop.views"]\n'})
    assert "forbidden package 'shop.views'" in door("check").stdout


@pytest.mark.parametrize("value", ["pan-das", "shop:=pandas", "shop:create_app=pan-das"])
def test_no_name(value: str, door: Door) -> None:
    found = door("check", f"--fst-forbid={value}")
    assert found.returncode == 2
    assert "--forbid: " in found.stderr


def cells(row: str) -> list[str]:
    """The texts of the cells of a row."""
    return [each.strip() for each in re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", row)]


def test_what_a_branch_adds(door: Door, write: Write, tmp_path: Path) -> None:
    door("report", "--format=json", "--output=old.json", f"--costs={COSTS}", "--app=shop:create_app")
    assert door("diff", "old.json", "old.json").stdout.startswith("Startup is the same: ")
    write({"shop/views.py": "import torch\nfrom . import cards\nimport pandas\n\nprint(pandas)\n", "shop/cards.py": ""})
    door("report", "--format=json", "--output=new.json", f"--costs={COSTS}", "--app=shop:create_app")
    found = door("diff", "old.json", "new.json")
    assert found.returncode == 1
    assert " ms more: " in found.stdout
    assert "  + torch " in found.stdout
    assert "Modules that startup loads now: shop.cards" in found.stdout
    assert "new     shop/views.py:1: FST103 " in found.stdout
    back = door("diff", "new.json", "old.json", "--format=markdown")
    assert back.returncode == 0
    assert "| - | <code>torch</code> |" in back.stdout
    content = json.loads(door("diff", "old.json", "new.json", "--format=json", "--exit-zero").stdout)
    assert list(content["added"]) == ["torch"]
    assert content["modules_added"] == ["shop.cards"]
    page = door("diff", "old.json", "new.json", "--format=html", "--exit-zero").stdout
    rows = {each[0]: each[1:] for each in map(cells, page.split("<tr>")) if each}
    assert rows["torch"][0] == "not loaded"
    assert rows["torch"][2] == f"+{rows['torch'][1]}"
    assert rows["pandas"][0] == rows["pandas"][1]
    assert "shop/views.py:1: FST103 " in page
    assert "<li>shop.cards</li>" in page
    (tmp_path / "no.json").write_text("{}", encoding="utf-8")
    content = json.loads((tmp_path / "old.json").read_text(encoding="utf-8"))
    for odd in (10**400, float("inf"), float("nan")):
        for forged in ({"total_ms": odd}, {"packages": [{"name": "pandas", "ms": odd}]}):
            (tmp_path / "odd.json").write_text(json.dumps({**content, **forged}), encoding="utf-8")
            assert door("diff", "old.json", "odd.json").returncode == 2
    none = door("diff", "old.json", "no.json")
    assert (none.returncode, len(none.stderr.splitlines())) == (2, 1)
    assert "no.json: no report: flask startup report --format json writes one" in none.stderr
