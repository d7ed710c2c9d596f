"""Budgets of single entry points, through the installed command."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from conftest import COSTS
from flake8_flask_startup.model.messages import milliseconds
from installed_programs import MEASURED

FILES = {
    "shop/__init__.py": "import flask\n\n\ndef create_app():\n    import pandas\n    return flask.Flask('x')\n",
    "shop/cli.py": "import json\n\n\ndef main():\n    print(json)\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "shop").mkdir()
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def check(project: Path, *budgets: str, extra: str = "") -> tuple[int, str]:
    table = f"[tool.flask-startup]\ncosts = ['{COSTS.as_posix()}']\nbudgets = {list(budgets)}\n{extra}"
    (project / "pyproject.toml").write_text(table, encoding="utf-8")
    done = MEASURED.run("flask-startup", "check", "--select=FST901", folder=project)
    return done.returncode, done.stdout + done.stderr


def test_each_entry_point_has_its_own(project: Path) -> None:
    status, text = check(project, "shop:create_app=100", "shop.cli:main=5000")
    assert status == 1
    assert "shop/__init__.py:4:1: FST901 predicted startup of shop:create_app takes " in text
    assert "over the budget of 100 ms: flask startup report --app shop:create_app says what can go" in text
    assert "shop.cli" not in text
    assert check(project, "shop:create_app=5000", "shop.cli:main=5000")[0] == 0


def test_a_budget_of_nothing_names_the_first_line_of_a_module(project: Path) -> None:
    (project / "shop" / "cli.py").write_text("import pandas\n", encoding="utf-8")
    assert "shop/cli.py:1:1: FST901 predicted startup of shop.cli takes " in check(project, "shop.cli=0")[1]


@pytest.mark.parametrize(
    ("budget", "reason"),
    [
        ("800", "is not an entry point and a limit such as shop:create_app=800"),
        ("=800", "is not an entry point"),
        ("shop:create_app=fast", "is not a number of milliseconds"),
        ("two words=800", "is not an entry point"),
        ("shop.gone=800", "no module 'shop.gone'"),
    ],
)
def test_what_is_no_budget_is_one_line(budget: str, reason: str, project: Path) -> None:
    status, text = check(project, budget, extra="app = ['shop:create_app']\n")
    assert status == 2
    assert reason in text
    assert len(text.splitlines()) == 1


def test_the_budget_of_a_found_entry_point_is_told_once_in_its_module(project: Path) -> None:
    (project / "shop" / "__init__.py").write_text("import pandas\n", encoding="utf-8")
    (project / "shop" / "wsgi.py").write_text("from .web import app\n", encoding="utf-8")
    (project / "shop" / "web.py").write_text("import flask\n\napp = flask.Flask('x')\n", encoding="utf-8")
    (project / "Procfile").write_text("web: gunicorn shop.wsgi:app\n", encoding="utf-8")
    text = check(project, extra="budget = 100\n")[1]
    assert text.count("FST901") == 1
    assert "shop/wsgi.py:1:1: FST901 predicted startup of shop.wsgi:app takes " in text


def test_a_package_that_is_run_as_a_program_has_its_budget_in_its_main(project: Path) -> None:
    (project / "shop" / "__init__.py").write_text("", encoding="utf-8")
    main = 'import numpy\nimport pandas\n\nif __name__ == "__main__":\n    print(numpy.e)\n'
    (project / "shop" / "__main__.py").write_text(main, encoding="utf-8")
    text = check(project, extra="app = ['shop:__main__']\nbudget = 100\n")[1]
    assert text.count("FST901") == 1
    assert "shop/__main__.py:1:1: FST901 predicted startup of shop:__main__ takes " in text
    kept = MEASURED.run("flask-startup", "check", "--select=FST10", "--fst-all", folder=project).stdout
    assert "shop/__main__.py:1:1: FST102 heavy import 'numpy'" in kept
    assert "needed at startup, line 5 uses" in kept


def test_all_figures_of_a_startup_are_one(project: Path) -> None:
    """What is estimated of the project's own code is in each of them."""
    (project / "shop" / "web.py").write_text("from . import create_app\n" + "x = [1]\n" * 2000, encoding="utf-8")
    text = check(project, "shop.web=1", extra="budget = 1\napp = ['shop.web']\n")[1]
    figures = set(re.findall(r"FST901 predicted startup of shop.web takes ([\d.,]+) ms", text))
    entries = MEASURED.run("flask-startup", "entries", "--format=json", folder=project)
    report = MEASURED.run("flask-startup", "report", "--format=json", folder=project)
    total, own = json.loads(report.stdout)["total_ms"], json.loads(entries.stdout)["processes"][0]["ms"]
    assert figures == {milliseconds(total)}
    assert own == total
