"""What the commands write for people to keep, in the project that they wrote it of: it changes nothing they say."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pytest

from conftest import COSTS
from flake8_flask_startup.files.own_files import is_own
from installed_programs import MEASURED

Write = Callable[[Mapping[str, str]], Path]
Door = Callable[..., subprocess.CompletedProcess[str]]
FILES = {
    "shop/__init__.py": """\
from importlib import import_module

from flask import Flask


def create_app():
    from . import views
    return Flask("shop")


def plugin(name):
    return import_module(name)
""",
    "shop/views.py": "import pandas\n\n\ndef frame():\n    return pandas.DataFrame()\n",
    ".flake8": f"[flake8]\nfst-costs = {COSTS}\nfst-app = shop:create_app\n",
}
SAVED = {
    "report.json": ("report", f"--costs={COSTS}", "--app=shop:create_app", "--format=json"),
    "report.html": ("report", f"--costs={COSTS}", "--app=shop:create_app", "--format=html"),
    "check.json": ("check", "--format=json", "--exit-zero"),
    "sarif.json": ("check", "--format=sarif", "--exit-zero"),
    "entries.json": ("entries", "--format=json"),
}


@pytest.fixture
def door(tmp_path: Path, write: Write) -> Door:
    write(FILES)
    return partial(MEASURED.run, "flask-startup", folder=tmp_path)


@pytest.mark.parametrize("name", SAVED)
def test_what_was_written_before_names_nothing(name: str, door: Door, tmp_path: Path) -> None:
    before = door("check").stdout
    assert "FST101 heavy import 'pandas'" in before
    saved = door(*SAVED[name])
    assert saved.returncode == 0
    (tmp_path / name).write_text(saved.stdout, encoding="utf-8")
    assert is_own((tmp_path / name).read_bytes())
    assert door("check").stdout == before


def test_a_text_of_the_project_that_names_the_same_counts(door: Door, write: Write) -> None:
    write({"plugins.json": json.dumps({"module": "shop.views", "attribute": "pandas"})})
    assert "'plugins.json' names 'shop.views.pandas' on line 1" in door("check").stdout


def test_a_difference_and_a_baseline_are_marked_too(door: Door, tmp_path: Path) -> None:
    door("baseline")
    assert is_own((tmp_path / "flask-startup-baseline.json").read_bytes())
    for name in ("old.json", "new.json"):
        door(*SAVED["report.json"], f"--output={name}")
    for form in ("json", "html"):
        assert door("diff", "old.json", "new.json", f"--format={form}", "--output=found").returncode == 0
        assert is_own((tmp_path / "found").read_bytes())


def test_a_difference_that_cannot_be_written(door: Door) -> None:
    door(*SAVED["report.json"], "--output=old.json")
    found = door("diff", "old.json", "old.json", "--output=no/where")
    assert (found.returncode, len(found.stderr.splitlines())) == (2, 1)
    assert "no/where: " in found.stderr
