"""What the plugin adds to flake8's own CPU time: `python benchmarks/overhead.py FOLDER [--app ENTRY]`.

Makes two environments, one with the plugin and one without, and lints the Python files of FOLDER with each, in turns:
CPU time of the process and its workers, so that other load on the machine counts little. With the plugin it runs twice
a turn: cold, with nothing kept, and warm, with what the run before has kept. With --app an entry point is given;
without it flake8 starts in a folder that gives none away.
"""

from __future__ import annotations

import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

import click

REPOSITORY = Path(__file__).parents[1]
RESULTS = REPOSITORY / "benchmarks" / "results"
FLAKE8 = "flake8==7.5.0"
WAYS = ("cold", "warm")


class Pair(NamedTuple):
    """CPU seconds of one run without the plugin and of the runs with it that followed, in the order of WAYS."""

    without: float
    with_plugin: tuple[float, ...]


def environment(folder: Path, *packages: str) -> Path:
    """Return the Python of a new environment with packages, compiled."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    pip = [python, "-m", "pip", "install", "--quiet", "--quiet", "--compile"]
    subprocess.run([*pip, *packages], check=True, env=quiet())
    return python


def quiet() -> dict[str, str]:
    """Return the variables of this process, less those that slow every start down or add to flake8's work."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def cpu_seconds(python: Path, options: Sequence[str], target: Path, cwd: Path) -> float:
    """Return the CPU time, user and system, of one flake8 run with two workers over a folder."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [python, "-m", "flake8", "--isolated", "--select=FST", "--exit-zero", "-j2", *options, target]
    subprocess.run(command, cwd=cwd, env=quiet(), check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def measured(work: Path, target: Path, app: str | None, pairs: int) -> list[Pair]:
    """Return the pairs, one run of each kind before them thrown away: it fills the caches of the file system."""
    without = environment(work / "without", FLAKE8)
    plugin = environment(work / "with", FLAKE8, str(REPOSITORY))
    cache = work / "cache"
    cwd = target if app else work
    options = [f"--fst-cache={cache}", *([f"--fst-app={app}"] if app else [])]
    found = []
    for number in range(pairs + 1):
        shutil.rmtree(cache, ignore_errors=True)
        base = cpu_seconds(without, (), target, cwd)
        pair = Pair(base, tuple([cpu_seconds(plugin, options, target, cwd) for _ in WAYS]))
        print(f"{number}: {pair}", file=sys.stderr)
        found.append(pair)
    return found[1:]


def table(pairs: Sequence[Pair]) -> list[str]:
    """Return the pairs as a Markdown table, the medians last."""
    heads = "".join(f" {name} s | more |" for name in WAYS)
    lines = [f"| pair | without s |{heads}", "| --- | ---: |" + " ---: | ---: |" * len(WAYS)]
    for number, pair in enumerate(pairs, 1):
        cells = "".join(f" {each:.2f} | {each / pair.without - 1:+.1%} |" for each in pair.with_plugin)
        lines.append(f"| {number} | {pair.without:.2f} |{cells}")
    ratios = (median(pair.with_plugin[at] / pair.without - 1 for pair in pairs) for at in range(len(WAYS)))
    medians = " |".join(f" | **{ratio:+.1%}**" for ratio in ratios) + " |"
    return [*lines, f"| median | {median(pair.without for pair in pairs):.2f} |{medians}"]


@click.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--app", help="An entry point in the folder, such as shop:create_app.")
@click.option("--pairs", default=5, help="Pairs of runs.")
@click.option("--called", default="a code base", help="What the code base is, for the table.")
def main(folder: Path, app: str | None, pairs: int, called: str) -> None:
    """Compare flake8 with the plugin to flake8 without it over FOLDER."""
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        target = work / "linted"
        shutil.copytree(folder, target, ignore=lambda at, names: [
            name for name in names if not name.endswith(".py") and not (Path(at) / name).is_dir()
        ])  # fmt: skip
        files = sum(1 for _ in target.rglob("*.py"))
        lines = table(measured(work, target, app, pairs))
    option = " --app" if app else ""
    text = "\n".join([
        f"# CPU time of flake8 with the plugin and without{', the entry point known' if app else ''}", "",
        f"`python benchmarks/overhead.py FOLDER{option}`: {called}, {files:,} files, {FLAKE8},",
        f"Python {platform.python_version()}, `--select=FST --isolated -j2`; seconds are user and system time, workers"
        " included.",
        "", *lines, "",
    ])  # fmt: skip
    (RESULTS / ("overhead_app.md" if app else "overhead.md")).write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
