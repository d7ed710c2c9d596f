"""Setups as public repositories have them: which processes are found in each; and the command that lists them."""

from __future__ import annotations

import json
import re
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from click.testing import CliRunner

from flake8_flask_startup.cli.entries import command
from flake8_flask_startup.config.entry_points import find_processes
from installed_programs import MEASURED
from pages import Case, cases

CASES = cases(Path(__file__).with_name("deployments.md"))
DOCS = Path(__file__).parents[2] / "docs" / "entries.md"


def written(case: Case, folder: Path) -> None:
    for name, text in case.files.items():
        if name not in ("modules.txt", "found.txt"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
    for name in case.files["modules.txt"].split():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_setup(case: Case, tmp_path: Path) -> None:
    written(case, tmp_path)
    found = [f"{each.process.value}: {each.target}" for each in find_processes(tmp_path)]
    assert found == case.files.get("found.txt", "").splitlines()


def test_the_page_has_the_same_table() -> None:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in DOCS.read_text(encoding="utf-8").splitlines()
        if line.startswith("| ") and line.count("|") == 4
    ]
    table = {row[0]: re.sub(r"([a-z]) `([^`]+)`", r"\1: \2", row[2]) for row in rows[2:]}
    expected = {case.title: ", ".join(case.files.get("found.txt", "nothing").splitlines()) for case in CASES}
    assert table == expected
    assert len(expected) >= 30


SHOP = {
    "shop/__init__.py": "def create_app():\n    import pandas\n    from flask import Flask\n    return Flask('shop')\n",
    "shop/tasks.py": "import numpy\napp = object()\n",
    "shop/cli.py": "import click, flask\nfrom . import create_app\n\n@click.command()\ndef main():\n    create_app()\n",
    "Dockerfile": "FROM python:3.12\nCMD gunicorn --preload 'shop:create_app()'\n",
    "Procfile": "worker: celery -A shop.tasks worker\n",
    "pyproject.toml": "[project]\nname = 'shop'\n[project.scripts]\nshop = 'shop.cli:main'\n",
}


def test_each_process_has_its_own_prediction(tmp_path: Path) -> None:
    for name, text in SHOP.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    done = MEASURED.run("flask-startup", "entries", "--format=json", folder=tmp_path)
    found = {each["entry"]: each for each in json.loads(done.stdout)["processes"]}
    web, worker, script = found["shop:create_app"], found["shop.tasks"], found["shop.cli:main"]
    assert (web["process"], worker["process"], script["process"]) == ("preloading server", "worker", "command")
    assert web["ms"] > worker["ms"] > 1 > web["loading_ms"]
    assert script["ms"] > script["loading_ms"] > 0
    text = MEASURED.run("flask-startup", "entries", folder=tmp_path).stdout
    assert "preloading server: paid once, before the fork" in text
    assert "command in " not in text.splitlines()[-1]


def test_the_files_that_start_the_same_stand_behind_each_other(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text("app = object()\n")
    (tmp_path / ".flaskenv").write_text("FLASK_APP=shop:app\n")
    for name in ("Procfile", "run.sh"):
        (tmp_path / name).write_text("web: gunicorn shop:app\n" if name == "Procfile" else "gunicorn shop:app\n")
    assert [each.why for each in find_processes(tmp_path)] == ["FLASK_APP in .flaskenv, a command in Procfile, run.sh"]


def test_a_variable_is_no_command(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text("app = object()\n")
    (tmp_path / "Dockerfile").write_text('FROM python:3.12\nENV FLASK_APP=shop:app\nCMD ["/run.sh"]\n')
    assert [each.why for each in find_processes(tmp_path)] == ["FLASK_APP in Dockerfile"]
    (tmp_path / "Dockerfile").write_text("FROM python:3.12\nCMD flask --app shop:app run\n")
    assert [each.why for each in find_processes(tmp_path)] == ["a command in Dockerfile"]


def test_an_entry_point_that_is_not_there_is_a_line_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text("app = object()\n")
    done = MEASURED.run("flask-startup", "entries", "--app", "shop:app,shop:gone", folder=tmp_path)
    assert done.returncode == 0
    assert "no 'gone' in shop.py" in done.stdout


def test_where_none_is_there_nothing_is_listed(tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text("app = object()\n")
    done = MEASURED.run("flask-startup", "entries", "--app", "shop:gone", folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "flask-startup entries: no 'gone' in shop.py\n"


def test_files_that_are_not_read_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "shop.py").write_text("app = object()\n")
    (tmp_path / "Procfile").write_text("web: gunicorn shop:app\n")
    for name in ("compose.yml", "compose.prod.yml"):
        (tmp_path / name).write_text("services: {web: {command: celery -A shop worker}}\n")
    monkeypatch.setitem(sys.modules, "yaml", None)
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(command, [])
    assert done.exit_code == 0
    assert "shop:app" in done.stdout
    assert done.stderr == "compose.prod.yml and 1 more: not read: pip install 'flake8-flask-startup[compose]'\n"


def test_nothing_that_starts(tmp_path: Path) -> None:
    (tmp_path / "other.py").touch()
    done = MEASURED.run("flask-startup", "entries", folder=tmp_path)
    assert done.returncode == 2
    assert done.stderr == (
        "flask-startup entries: nothing found that starts the app: name it with --app, such as --app shop:create_app\n"
    )


PLATFORMS = (
    "app.yaml", "render.yaml", "heroku.yml", "serverless.yml", "template.yaml", "k8s/web.yaml", "zappa_settings.yaml",
    "zappa_settings.json", "zappa_settings.toml", "vercel.json", "railway.json", "railway.toml", "fly.toml",
    "nixpacks.toml", "pyproject.toml", "setup.cfg", "Makefile",
)  # fmt: skip
BOMB = "a: &a [x, x]\n" + "".join(
    f"{new}: &{new} [*{old}, *{old}]\n" for old, new in pairwise("abcdefghijklmnopqrstuvw")
)
ODD = {
    "nothing": "",
    "a scalar": "1",
    "a list": '[1, [2], {"a": null}]',
    "values of other kinds": (
        '{"kind": 1, "runtime": "python3", "entrypoint": {"a": 1}, "env_variables": [1], "startCommand": {"a": 1},'
        ' "containers": [1, {"command": 3, "args": {"a": 1}, "env": [1, {"name": 1}]}], "Handler": 3, "run": [1],'
        ' "functions": {"a": 1, "b": {"handler": [1]}}, "custom": {"wsgi": 3}, "builds": [{"src": 3}, 4],'
        ' "processes": {"a": {"b": 1}}, "deploy": 3, "start": {"cmd": 7}, "dev": {"app_function": 1}}'
    ),
    "a value inside itself": "kind: &a\n  containers:\n    - *a\n  startCommand: *a\n  Handler: *a\n",
    "what grows": f"kind: x\ncontainers: 1\n{BOMB}",
    "deep": "[" * 2_000,
    "bytes": "\0\x1b[2J\udcff: {",
    "tables": "[run]\na = 1\n[processes]\nb = ['x']\n[project.scripts]\nc = ''\nd = '::'\n[deploy]\nstartCommand = 1\n",
    "recipes": "a b:c:d\n\t'\n\t$(\n\t$(A) $$(\n\t-@+\n\\\n=\n:=\n",
}


@pytest.mark.parametrize("name", PLATFORMS)
@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_odd_files_give_nothing_away_and_hide_nothing(text: str, name: str, tmp_path: Path) -> None:
    (tmp_path / "main.py").touch()
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text(text, encoding="utf-8", errors="surrogateescape")
    (tmp_path / "Procfile").write_text("web: gunicorn main:site\n", encoding="utf-8")
    assert "main:site" in {each.target for each in find_processes(tmp_path)}
