"""`flask startup explain` through its real door."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from flake8_flask_startup.check.deployment.rules import DEPLOYMENT_RULES
from flake8_flask_startup.lint.pages import all_pages
from flake8_flask_startup.lint.rules import RULES
from installed_programs import MEASURED

DOOR = Path(sys.executable).with_name("flask-startup")


def explain(*arguments: str) -> subprocess.CompletedProcess[str]:
    return MEASURED.run("flask-startup", "explain", *arguments, folder=Path.cwd())


def test_a_page_is_shown_without_the_marks_of_a_test() -> None:
    found = explain("fst301")
    assert found.returncode == 0
    assert found.stdout.startswith("# FST301 debug-run\n")
    assert "app.run(debug=True)  # <- FST301\n" in found.stdout
    assert 'title="' not in found.stdout


@pytest.mark.parametrize("code", [rule.code for rule in (*RULES, *DEPLOYMENT_RULES)] + ["FST902"])
def test_every_code_has_a_page_and_a_sentence(code: str) -> None:
    (page,) = [page for page in all_pages() if page.code == code]
    assert page.summary.endswith(".")
    assert "\n" not in page.summary
    assert "# FST" not in page.text.partition("\n")[2]


def test_all_lists_them_in_order() -> None:
    lines = explain("--all").stdout.splitlines()
    codes = [line.split()[0] for line in lines]
    assert codes == sorted(codes)
    assert len(codes) == len(RULES) + len(DEPLOYMENT_RULES) + 2  # the lock, and what is forbidden


@pytest.mark.parametrize("code", ["FST999", "*", "../rules", ""])
def test_another_code_is_one_line_and_exit_2(code: str) -> None:
    found = explain(code)
    assert found.returncode == 2
    assert found.stderr == f"flask-startup explain: there is no code {code!r}; --all lists them\n"


def test_a_closed_pipe_is_one_line() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    found = subprocess.run([DOOR, "explain", "FST101"], stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert found.stderr == "flask-startup explain: nobody reads the output any more\n"
    assert found.returncode == 141
