"""The predicted cost of a boot against the measured one: `startup_total.py --truth DIR --apps DIR [NAME...]`.

Both are CPU times. Measured is the boot less the bare interpreter, each the least of some runs that take turns, with
cached bytecode; predicted is scaled by what `import flask` costs in the same environment, once from the app's own
sources and the cost table alone, and once with the trace going on through the installed packages. Measured counts
everything a boot does, a prediction counts imports alone. Where they differ the second table tells: the self times of
`-X importtime`, as multiples of that of `import flask`, which takes out what measuring adds, by whose module it is.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import click
from startup_apps import APPS, App, installed
from startup_truth import EXISTING_FOLDER, top

from flake8_flask_startup.cost_rows import STDLIB
from flake8_flask_startup.costs import CostTable, bundled_table_path, load_table
from flake8_flask_startup.project import Project
from flake8_flask_startup.startup import trace
from flake8_flask_startup.startup_costs import StartupCosts

RUNS = 5
LEAVE = "; import os; os._exit(0)"
OWN, OTHERS = "own", "installed"
WHOSE = (OWN, OTHERS, STDLIB)
Shares = Mapping[str, float]  # milliseconds by whose modules they go to


@dataclass(frozen=True, slots=True)
class Total:
    """One app: milliseconds on this machine; without and deep are predicted, without and with the environment."""

    app: App
    flask_ms: float
    measured_ms: float
    imports: Shares
    without: Shares
    deep: Shares


def ratio(predicted: Shares, measured_ms: float) -> float:
    """Return predicted over measured."""
    return sum(predicted.values()) / measured_ms


def measured(app: App, apps: Path) -> tuple[float, float, Shares]:
    """Return what `import flask`, the boot and its imports cost (ms) beyond the bare interpreter."""
    codes = ("pass", "import flask", app.code)
    times: dict[str, list[float]] = {code: [] for code in codes}
    with tempfile.TemporaryDirectory() as cache:
        for run in range(RUNS + 1):
            for code in codes:
                ms = cpu_ms(app, apps, code, cache)
                if run:  # the first one compiles
                    times[code].append(ms)
        bare_us, flask_us, boot_us = (least_self_times(app, apps, code, cache) for code in codes)
    bare, flask, boot = (min(times[code]) for code in codes)
    per_us = (flask - bare) / (sum(flask_us.values()) - sum(bare_us.values()))
    return flask - bare, boot - bare, {whose: per_us * (boot_us[whose] - bare_us[whose]) for whose in WHOSE}


def cpu_ms(app: App, apps: Path, code: str, cache: str) -> float:
    """Return the CPU milliseconds of one child."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    boot(app, apps, ["-c", code + LEAVE], cache)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime) * 1000


def least_self_times(app: App, apps: Path, code: str, cache: str) -> dict[str, int]:
    """Return the self times (µs) that `-X importtime` tells, by whose modules they are, of the quickest of the runs."""
    runs = [self_times(app, boot(app, apps, ["-X", "importtime", "-c", code + LEAVE], cache)) for _ in range(RUNS)]
    return min(runs, key=lambda times: sum(times.values()))


def self_times(app: App, log: str) -> dict[str, int]:
    """Return the sums of the self times (µs) in a log of `-X importtime`, by whose modules they are."""
    times = dict.fromkeys(WHOSE, 0)
    for line in log.splitlines():
        fields = line.removeprefix("import time:").split("|")
        if len(fields) == 3 and fields[0].strip().isdigit():
            times[whose(top(fields[2].strip()), app)] += int(fields[0])
    return times


def whose(package: str, app: App) -> str:
    """Return whose a top-level package is."""
    is_standard = package == STDLIB or package in sys.stdlib_module_names or package.startswith("_sysconfigdata")
    return OWN if package in app.own else STDLIB if is_standard else OTHERS


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


def predicted(app: App, apps: Path, table: CostTable, site_packages: Path | None) -> Shares:
    """Return the predicted cost (ms) on the reference machine, by whose modules it goes to."""
    traced = trace(Project([app.src(apps) / root for root in app.roots], env=site_packages), app.entries)
    kib = {each.name: Path(each.path).stat().st_size / 1024 for each in traced.loaded if Path(each.path).is_file()}
    shares = dict.fromkeys(WHOSE, 0.0)
    for package, ms in StartupCosts(traced, table, kib).total.parts.items():
        shares[whose(top(package), app)] += ms
    return shares


def scaled(shares: Shares, factor: float) -> Shares:
    """Return the milliseconds on another machine."""
    return {name: ms * factor for name, ms in shares.items()}


def table_of(totals: Sequence[Total]) -> str:
    """Return the totals as Markdown tables: predicted over measured, and what the imports are made of."""
    lines = [
        "| app | from PyPI | import flask, ms | boot, ms | predicted, ms | of boot | with --env, ms | of boot |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for each in totals:
        figures = [
            f"{sum(side.values()):.0f} | {ratio(side, each.measured_ms):.2f}" for side in (each.without, each.deep)
        ]
        origin = "" if each.app.source else "yes"
        lines.append(
            f"| {each.app.name} | {origin} | {each.flask_ms:.0f} | {each.measured_ms:.0f} | {' | '.join(figures)} |"
        )
    for title, some in (("all", totals), ("the PyPI", [each for each in totals if not each.app.source])):
        if some:
            errors = [
                median(abs(ratio(side(each), each.measured_ms) - 1) for each in some)
                for side in (lambda each: each.without, lambda each: each.deep)
            ]
            lines += ["", f"Median error over {title} apps ({len(some)}): {errors[0]:.0%}, with --env {errors[1]:.0%}."]
    lines += [
        "",
        "Milliseconds of the boot by what they go to; predicted stand behind measured, first without, then with --env.",
        "The rest of the boot is work that no import does: calls, and reading files and databases.",
        "",
        "| app | own modules | installed packages | standard library | rest of the boot |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for each in totals:
        cells = [f"{each.imports[name]:.0f}: {each.without[name]:.0f}, {each.deep[name]:.0f}" for name in WHOSE]
        rest = each.measured_ms - sum(each.imports.values())
        lines.append(f"| {each.app.name} | {' | '.join(cells)} | {rest:.0f} |")
    return "\n".join(lines) + "\n"


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
        flask, total, imports = measured(app, apps)
        factor = flask / table.recipe.flask_ms
        sides = [scaled(predicted(app, apps, table, env), factor) for env in (None, app.site_packages(apps))]
        totals.append(Total(app, flask, total, imports, *sides))
    if not totals:
        raise click.UsageError("no app to boot")
    text = table_of(totals)
    click.echo(text, nl=False)
    if output is not None:
        output.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
