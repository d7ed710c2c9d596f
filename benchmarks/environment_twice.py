"""What a report through an environment costs, the first time and again: `environment_twice.py --apps DIR [NAME...]`.

DIR/NAME/src holds an app's sources and DIR/NAME/env its environment, as `startup_apps.py` describes. Each report runs
in a fresh process and an empty folder (of --keep, if it is named); the second one finds the trace that the first has
kept. CPU time and peak memory are those that the system notes of the process; same says that both print the same.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import click
from startup_apps import APPS, App

RESULTS = Path(__file__).parent / "results" / "environment_twice.md"


class Figures(NamedTuple):
    """A report: seconds of CPU time, peak memory (MiB), and what it prints."""

    cpu_s: float
    memory_mib: float
    printed: bytes


def reported(app: App, apps: Path, folder: Path) -> Figures:
    """Return the figures of a report on an app, run in a folder.

    Raises CalledProcessError where it fails.
    """
    command = [sys.executable, "-m", "flake8_flask_startup", "report", "--format=json", "--env", str(app.env(apps))]
    command += [argument for entry in app.entries for argument in ("--app", entry)]
    command += [argument for root in app.roots for argument in ("--root", str(app.src(apps) / root))]
    output = folder / "report.json"
    process = subprocess.Popen([*command, "--output", str(output)], cwd=folder)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise subprocess.CalledProcessError(os.waitstatus_to_exitcode(status), command)
    return Figures(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, output.read_bytes())


@click.command()
@click.option("--apps", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--keep", type=click.Path(file_okay=False, path_type=Path), help="Where the folders stay.")
@click.argument("names", nargs=-1)
def main(apps: Path, keep: Path | None, names: tuple[str, ...]) -> None:
    """Compare the first report on apps with the second."""
    lines = ["| app | first, CPU s | MiB | again, CPU s | MiB | kept, MiB | same |", "| --- |" + " ---: |" * 6]
    head = ["# Reports through an environment, the first time and again", "", *(__doc__ or "").splitlines(), ""]
    by_name = {each.name: each for each in APPS}
    for app in (by_name[name] for name in names or by_name):
        with tempfile.TemporaryDirectory() as temporary:
            folder = Path(temporary) if keep is None else keep / app.name
            folder.mkdir(parents=True, exist_ok=True)
            first, again = (reported(app, apps.absolute(), folder) for _ in range(2))
            (kept,) = folder.glob(".flask_startup_cache/trace-*.json")
            size = kept.stat().st_size / 2**20
        cells = [f"{each:.1f} | {memory:.0f}" for each, memory, _ in (first, again)]
        same = "yes" if first.printed == again.printed else "no"
        lines.append(f"| {app.name} | {' | '.join(cells)} | {size:.1f} | {same} |")
        print(lines[-1], file=sys.stderr)
        RESULTS.write_text("\n".join([*head, *lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
