"""Configuration files of a stranger's project: pipes, devices, formats and folders; all commands read them alike."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from stranger import Run, Stranger

CONFIGURATIONS = ("setup.cfg", "tox.ini", ".flake8")


@pytest.mark.parametrize("name", CONFIGURATIONS)
@pytest.mark.parametrize("kind", ["device", "pipe", "large"])
def test_what_is_no_file_of_a_sane_size_is_not_waited_for(name: str, kind: str, stranger: Stranger, run: Run) -> None:
    clone = stranger.cloned(links={name: "/dev/zero"} if kind == "device" else {})
    if kind == "pipe":
        os.mkfifo(clone / name)
    if kind == "large":
        (clone / name).write_bytes(b"#\n" * 1_000_000)
    for command in (("check",), ("report", "--app=app:create_app")):
        found = run("flask-startup", *command)
        reason = "larger than 1,000,000 bytes" if kind == "large" else "not a regular file"
        assert (found.returncode, found.stdout) == (2, "")
        assert found.stderr.strip() == f"flask-startup {command[0]}: {name}: {reason}"
    assert run("flask-startup", "check", "--isolated", "--exit-zero").returncode == 0


def fault(form: str) -> str:
    """What Python, in the words of its version, has against a format."""
    try:
        return form % {"row": 1}
    except ValueError as error:
        return str(error)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("%(nosuch)s", "cannot be filled in: 'nosuch'"),
        ("%(row)", f"cannot be filled in: {fault('%(row)')}"),
        ("%", f"cannot be filled in: {fault('%')}"),
        ("%(row)999999999s", "asks for more than 1000 characters"),
        ("%(text).999999999s", "asks for more than 1000 characters"),
    ],
)
def test_a_format_that_cannot_be_used(form: str, said: str, stranger: Stranger, run: Run) -> None:
    stranger.cloned({".flake8": f"[flake8]\nformat = {form}\n", "heavy.py": "import pandas\n"})
    found = run("flask-startup", "check")
    assert (found.returncode, found.stdout) == (2, "")
    assert found.stderr.strip() == f"flask-startup check: format: '{form}' {said}"


def test_a_format_steers_no_terminal(stranger: Stranger, run: Run) -> None:
    form = "\x1b[32m%(code)s\t%(path)s"
    stranger.cloned({".flake8": f"[flake8]\nformat = {form}\n", "heavy.py": "import pandas\n"})
    assert "\\x1b[32mFST103\t./heavy.py" in run("flask-startup", "check").stdout


@pytest.mark.parametrize("option", ["fst-threshold", "fst-app", "fst-target-version"])
def test_a_value_steers_no_terminal(option: str, stranger: Stranger, run: Run) -> None:
    stranger.cloned({".flake8": f"[flake8]\n{option} = \x1b[2Jmuch\n", "heavy.py": "import pandas\n"})
    for command in (("flake8", "--select=FST", "."), ("flask-startup", "check")):
        found = run(*command)
        assert "\x1b" not in found.stdout + found.stderr
        assert "\\x1b[2Jmuch" in found.stdout + found.stderr


def test_a_report_keeps_nothing(stranger: Stranger, run: Run) -> None:
    clone = stranger.cloned()
    assert run("flask-startup", "report", "--app=app:create_app").returncode == 0
    assert not (clone / ".flask_startup_cache").exists()


@pytest.mark.parametrize("line", ["threshold = 'much'", "scale = 1e300", "no-such = 1", "costs = ['no-such.toml']"])
def test_a_report_refuses_what_a_check_refuses(line: str, stranger: Stranger, run: Run) -> None:
    stranger.cloned({"pyproject.toml": f"[tool.flask-startup]\n{line}\n"})
    check, report = run("flask-startup", "check"), run("flask-startup", "report", "--app=app:create_app")
    assert (check.returncode, report.returncode) == (2, 2)
    assert check.stderr.replace(" check: ", " report: ") == report.stderr


def test_a_report_takes_the_figures_of_the_project(stranger: Stranger, run: Run) -> None:
    stranger.cloned({"pyproject.toml": "[tool.flask-startup]\nscale = 2\napp = ['app:create_app']\n"})
    doubled = run("flask-startup", "report", "--format=json").stdout
    single = run("flask-startup", "report", "--format=json", "--scale=1").stdout
    assert doubled != single


@pytest.mark.parametrize("folder", ["~/kept", "$HOME/kept", "kept/~"])
def test_a_folder_that_a_shell_would_take_for_another(folder: str, stranger: Stranger, run: Run) -> None:
    clone = stranger.cloned({".flake8": f"[flake8]\nfst-cache = {folder}\n"})
    found = run("flask-startup", "check", "--exit-zero")
    assert found.returncode == 0
    assert "nothing is kept" in found.stderr
    assert not Path(clone, folder).exists()
