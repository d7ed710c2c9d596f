"""CONTRIBUTING names what is there: every wing, and no file that is not."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "flake8_flask_startup"
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def test_every_wing_has_its_row() -> None:
    table = TEXT.partition("| wing |")[2].partition("\n\n")[0]
    named = set(re.findall(r"`([a-z_]+(?:/|\.py))`", table))
    wings = {f"{path.name}/" for path in PACKAGE.iterdir() if (path / "__init__.py").is_file()}
    files = {path.name for path in PACKAGE.glob("*.py") if not path.name.startswith("__")}
    assert wings | files <= named


def test_every_file_that_is_named_is_there() -> None:
    ways = re.findall(r"^ {4,}((?:[a-z_]+/)+)?([a-z_*]+\.py)", TEXT, re.MULTILINE)
    assert len(ways) > 15
    names = {path.name for path in PACKAGE.rglob("*.py")}
    for folder, name in ways:
        if "*" in name:
            assert [*PACKAGE.rglob(f"{folder}{name}")], name
        elif folder:
            assert [path for path in PACKAGE.rglob(name) if path.as_posix().endswith(f"{folder}{name}")], folder + name
        else:
            assert name in names
