"""`flask startup lock` and `check --locked` through their real doors."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pytest

from conftest import COSTS
from installed_programs import INSTALLED, MEASURED

Write = Callable[[Mapping[str, str]], Path]
Door = Callable[..., subprocess.CompletedProcess[str]]
BIN = Path(sys.executable).parent

FACTORY = """\
from flask import Flask


def create_app():
    from . import views
    return Flask(__name__)
"""
FILES = {
    "shop/__init__.py": FACTORY,
    "shop/views.py": "from . import stock\nimport unheard_of\n",
    "shop/stock/__init__.py": "from . import prices\n",
    "shop/stock/prices.py": "import json\n",
    ".flake8": f"[flake8]\nfst-costs = {COSTS}\nfst-app = shop:create_app\n",
}
CHAIN = "shop > shop.views > shop.stock > shop.stock.prices > pandas"


@pytest.fixture
def door(tmp_path: Path, write: Write) -> Door:
    write(FILES)
    return partial(MEASURED.run, "flask-startup", folder=tmp_path)


def test_a_folder_in_its_place_is_one_line(door: Door, tmp_path: Path) -> None:
    (tmp_path / "flask-startup.lock").mkdir()
    done = door("lock")
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert "flask-startup.lock" in done.stderr
    assert ".tmp" not in done.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_in_its_place_is_not_waited_for(door: Door, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "flask-startup.lock")
    done = door("lock", "--update")
    assert done.returncode == 2
    assert done.stderr == "flask-startup lock: not a regular file: 'flask-startup.lock'\n"


def test_it_holds_the_packages_by_name_with_their_ms(door: Door, tmp_path: Path, write: Write) -> None:
    write({"shop/stock/prices.py": "import pandas\n"})
    written = door("lock")
    assert written.returncode == 0
    lines = (tmp_path / "flask-startup.lock").read_text(encoding="utf-8").splitlines()
    assert lines[1] == "entry shop:create_app"
    assert lines[2].startswith("total ")
    names = [line.split()[0] for line in lines[3:]]
    assert names == sorted(names)
    assert {"flask", "numpy", "pandas", "unheard_of"} <= set(names)
    assert "unheard_of unmeasured" in lines
    assert "shop" not in names


def test_an_added_import_fails_with_its_statement_and_chain_twenty_times_alike(
    door: Door, write: Write, tmp_path: Path
) -> None:
    assert door("lock").returncode == 0
    assert door("check", "--locked").returncode == 0
    write({"shop/stock/prices.py": "import json\nimport pandas\n"})
    found = door("check", "--locked", "--select=FST902")
    assert found.returncode == 1
    assert found.stdout.startswith(
        "shop/stock/prices.py:2:1: FST902 package 'pandas' with 'numpy' costs 431 ms at startup"
    )
    assert CHAIN in found.stdout
    check = partial(INSTALLED.run, "flask-startup", "check", "--locked", "--select=FST902", folder=tmp_path)
    again = {check(PYTHONHASHSEED=str(seed)).stdout for seed in range(20)}
    assert again == {found.stdout}


def test_update_accepts(door: Door, write: Write, tmp_path: Path) -> None:
    door("lock")
    before = (tmp_path / "flask-startup.lock").read_bytes()
    write({"shop/stock/prices.py": "import pandas\n"})
    refused = door("lock")
    assert refused.returncode == 1
    assert f"shop/stock/prices.py:1: package 'pandas' with 'numpy' costs 431 ms at startup: {'flask-startup.lock'}" in (
        refused.stdout
    )
    assert (tmp_path / "flask-startup.lock").read_bytes() == before
    assert door("lock", "--update").returncode == 0
    assert door("check", "--locked", "--select=FST902").returncode == 0
    write({"shop/stock/prices.py": ""})
    assert door("check", "--locked", "--select=FST902").returncode == 0  # what is gone is no finding
    door("lock")
    assert (tmp_path / "flask-startup.lock").read_bytes() == before


def test_a_module_of_the_project_is_no_package(door: Door, write: Write) -> None:
    door("lock")
    write({"shop/stock/prices.py": "from . import more\n", "shop/stock/more.py": ""})
    assert door("check", "--locked").returncode == 0


def test_an_entry_point_that_is_not_there_is_to_be_named_where_it_was_found(door: Door, write: Write) -> None:
    hint = ": name where startup begins with --app"
    write({"Procfile": "web: gunicorn broken:app\n", "broken.py": "app = (\n", ".flake8": ""})
    assert hint in door("lock").stderr
    assert hint not in door("lock", "--app=absent:app").stderr


@pytest.mark.parametrize(
    ("files", "arguments", "reason"),
    [
        ({".flake8": ""}, (), "no entry point found: name it with --app"),
        ({}, ("--app=absent:create_app",), "no module 'absent' in "),
        ({}, ("--app=1+1",), "'1+1' is not an entry point"),
    ],
)
def test_no_startup_is_one_line_and_exit_2(
    files: Mapping[str, str], arguments: tuple[str, ...], reason: str, door: Door, write: Write, tmp_path: Path
) -> None:
    write({**files, **({"shop/__init__.py": ""} if files else {})})
    found = door("lock", *arguments)
    assert found.returncode == 2
    assert reason in found.stderr
    assert len(found.stderr.splitlines()) == 1
    assert not (tmp_path / "flask-startup.lock").exists()


def test_a_syntax_error_in_the_app_is_no_obstacle(door: Door, write: Write) -> None:
    door("lock")
    write({"shop/views.py": "import pandas\nbroken(\n"})
    found = door("check", "--locked")
    assert found.returncode == 1
    assert "./shop/views.py:2:" in found.stdout
    assert "E999 SyntaxError" in found.stdout
    assert "Traceback" not in found.stderr


@pytest.mark.parametrize(
    "text", ["pandas\n", "\x00\n", "pandas 1 s\n", "pandas 1.2.3 ms\n", "pandas , ms\n", f"pandas {'9' * 400} ms\n"]
)
def test_a_damaged_lock_is_said_to_be_none(text: str, door: Door, tmp_path: Path) -> None:
    (tmp_path / "flask-startup.lock").write_text(text, encoding="utf-8")
    for arguments in (("lock",), ("check", "--locked")):
        found = door(*arguments)
        assert found.returncode == 2
        assert "flask-startup.lock:1 is no line of a lock file" in found.stderr


def test_an_unwritable_folder_is_one_line(door: Door, tmp_path: Path) -> None:
    (tmp_path / "flask-startup.lock").symlink_to("absent/flask-startup.lock")
    found = door("lock")
    assert found.returncode == 2
    assert found.stderr.startswith("flask-startup lock: ")
    assert "is a link, and links are not followed" in found.stderr
    assert len(found.stderr.splitlines()) == 1


def test_a_budget(door: Door) -> None:
    assert door("check", "--budget=10").returncode == 1
    assert "FST901" in door("check", "--budget=10").stdout
    assert door("check", "--budget=100000").returncode == 0
