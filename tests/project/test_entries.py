"""Entry points: where startup cannot begin, one line says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from flake8_flask_startup.config.entry_target import EntryError
from flake8_flask_startup.config.settings import Settings
from flake8_flask_startup.project.entries import project_with

SHOP = "def create_app():\n    ...\n"
NAMED = ("shop:create_app", "shop:create_app.x", "shop:__main__", "lazy:app", "starred:app", "late:app", "made:x")
BAD = {
    "typo:app": "no module 'typo' in ",
    "shop.views:app": "no module 'shop.views' in ",
    "shop:creat_app": "no 'creat_app' in shop.py",
    "broken:app": "broken.py: ",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    files = {
        "shop.py": SHOP,
        "lazy.py": "def __getattr__(name): ...\n",
        "starred.py": "from shop import *\n",
        "late.py": "def go():\n    global app\n    app = 1\n",
        "made.py": "globals().update(x=1)\n",
        "broken.py": "def\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("entry", ["shop", *NAMED])
def test_startup_can_begin(entry: str, project: Path) -> None:
    assert project in project_with([entry], Settings()).roots


@pytest.mark.parametrize(("entry", "reason"), BAD.items())
def test_startup_cannot_begin(entry: str, reason: str, project: Path) -> None:
    with pytest.raises(EntryError) as error:
        project_with([entry], Settings())
    assert str(error.value).startswith(reason), project


@pytest.mark.parametrize(
    ("entry", "meant"),
    [
        ("shop.create_app", "shop:create_app"),
        ("web:app", "back-end.web:app"),
        ("web", "back-end.web"),
        ("views:app", ""),
    ],
)
def test_what_was_meant(entry: str, meant: str, project: Path) -> None:
    for name in ("back-end/web.py", "back-end/web/views.py", ".venv/web.py", "a.b/web.py"):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text("app = 1\n", encoding="utf-8")
    with pytest.raises(EntryError) as error:
        project_with([entry], Settings())
    assert str(error.value).partition(", did you mean ")[2] == (f"{meant}?" if meant else "")
