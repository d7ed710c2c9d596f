"""Draw the README's pictures from real runs on the slow example: `python -m tools.pictures` in the root of a clone.

docs/pictures/report.svg shows what flake8 prints, docs/pictures/startup.svg what the startup loads, each bar as long as
what the module costs with all that it loads. Both follow the reader's light or dark colours.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
REPORT = ("flake8", "--select=FST", "--format=startup", "examples/slow_app")
TREE = ("flask-startup", "report", "--app", "slow_app.shop", "--tree")
COLUMNS = 124
CHARACTER_PX, LINE_PX, MARGIN_PX = 7.8, 19, 16
BAR_PX = 420
_ROW = re.compile(r"^ +~?[\d.,]+ +(?P<ms>[\d.,]+) {2}(?P<inside> *)(?P<name>\S+) {2}(?P<where>.*)$")
_HEAD = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-label="{label}">
<style>
rect.page {{ fill: #ffffff }} rect.bar {{ fill: #b45309 }} text {{ font: 13px ui-monospace, Menlo, Consolas, monospace;
fill: #1f2937; white-space: pre }} text.faint {{ fill: #6b7280 }}
@media (prefers-color-scheme: dark) {{ rect.page {{ fill: #111827 }} rect.bar {{ fill: #f59e0b }}
text {{ fill: #e5e7eb }} text.faint {{ fill: #9ca3af }} }}
</style>
<rect class="page" width="{width}" height="{height}" rx="8"/>
"""


class Row(NamedTuple):
    """A module of a startup: milliseconds with all that it loads, steps below the entry point, and what loads it."""

    ms: float
    depth: int
    name: str
    where: str


def terminal(command: str, output: str) -> str:
    """Return the picture of a command and what it prints; lines that are too long are cut."""
    lines = [f"$ {command}", *output.rstrip().splitlines()]
    cut = [line if len(line) <= COLUMNS else f"{line[: COLUMNS - 1]}\N{HORIZONTAL ELLIPSIS}" for line in lines]
    drawn = [_text(line, 0, number, "faint" if not number else "") for number, line in enumerate(cut)]
    return _picture(drawn, len(cut), COLUMNS * CHARACTER_PX, f"What {command} prints")


def startup(rows: Sequence[Row], title: str) -> str:
    """Return the picture of a startup, a row for each module."""
    left = max(len(each.name) + 2 * each.depth for each in rows) * CHARACTER_PX + 2 * CHARACTER_PX
    longest = max(each.ms for each in rows)
    drawn = [_text(title, 0, 0)]
    for number, each in enumerate(rows, 2):
        drawn.append(_text(each.name, 2 * each.depth * CHARACTER_PX, number))
        drawn.append(_bar(left, number, max(BAR_PX * each.ms / longest, 1)))
        note = f"{each.ms:,.0f} ms  {each.where}"
        drawn.append(_text(note, left + BAR_PX * each.ms / longest + CHARACTER_PX, number, "faint"))
    width = left + BAR_PX + CHARACTER_PX * max(len(each.where) + 12 for each in rows)
    return _picture(drawn, len(rows) + 2, width, title)


def rows_of(tree: str) -> Iterator[Row]:
    """Give the modules of `report --tree`."""
    for match in filter(None, map(_ROW.match, tree.splitlines())):
        ms = float(match["ms"].replace(",", ""))
        yield Row(ms, len(match["inside"]) // 2, match["name"].rstrip("?"), match["where"])


def _picture(drawn: Sequence[str], lines: int, width: float, label: str) -> str:
    size = {"width": round(width + 2 * MARGIN_PX), "height": lines * LINE_PX + 2 * MARGIN_PX}
    return _HEAD.format(label=escape(label), **size) + "\n".join(drawn) + "\n</svg>\n"


def _text(text: str, x: float, line: int, kind: str = "") -> str:
    """Return a line of text, as long as it is in the font that the picture was made for."""
    if not text.strip():
        return ""
    shown = text.lstrip(" ")
    x += MARGIN_PX + (len(text) - len(shown)) * CHARACTER_PX
    length = len(shown) * CHARACTER_PX
    name = f' class="{kind}"' if kind else ""
    y = MARGIN_PX + line * LINE_PX + 14
    return f'<text{name} x="{x:.1f}" y="{y}" textLength="{length:.1f}">{escape(shown)}</text>'


def _bar(x: float, line: int, width: float) -> str:
    y = MARGIN_PX + line * LINE_PX + 3
    return f'<rect class="bar" x="{x + MARGIN_PX:.1f}" y="{y}" width="{width:.1f}" height="{LINE_PX - 6}" rx="2"/>'


def output_of(command: Sequence[str], folder: Path) -> str:
    """Return what a command of this environment prints.

    Raises:
        RuntimeError: where it fails.
    """
    program = Path(sys.executable).with_name(command[0])
    # the commands above, of this environment
    done = subprocess.run([program, *command[1:]], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode not in {0, 1} or not done.stdout:
        raise RuntimeError(f"{command[0]}: {done.stderr}")
    return done.stdout


def main() -> None:
    """Draw both."""
    PICTURES.mkdir(exist_ok=True)
    report = output_of(REPORT, ROOT)
    tree = output_of(TREE, ROOT / "examples")
    (PICTURES / "report.svg").write_text(terminal(" ".join(REPORT), report), encoding="utf-8")
    title = tree.partition(";")[0]
    (PICTURES / "startup.svg").write_text(startup(list(rows_of(tree)), title), encoding="utf-8")


if __name__ == "__main__":
    main()
