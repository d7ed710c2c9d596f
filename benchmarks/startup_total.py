"""The predicted cost of a boot against the measured one: `startup_total.py --truth DIR --apps DIR [NAME...]`.

Both are CPU times. Measured is the boot less the bare interpreter, each the least of some runs that take turns, with
cached bytecode; predicted is scaled by what `import flask` costs in the same environment, once from the app's own
sources and the cost table alone, and once with the trace going on through the installed packages. Measured counts
everything a boot does, a prediction counts imports alone. The second table tells how much of the import time goes to
the app's own modules: measured are the self times of `-X importtime` in DIR/NAME.importtime.txt.gz of --truth.
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

from flake8_flask_startup.costs import CostTable, bundled_table_path, load_table
from flake8_flask_startup.project import Project
from flake8_flask_startup.startup import trace
from flake8_flask_startup.startup_costs import StartupCosts

RUNS = 5
LEAVE = "; import os; os._exit(0)"


@dataclass(frozen=True, slots=True)
class Total:
    """One app: milliseconds on this machine, predicted without the environment (without) and with it (deep)."""

    app: App
    flask_ms: float
    measured_ms: float
    without_ms: float
    deep_ms: float
    own: tuple[float, float, float]  # the share of the app's own modules: measured, predicted without and with it


def measured(app: App, apps: Path) -> tuple[float, float]:
    """Return what `import flask` and the boot cost (ms) beyond the bare interpreter."""
    codes = ("pass", "import flask", app.code)
    times: dict[str, list[float]] = {code: [] for code in codes}
    with tempfile.TemporaryDirectory() as cache:
        for run in range(RUNS + 1):
            for code in codes:
                ms = cpu_ms(app, apps, code, cache)
                if run:  # the first one compiles
                    times[code].append(ms)
    bare, flask, boot = (min(times[code]) for code in codes)
    return flask - bare, boot - bare


def cpu_ms(app: App, apps: Path, code: str, cache: str) -> float:
    """Return the CPU milliseconds of one child."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    boot(app, apps, ["-c", code + LEAVE], cache)
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


def boot(app: App, apps: Path, arguments: list[str], cache: str) -> str:
    """Run one child in an empty folder and return its standard error; CalledProcessError where it fails."""
    with tempfile.TemporaryDirectory() as folder:
        clean = {"PATH": os.environ.get("PATH", ""), "HOME": folder, "PYTHONPYCACHEPREFIX": cache}
        done = subprocess.run(
            [app.env(apps).absolute() / "bin" / "python", *arguments],
            check=True,
            cwd=folder,
            env={**clean, "PYTHONPATH": str(app.src(apps).absolute()), **app.variables},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
    return done.stderr.decode(errors="replace")


def predicted(app: App, apps: Path, table: CostTable, site_packages: Path | None) -> tuple[float, float]:
    """Return the predicted cost (ms) on the reference machine, and the share of the app's own modules in it."""
    traced = trace(Project([app.src(apps) / root for root in app.roots], env=site_packages), app.entries)
    kib = {each.name: Path(each.path).stat().st_size / 1024 for each in traced.loaded if Path(each.path).is_file()}
    total = StartupCosts(traced, table, kib).total
    return total.ms, sum(ms for package, ms in total.parts.items() if top(package) in app.own) / total.ms


def total_of(app: App, apps: Path, truth: Path, table: CostTable, figures: tuple[float, float]) -> Total:
    """Return the totals of an app that was measured: what `import flask` and the boot take (ms)."""
    flask, boot_ms = figures
    factor = flask / table.recipe.flask_ms
    without, deep = (predicted(app, apps, table, env) for env in (None, app.site_packages(apps)))
    own = (own_share(app, truth), without[1], deep[1])
    return Total(app, flask, boot_ms, without[0] * factor, deep[0] * factor, own)


def table_of(totals: Sequence[Total]) -> str:
    """Return the totals as Markdown tables: predicted over measured, and the share of the app's own modules."""
    found = [
        "| app | from PyPI | import flask, ms | boot, ms | predicted, ms | of boot | with --env, ms | of boot |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for each in totals:
        sides = [f"{side:.0f} | {side / each.measured_ms:.2f}" for side in (each.without_ms, each.deep_ms)]
        origin = "" if each.app.source else "yes"
        found.append(
            f"| {each.app.name} | {origin} | {each.flask_ms:.0f} | {each.measured_ms:.0f} | {' | '.join(sides)} |"
        )
    for title, some in (("all", totals), ("the PyPI", [each for each in totals if not each.app.source])):
        if some:
            without = median(abs(each.without_ms / each.measured_ms - 1) for each in some)
            deep = median(abs(each.deep_ms / each.measured_ms - 1) for each in some)
            found += ["", f"Median error over {title} apps ({len(some)}): {without:.0%}, with --env {deep:.0%}."]
    found += [
        "",
        "The share of the app's own modules in the time that imports take:",
        "",
        "| app | measured | predicted | with --env |",
        "| --- | ---: | ---: | ---: |",
    ]
    found += [f"| {each.app.name} | {' | '.join(f'{share:.0%}' for share in each.own)} |" for each in totals]
    return "\n".join(found) + "\n"


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
