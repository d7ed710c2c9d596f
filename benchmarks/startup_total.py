"""The predicted cost of a boot against the measured one: `startup_total.py --truth DIR --apps DIR [--env] [NAME...]`.

Both are CPU times. Measured is the boot less the bare interpreter, each the least of some runs that take turns, with
cached bytecode; predicted is scaled by what `import flask` costs in the same environment. Measured counts everything a
boot does. A prediction counts imports alone, so that their share is told too: the sum of self times of `-X importtime`
as a multiple of that of `import flask`, which takes out what measuring adds.
"""

from __future__ import annotations

import os
import resource
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import click
from startup_apps import APPS, App, installed
from startup_truth import EXISTING_FOLDER

from flake8_flask_startup.costs import CostTable, bundled_table_path, load_table
from flake8_flask_startup.project import Project
from flake8_flask_startup.startup import trace
from flake8_flask_startup.startup_costs import StartupCosts

RUNS = 5
LEAVE = "; import os; os._exit(0)"


@dataclass(frozen=True, slots=True)
class Total:
    """One app: milliseconds measured and predicted on this machine, and what `import flask` takes."""

    app: str
    flask_ms: float
    measured_ms: float
    imports_ms: float
    predicted_ms: float

    @property
    def ratio(self) -> float:
        """Predicted over measured."""
        return self.predicted_ms / self.measured_ms

    @property
    def import_ratio(self) -> float:
        """Predicted over the measured imports."""
        return self.predicted_ms / self.imports_ms


def measured(app: App, apps: Path) -> tuple[float, float, float]:
    """Return what `import flask`, the boot and its imports cost (ms) beyond the bare interpreter."""
    codes = ("pass", "import flask", app.code)
    times: dict[str, list[float]] = {code: [] for code in codes}
    with tempfile.TemporaryDirectory() as cache:
        for run in range(RUNS + 1):
            for code in codes:
                ms = cpu_ms(app, apps, code, cache)
                if run:  # the first one compiles
                    times[code].append(ms)
        imports = [min(import_us(app, apps, code, cache) for _ in range(RUNS)) for code in codes]
    bare, flask, boot = (min(times[code]) for code in codes)
    share = (imports[2] - imports[0]) / (imports[1] - imports[0])
    return flask - bare, boot - bare, share * (flask - bare)


def cpu_ms(app: App, apps: Path, code: str, cache: str) -> float:
    """Return the CPU milliseconds of one child."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    boot(app, apps, ["-c", code + LEAVE], cache)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime) * 1000


def import_us(app: App, apps: Path, code: str, cache: str) -> int:
    """Return the sum of the self times (µs) that `-X importtime` tells of one child."""
    log = boot(app, apps, ["-X", "importtime", "-c", code + LEAVE], cache)
    times = (line.removeprefix("import time:").partition("|")[0].strip() for line in log.splitlines())
    return sum(int(time) for time in times if time.isdigit())


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


def predicted(app: App, apps: Path, table: CostTable, site_packages: Path | None) -> float:
    """Return the predicted cost (ms) on the reference machine."""
    traced = trace(Project([app.src(apps) / root for root in app.roots], env=site_packages), app.entries)
    kib = {each.name: Path(each.path).stat().st_size / 1024 for each in traced.loaded if each.path}
    costs = StartupCosts(traced, table, kib)
    return costs.total.ms


@click.command()
@click.option("--truth", type=EXISTING_FOLDER, required=True, help="What the apps loaded: the compressed lists.")
@click.option("--apps", type=EXISTING_FOLDER, required=True, help="Where sources and environments lie, or are made.")
@click.option("--env", is_flag=True, help="Let the trace go on through the installed packages.")
@click.argument("names", nargs=-1)
def main(truth: Path, apps: Path, env: bool, names: tuple[str, ...]) -> None:
    """Print predicted against measured totals of the apps called NAMES, or all."""
    table = load_table(bundled_table_path())
    totals = []
    for app in APPS:
        if (names and app.name not in names) or not installed(app, apps, truth):
            continue
        flask, total, imports = measured(app, apps)
        site_packages = app.site_packages(apps) if env else None
        foreseen = predicted(app, apps, table, site_packages) * flask / table.recipe.flask_ms
        totals.append(Total(app.name, flask, total, imports, foreseen))
    print("| app | import flask, ms | boot, ms | its imports, ms | predicted, ms | of boot | of imports |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for each in totals:
        print(
            f"| {each.app} | {each.flask_ms:.0f} | {each.measured_ms:.0f} | {each.imports_ms:.0f} "
            f"| {each.predicted_ms:.0f} | {each.ratio:.2f} | {each.import_ratio:.2f} |"
        )
    errors = [median(abs(getattr(each, name) - 1) for each in totals) for name in ("ratio", "import_ratio")]
    print(f"\nmedian error over {len(totals)} apps: {errors[0]:.0%} of the boot, {errors[1]:.0%} of its imports")


if __name__ == "__main__":
    main()
