"""The static startup trace against what ten real Flask apps load: `startup_truth.py --truth DIR --apps DIR [NAME...]`.

DIR of --truth holds NAME.modules.txt.gz (`sys.modules` at the end of a boot), NAME.importtime.txt.gz (the log of
`-X importtime`) and NAME.freeze.txt.gz. Recall is the share of the app's own loaded modules that the trace predicts,
precision the share of predicted ones that were loaded; what the trace marks as conditional and was not loaded stays out
of precision. A miss is explained where the trace holds an unresolved entry at a statement that was running when the
module was loaded. Share is that of the measured import time of third-party packages (self time by top-level package)
that lies in packages the trace predicts: named by the app's own statements or by the cost table's rows for them, or,
with --env, met in the sources of the installed packages, which the trace then goes on through.
"""

from __future__ import annotations

import ast
import gc
import gzip
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median

import click
from startup_apps import APPS, App, installed, stacks

from flake8_flask_startup.costs.table import CostTable, bundled_table_path, load_table
from flake8_flask_startup.project.module_finder import Origin
from flake8_flask_startup.project.modules import Project
from flake8_flask_startup.startup.followed import trace
from flake8_flask_startup.startup.graph.trace import Trace, Unresolved

MEDIANS = ("recall", "precision", "share")
EXISTING_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@dataclass(frozen=True, slots=True)
class Result:
    """A trace of one app. misses maps a module to what explains it, '' for nothing; share is a fraction.

    unresolved counts the trace's unresolved entries in the app's own code, seconds are those of CPU that it took.
    """

    app: str
    expected: int
    found: int
    misses: Mapping[str, str]
    false: Sequence[str]
    share: float
    unresolved: int
    seconds: float

    @property
    def recall(self) -> float:
        """The share of the loaded modules that were predicted."""
        return self.found / self.expected

    @property
    def precision(self) -> float:
        """The share of the predicted modules that were loaded."""
        return self.found / (self.found + len(self.false))

    @property
    def unexplained(self) -> list[str]:
        """The misses that no unresolved entry stands for."""
        return [module for module, reason in self.misses.items() if not reason]


def compare(app: App, apps: Path, truth: Path, table: CostTable, env: Path | None) -> Result:
    """Trace one app, with an environment through the packages installed there, and hold it against its truth."""
    modules = lines(truth / f"{app.name}.modules.txt.gz")
    expected = {module for module in modules if top(module) in app.own}
    gc.collect()  # what is left of the app before is not this one's time
    started = time.process_time()
    static = trace(Project([app.src(apps) / root for root in app.roots], env=env), app.entries)
    seconds = time.process_time() - started
    own = {each.name: each for each in static.loaded if each.origin is Origin.FIRST_PARTY}
    times = third_party_times(lines(truth / f"{app.name}.importtime.txt.gz"), modules, app)
    packages = third_party(static) if env is not None else third_party(static) | priced(outside_names(static), table)
    return Result(
        app=app.name,
        expected=len(expected),
        found=len(expected & own.keys()),
        misses=explained(sorted(expected - own.keys()), static, app, apps),
        false=sorted(name for name, each in own.items() if name not in expected and not each.conditional),
        share=share(times, packages),
        unresolved=len(own_unresolved(static, app.src(apps).absolute())),
        seconds=seconds,
    )


def own_unresolved(static: Trace, src: Path) -> dict[tuple[str, int], Unresolved]:
    """Return the unresolved entries in an app's own code, by the path below its folder and the statement's line."""
    found = {}
    for each in static.unresolved:
        path = Path(each.statement.path).absolute()
        if path.is_relative_to(src):
            found[str(path.relative_to(src)), first_line(path, each.statement.line)] = each
    return found


def explained(misses: Iterable[str], static: Trace, app: App, apps: Path) -> dict[str, str]:
    """Return for each missed module the unresolved entry on the stack of its loading, '' if there is none."""
    src = app.src(apps).absolute()
    known = own_unresolved(static, src)
    recorded = stacks(app, apps)
    reasons = {}
    for module in misses:
        frames = recorded.get(module) or next(
            (recorded[name] for name in recorded if name.startswith(f"{module}.")), []
        )
        places = [(path, first_line(src / path, line)) for path, line in frames]
        entry = next((known[place] for place in places if place in known), None)
        reasons[module] = f"{places[0][0]} line {places[0][1]}: {entry.reason}" if entry else ""
    return reasons


@cache
def _first_lines(path: Path) -> dict[int, int]:
    """Return for each line of a file the first line of the innermost statement it belongs to."""
    starts: dict[int, int] = {}
    for node in ast.walk(ast.parse(path.read_bytes())):  # breadth first: inner statements come after outer ones
        if isinstance(node, ast.stmt):
            starts |= dict.fromkeys(range(node.lineno, (node.end_lineno or node.lineno) + 1), node.lineno)
    return starts


def first_line(path: Path, line: int) -> int:
    """Return the first line of the statement that a line of a file belongs to."""
    return _first_lines(path).get(line, line)


def third_party_times(log: Iterable[str], modules: Sequence[str], app: App) -> dict[str, int]:
    """Return the self time (µs) of each third-party top-level package that was loaded."""
    loaded = {top(module) for module in modules} - set(app.own) - sys.stdlib_module_names
    times: dict[str, int] = {}
    for line in log:
        self_time, _, name = line.removeprefix("import time:").split("|")
        package = top(name.strip())
        if self_time.strip().isdigit() and package in loaded and not package.startswith("_sysconfigdata"):
            times[package] = times.get(package, 0) + int(self_time)
    return times


def outside_names(boot: Trace) -> set[str]:
    """Return what the boot imports from outside, as precisely as the statements say it."""
    outside = third_party(boot)
    return {edge.imported for edge in boot.edges if top(edge.imported) in outside}


def third_party(boot: Trace) -> set[str]:
    """Return the third-party top-level packages of a trace."""
    return {top(each.name) for each in boot.loaded if each.origin is Origin.THIRD_PARTY}


def priced(names: Iterable[str], table: CostTable) -> set[str]:
    """Return the top-level packages that the cost table's rows for the names load."""
    return {top(package) for name in names if (row := table.row(name)) for package in row.parts}


def share(times: Mapping[str, int], packages: set[str]) -> float:
    """Return the part of the time that lies in the packages."""
    return sum(time for package, time in times.items() if package in packages) / sum(times.values())


def top(dotted: str) -> str:
    """Return the top-level package of a dotted name."""
    return dotted.partition(".")[0]


def lines(path: Path) -> list[str]:
    """Return the lines of a compressed text."""
    return gzip.decompress(path.read_bytes()).decode().splitlines()


def table_of(results: Sequence[Result]) -> str:
    """Return the results as a Markdown table, with medians, and the misses and false modules below."""
    rows = [
        "| app | own modules loaded | recall | precision | misses | explained | unresolved | time share | CPU s |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for each in results:
        explained_misses = len(each.misses) - len(each.unexplained)
        rows.append(
            f"| {each.app} | {each.expected} | {each.recall:.3f} | {each.precision:.3f} | {len(each.misses)} "
            f"| {explained_misses} | {each.unresolved} | {each.share:.3f} | {each.seconds:.1f} |"
        )
    recall, precision, part = (median(getattr(each, name) for each in results) for name in MEDIANS)
    misses = sum(len(each.misses) for each in results)
    rows.append(
        f"| median, or sum | | {recall:.3f} | {precision:.3f} | {misses} "
        f"| {misses - sum(len(each.unexplained) for each in results)} | {sum(each.unresolved for each in results)} "
        f"| {part:.3f} | {sum(each.seconds for each in results):.1f} |"
    )
    for each in results:
        rows += details(each)
    return "\n".join(rows) + "\n"


def details(result: Result) -> list[str]:
    """Return an app's misses and false modules, one a line."""
    found = [f"- missed {module}: {reason or 'UNEXPLAINED'}" for module, reason in result.misses.items()]
    found += [f"- false {module}" for module in result.false]
    return ["", f"### {result.app}", "", *found] if found else []


@click.command()
@click.option("--truth", type=EXISTING_FOLDER, required=True, help="What the apps loaded: the compressed lists.")
@click.option("--apps", type=EXISTING_FOLDER, required=True, help="Where sources and environments lie, or are made.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Also write the table to this file.")
@click.option(
    "--env/--no-env", default=True, show_default=True, help="Trace with the environment too, which takes longest."
)
@click.argument("names", nargs=-1)
def main(truth: Path, apps: Path, output: Path | None, env: bool, names: tuple[str, ...]) -> None:
    """Trace the apps called NAMES, or all, and print how the traces compare with what was loaded."""
    table = load_table(bundled_table_path())
    there = []
    for app in APPS:
        if names and app.name not in names:
            continue
        if installed(app, apps, truth):
            there.append(app)
        else:
            click.echo(f"{app.name}: put a checkout of {app.source} into {app.src(apps)}", err=True)
    if not there:
        raise click.UsageError("no app to trace")
    text = "## The app's own sources alone\n\n" + table_of([compare(app, apps, truth, table, None) for app in there])
    if env:
        deep = [compare(app, apps, truth, table, app.site_packages(apps)) for app in there]
        text += f"\n## With --env\n\n{table_of(deep)}"
    click.echo(text, nl=False)
    if output is not None:
        output.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
