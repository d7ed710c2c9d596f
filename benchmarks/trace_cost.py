"""What knowing the startup costs: `python benchmarks/trace_cost.py --apps FOLDER [NAME...]`.

FOLDER/NAME/src holds an app's sources. In a fresh process each, in turns, three times: parse the files that the trace
reads, draw the boot up from them, and read it again as it was kept. CPU time, the least of the turns; without loading
the tool and its cost table, which every use of it does once.
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

import click
from startup_apps import APPS, App

from flake8_flask_startup import kept  # noqa: F401  # a boot would load it within the time that is taken
from flake8_flask_startup.engine import project_boot, table
from flake8_flask_startup.settings import Settings

TURNS = 3
RESULTS = Path(__file__).parent / "results" / "trace_cost.md"


def parsed(files: list[str]) -> float:
    """Return the CPU time of reading and parsing files, ms."""
    before = time.process_time()
    for file in files:
        with tokenize.open(file) as stream:
            ast.parse(stream.read())
    return (time.process_time() - before) * 1000


def drawn(app: App, apps: Path, cache: Path) -> tuple[float, list[str]]:
    """Return the CPU time of a boot, ms, and the files that it rests on."""
    roots = tuple([str(app.src(apps) / root) for root in app.roots])
    settings = Settings(app=app.entries, roots=roots, cache=cache)
    table(settings)
    before = time.process_time()
    project_boot(settings)
    spent = (time.process_time() - before) * 1000
    (file,) = cache.glob("*.json")
    seen = json.loads(file.read_text(encoding="utf-8"))["seen"]
    return spent, sorted(path for path in seen if path.endswith(".py"))


def child(way: str, name: str, apps: str, given: str) -> None:
    """Do one thing in this process, and print its figure and files as JSON."""
    if way == "parse":
        print(json.dumps([parsed(json.loads(Path(given).read_text(encoding="utf-8"))), []]))
    else:
        app = next(each for each in APPS if each.name == name)
        print(json.dumps(drawn(app, Path(apps), Path(given))))


def run(way: str, name: str, apps: Path, given: Path) -> tuple[float, list[str]]:
    """Do one thing in a fresh process."""
    command = [sys.executable, __file__, "--child", way, name, str(apps), str(given)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    spent, files = json.loads(done.stdout)
    return float(spent), list(files)


def measured(name: str, apps: Path) -> tuple[int, float, float, float]:
    """Return the number of files an app's trace reads and the ms of parsing them, of a cold and of a warm boot."""
    best = [float("inf")] * 3
    files: list[str] = []
    for _ in range(TURNS):
        with tempfile.TemporaryDirectory() as temporary:
            cache, listing = Path(temporary) / "cache", Path(temporary) / "files.json"
            cold, files = run("boot", name, apps, cache)
            warm, _ = run("boot", name, apps, cache)
            listing.write_text(json.dumps(files), encoding="utf-8")
            parse, _ = run("parse", name, apps, listing)
        best = [min(pair) for pair in zip(best, (parse, cold, warm), strict=True)]
    return len(files), best[0], best[1], best[2]


@click.command()
@click.option("--apps", required=True, type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("names", nargs=-1)
def main(apps: Path, names: tuple[str, ...]) -> None:
    """Compare the boots of apps to the parsing of their files."""
    lines = ["| app | files | parse ms | cold ms | of parse | warm ms | of cold |", "| --- |" + " ---: |" * 6]
    ratios = []
    for name in names or [each.name for each in APPS]:
        count, parse, cold, warm = measured(name, apps)
        ratios.append((cold / parse, warm / cold))
        cells = f"{parse:.0f} | {cold:.0f} | {cold / parse:.2f} | {warm:.1f} | {warm / cold:.1%}"
        lines.append(f"| {name} | {count} | {cells} |")
        print(lines[-1], file=sys.stderr)
    colds, warms = zip(*ratios, strict=True)
    lines.append(f"| median | | | | {median(colds):.2f} | | {median(warms):.1%} |")
    head = ["# What knowing the startup costs", "", *[line for line in (__doc__ or "").splitlines() if line], ""]
    RESULTS.write_text("\n".join([*head, *lines, ""]), encoding="utf-8")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(*sys.argv[2:])
    else:
        main()
