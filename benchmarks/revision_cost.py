"""What versions cost on the same code: `revision_cost.py --version OLD=BIN --version NEW=BIN FOLDER...`.

Each version has a title and the `bin` folder of its environment; the last is compared with each one before it. In
turns, in each FOLDER: a bare `ast.parse` of its Python files, flake8 cold and warm, `check` cold and warm, and `report`
as JSON and as text. CPU time of the process, user and system, and the peak of its memory, the least of the rounds.
`--flake8 BIN` is an environment with flake8 and without the plugin, to compare with; `--door check` leaves out flake8
with the plugin, which takes most of the time.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import click

from check import PARSE, quiet

RESULTS = Path(__file__).parent / "results" / "revision_cost.md"
FLAKE8 = ("flake8", "--isolated", "--select=FST", "--exit-zero", "-j1")
CHECK = ("flask-startup", "check", "--isolated", "--exit-zero", "--jobs=1", "--fst-target-version=3.11")
DOORS = {"flake8": FLAKE8, "check": CHECK}
FORMS = {"json": "report, JSON", "text": "report, text"}


class Cost(NamedTuple):
    """CPU time, user and system, in s, and the peak of memory in MB, of a command."""

    cpu: float
    peak: float

    def least(self, other: Cost) -> Cost:
        """Return the lesser of both figures."""
        return Cost(min(self.cpu, other.cpu), min(self.peak, other.peak))


NOT_YET = Cost(float("inf"), float("inf"))


def cost(command: Sequence[str | Path], cwd: Path) -> Cost:
    """Return what a command takes in a folder, be it that it fails."""
    with subprocess.Popen(
        command, cwd=cwd, env=quiet(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)  # in KiB on Linux


def measured(programs: Path, folder: Path, doors: Collection[str]) -> list[Cost]:
    """Return what one version takes in a folder, in the order of columns()."""
    found = []
    for name, *options in map(DOORS.__getitem__, doors):
        with tempfile.TemporaryDirectory() as cache:
            command: list[str | Path] = [programs / name, *options, f"--fst-cache={cache}", "."]
            found += [cost(command, folder) for _ in ("cold", "warm")]
    for form in FORMS:
        found.append(cost([programs / "flask-startup", "report", f"--format={form}"], folder))
    return found


def columns(doors: Collection[str]) -> list[str]:
    """Return the titles of the columns."""
    return [*(f"{door}, {state}" for door in doors for state in ("cold", "warm")), *FORMS.values()]


def rows(
    versions: Mapping[str, Path], folder: Path, rounds: int, flake8: Path | None, doors: Collection[str]
) -> tuple[list[str], list[str]]:
    """Return the rows of a folder, of CPU time and of memory: each version, then the ratios of the last."""
    least = {title: [NOT_YET] * len(columns(doors)) for title in versions}
    parse = alone = NOT_YET
    for _ in range(rounds):
        parse = parse.least(cost([sys.executable, "-c", PARSE, "."], folder))
        if flake8 is not None:
            alone = alone.least(cost([flake8 / "flake8", "--isolated", "--exit-zero", "-j1", "."], folder))
        for title, programs in versions.items():
            found = measured(programs, folder, doors)
            least[title] = [one.least(two) for one, two in zip(least[title], found, strict=True)]
    name = folder.parent.name if folder.name == "src" else folder.name
    files = sum(1 for _ in folder.rglob("*.py"))
    heads = f"{name}, {files} files, parse {parse.cpu:.2f} s", f"{name}, {files} files"
    if flake8 is not None:
        heads = f"{heads[0]}, flake8 alone {alone.cpu:.2f} s", f"{heads[1]}, flake8 alone {alone.peak:.0f} MB"
    by_cpu = {title: [each.cpu for each in found] for title, found in least.items()}
    by_peak = {title: [each.peak for each in found] for title, found in least.items()}
    return _lines(heads[0], by_cpu, ".2f"), _lines(heads[1], by_peak, ".0f")


def _lines(head: str, least: Mapping[str, Sequence[float]], form: str) -> list[str]:
    """The lines of one folder: each version, and the ratios of the last one to those before."""
    *before, last = least
    found = [f"| {head} | {title} | {' | '.join(f'{each:{form}}' for each in row)} |" for title, row in least.items()]
    for title in before:
        ratios = (f"{new / old:.2f}" for new, old in zip(least[last], least[title], strict=True))
        found.append(f"| {head} | {last} / {title} | {' | '.join(ratios)} |")
    return found


def _version(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> dict[str, Path]:
    """The folders of versions by their titles."""
    return {title: Path(folder).absolute() for title, _, folder in (each.partition("=") for each in given)}


@click.command()
@click.option("--version", "versions", multiple=True, required=True, callback=_version, help="TITLE=BIN, oldest first.")
@click.argument("folders", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--flake8", type=click.Path(exists=True, file_okay=False, path_type=Path), help="A BIN of flake8 alone.")
@click.option("--door", "doors", multiple=True, type=click.Choice(list(DOORS)), default=list(DOORS), help="No other.")
@click.option("--rounds", default=3, help="Rounds.")
@click.option("--into", default=RESULTS, type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
def main(
    versions: Mapping[str, Path],
    folders: tuple[Path, ...],
    flake8: Path | None,
    doors: tuple[str, ...],
    rounds: int,
    into: Path,
) -> None:
    """Compare the CPU time and the memory of versions."""
    titles = columns(doors)
    head = [f"| app | version | {' | '.join(titles)} |", "| --- | --- |" + " ---: |" * len(titles)]
    cpu, peak = list(head), list(head)
    load = [os.getloadavg()[0]]
    for folder in folders:
        of_cpu, of_peak = rows(
            versions, folder.absolute(), rounds, None if flake8 is None else flake8.absolute(), doors
        )
        load.append(os.getloadavg()[0])
        print(*of_cpu, *of_peak, sep="\n", file=sys.stderr)
        cpu += of_cpu
        peak += of_peak
    head = ["# What versions cost", "", *[line for line in (__doc__ or "").splitlines() if line]]
    head += ["", f"Rounds: {rounds}; processors: {os.cpu_count()}; load: {min(load):.0f} to {max(load):.0f}.", ""]
    tables = ["## CPU time, s", "", *cpu, "", "## Peak memory, MB", "", *peak, ""]
    into.write_text("\n".join([*head, *tables]), encoding="utf-8")


if __name__ == "__main__":
    main()
