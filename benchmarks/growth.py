"""Does the work grow with the project and no faster? `python benchmarks/growth.py [--only SHAPE] [--door DOOR]`

Made-up projects in the shapes that hurt a recursive or quadratic walk, at sizes that double: what flake8 takes for all
their files, without an entry point and with one, and what `flask-startup report` takes. CPU seconds, user and system,
of one fresh process each, nothing kept from an earlier one, less what the same command takes for one empty module.
flake8 runs with this plugin alone: how pycodestyle and pyflakes grow is no matter of ours. Linear work takes twice as
long for each doubling, work that grows with the square four times.

The table is written after every row. A run that was broken off goes on where it stopped, unless the code has changed.
"""

from __future__ import annotations

import json
import platform
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import click
from growth_shapes import SHAPES, write

SIZES = (500, 1_000, 2_000, 4_000)
MOST = 120  # CPU seconds; of what takes longer, no larger size is tried
QUICK = 0.3  # CPU seconds: growth between two that are shorter says nothing
FOLDER = Path(__file__).parent
RESULT = FOLDER / "results" / "growth.md"
ROWS = FOLDER / "results" / "growth.json"  # of a run that is under way
FLAKE8 = (str(Path(__file__)), "--flake8", "--isolated", "--select=FST", "--exit-zero", "-j1", "--fst-cache=off")
DOORS = {
    "flake8": (*FLAKE8, "."),
    "flake8 with an app": (*FLAKE8, "--fst-app=m0", "."),
    "report": ("-m", "flake8_flask_startup", "report", "--app=m0"),
}


def flake8(arguments: list[str]) -> int:
    """Run flake8 without the plugins that it brings along, and return its exit code."""
    from flake8.main.cli import main
    from flake8.plugins import finder

    own = finder._flake8_plugins
    finder._flake8_plugins = lambda *given: (each for each in own(*given) if each.entry_point.name not in "EFW")
    return main(arguments)


def taken(door: str, folder: Path) -> float | str:
    """Return the CPU time (s) of one use of a folder, or why it has none."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, *DOORS[door]]
    limited = ("prlimit", f"--cpu={MOST}")  # of util-linux: other load on the machine counts little
    done = subprocess.run([*limited, *command], cwd=folder, capture_output=True, text=True, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if -done.returncode in (signal.SIGKILL, signal.SIGXCPU):
        return f"over {MOST}"
    if done.returncode or "not checked" in done.stdout or "Traceback" in done.stderr:
        click.echo((done.stdout + done.stderr)[-2_000:], err=True)
        return "failed"
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


@cache
def least(door: str) -> float:
    """Return what one use takes for one empty module: CPU seconds, the quickest of three."""
    with tempfile.TemporaryDirectory() as temporary:
        (Path(temporary) / "m0.py").touch()
        times = [taken(door, Path(temporary)) for _ in range(3)]
    return min(each for each in times if isinstance(each, float))


def row(shape: str, door: str, sizes: tuple[int, ...]) -> Iterator[float | str]:
    """Give the CPU time (s) of one use of a shape at each size, or why it has none."""
    for size in sizes:
        with tempfile.TemporaryDirectory() as temporary:
            write(shape, size, Path(temporary))
            spent = taken(door, Path(temporary))
        yield max(spent - least(door), 0.0) if isinstance(spent, float) else spent
        if isinstance(spent, str):
            return


def as_line(shape: str, door: str, times: list[float | str]) -> str:
    """Return a line of the table."""
    cells = [f"{each:.2f}" if isinstance(each, float) else each for each in times]
    pairs = [(one, two) for one, two in pairwise(times) if isinstance(one, float) and isinstance(two, float)]
    growth = [f"{two / one:.1f}" if one > QUICK else "-" for one, two in pairs]
    return f"| {shape} | {door} | {' | '.join(cells)} | {', '.join(growth)} |"


def as_page(rows: dict[str, list[float | str]]) -> str:
    """Return the table of the rows that there are, and what the shapes are."""
    heads = "".join(f" {size:,} |" for size in SIZES)
    lines = [f"| shape | use |{heads} times, for each doubling |", "| --- | --- |" + " ---: |" * (len(SIZES) + 1)]
    keys = [(shape, door) for shape in SHAPES for door in DOORS if f"{shape}: {door}" in rows]
    lines += [as_line(shape, door, rows[f"{shape}: {door}"]) for shape, door in keys]
    shapes = [f"- **{name}**: {shape.__doc__}" for name, shape in SHAPES.items()]
    about = (__doc__ or "").splitlines()
    short = f"No growth is given (-) where the smaller of the two took less than {QUICK} s."
    return "\n".join([
        "# Growth", "", *about, "", f"Python {platform.python_version()}. {short}", "", *lines, "", *shapes, "",
    ])  # fmt: skip


def code() -> str:
    """Return what names the code that is timed: git's digest of the sources and of this file."""
    command = ["git", "rev-parse", "HEAD:src", "HEAD:benchmarks/growth.py"]
    return subprocess.run(command, cwd=FOLDER.parent, check=True, capture_output=True, text=True).stdout


@click.command()
@click.option("--only", multiple=True, type=click.Choice(sorted(SHAPES)), help="Print the rows of these shapes alone.")
@click.option("--door", multiple=True, type=click.Choice(list(DOORS)), help="Time these uses alone; implies printing.")
@click.option("--size", "sizes", multiple=True, type=int, help="Sizes for the rows that are printed.")
def main(only: tuple[str, ...], door: tuple[str, ...], sizes: tuple[int, ...]) -> None:
    """Time every shape at every size, and write the table unless only some are asked for."""
    if only or door or sizes:
        for shape in only or SHAPES:
            for each in door or DOORS:
                click.echo(as_line(shape, each, list(row(shape, each, sizes or SIZES))))
        return
    kept = json.loads(ROWS.read_text(encoding="utf-8")) if ROWS.exists() else {}
    rows = kept["rows"] if kept.get("code") == code() else {}
    for shape in SHAPES:
        for each in DOORS:
            if f"{shape}: {each}" not in rows:
                rows[f"{shape}: {each}"] = times = list(row(shape, each, SIZES))
                click.echo(as_line(shape, each, times))
                ROWS.write_text(json.dumps({"code": code(), "rows": rows}), encoding="utf-8")
                RESULT.write_text(as_page(rows), encoding="utf-8")
    ROWS.unlink(missing_ok=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--flake8"]:
        sys.exit(flake8(sys.argv[2:]))
    main()
