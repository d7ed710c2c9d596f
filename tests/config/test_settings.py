"""Options: what is read, and the one line that a bad value ends in."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import pytest
from click.testing import CliRunner

from flake8_flask_startup.cli import startup
from flake8_flask_startup.config.flask_objects import APP_CLASSES
from flake8_flask_startup.config.option_values import SettingsError
from flake8_flask_startup.config.pyproject import command_defaults, option_defaults
from flake8_flask_startup.config.settings import OPTIONS, Settings, read


def test_nothing_given_is_the_defaults() -> None:
    assert read(Namespace()) == Settings()
    assert read(Namespace(**{f"fst_{each.name.replace('-', '_')}": each.default for each in OPTIONS})) == Settings()


@pytest.mark.parametrize("value", ["100", "12.5", 0, "0"])
def test_threshold(value: object) -> None:
    assert read(Namespace(fst_threshold=value)).threshold == float(str(value))


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("threshold", "much", "--fst-threshold: 'much' is not a number of milliseconds"),
        ("threshold", "-1", "--fst-threshold: '-1' is not"),
        ("threshold", "nan", "--fst-threshold: 'nan' is not"),
        ("threshold", "inf", "--fst-threshold: 'inf' is not"),
        ("scale", "0", "--fst-scale: '0' is not a positive number"),
        ("costs", ["no/such/table.toml"], "--fst-costs: no/such/table.toml is not a file"),
        ("factories", ["make app"], "--fst-factories: 'make app' is not a Python name"),
        ("app_classes", ["shop.web.App", "App"], "--fst-app-classes: 'App' is not a class such as package.module.App"),
        ("app_classes", ["shop.my app"], "--fst-app-classes: 'shop.my app' is not a Python name"),
        ("dev_packages", ["a-b"], "--fst-dev-packages: 'a-b' is not a Python name"),
        ("target_version", "2.7", "--fst-target-version: '2.7' is not a version such as 3.12"),
        ("target_version", "3", "--fst-target-version: '3' is not a version"),
    ],
)
def test_a_bad_value_is_one_line(option: str, value: object, words: str) -> None:
    with pytest.raises(SettingsError) as raised:
        read(Namespace(**{f"fst_{option}": value}))
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


def test_names_and_versions() -> None:
    settings = read(Namespace(fst_factories=["assemble", "shop.build"], fst_target_version="3.14"))
    assert settings.factories == ("assemble", "shop.build")
    assert settings.target_version == (3, 14)


def test_app_classes_are_added_to_the_known_ones() -> None:
    settings = read(Namespace(fst_app_classes=["shop.web.App"]))
    assert settings.app_types == {"shop.web.App"} | APP_CLASSES
    assert settings.own_words == ("App",)
    assert Settings().own_words == ()


@pytest.mark.parametrize(
    ("name", "expected"),
    [("pytest", True), ("pytest.fixtures", True), ("pytest_flask", False), ("werkzeug.middleware.profiler", True),
     ("werkzeug.middleware", False), ("", False)],
)  # fmt: skip
def test_development_packages(name: str, expected: bool) -> None:
    assert Settings().is_dev_package(name) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("app.py", True),
        ("./app.py", True),
        ("tests/app.py", False),
        ("shop/tests/app.py", False),
        ("test_app.py", False),
        ("shop/latest/app.py", True),
        ("migrations/versions/1a2b.py", False),
        ("shop/changes/2024-03-22-topics.py", False),
        ("shop/migrations/__init__.py", True),
        ("shop/migrations/versions/helpers.py", True),
        ("migrations/env.py", True),
        ("shop/v2.py", True),
        ("conftest.py", False),
    ],
)
def test_files_that_startup_loads(name: str, expected: bool) -> None:
    assert Settings().is_startup(name) is expected
    assert Settings().is_startup(str(Path.cwd() / name)) is expected


def test_a_folder_above_the_project_is_not_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tests" / "project").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "tests" / "project")
    assert Settings().is_startup(str(tmp_path / "tests" / "project" / "app.py"))


PYPROJECT = {
    "a table": ("[tool.flask-startup.chek]\n", "there is no [tool.flask-startup.chek], did you mean 'check'?"),
    "an option": ("[tool.flask-startup]\ntreshold = 5\n", "has no option 'treshold', did you mean 'threshold'?"),
    "an option of a command": (
        "[tool.flask-startup.check]\nselekt = 'FST1'\n",
        "[tool.flask-startup.check] has no option 'selekt', did you mean 'select'?",
    ),
    "no table": ("[tool.flask-startup]\ncheck = 1\n", "tool.flask-startup.check is no table"),
    "a list of tables": ("[[tool.flask-startup.check]]\n", "tool.flask-startup.check is no table"),
    "without tool": ("[flask-startup]\n", "there is no [flask-startup], did you mean [tool.flask-startup]?"),
    "capitals": ("[tool.Flask-Startup]\n", "there is no [tool.Flask-Startup], did you mean [tool.flask-startup]?"),
    "underscores": ("[tool.flask_startup]\n", "there is no [tool.flask_startup], did you mean [tool.flask-startup]?"),
    "letters": ("[tool.flask-startpu]\n", "there is no [tool.flask-startpu], did you mean [tool.flask-startup]?"),
}


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("format = 'yaml'", "format: 'yaml' is not one of"),
        ("app = ':'", "app: ':' is not an entry point"),
        ("app = 3", "app: has a value of the wrong type"),
        ("app = {x = 1}", "app: has a value of the wrong type"),
        ("root = [['x']]", "root: has a value of the wrong type"),
        ("tree = 'perhaps'", "tree: has a value of the wrong type"),
        ("tree = 1", "tree: has a value of the wrong type"),
        ("format = true", "format: has a value of the wrong type"),
        ("depth = 0", "depth: 0 is not in the range"),
        ("root = '/nosuch'", "roots: /nosuch is not a folder"),
    ],
)
def test_a_value_that_an_option_of_a_command_cannot_have_is_one_line(
    value: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").write_text(f"[tool.flask-startup.report]\n{value}\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(startup, ["report"])
    assert done.exit_code == 2
    assert done.output.startswith(f"startup report: pyproject.toml: [tool.flask-startup.report] {reason}")
    assert done.output.count("\n") == 1


def test_an_option_that_may_be_repeated_takes_one_text_or_a_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.py").touch()
    for value in ("'shop'", "['shop']"):
        (tmp_path / "pyproject.toml").write_text(f"[tool.flask-startup.report]\napp = {value}\n", encoding="utf-8")
        assert CliRunner().invoke(startup, ["report"]).output.startswith("shop (--app): startup costs")


def _all_defaults() -> None:
    option_defaults()
    command_defaults("check")


@pytest.mark.parametrize(("text", "words"), PYPROJECT.values(), ids=PYPROJECT.keys())
def test_a_misspelt_name_is_an_error(text: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SettingsError) as error:
        _all_defaults()
    assert str(error.value).startswith("pyproject.toml: ")
    assert words in str(error.value)


def test_other_tools_have_their_own_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.flask]\n[tool.poetry]\nstart = 1\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert option_defaults() == command_defaults("check") == {}
