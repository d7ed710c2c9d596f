"""Types, style and architecture are tests like any other."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CHECKS = {
    "mypy strict": ("mypy",),
    "ruff": ("ruff", "check", "."),
    "ruff format": ("ruff", "format", "--check", "."),
    "import contracts": ("lint-imports", "--no-cache"),
}


@pytest.mark.parametrize("command", CHECKS.values(), ids=CHECKS.keys())
def test_check(command: tuple[str, ...]) -> None:
    tool, *arguments = command
    program = Path(sys.executable).with_name(tool)
    result = subprocess.run([str(program), *arguments], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_no_test_sleeps_or_looks_at_a_clock() -> None:
    """What a started program does is waited for through `events`; a clock, where one is needed, is a fake."""
    of_time = re.compile(r"\bsleep\(|\bsleep \d|\bperf_counter\b|(?<!\")\bmonotonic\b|getrusage|time\.time\(")
    files = [path for path in sorted((ROOT / "tests").rglob("*.py")) if path != Path(__file__)]
    found = [path.name for path in files if of_time.search(path.read_text(encoding="utf-8"))]
    assert len(files) > 50
    assert found == []
