"""What two versions cost on the same code: `revision_cost.py OLD NEW FOLDER...`.

OLD and NEW are the `bin` folders of environments with a version each. In turns, in each FOLDER: a bare `ast.parse` of
its Python files, flake8 cold and warm, `check` cold and warm, and `report`. CPU time of the process, user and system,
the least of the rounds.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from check import PARSE, quiet

RESULTS = Path(__file__).parent / "results" / "revision_cost.md"
FLAKE8 = ("flake8", "--isolated", "--select=FST", "--exit-zero", "-j1")
CHECK = ("flask-startup", "check", "--isolated", "--exit-zero", "--jobs=1", "--fst-target-version=3.11")
COLUMNS = ("flake8, cold", "flake8, warm", "check, cold", "check, warm", "report")


def cpu_seconds(command: Sequence[str | Path], cwd: Path) -> float:
    """Return the CPU time, user and system, of a command in a folder, be it that it fails."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=cwd, env=quiet(), check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def measured(programs: Path, folder: Path) -> list[float]:
    """Return the CPU seconds of one version in a folder, in the order of COLUMNS."""
    found = []
    for name, *options in (FLAKE8, CHECK):
        with tempfile.TemporaryDirectory() as cache:
            command = [programs / name, *options, f"--fst-cache={cache}", "."]
            found += [cpu_seconds(command, folder) for _ in ("cold", "warm")]
    return [*found, cpu_seconds([programs / "flask-startup", "report", "--format=json"], folder)]


def rows(old: Path, new: Path, folder: Path, rounds: int) -> list[str]:
    """Return the rows of a folder: a parse, the old version, the new one, and the ratios."""
    least = [[float("inf")] * len(COLUMNS), [float("inf")] * len(COLUMNS)]
    parse = float("inf")
    for _ in range(rounds):
        parse = min(parse, cpu_seconds([sys.executable, "-c", PARSE, "."], folder))
        for number, programs in enumerate((old, new)):
            least[number] = list(map(min, least[number], measured(programs, folder)))
    name = folder.parent.name if folder.name == "src" else folder.name
    files = sum(1 for _ in folder.rglob("*.py"))
    ratios = [after / before for before, after in zip(*least, strict=True)]
    return [
        f"| {name}, {files} files, parse {parse:.2f} s | {title} | {' | '.join(f'{each:.2f}' for each in figures)} |"
        for title, figures in (("old", least[0]), ("new", least[1]), ("ratio", ratios))
    ]


@click.command()
@click.argument("old", type=click.Path(exists=True, path_type=Path))
@click.argument("new", type=click.Path(exists=True, path_type=Path))
@click.argument("folders", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--rounds", default=3, help="Rounds.")
def main(old: Path, new: Path, folders: tuple[Path, ...], rounds: int) -> None:
    """Compare the CPU time of two versions."""
    lines = [f"| app | version | {' | '.join(COLUMNS)} |", "| --- | --- |" + " ---: |" * len(COLUMNS)]
    for folder in folders:
        lines += rows(old.absolute(), new.absolute(), folder.absolute(), rounds)
        print(*lines[-3:], sep="\n", file=sys.stderr)
    head = ["# What two versions cost", "", *[line for line in (__doc__ or "").splitlines() if line]]
    head += ["", f"{rounds} rounds, {os.cpu_count()} processors.", ""]
    RESULTS.write_text("\n".join([*head, *lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
