"""Entry points: how they are written, and how a project gives them away."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flake8_flask_startup.config.entry_points import Entry, entry_of, find_entries


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("app", "app"),
        ("app:create_app", "app:create_app"),
        ("app:create_app()", "app:create_app"),
        ("app:create_app('dev')", "app:create_app"),
        ("wsgi.py", "wsgi"),
        ("./src/shop/app.py:app", "src.shop.app:app"),
        ("shop/__init__.py:make_app", "shop:make_app"),
        ("two words", None),
        ("9lives", None),
    ],
)
def test_the_ways_to_write_one(text: str, entry: str | None) -> None:
    assert entry_of(text) == entry


PROCFILE = "web: gunicorn -w 4 shop:app\nworker: rq worker\n"
FLASKENV = "export FLASK_APP='shop:create_app()'\n"
LOOKS = "where `flask run` looks"
ONLY = "the only factory in the project"
PROJECTS = {
    "flaskenv": ({".flaskenv": FLASKENV, "wsgi.py": ""}, "shop:create_app", "FLASK_APP in .flaskenv"),
    "env": ({".env": "# x\nFLASK_APP=shop.py\n"}, "shop", "FLASK_APP in .env"),
    "gunicorn": ({"gunicorn.conf.py": "wsgi_app = 'shop:app'\n"}, "shop:app", "wsgi_app in gunicorn.conf.py"),
    "Procfile": ({"Procfile": PROCFILE, "app.py": ""}, "shop:app", "a server command in Procfile"),
    "wsgi": ({"wsgi.py": "from shop import app\n", "app.py": ""}, "wsgi", f"wsgi.py, {LOOKS}"),
    "app": ({"app.py": "def create_app():\n    ...\n"}, "app:create_app", f"app.py, {LOOKS}"),
    "factory": ({"shop/__init__.py": "def make_app():\n    ...\n"}, "shop:make_app", ONLY),
    "factory in src": ({"src/shop/web.py": "def create_app(): ...\n"}, "shop.web:create_app", ONLY),
}


@pytest.mark.parametrize(("files", "target", "why"), PROJECTS.values(), ids=PROJECTS.keys())
def test_what_a_project_gives_away(files: dict[str, str], target: str, why: str, tmp_path: Path) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert find_entries(tmp_path) == (Entry(target, why),)


@pytest.mark.parametrize("files", [[], ["def create_app(): ...\n", "def make_app(): ...\n"]])
def test_nothing_certain_is_nothing(files: list[str], tmp_path: Path) -> None:
    for number, text in enumerate(files):
        (tmp_path / f"m{number}.py").write_text(text)
    assert find_entries(tmp_path) == ()


def test_what_cannot_be_read_gives_nothing_away(tmp_path: Path) -> None:
    (tmp_path / ".flaskenv").mkdir()
    assert find_entries(tmp_path) == ()
    assert find_entries(tmp_path / "gone") == ()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a system without named pipes")
def test_a_named_pipe_is_not_waited_for(tmp_path: Path) -> None:
    for name in (".flaskenv", "app.py", "Procfile"):
        os.mkfifo(tmp_path / name)
    assert find_entries(tmp_path) == ()
