"""What versions cost on the same code: `revision_cost.py --version OLD=BIN --version NEW=BIN FOLDER...`.

Each version has a title and the `bin` folder of its environment; the last is compared with each one before it. In
turns, in each FOLDER: a bare `ast.parse` of its Python files, flake8 cold and warm, `check` cold and warm, and `report`
as JSON and as text. CPU time of the process, user and system, the least of the rounds.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import click

from check import PARSE, quiet

RESULTS = Path(__file__).parent / "results" / "revision_cost.md"
FLAKE8 = ("flake8", "--isolated", "--select=FST", "--exit-zero", "-j1")
CHECK = ("flask-startup", "check", "--isolated", "--exit-zero", "--jobs=1", "--fst-target-version=3.11")
COLUMNS = ("flake8, cold", "flake8, warm", "check, cold", "check, warm", "report, JSON", "report, text")


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
            command: list[str | Path] = [programs / name, *options, f"--fst-cache={cache}", "."]
            found += [cpu_seconds(command, folder) for _ in ("cold", "warm")]
    for form in ("json", "text"):
        found.append(cpu_seconds([programs / "flask-startup", "report", f"--format={form}"], folder))
    return found


def rows(versions: Mapping[str, Path], folder: Path, rounds: int) -> list[str]:
    """Return the rows of a folder: each version, by its title, and the ratios of the last one to those before."""
    least = {title: [float("inf")] * len(COLUMNS) for title in versions}
    parse = float("inf")
    for _ in range(rounds):
        parse = min(parse, cpu_seconds([sys.executable, "-c", PARSE, "."], folder))
        for title, programs in versions.items():
            least[title] = list(map(min, least[title], measured(programs, folder)))
    name = folder.parent.name if folder.name == "src" else folder.name
    files = sum(1 for _ in folder.rglob("*.py"))
    *before, last = least
    ratios = {
        f"{last} / {title}": [new / old for new, old in zip(least[last], least[title], strict=True)] for title in before
    }
    return [
        f"| {name}, {files} files, parse {parse:.2f} s | {title} | {' | '.join(f'{each:.2f}' for each in figures)} |"
        for title, figures in (least | ratios).items()
    ]


def _version(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, Path]:
    """The folders of versions by their titles."""
    return {title: Path(folder).absolute() for title, _, folder in (each.partition("=") for each in given)}


@click.command()
@click.option("--version", "versions", multiple=True, required=True, callback=_version, help="TITLE=BIN, oldest first.")
@click.argument("folders", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--rounds", default=3, help="Rounds.")
def main(versions: Mapping[str, Path], folders: tuple[Path, ...], rounds: int) -> None:
    """Compare the CPU time of versions."""
    lines = [f"| app | version | {' | '.join(COLUMNS)} |", "| --- | --- |" + " ---: |" * len(COLUMNS)]
    load = [os.getloadavg()[0]]
    for folder in folders:
        found = rows(versions, folder.absolute(), rounds)
        load.append(os.getloadavg()[0])
        print(*found, sep="\n", file=sys.stderr)
        lines += found
    head = ["# What versions cost", "", *[line for line in (__doc__ or "").splitlines() if line]]
    head += ["", f"Rounds: {rounds}; processors: {os.cpu_count()}; load: {min(load):.0f} to {max(load):.0f}.", ""]
    RESULTS.write_text("\n".join([*head, *lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
