"""The slow example yields every planted cause, its repaired twin nothing."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from installed_programs import INSTALLED

ROOT = Path(__file__).parents[1]
PLANTED = {
    ("shop/__init__.py", "FST102"),
    ("shop/__init__.py", "FST201"),
    ("shop/__init__.py", "FST302"),
    ("shop/__init__.py", "FST304"),
    ("shop/__init__.py", "FST401"),
    ("shop/__init__.py", "FST402"),
    ("shop/__init__.py", "FST501"),
    ("shop/forecast.py", "FST101"),
    ("shop/images.py", "FST102"),
    ("shop/reports.py", "FST101"),
    ("run.py", "FST301"),
    ("gunicorn.conf.py", "FST601"),
}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return INSTALLED.run("-m", "flake8", "--select=FST", *arguments, folder=ROOT)


def test_every_planted_cause_is_named() -> None:
    lines = run("examples/slow_app").stdout.splitlines()
    found = {(line.partition(":")[0].removeprefix("examples/slow_app/"), line.split()[1]) for line in lines}
    assert found == PLANTED


def test_every_planted_comment_has_its_finding() -> None:
    reported = {(line.split(":")[0], int(line.split(":")[1])) for line in run("examples/slow_app").stdout.splitlines()}
    for path in sorted((ROOT / "examples" / "slow_app").rglob("*.py")):
        lines = path.read_text(encoding="utf-8").splitlines()
        planted = [number for number, line in enumerate(lines, 1) if "# Planted" in line]
        for number in planted:
            following = range(number, number + 9)
            assert any((str(path.relative_to(ROOT)), line) in reported for line in following), f"{path}:{number}"


def test_prices_and_ranks() -> None:
    imports = [line for line in run("examples/slow_app").stdout.splitlines() if "FST10" in line]
    assert all(re.search(r"costs [\d,.]+ ms at startup \(\d+(st|nd|rd|th) of \d+\): ", line) for line in imports)


def test_the_repaired_twin_is_silent() -> None:
    result = run("examples/fast_app")
    assert result.stdout == ""
    assert result.returncode == 0


def test_the_plugin_passes_its_own_lint() -> None:
    assert run("src").stdout == ""


def test_with_its_entry_point_the_slow_example_is_ranked_over_the_whole_startup() -> None:
    output = run("--fst-app=shop:app", "--fst-roots=examples/slow_app", "--fst-cache=off", "examples/slow_app").stdout
    assert "heavy import 'torch' costs" in output
    assert "reached from shop:app via shop.images" in output
