"""The predicted cost of a boot against the measured one: `startup_total.py --truth DIR --apps DIR [NAME...]`.

Both are CPU times. Measured is the boot less the bare interpreter, each the least of some runs that take turns, with
cached bytecode: a start where the app has started before, and its very first start in an empty home, when some install
their database. Predicted is scaled by what `import flask` costs in the same environment, once from the app's own
sources and the cost table alone, and once with the trace going on through the installed packages. Measured counts
everything a boot does, the processes it starts included; a prediction counts imports, and calls that have a row. The
second table tells the share of the app's own modules: measured are the self times of
`-X importtime` in DIR/NAME.importtime.txt.gz of --truth.
"""

from __future__ import annotations

import os
import resource
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import click
from startup_apps import APPS, App, installed
from startup_truth import EXISTING_FOLDER, lines, top

from flake8_flask_startup.costs.table import CostTable, bundled_table_path, load_table
from flake8_flask_startup.project.modules import Project
from flake8_flask_startup.startup.followed import trace
from flake8_flask_startup.startup.graph.cost_model import StartupCosts
from flake8_flask_startup.startup.module_features import features_of

RUNS = 5
TIMEOUT_S = 120  # an app that lacks what a stand-in stands for may wait for ever
LEAVE = "; import os; os._exit(0)"


@dataclass(frozen=True, slots=True)
class Total:
    """One app: milliseconds on this machine, predicted without the environment (without) and with it (deep)."""

    app: App
    flask_ms: float
    first_ms: float  # the very first start
    measured_ms: float
    without_ms: float
    deep_ms: float
    own: tuple[float, float, float]  # the share of the app's own modules: measured, predicted without and with it


def measured(app: App, apps: Path) -> tuple[float, float, float]:
    """Return what `import flask`, the very first boot and a later one cost (ms) beyond the bare interpreter."""
    with tempfile.TemporaryDirectory() as cache, tempfile.TemporaryDirectory() as home:
        used = Path(home)
        subjects = [("pass", used), ("import flask", used), (app.code, None), (app.code, used)]
        times: list[list[float]] = [[] for _ in subjects]
        for run in range(RUNS + 1):
            for found, (code, folder) in zip(times, subjects, strict=True):
                ms = cpu_ms(app, apps, code, cache, folder)
                if run:  # the first one compiles, and installs what the app installs
                    found.append(ms)
    bare, flask, first, later = map(min, times)
    return flask - bare, first - bare, later - bare


def cpu_ms(app: App, apps: Path, code: str, cache: str, folder: Path | None = None) -> float:
    """Return the CPU milliseconds of one child, which runs in the folder, or else in an empty one."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    boot(app, apps, ["-c", code + LEAVE], cache, folder)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime) * 1000


def own_share(app: App, truth: Path) -> float:
    """Return the part of the self times in the app's log of `-X importtime` that goes to its own modules."""
    own = whole = 0
    for line in lines(truth / f"{app.name}.importtime.txt.gz"):
        self_time, _, name = line.removeprefix("import time:").split("|")
        if self_time.strip().isdigit():
            whole += int(self_time)
            own += int(self_time) * (top(name.strip()) in app.own)
    return own / whole


def boot(app: App, apps: Path, arguments: list[str], cache: str, folder: Path | None = None) -> None:
    """Run one child in a folder that is its home as well, or else in an empty one.

    Raises:
        CalledProcessError: on failure.
        TimeoutExpired: if it does not end.
    """
    with tempfile.TemporaryDirectory() as empty:
        home = folder or Path(empty)
        clean = {"PATH": os.environ.get("PATH", ""), "HOME": str(home), "PYTHONPYCACHEPREFIX": cache}
        subprocess.run(
            [app.env(apps).absolute() / "bin" / "python", *arguments],
            check=True,
            cwd=home,
            env={**clean, "PYTHONPATH": str(app.src(apps).absolute()), **app.variables},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            timeout=TIMEOUT_S,
        )


def predicted(app: App, apps: Path, table: CostTable, site_packages: Path | None) -> tuple[float, float]:
    """Return the predicted cost (ms) on the reference machine, and the share of the app's own modules in it."""
    project = Project([app.src(apps) / root for root in app.roots], env=site_packages)
    traced = trace(project, app.entries)
    total = StartupCosts(traced, table, features_of(traced, project)).total
    return total.ms, sum(ms for package, ms in total.parts.items() if top(package) in app.own) / total.ms


def total_of(app: App, apps: Path, truth: Path, table: CostTable, figures: tuple[float, float, float]) -> Total:
    """Return the totals of an app that was measured: what `import flask`, the first boot and a later one take (ms)."""
    flask, first, later = figures
    factor = flask / table.recipe.flask_ms
    without, deep = (predicted(app, apps, table, env) for env in (None, app.site_packages(apps)))
    own = (own_share(app, truth), without[1], deep[1])
    return Total(app, flask, first, later, without[0] * factor, deep[0] * factor, own)


def table_of(totals: Sequence[Total]) -> str:
    """Return the totals as Markdown tables: predicted over measured, and the share of the app's own modules."""
    found = [
        "| app | from PyPI | import flask, ms | boot, ms | predicted, ms | of boot | with --env, ms | of boot "
        "| first boot, ms | predicted of it | with --env |",
        f"| --- | --- |{' ---: |' * 9}",
    ]
    for each in totals:
        sides = [f"{side:.0f} | {side / each.measured_ms:.2f}" for side in (each.without_ms, each.deep_ms)]
        firsts = [f"{side / each.first_ms:.2f}" for side in (each.without_ms, each.deep_ms)]
        origin = "" if each.app.source else "yes"
        found.append(
            f"| {each.app.name} | {origin} | {each.flask_ms:.0f} | {each.measured_ms:.0f} | {' | '.join(sides)} "
            f"| {each.first_ms:.0f} | {' | '.join(firsts)} |"
        )
    for title, some in (("all", totals), ("the PyPI", [each for each in totals if not each.app.source])):
        if some:
            found += ["", f"Median error over {title} apps ({len(some)}): {errors(some)}."]
    found += [
        "",
        "The share of the app's own modules, measured in the time that imports take, predicted in the whole boot:",
        "",
        "| app | measured | predicted | with --env |",
        "| --- | ---: | ---: | ---: |",
    ]
    found += [f"| {each.app.name} | {' | '.join(f'{share:.0%}' for share in each.own)} |" for each in totals]
    return "\n".join(found) + "\n"


def errors(totals: Sequence[Total]) -> str:
    """Return the median relative errors of the predictions, of a later boot and of the first."""
    pairs = {
        "": [(each.without_ms, each.measured_ms) for each in totals],
        "with --env ": [(each.deep_ms, each.measured_ms) for each in totals],
        "of the first boot ": [(each.without_ms, each.first_ms) for each in totals],
        "of the first boot with --env ": [(each.deep_ms, each.first_ms) for each in totals],
    }
    middles = {what: median(abs(side / real - 1) for side, real in found) for what, found in pairs.items()}
    return ", ".join(f"{what}{middle:.0%}" for what, middle in middles.items())


@click.command()
@click.option("--truth", type=EXISTING_FOLDER, required=True, help="What the apps loaded: the compressed lists.")
@click.option("--apps", type=EXISTING_FOLDER, required=True, help="Where sources and environments lie, or are made.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Also write the tables to this file.")
@click.argument("names", nargs=-1)
def main(truth: Path, apps: Path, output: Path | None, names: tuple[str, ...]) -> None:
    """Print predicted against measured totals of the apps called NAMES, or all."""
    table = load_table(bundled_table_path())
    totals = []
    for app in APPS:
        if (names and app.name not in names) or not installed(app, apps, truth):
            continue
        totals.append(total_of(app, apps, truth, table, measured(app, apps)))
    if not totals:
        raise click.UsageError("no app to boot")
    text = table_of(totals)
    click.echo(text, nl=False)
    if output is not None:
        output.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
