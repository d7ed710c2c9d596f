"""`flask startup measure`: what imports cost with this interpreter and these versions."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from keyword import iskeyword
from pathlib import Path
from statistics import median

import click

from ..costs.rows import Row
from ..costs.table import CostTable, CostTableError, bundled_table_path, load_table
from ..files.atomic_write import try_out
from ..files.interrupts import INTERRUPTED
from ..measure.estimate import flask_times, make_row
from ..measure.process import MeasureError, Runner
from ..measure.project import is_own, lacking, source_roots, third_party_imports
from ..measure.samples import Installed, SampleKind, Subject
from ..measure.session import Journal, Plan, measure
from ..measure.table_file import TableFile
from .group import VersionedCommand, say

PLAN = Plan()
CALIBRATION = Subject("flask", "pass")
CALIBRATION_RUNS = 15
OUTPUT = "flask-startup-costs.toml"


@click.command(name="measure", cls=VersionedCommand)
@click.argument("modules", nargs=-1, metavar="[MODULE]...")
@click.option("--python", default=sys.executable, metavar="PATH", help="The interpreter to measure.  [this one]")
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=1,
    show_default=True,
    help="Children at a time. More finish sooner and disturb each other's figures.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=OUTPUT,
    show_default=True,
    help="The table to write, or to add to.",
)
@click.option(
    "--timeout", type=click.FloatRange(min=1), default=120.0, show_default=True, help="Seconds a child may take."
)
@click.option("--calibrate", is_flag=True, help="Measure how fast this machine is and write the scale.")
@click.pass_context
def command(
    ctx: click.Context,
    modules: tuple[str, ...],
    python: str,
    jobs: int,
    output: Path,
    timeout: float,
    calibrate: bool,
) -> None:
    """Measure what importing each MODULE costs; write a cost table.

    It is measured with Flask imported before, for --fst-costs. This command runs code: it imports the modules named,
    each in child processes of its own, many times. Without a MODULE it imports what the files under the current
    folder import and the bundled table does not have, or has in another version; it says which before it starts, and
    it never imports the project itself unless you name it.

    Interrupt it at any time: started again, it goes on where it was.

    \b
    Examples:
      flask startup measure pandas sqlalchemy.orm
      flask startup measure --python .venv/bin/python
      flask startup measure --calibrate
      flake8 --select=FST --fst-costs=flask-startup-costs.toml

    \b
    Exit status: 0 measured, 1 an import ended in an exception, 2 nothing could be measured, 130 interrupted.
    """
    path = source_roots(Path.cwd()) if any(is_own(Path.cwd(), name) for name in modules) else ()
    table = TableFile(output)
    failed = 0
    try:
        check_names(modules)
        bundled = load_table(bundled_table_path())
        table.load()  # a file that is no table, or cannot be written, is refused before anything runs
        try_out(output)
        with Runner(python, environment=os.environ, path=path, timeout=timeout) as runner:
            if calibrate:
                run_calibration(runner, table, bundled.recipe.flask_ms)
            if modules or not calibrate:
                failed = run_modules(runner, table, bundled, modules, jobs)
    except KeyboardInterrupt:
        say(f"interrupted: what is measured is kept beside {output}; the same command goes on", err=True)
        ctx.exit(INTERRUPTED)
    except (CostTableError, MeasureError, OSError) as error:
        say(f"flask startup measure: {error}", err=True)
        ctx.exit(2)
    ctx.exit(1 if failed else 0)


def check_names(modules: Iterable[str]) -> None:
    """Raise MeasureError where a name is none that `import` takes."""
    for name in modules:
        if not all(part.isidentifier() and not iskeyword(part) for part in name.split(".")):
            raise MeasureError(f"{name!r} is no module name")


def run_calibration(runner: Runner, table: TableFile, reference_ms: float) -> None:
    """Measure `import flask` and write how it compares with the reference machine."""
    need_flask(runner.probe([]))
    samples = [runner.sample(CALIBRATION, SampleKind.WARM) for _ in range(1 + CALIBRATION_RUNS)]
    times = flask_times(samples[1:])
    if not times:
        raise MeasureError(f"Flask does not import: {samples[0].fails}")
    scale = median(times) / reference_ms
    table.calibrate(scale)
    say(
        f"import flask takes {median(times):.1f} ms here and {reference_ms:.1f} ms on the reference machine: "
        f"scale = {scale:.3f} in {table.path}"
    )


def run_modules(runner: Runner, table: TableFile, bundled: CostTable, modules: Sequence[str], jobs: int) -> int:
    """Measure the modules, or those the project needs, and return how many ended in an exception."""
    names = list(dict.fromkeys(modules)) or third_party_imports(Path.cwd())
    installed = runner.probe(names)
    need_flask(installed)
    if modules and installed.missing:
        raise MeasureError(f"no module named {installed.missing[0]!r} for this interpreter")
    if not modules:
        names = lacking(names, installed, bundled)
    have = table.load()
    names = [name for name in names if not is_measured(name, have, installed)]
    if not names:
        say("nothing to measure: the table has it all", err=True)
        return 0
    say(f"runs in child processes: {', '.join(f'import {name}' for name in names)}", err=True)
    journal = Journal(table.path.with_name(table.path.name + ".journal"))
    subjects = [Subject.module(name, " ".join((installed.python, *installed.owner(name)))) for name in names]
    failed = 0
    with show_progress(sum(PLAN.remaining(journal.samples(subject)) for subject in subjects)) as progress:
        for subject in finished(subjects, runner, journal, jobs, progress.tick):
            row = make_row(
                subject,
                journal.samples(subject),
                owner=installed.owner(subject.name),
                python=installed.python,
                flask_ms=bundled.recipe.flask_ms,
                target=PLAN.target,
            )
            table.add(row)
            progress.say(describe(row))
            failed += bool(row.fails)
    journal.forget(subjects)
    return failed


def finished(
    subjects: Sequence[Subject], runner: Runner, journal: Journal, jobs: int, tick: Callable[[], None]
) -> Iterator[Subject]:
    """Measure the subjects and yield each one when it is done; tick after every child."""
    pending = {subject.name: subject for subject in subjects}

    def done() -> list[Subject]:
        return [subject for subject in pending.values() if PLAN.next_kind(journal.samples(subject)) is None]

    for subject in done():  # an interrupted run may have ended between its last child and the row
        yield pending.pop(subject.name)
    for _ in measure(subjects, runner, journal, PLAN, jobs):
        tick()
        for subject in done():
            yield pending.pop(subject.name)


@dataclass(frozen=True, slots=True)
class RunProgress:
    """What a run tells while it lasts: tick after a child, say when a row is done."""

    tick: Callable[[], None]
    say: Callable[[str], None]


@contextlib.contextmanager
def show_progress(children: int) -> Iterator[RunProgress]:
    """Show a bar on standard error where that is a terminal, with the rows below it; elsewhere the rows alone."""
    if not sys.stderr.isatty():
        yield RunProgress(lambda: None, say)
        return
    lines: list[str] = []
    try:
        with click.progressbar(length=children, label="measuring", file=sys.stderr) as bar:
            yield RunProgress(lambda: bar.update(1), lines.append)
    finally:
        for line in lines:
            say(line)


def need_flask(installed: Installed) -> None:
    """Raise MeasureError where the interpreter has no Flask: every figure is a ratio to importing it."""
    if not installed.flask:
        raise MeasureError("Flask is not installed for this interpreter: see --python")


def is_measured(name: str, table: CostTable, installed: Installed) -> bool:
    """Return whether the table has the very name, of the installed version and with this Python."""
    row = table.row(name)
    return row is not None and (row.name, row.distribution, row.version, row.python) == (
        name,
        *installed.owners.get(name, ("", "unknown")),  # a module of the project has no version: measured every time
        installed.python,
    )


def describe(row: Row) -> str:
    """Return one line for people."""
    parts = ", ".join(f"{package} {ms:.0f}" for package, ms in list(row.parts.items())[:4])
    wide = ", still wide" if row.wide else ""
    text = (
        f"{row.name} {row.version}: {row.ms:.1f} ms, spread {row.spread * 100:.0f} % of {row.runs} runs{wide} ({parts})"
    )
    return f"{text}; fails: {row.fails}" if row.fails else text
