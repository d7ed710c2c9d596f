"""Types, style and architecture are tests like any other."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "flake8_flask_startup"
WINGS = {path.parent.relative_to(PACKAGE).parts: path.parent for path in PACKAGE.rglob("*/__init__.py")}
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


@pytest.mark.parametrize("wing", sorted(WINGS), ids="/".join)
def test_a_wing_names_those_that_it_asks(wing: tuple[str, ...]) -> None:
    """The sentence of a wing's docstring that begins with "Asks" names exactly the wings that its modules import."""
    folder = WINGS[wing]
    text = ast.get_docstring(ast.parse((folder / "__init__.py").read_text(encoding="utf-8"))) or ""
    asks = re.search(r"\bAsks\s((?:all below|nobody|`[\w.]+`|,|and|\s)+)", text)
    assert asks is not None, text
    imported = {".".join(each) for module in folder.glob("*.py") for each in _imported(module, wing)}
    if asks[1] != "all below":
        assert set(re.findall(r"`([\w.]+)`", asks[1])) == imported - {"", ".".join(wing)}


def _imported(module: Path, wing: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The wings that a module imports from; the package imports itself by relative imports alone."""
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            above = wing[: len(wing) - node.level + 1] + tuple((node.module or "").split(".")) * bool(node.module)
            for name in node.names:
                target = (*above, name.name)
                while target and target not in WINGS:
                    target = target[:-1]
                yield target
