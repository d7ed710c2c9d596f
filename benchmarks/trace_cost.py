"""What knowing the startup costs: `python benchmarks/trace_cost.py --apps FOLDER [NAME...]`.

FOLDER/NAME/src holds an app's sources. In a fresh process each, in turns, three times: read and parse the files that
the trace reads (as any script would, garbage collection on), trace the startup alone, draw the whole boot up (the
trace, what each package costs, what must go for it to go, what that saves; and keep it), and read it again as it was
kept. CPU time, the least of the turns; without loading the tool and its cost table, which every use of it does once.
"""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tempfile
import time
import tokenize
from pathlib import Path
from statistics import median
from typing import NamedTuple

import click
from startup_apps import APPS, App

from flake8_flask_startup.config.settings import Settings
from flake8_flask_startup.project.modules import Project
from flake8_flask_startup.startup import traced_boot as kept  # noqa: F401  # a boot would load it within the time that is taken
from flake8_flask_startup.startup.cost_tables import cost_table
from flake8_flask_startup.startup.current_boot import project_boot
from flake8_flask_startup.startup.interpreter.tracer import trace

TURNS = 3
RESULTS = Path(__file__).parent / "results" / "trace_cost.md"


def parsed(files: list[str]) -> float:
    """Return the CPU time of reading and parsing files, ms."""
    before = time.process_time()
    for file in files:
        with tokenize.open(file) as stream:
            ast.parse(stream.read())
    return (time.process_time() - before) * 1000


def traced(app: App, apps: Path) -> float:
    """Return the CPU time of a trace, ms."""
    before = time.process_time()
    trace(Project([app.src(apps) / root for root in app.roots]), app.entries)
    return (time.process_time() - before) * 1000


def drawn(app: App, apps: Path, cache: Path) -> tuple[float, list[str]]:
    """Return the CPU time of a boot, ms, and the files that it rests on."""
    roots = tuple([str(app.src(apps) / root) for root in app.roots])
    settings = Settings(app=app.entries, roots=roots, cache=cache)
    cost_table(settings)
    before = time.process_time()
    project_boot(settings)
    spent = (time.process_time() - before) * 1000
    (file,) = cache.glob("*.json")
    seen = json.loads(file.read_text(encoding="utf-8").partition("\n")[2])["seen"]  # behind the seal
    return spent, sorted(path for path in seen if path.endswith(".py"))


def child(way: str, name: str, apps: str, given: str) -> None:
    """Do one thing in this process, and print its figure and files as JSON."""
    app = next(each for each in APPS if each.name == name)
    if way == "parse":
        print(json.dumps([parsed(json.loads(Path(given).read_text(encoding="utf-8"))), []]))
    elif way == "trace":
        print(json.dumps([traced(app, Path(apps)), []]))
    else:
        print(json.dumps(drawn(app, Path(apps), Path(given))))


def run(way: str, name: str, apps: Path, given: Path) -> tuple[float, list[str]]:
    """Do one thing in a fresh process."""
    command = [sys.executable, __file__, "--child", way, name, str(apps), str(given)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    spent, files = json.loads(done.stdout)
    return float(spent), list(files)


class Figures(NamedTuple):
    """The ms of parsing what an app's trace reads, of the trace, of a cold and of a warm boot."""

    parse: float
    trace: float
    cold: float
    warm: float


def measured(name: str, apps: Path) -> tuple[int, Figures]:
    """Return the number of files an app's trace reads, and the least of its figures."""
    best = [float("inf")] * len(Figures._fields)
    files: list[str] = []
    for _ in range(TURNS):
        with tempfile.TemporaryDirectory() as temporary:
            cache, listing = Path(temporary) / "cache", Path(temporary) / "files.json"
            cold, files = run("boot", name, apps, cache)
            warm, _ = run("boot", name, apps, cache)
            listing.write_text(json.dumps(files), encoding="utf-8")
            parse, _ = run("parse", name, apps, listing)
            alone, _ = run("trace", name, apps, listing)
        best = [min(pair) for pair in zip(best, (parse, alone, cold, warm), strict=True)]
    return len(files), Figures(*best)


@click.command()
@click.option("--apps", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("names", nargs=-1)
def main(apps: Path, names: tuple[str, ...]) -> None:
    """Compare the boots of apps to the parsing of their files."""
    columns = "| app | files | parse ms | trace ms | of parse | cold boot ms | of parse | warm ms | of cold |"
    lines = [columns, "| --- |" + " ---: |" * 8]
    ratios = []
    for name in names or [each.name for each in APPS]:
        count, best = measured(name, apps)
        ratios.append((best.trace / best.parse, best.cold / best.parse, best.warm / best.cold))
        alone, cold, warm = ratios[-1]
        cells = f"{best.parse:.0f} | {best.trace:.0f} | {alone:.2f} | {best.cold:.0f} | {cold:.2f}"
        lines.append(f"| {name} | {count} | {cells} | {best.warm:.1f} | {warm:.1%} |")
        print(lines[-1], file=sys.stderr)
    alone, cold, warm = map(median, zip(*ratios, strict=True))
    lines.append(f"| median | | | | {alone:.2f} | | {cold:.2f} | | {warm:.1%} |")
    head = ["# What knowing the startup costs", "", *[line for line in (__doc__ or "").splitlines() if line], ""]
    RESULTS.write_text("\n".join([*head, *lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(*sys.argv[2:])
    else:
        main()
