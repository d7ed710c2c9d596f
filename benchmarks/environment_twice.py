"""What a report through an environment costs, the first time and again: `environment_twice.py --apps DIR [NAME...]`.

DIR/NAME/src holds an app's sources and DIR/NAME/env its environment, as `startup_apps.py` describes. Each report runs
in a fresh process: *without* keeps nothing; *first* begins with an empty folder (of --keep, if it is named) and an
empty index of environments, and fills both; *elsewhere* runs in another folder, as a second project with these
distributions does, and finds the index alone; *again* finds the trace that the first has kept. CPU time and peak memory
are those that the system notes of the process; same says that all four print the same.
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

TITLE = "Reports through an environment, the first time and again"
WAYS = {"without": "without", "first": "first", "elsewhere": "elsewhere", "again": "first"}  # and the folder it runs in
OFF = '[tool.flask-startup]\ncache = "off"\n'
RESULTS = Path(__file__).parent / "results" / "environment_twice.md"


class Figures(NamedTuple):
    """A report: seconds of CPU time, peak memory (MiB), and what it prints."""

    cpu_s: float
    memory_mib: float
    printed: bytes


def reported(app: App, apps: Path, folder: Path) -> Figures:
    """Return the figures of a report on an app, run in a folder.

    What the user keeps lies in the folder beside it that is called state. Raises CalledProcessError where it fails.
    """
    command = [sys.executable, "-m", "flake8_flask_startup", "report", "--format=json", "--env", str(app.env(apps))]
    command += [argument for entry in app.entries for argument in ("--app", entry)]
    command += [argument for root in app.roots for argument in ("--root", str(app.src(apps) / root))]
    output = folder / "report.json"
    environment = os.environ | {"XDG_STATE_HOME": str(folder.parent / "state")}
    process = subprocess.Popen([*command, "--output", str(output)], cwd=folder, env=environment)
    _, status, used = os.wait4(process.pid, 0)
    if status:
        raise subprocess.CalledProcessError(os.waitstatus_to_exitcode(status), command)
    return Figures(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, output.read_bytes())


@click.command()
@click.option("--apps", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--keep", type=click.Path(file_okay=False, path_type=Path), help="Where the folders stay.")
@click.argument("names", nargs=-1)
def main(apps: Path, keep: Path | None, names: tuple[str, ...]) -> None:
    """Compare the first report on apps with the next ones."""
    columns = [*WAYS, "kept, MiB", "index, MiB", "same"]
    lines = [f"| app | {' | '.join(columns)} |", "| --- |" + " ---: |" * len(columns)]
    head = [f"# {TITLE}", "", *(__doc__ or "").splitlines(), "", "CPU time in seconds, and peak memory.", ""]
    by_name = {each.name: each for each in APPS}
    for app in (by_name[name] for name in names or by_name):
        with tempfile.TemporaryDirectory() as temporary:
            above = Path(temporary) if keep is None else keep / app.name
            folders = {way: above / folder for way, folder in WAYS.items()}
            for folder in folders.values():
                folder.mkdir(parents=True, exist_ok=True)
            (folders["without"] / "pyproject.toml").write_text(OFF, encoding="utf-8")
            found = [reported(app, apps.absolute(), folder.absolute()) for folder in folders.values()]
            sizes = [
                sum(each.stat().st_size for each in above.glob(pattern))
                for pattern in ("first/.flask_startup_cache/trace-*.json", "state/*/environments/*.json")
            ]
        cells = [f"{each.cpu_s:.1f} s, {each.memory_mib:.0f} MiB" for each in found]
        same = "yes" if len({each.printed for each in found}) == 1 else "no"
        lines.append(f"| {app.name} | {' | '.join([*cells, *(f'{size / 2**20:.1f}' for size in sizes), same])} |")
        print(lines[-1], file=sys.stderr)
        RESULTS.write_text("\n".join([*head, *lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
