"""Make the bundled cost table again: `python benchmarks/make_table.py`, one command, about an hour.

Installs every environment of data/measured_packages.toml in its turn, measures it, removes it, and writes
data/heavy_modules.toml anew after each. Every child's report is kept in a journal in the work folder: stopped and
started again, it goes on where it ended; run when all is measured, it only writes the table again. With NAMES of
environments it measures these alone, and puts their rows into the table as it stands. On a machine that has other work,
--cpu-clock keeps that out of the parts (cpu_clock.py); the figures themselves are ratios, and hardly move.
"""

from __future__ import annotations

import datetime
import logging
import os
import platform
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import click
from costs_environments import PACKAGES, REPOSITORY, Environment, installed, offline, read_packages
from costs_parts import repaired
from cpu_clock import CpuClockRunner

from flake8_flask_startup.costs.estimator import Model
from flake8_flask_startup.costs.rows import Row
from flake8_flask_startup.costs.table import Recipe, load_table
from flake8_flask_startup.files.atomic_write import write
from flake8_flask_startup.measure.estimate import flask_times, make_row
from flake8_flask_startup.measure.process import MeasureError, Runner
from flake8_flask_startup.measure.rows import Document
from flake8_flask_startup.measure.samples import Installed, Sample, Subject
from flake8_flask_startup.measure.session import Journal, Plan, measure

PLAN = Plan()
TABLE = REPOSITORY / "data" / "heavy_modules.toml"
COMMENT = """What imports and calls cost when a Flask app starts. Measured, never edited by hand: made by
`python benchmarks/make_table.py` from data/measured_packages.toml. docs/costs.md describes the method and the schema.
ms: warm CPU milliseconds with Flask imported before; parts: the same by package, so that shared ones count once."""
METHOD = (
    "median over fresh processes of CPU time / CPU time of `import flask` in the same process, times flask_ms; "
    "bytecode cached, after one run that is dropped; spread is the interquartile range over the median"
)
LOG = logging.getLogger("make_table")


def finished(environment: Environment, folder: Path) -> bool:
    """Return whether the journal has all the environment needs."""
    path = folder / f"{environment.name}.jsonl"
    if not path.exists() or not path.with_suffix(".json").exists():
        return False
    journal = Journal(path)
    return all(PLAN.next_kind(journal.samples(subject)) is None for subject in environment.subjects)


def measure_environment(
    environment: Environment, constraints: Mapping[str, str], folder: Path, *, by_cpu_clock: bool = False
) -> None:
    """Install and measure one environment; its journal and what was installed go to the folder."""
    started = time.monotonic()
    with installed(environment.requirements, constraints, folder) as python:
        LOG.info("%s: installed in %.0f s", environment.name, time.monotonic() - started)
        sees = offline(python.parents[2])
        runner = (
            CpuClockRunner(str(python), environment=sees, work=folder)
            if by_cpu_clock
            else Runner(str(python), environment=sees)
        )
        with runner:
            facts = runner.probe([subject.name for subject in environment.subjects])
            path = folder / f"{environment.name}.jsonl"
            path.with_suffix(".json").write_text(facts.to_json(), encoding="utf-8")
            journal = Journal(path)
            children = sum(1 for _ in measure(environment.subjects, runner, journal, PLAN))
    LOG.info(
        "%s: %d subjects, %d children, %.0f s",
        environment.name,
        len(environment.subjects),
        children,
        time.monotonic() - started,
    )


@dataclass(frozen=True, slots=True)
class Measured:
    """What the journal holds of one finished subject."""

    subject: Subject
    samples: Sequence[Sample]
    owner: tuple[str, str]
    python: str
    flask: str
    dev: bool
    each: bool


def journaled(environments: Sequence[Environment], folder: Path) -> Iterator[Measured]:
    """Yield every finished subject of the environments; of a name in several, the first."""
    seen: set[tuple[str, str]] = set()
    for environment in environments:
        path = folder / f"{environment.name}.jsonl"
        if not path.exists():
            continue
        facts = Installed.from_json(path.with_suffix(".json").read_text(encoding="utf-8"))
        journal = Journal(path)
        for subject in environment.subjects:
            samples = journal.samples(subject)
            if (subject.name, subject.setup) in seen or PLAN.next_kind(samples) is not None:
                continue
            seen.add((subject.name, subject.setup))
            name, version = facts.owner(subject.name)
            yield Measured(
                subject, samples, (name, version), facts.python, facts.flask, environment.dev, environment.each
            )


def rows_of(found: Sequence[Measured], flask_ms: float) -> dict[Subject, Row]:
    """Return the rows that the measurements make, on a machine on which `import flask` takes flask_ms."""
    return {
        item.subject: make_row(
            item.subject,
            item.samples,
            owner=item.owner,
            python=item.python,
            flask_ms=flask_ms,
            target=PLAN.target,
            dev=item.dev,
            each=item.each,
        )
        for item in found
    }


def amended(table: Path, found: Sequence[Measured]) -> Document:
    """Return the table as it stands, with the rows of the measurements in it or in place of older ones."""
    stands = load_table(table)
    new = rows_of(found, stands.recipe.flask_ms)
    modules = {name: row for name in stands.modules if (row := stands.row(name)) is not None}
    calls = {name: row for name in stands.calls if (row := stands.call(name)) is not None}
    modules |= {subject.name: row for subject, row in new.items() if not subject.setup}
    calls |= {subject.name: row for subject, row in new.items() if subject.setup}
    return Document(COMMENT, repaired(list(modules.values())), calls.values(), stands.recipe, stands.model)


def document(found: Sequence[Measured], model: Model | None) -> Document:
    """Return the table that the measurements make, with the model that was fitted to the one before."""
    flask_ms = round(median(median(flask_times(item.samples)) for item in found if flask_times(item.samples)), 1)
    rows = rows_of(found, flask_ms)
    calls = [row for subject, row in rows.items() if subject.setup]
    recipe = Recipe(
        flask_ms=flask_ms,
        python=found[0].python,
        flask=found[0].flask,
        machine=machine(),
        date=datetime.datetime.now(datetime.UTC).date().isoformat(),
        method=METHOD,
    )
    modules = [row for subject, row in rows.items() if not subject.setup]
    return Document(COMMENT, repaired(modules), calls, recipe, model)


def write_table(table: Path, found: Sequence[Measured], names: Sequence[str]) -> None:
    """Write the table, as the measurements make it or, where only some were asked for, amend it."""
    write(table, (amended(table, found) if names else document(found, load_table(table).model)).to_toml().encode())


def machine() -> str:
    """Return what was measured on: processor, cores, system."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")
    return f"{model or platform.machine()}, {os.cpu_count()} cores, {platform.system()}"


def set_up_log(work: Path) -> None:
    """Log to the work folder and to the terminal."""
    logging.basicConfig(
        level=logging.INFO,
        format="%(asctime)s %(message)s",
        datefmt="%H:%M:%S",
        handlers=[logging.FileHandler(work / "make_table.log"), logging.StreamHandler()],
    )


@click.command()
@click.option("--packages", type=click.Path(path_type=Path, exists=True), default=PACKAGES, help="The pinned list.")
@click.option(
    "--work",
    type=click.Path(path_type=Path, file_okay=False),
    default=REPOSITORY / "build" / "table",
    help="Where journals are kept, and environments made.",
)
@click.option("--table", type=click.Path(path_type=Path, dir_okay=False), default=TABLE, help="The table to write.")
@click.option("--cpu-clock", is_flag=True, help="Profile by CPU time, where other work disturbs wall times.")
@click.argument("names", nargs=-1)
def main(packages: Path, work: Path, table: Path, names: tuple[str, ...], *, cpu_clock: bool) -> None:
    """Measure what the journal lacks, of the environments called NAMES or of all, and write the table."""
    work.mkdir(parents=True, exist_ok=True)
    set_up_log(work)
    environments, constraints = read_packages(packages)
    if names:
        environments = [environment for environment in environments if environment.name in names]
    for environment in environments:
        if finished(environment, work):
            continue
        try:
            measure_environment(environment, constraints, work, by_cpu_clock=cpu_clock)
            write_table(table, list(journaled(environments, work)), names)
        except (subprocess.SubprocessError, MeasureError) as error:
            LOG.warning("%s: left out: %s", environment.name, str(error).splitlines()[0][:200])
    found = list(journaled(environments, work))
    write_table(table, found, names)
    LOG.info("%s: %d rows", table.name, len(found))


if __name__ == "__main__":
    main()
