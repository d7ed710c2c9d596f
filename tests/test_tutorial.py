"""The tutorial, followed: its commands on the slow example print what the page shows."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from installed_programs import MEASURED

ROOT = Path(__file__).parents[1]
_BLOCK = re.compile(r"(?:^    .*\n|^\n(?=    ))+", re.MULTILINE)
PROMPT = "$ "


def shown(text: str) -> Iterator[tuple[str, list[str]]]:
    """The commands of a page with the lines that it shows below each."""
    for block in _BLOCK.findall(text):
        lines = [line.removeprefix("    ") for line in block.splitlines()]
        starts = [number for number, line in enumerate(lines) if line.startswith(PROMPT)]
        for start, end in pairwise([*starts, len(lines)]):
            yield lines[start].removeprefix(PROMPT).partition("  # ")[0], lines[start + 1 : end]


def pattern(lines: list[str]) -> str:
    """An expression for the lines, in which three dots stand for lines, or for the rest of one."""
    parts = []
    for line in lines:
        begin, dots, _ = line.partition("...")
        rest = "[^\\n]*\\n" if dots else r"\n"
        parts.append("(?:[^\\n]*\\n)*?" if line == "..." else f"{re.escape(begin)}{rest}")
    return "".join(parts)


def test_the_commands_print_what_the_page_shows(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples/slow_app", tmp_path / "shop")
    commands = list(shown((ROOT / "docs/tutorial.md").read_text(encoding="utf-8")))
    assert len(commands) > 5
    for command, lines in commands:
        program, *arguments = shlex.split(command)
        found = MEASURED.run(program, *arguments, folder=tmp_path / "shop")
        assert found.returncode in (0, 1), found
        assert re.search(pattern(lines), found.stdout + found.stderr), (command, found)
