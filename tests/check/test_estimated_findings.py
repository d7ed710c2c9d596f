"""Findings about what no row covers, through both doors: estimated with an environment, named without one."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from installed_programs import INSTALLED

APP = """\
import flask
import obscure


def create_app():
    return flask.Flask(__name__)


def work():
    obscure.go()
"""
LIBRARY = "import re\n" + "".join(f"class A{number}:\n    X = re.compile('{number}')\n" for number in range(2000))


def flake8(*arguments: str) -> str:
    return INSTALLED.run("flake8", "--isolated", "--select=FST", *arguments, folder=Path.cwd()).stdout


def door(*arguments: str) -> subprocess.CompletedProcess[str]:
    return INSTALLED.run("flask-startup", *arguments, folder=Path.cwd())


FIGURE = re.compile(r"saves (\d+) ms|^ +(\d+) +\d+  obscure", re.MULTILINE)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    packages = tmp_path / ".venv" / "lib" / "python3.11" / "site-packages"
    (packages / "obscure").mkdir(parents=True)
    (packages / "obscure" / "__init__.py").write_text(LIBRARY, encoding="utf-8")
    (tmp_path / ".venv" / "pyvenv.cfg").write_text("home = /usr\n", encoding="utf-8")
    (tmp_path / "app.py").write_text(APP, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("project")
def test_estimates_are_reported_where_an_environment_is_named() -> None:
    found = flake8("--fst-env=.venv", "app.py")
    assert found.startswith("app.py:2:1: FST101 heavy import 'obscure' costs about ")
    assert ", estimated from source, at startup (1st of 1): import it in the functions that use it" in found
    assert door("check", "--fst-env=project").stdout.removeprefix("./") == found
    assert flake8("--fst-env=.venv", "--fst-estimated-threshold=100000", "app.py") == ""


@pytest.mark.usefixtures("project")
def test_a_package_without_a_figure_is_named_once_and_is_no_finding() -> None:
    done = door("check")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.count("no figure for obscure: --fst-env estimates") == 1
    assert "obscure" not in door("check", "--quiet").stderr


def test_what_is_installed_anew_is_estimated_anew(project: Path) -> None:
    assert "FST101" in door("check", "--fst-env=.venv").stdout
    path = project / ".venv" / "lib" / "python3.11" / "site-packages" / "obscure" / "__init__.py"
    path.write_text("", encoding="utf-8")
    (path.parent.parent / "obscure-2.dist-info").mkdir()
    assert door("check", "--fst-env=.venv").stdout == ""


def test_an_environment_that_is_not_there_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "app.py").write_text(APP, encoding="utf-8")
    for value, reason in (("nowhere", "nowhere is not a folder"), ("project", "the project has no environment in")):
        assert_refused(value, reason)


def test_a_folder_that_is_no_environment_is_one_line(project: Path) -> None:
    (project / "other").mkdir()
    assert_refused("other", "other is no environment: it has no site-packages, nor is it one")
    assert_refused(".", ". is no environment, did you mean .venv?")
    assert door("report", "--env=.venv/lib/python3.11/site-packages").returncode == 0


def assert_refused(value: str, reason: str) -> None:
    for command in ("check", "report", "fix", "lock"):
        done = door(command, f"--env={value}")
        assert done.returncode == 2
        assert f"--env: {reason}" in done.stderr
        assert len(done.stderr.splitlines()) == 1
    assert f"--fst-env: {reason}" in INSTALLED.run("flake8", f"--fst-env={value}", folder=Path.cwd()).stdout


def test_the_report_has_the_step_that_check_finds(project: Path) -> None:
    """No package costs the threshold by itself here: together they do."""
    body = "".join(f"class A{number}:\n    X = re.compile('{number}')\n" for number in range(300))
    for name, imports in (("obscure", "import second, third\n"), ("second", ""), ("third", "")):
        path = project / ".venv" / "lib" / "python3.11" / "site-packages" / name / "__init__.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"import re\n{imports}{body}", encoding="utf-8")
    found = door("check", "--env=.venv", "--app=app:create_app").stdout
    shown = door("report", "--env=.venv", "--app=app:create_app").stdout
    content = json.loads(door("report", "--fst-env=.venv", "--fst-app=app:create_app", "--format=json").stdout)
    saved, planned = (FIGURE.search(text) for text in (found, shown))
    assert saved is not None
    assert planned is not None
    assert saved[1] == planned[2]
    assert [each["code"] for each in content["findings"]] == ["FST101"]


@pytest.mark.usefixtures("project")
def test_the_report_says_what_to_measure_first() -> None:
    done = door("report", "--env", ".venv", "--app", "app:create_app")
    assert "Only estimated, to be measured first: obscure about " in done.stdout
    assert "flask startup measure obscure" in done.stdout
    assert "No figure for" not in done.stdout
