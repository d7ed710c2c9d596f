"""Inference: the same answers whatever is installed, nothing executed, nothing stale, nothing that gets out."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import flake8
import pytest
from astroid import nodes

import flake8_flask_startup
from flake8_flask_startup.config.flask_objects import APP_CLASSES, BLUEPRINTS, EXTENSIONS, OTHERS
from flake8_flask_startup.config.settings import Settings
from flake8_flask_startup.inference.astroid_session import built
from flake8_flask_startup.inference.stubs import stubs
from flake8_flask_startup.lint.engine import check
from flake8_flask_startup.lint.source import Source

Write = Callable[[Mapping[str, str]], Path]

PROJECT = {
    "shop/__init__.py": "",
    "shop/web.py": """\
from flask import Flask
import profile, statistics


class Shop(Flask):
    pass


site = Shop("x")
""",
    "shop/data.py": """\
from flask_sqlalchemy import SQLAlchemy
from flask import Blueprint

db = SQLAlchemy()
app = Blueprint('x', 'y')
""",
    "run.py": """\
from shop.web import Shop, site
from shop.data import app, db

other_app = Shop(__name__)
db.init_app(site)
app.run(debug=True)
site.run(debug=True)
""",
}
EXPECTED = ["4: FST201", "5: FST401", "7: FST203", "7: FST301"]
TRAP = "from pathlib import Path\nPath(__file__).with_name('EXECUTED').touch()\nraise RuntimeError\n"


def codes(name: str) -> list[str]:
    """The findings about a file of the working directory."""
    text = Path(name).read_text(encoding="utf-8")
    found = check(Source(name, ast.parse(text), text.splitlines(keepends=True)), Settings(cache=None))
    return [f"{each.span.line}: {each.code}" for each in found]


def environment(folder: Path, without: tuple[str, ...], files: Mapping[str, str]) -> Path:
    """A folder of packages like the one that the tests run with, without some, and with some of our own making."""
    folder.mkdir()
    for entry in Path(flake8.__file__).parents[1].iterdir():
        if not entry.name.lower().startswith(without):
            (folder / entry.name).symlink_to(entry)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


RUN = """\
import sys
sys.path[:0] = sys.argv.pop(1).split(':')
from flake8.main.cli import main
sys.exit(main(sys.argv[1:]))
"""


def lint(site: Path, cwd: Path) -> str:
    """What flake8 says of a folder, with the packages of a site folder and no others."""
    source = Path(flake8_flask_startup.__file__).parents[1]
    result = subprocess.run(
        [sys.executable, "-I", "-S", "-c", RUN, f"{site}:{source}:{cwd}", "--select=FST", "-j1", "."],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    assert not result.stderr
    return result.stdout


WORLDS = {
    "absent": {},
    "broken": {"flask/__init__.py": "def f(:\n", "flask_sqlalchemy/__init__.py": TRAP},
    "raising": {"flask/__init__.py": TRAP, "flask_sqlalchemy.py": TRAP},
    "another": {
        "flask/__init__.py": "class Blueprint: ...\nFlask = Blueprint\n",
        "flask_sqlalchemy.py": "SQLAlchemy = 1\n",
    },
}


@pytest.mark.parametrize("files", WORLDS.values(), ids=WORLDS.keys())
def test_what_is_installed_changes_nothing(files: Mapping[str, str], write: Write, tmp_path: Path) -> None:
    cwd = write({f"project/{name}": text for name, text in PROJECT.items()}) / "project"
    installed = lint(environment(tmp_path / "all", (), {}), cwd)
    assert [
        line.split(":", 1)[1].split(":")[0] + ":" + line.split(":")[3][:7] for line in installed.splitlines()[:4]
    ] == EXPECTED
    assert lint(environment(tmp_path / "some", ("flask",), files), cwd) == installed
    assert not list(tmp_path.rglob("EXECUTED"))


@pytest.mark.parametrize("name", ["profile", "statistics", "flask", "flask_sqlalchemy", "gunicorn", "shop"])
def test_nothing_of_the_project_is_executed(name: str, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write({**PROJECT, f"{name}/__init__.py": TRAP, "shop/more.py": f"import {name}\n"})
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend(str(folder))
    codes("run.py")
    assert not list(folder.rglob("EXECUTED"))


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("from flask import Flask\nfrom shop import views\n\napp = Flask(__name__)\napp.run(debug=True)\n", False),
        ("import pandas\nfrom shop.web import Shop\n\n\ndef view(app):\n    app.run(debug=True)\n", False),
        ("from shop.web import site\n\nsite.run(debug=True)\n", True),
    ],
)  # fmt: skip
def test_astroid_is_loaded_for_an_open_fact_alone(text: str, asks: bool, write: Write) -> None:
    folder = write({**PROJECT, "given.py": text})
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-P", "-m", "flake8", "--select=FST", "-j1", "given.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={name: value for name, value in os.environ.items() if not name.startswith("COV")},
    )
    assert "FST" in result.stdout
    assert bool(re.search(r"\| +astroid$", result.stderr, re.MULTILINE)) is asks


def test_a_neighbour_that_changes(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write(PROJECT))
    assert codes("run.py") == EXPECTED
    write(
        {
            "shop/data.py": PROJECT["shop/data.py"].replace(
                "Blueprint('x', 'y')", "object()\nfrom .web import site as app"
            )
        }
    )
    assert codes("run.py") == [*EXPECTED[:2], "6: FST203", "6: FST301", *EXPECTED[2:]]
    Path("shop/web.py").unlink()
    assert codes("run.py") == ["6: FST203", "6: FST301"]  # by the name alone
    write({"shop/web.py": PROJECT["shop/web.py"]})
    assert codes("run.py") == [*EXPECTED[:2], "6: FST203", "6: FST301", *EXPECTED[2:]]


def test_what_is_forgotten_is_read_again(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flake8_flask_startup.inference.astroid_session.MAX_MODULES", 0)
    monkeypatch.chdir(write(PROJECT))
    assert codes("run.py") == EXPECTED
    assert codes("run.py") == EXPECTED


def test_a_package_that_imports_from_itself_is_read_once(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counted(text: str, name: str, path: Path) -> nodes.Module:
        read.append(name)
        return built(text, name, path)

    monkeypatch.setattr("flake8_flask_startup.inference.astroid_session.built", counted)
    monkeypatch.chdir(write({"shop/__init__.py": "from shop import app\n", "shop/app.py": "", "given.py": GIVEN}))
    assert codes("given.py") == []  # what it is called does not make a module an app
    assert read.count("shop") == 1


GIVEN = "from shop import app\n\napp.run(debug=True)\n"


def test_a_kept_result_rests_on_the_neighbours(write: Write) -> None:
    folder = write(PROJECT)
    command = [str(Path(sys.executable).with_name("flask-startup")), "check", "run.py"]

    def found() -> str:
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False).stdout

    first = found()
    assert "run.py:4" in first
    assert found() == first
    write({"shop/web.py": PROJECT["shop/web.py"].replace("Shop(Flask)", "Shop()")})
    assert "run.py:4" not in found()


def test_the_editor_s_text_stands_before_the_file(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write({**PROJECT, "given.py": "from shop.web import Shop\n"}))
    text = "from shop.web import Shop\n\n\nclass Mine(Shop):\n    pass\n\n\napp = Mine()\n"
    found = check(Source("given.py", ast.parse(text), text.splitlines(keepends=True)), Settings(cache=None))
    assert [each.code for each in found] == ["FST201"]
    assert codes("given.py") == []


BROKEN = {
    "syntax": "class Site(:\n",
    "null bytes": "site = 1\0\n",
    "deep": "site = " + "(" * 150 + "1" + ")" * 150 + "\n",
    "a long sum": "site = " + " + ".join(["1"] * 3000) + "\n",
    "a circle of names": "site = other\nother = site\n",
    "a circle of classes": "class Site(Other): ...\nclass Other(Site): ...\nsite = Site()\n",
    "a circle of calls": "def make():\n    return make()\n\n\nsite = make()\n",
    "a circle of files": "from run import site\n",
    "a circle of stars": "from run import *\n",
    "a metaclass": """\
class Meta(type):
    def __call__(cls):
        return cls.x


class Site(metaclass=Meta): ...


site = Site()
""",
    "an order that is none": "class A: ...\nclass B(A): ...\nclass Site(A, B): ...\nsite = Site()\n",
    "an escape": 'site = "\\d"\n',
    "many branches": "".join(f"if x{n}:\n    site = {n}\n" for n in range(300)),
    "classes that share their bases": "class A0: ...\nclass B0: ...\n"
    + "".join(f"class A{n}(A{n - 1}, B{n - 1}): ...\nclass B{n}(A{n - 1}, B{n - 1}): ...\n" for n in range(1, 40))
    + "site = A39()\n",
    "a list that doubles": "x0 = [1]\n"
    + "".join(f"x{n} = x{n - 1} + x{n - 1}\n" for n in range(1, 40))
    + "site = x39[0]\n",
    "too long": "site = 1\n" + "# much ado\n" * 60_000,
    "no such name": "",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_nothing_gets_out(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("web.py").write_text(text, encoding="utf-8")
    Path("run.py").write_text(
        "from web import site\nfrom flask import Flask\n\nsite.run(debug=True)\n", encoding="utf-8"
    )
    assert codes("run.py") == []


def test_astroid_is_left_as_it_was_found(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    from astroid.manager import AstroidManager

    brain = AstroidManager.brain
    before = (dict(brain), set(brain["astroid_cache"]))
    monkeypatch.chdir(write(PROJECT))
    assert codes("run.py") == EXPECTED
    assert AstroidManager.brain is brain
    assert dict(brain) == before[0]
    assert set(brain["astroid_cache"]) - before[1] <= {"builtins"}


def test_every_stub_is_python_and_says_what_its_table_says() -> None:
    texts = stubs(APP_CLASSES)
    for module, text in texts.items():
        tree = ast.parse(text)
        defined = [node.name for node in tree.body if isinstance(node, ast.ClassDef)]
        assert len(defined) == len(set(defined)), module
    for table in (BLUEPRINTS, EXTENSIONS, OTHERS):
        for module, names in table.items():
            assert all(f"class {name}" in texts[module] for name in names)
    for dotted in APP_CLASSES:
        module, _, name = dotted.rpartition(".")
        assert f"class {name}" in texts[module]
