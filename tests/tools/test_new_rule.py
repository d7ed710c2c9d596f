"""A new rule by one command: in a copy of the repository, what it makes passes the tests of every rule."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from installed_programs import unmeasured

ROOT = Path(__file__).parents[2]
PARTS = ("src", "tests", "tools", "data", "docs", "examples", "README.md", "CHANGELOG.md", "pyproject.toml")
NOT_COPIED = shutil.ignore_patterns("__pycache__", ".*cache", "*.egg-info", "fuzzing")


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    for name in PARTS:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=NOT_COPIED)
        else:
            shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def run(clone: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**unmeasured(), "PYTHONPATH": str(clone / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=clone, env=environment, capture_output=True, text=True, check=False
    )


def test_a_new_rule_is_whole_from_the_start(clone: Path) -> None:
    made = run(
        clone, "-m", "tools.new_rule", "FST998", "waits-in-tests", "A call that waits while a module is imported."
    )
    assert (made.returncode, made.stderr) == (0, "")
    assert "pytest tests/lint -k FST998" in made.stdout
    wanted = "codes_and_names or belongs_to_a_rule or exactly_the_rules or FST998"
    tested = run(clone, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/lint", "-k", wanted)
    assert tested.returncode == 0, tested.stdout
    assert (
        "| FST998 | waits-in-tests | a call that waits while a module is imported |"
        in (clone / "docs/codes.md").read_text()
    )
    explained = run(clone, "-m", "flake8_flask_startup", "explain", "FST998")
    assert explained.stdout.startswith("# FST998 waits-in-tests\n\nA call that waits while a module is imported.\n")
    module = clone / "src/flake8_flask_startup/lint/rules/fst998_waits_in_tests.py"
    text = module.read_text(encoding="utf-8")
    for words, longer in (
        ("what is wrong", "the browser of the machine that starts the app is opened"),
        ("what to do instead", "open it in a command, or where a request asks for it"),
    ):
        assert words in text
        text = text.replace(words, longer)
    module.write_text(text, encoding="utf-8")
    checked = run(clone, "-m", "ruff", "check", "--no-cache", "src", "tools")
    assert checked.returncode == 0, checked.stdout
    again = run(clone, "-m", "tools.new_rule", "FST998", "another-name")
    assert (again.returncode, "FST998 is taken by fst998_waits_in_tests.md" in again.stderr) == (
        2,
        True,
    )


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("FST4", "name"), "'FST4' is no code such as FST404"),
        (("FST998", "Some_Name"), "'Some_Name' is no name such as sleep-at-import"),
        (("FST101", "other"), "FST101 is taken by fst101_heavy_import.md"),
        (("FST998", "debug-run"), "'debug-run' is taken by fst301_debug_run.md"),
    ],
)
def test_what_cannot_be_a_rule(arguments: tuple[str, str], reason: str) -> None:
    refused = run(ROOT, "-m", "tools.new_rule", *arguments)
    assert refused.returncode == 2
    assert reason in refused.stderr


def test_somewhere_else(tmp_path: Path) -> None:
    refused = run(tmp_path, str(ROOT / "tools" / "new_rule.py"), "FST998", "name")
    assert refused.returncode == 2
    assert "run it in the root of a clone" in refused.stderr
