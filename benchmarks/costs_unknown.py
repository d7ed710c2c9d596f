"""Whole apps with their rows taken out of the table: `costs_unknown.py --apps DIR --unknown DIR --work DIR`.

Every app is traced through its environment. By table, packages cost what their rows say, and what has none is
estimated; by estimate, all rows but those of the standard library are gone, and every package is estimated from source.
Both are held against a real boot: CPU time less the bare interpreter, the least of some runs that take turns, with
cached bytecode, and `import flask` beside it, by which predictions are scaled. DIR of --apps holds the ten of
startup_apps.py, whose boots results/startup_total.md has, DIR of --unknown those of unknown_apps.toml. Traces are kept
below --work, where those of `environment_twice.py --keep` lie as well.
"""

from __future__ import annotations

import contextlib
import dataclasses
import math
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean, median
from typing import NamedTuple

import click
from startup_apps import APPS, App
from startup_total import cpu_ms
from unknown_apps import known_apps

from flake8_flask_startup.config.environment import installed_in
from flake8_flask_startup.config.settings import Settings
from flake8_flask_startup.costs.table import CostTable, bundled_table_path, load_table
from flake8_flask_startup.model import Cost
from flake8_flask_startup.project.modules import Project
from flake8_flask_startup.startup.graph.cost_model import StartupCosts
from flake8_flask_startup.startup.trace_cache import traced
from flake8_flask_startup.syntax.static_conditions import Target

RUNS = 3
BOOTS = Path(__file__).parent / "results" / "startup_total.md"
RESULTS = Path(__file__).parent / "results" / "costs_unknown.md"
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


class Totals(NamedTuple):
    """An app: what its boot takes (ms), and what is predicted by table and by estimates alone, on this machine."""

    name: str
    ms: float
    by_table: Cost
    by_estimate: Cost


def without_rows(table: CostTable) -> CostTable:
    """Return a table without a row of what can be installed."""
    kept = {name: data for name, data in table.modules.items() if (row := table.row(name)) and _is_of_python(row.name)}
    return dataclasses.replace(table, modules=kept, _found={}, _shared={})


def _is_of_python(name: str) -> bool:
    return name.partition(".")[0] in sys.stdlib_module_names


def booted(app: App, apps: Path) -> tuple[float, float]:
    """Return what `import flask` and the boot of an app cost beyond the bare interpreter (ms).

    Raises CalledProcessError or TimeoutExpired where it does not boot.
    """
    with tempfile.TemporaryDirectory() as cache, tempfile.TemporaryDirectory() as home:
        rounds = [
            [cpu_ms(app, apps, code, cache, Path(home)) for code in ("pass", "import flask", app.code)]
            for _ in range(RUNS + 1)
        ]
    bare, flask, boot = map(min, zip(*rounds[1:], strict=True))  # the first compiles, and installs what the app does
    return flask - bare, boot - bare


def known_boots() -> dict[str, tuple[float, float]]:
    """Return the same of the apps that startup_total.py has measured, by name."""
    cells = (line.split("|") for line in BOOTS.read_text(encoding="utf-8").splitlines() if line.count("|") > 10)
    return {each[1].strip(): (float(each[3]), float(each[4])) for each in cells if each[3].strip().isdigit()}


def totals(app: App, apps: Path, table: CostTable) -> Totals:
    """Return the totals of an app, its trace kept in the working directory.

    Raises CalledProcessError or TimeoutExpired where it does not boot.
    """
    known = known_boots()
    flask_ms, boot_ms = known[app.name] if app.name in known else booted(app, apps)
    settings = Settings()
    target = Target(settings.target_version, lazy_imports=settings.lazy_imports)
    roots = [app.src(apps) / root for root in app.roots]
    project = Project(roots, env=installed_in(app.env(apps)), target=target)
    found, features = traced(project, app.entries, "--app", settings)
    here = table.scaled(flask_ms / table.recipe.flask_ms)
    sides = [StartupCosts(found, each, features).total for each in (here, without_rows(here))]
    return Totals(app.name, boot_ms, *sides)


def table_of(found: Sequence[Totals]) -> list[str]:
    """Return the totals as a Markdown table, with how far they lie off."""
    lines = ["| app | boot, ms | by table, ms | interval | of boot | by estimate alone, ms | interval | of boot |"]
    lines.append("| --- |" + " ---: |" * 7)
    for each in found:
        cells = [
            f"{cost.ms:.0f} | {span(cost)} | {cost.ms / each.ms:.2f}" for cost in (each.by_table, each.by_estimate)
        ]
        lines.append(f"| {each.name} | {each.ms:.0f} | {' | '.join(cells)} |")
    for what, costs in (
        ("table", [each.by_table for each in found]),
        ("estimate", [each.by_estimate for each in found]),
    ):
        ratios = [cost.ms / each.ms for cost, each in zip(costs, found, strict=True)]
        error = median(abs(ratio - 1) for ratio in ratios)
        near = fmean(abs(math.log(ratio)) <= math.log(2) for ratio in ratios)
        inside = fmean(is_inside(each.ms, cost) for cost, each in zip(costs, found, strict=True))
        text = f"By {what}: median {median(ratios):.2f} of the boot, median error {error:.0%}"
        lines += ["", f"{text}, within a factor of two {near:.0%}, in the interval {inside:.0%}."]
    apart = [each.by_estimate.ms / each.by_table.ms for each in found]
    lines += ["", f"By estimate over by table: median {median(apart):.2f}, {min(apart):.2f} to {max(apart):.2f}."]
    return lines


def span(cost: Cost) -> str:
    """Return between which milliseconds a cost lies, as text."""
    low, high = cost.interval or (cost.ms, cost.ms)
    return f"{low:.0f} to {high:.0f}"


def is_inside(ms: float, cost: Cost) -> bool:
    """Whether a measured figure lies in an interval."""
    low, high = cost.interval or (cost.ms, cost.ms)
    return low <= ms <= high


@click.command()
@click.option("--apps", required=True, type=FOLDER)
@click.option("--unknown", required=True, type=FOLDER)
@click.option("--work", required=True, type=click.Path(file_okay=False, path_type=Path))
@click.argument("names", nargs=-1)
def main(apps: Path, unknown: Path, work: Path, names: tuple[str, ...]) -> None:
    """Compare predictions by table and by estimates alone with real boots."""
    table = load_table(bundled_table_path())
    apps, unknown, work = apps.absolute(), unknown.absolute(), work.absolute()
    known = {app.name: (app, apps) for app in APPS} | {name: (app, unknown) for name, app in known_apps().items()}
    found: dict[str, list[Totals]] = {"The ten apps": [], "Apps that neither trace nor table were made with": []}
    head = ["# Whole apps, their rows taken out of the table", "", *(__doc__ or "").splitlines(), ""]
    for name in names or known:
        app, folder = known[name]
        group = list(found)[folder == unknown]
        (work / name).mkdir(parents=True, exist_ok=True)
        try:
            with contextlib.chdir(work / name):
                found[group].append(totals(app, folder, table))
        except (subprocess.SubprocessError, StopIteration, OSError) as error:
            print(f"{name}: left out: {error}", file=sys.stderr)
            continue
        print(name, file=sys.stderr)
        lines = [line for title, some in found.items() if some for line in (f"## {title}", "", *table_of(some), "")]
        RESULTS.write_text("\n".join([*head, *lines]), encoding="utf-8")


if __name__ == "__main__":
    main()
