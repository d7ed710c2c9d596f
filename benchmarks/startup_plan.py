"""The plan of the report, followed step by step: `startup_plan.py --truth DIR --apps DIR [NAME...]`.

The apps are those of startup_apps.py, and the slow example where it lies in DIR as they do. Each is traced through its
installed packages. Every step of its plan that saves LEAST ms is followed in a copy of the app as a developer would:
the imports stand in the functions that use their names, and those that nothing uses are gone. The copy boots as before;
a step that was followed stays so for the steps after it.

Compared are the modules that are gone from `sys.modules` with those predicted to be gone (as in startup_savings.py),
what the apps of the boot were set up with (see observe_boot.py), and two figures: what the same trace says of the copy,
and CPU times, each the least of some runs that take turns, with cached bytecode, against the prediction scaled by what
`import flask` costs in the same environment. A copy that does not boot, or is set up otherwise, is a step that breaks.
"""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import click
from startup_apps import APPS, App, installed
from startup_savings import Copy, Foreseen
from startup_total import RUNS, boot, cpu_ms
from startup_truth import EXISTING_FOLDER, top

from flake8_flask_startup.costs.table import CostTable, bundled_table_path, load_table
from flake8_flask_startup.project.module_finder import Origin
from flake8_flask_startup.project.modules import Project
from flake8_flask_startup.startup.followed import trace
from flake8_flask_startup.startup.graph.cost_model import StartupCosts
from flake8_flask_startup.startup.graph.plan import Advance, advances
from flake8_flask_startup.startup.graph.trace import Statement
from flake8_flask_startup.startup.module_features import features_of

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "oracle"))

from deferring import Way, followed  # lies with the tests that use it

LEAST = 5.0  # ms
TELLING = 25.0  # ms of saving that shows in a CPU time
OBSERVER = Path(__file__).with_name("observe_boot.py")
EXAMPLE = App("slow_app", ("run:app",), ("run", "shop"), "import run", source="examples/slow_app")


@dataclass(frozen=True, slots=True)
class Outcome:
    """A step as it came out; times are ms on this machine but for retraced_ms, which is on the reference machine.

    is_most says that the plan calls the saving the most that can be saved.
    failure says why the copy does not boot, changes what is set up otherwise. predicted is what must go, open what may,
    real what goes.
    """

    app: str
    step: Advance
    is_most: bool = False
    failure: str = ""
    changes: tuple[str, ...] = ()
    predicted: frozenset[str] = frozenset()
    open: frozenset[str] = frozenset()
    real: frozenset[str] = frozenset()
    retraced_ms: float = 0.0
    predicted_ms: float = 0.0
    measured_ms: float = 0.0

    @property
    def agrees(self) -> bool:
        """Whether the copy boots, and exactly the predicted modules are gone, or at most those."""
        gone = self.real - self.open
        return not self.failure and (gone <= self.predicted if self.is_most else gone == self.predicted)


class FollowedCopy(Copy):
    """A copy of an app in which imports can be moved into the functions that use them."""

    def follow(self, statements: Iterable[Statement]) -> None:
        """Write the copy anew with the statements moved; ValueError for a file that cannot be written so."""
        lines: dict[Path, dict[int, Way]] = {}
        for each in statements:
            path = Path(each.path).absolute().relative_to(self.original)
            lines.setdefault(path, {})[each.line] = Way.MOVED
        for path, ways in lines.items():
            text = followed((self.original / path).read_text("utf-8"), ways)
            (self.src / path).write_text(text, encoding="utf-8")


class Trial:
    """One app, the steps that were followed so far, and the two copies: with them, and with one more."""

    def __init__(self, app: App, apps: Path, table: CostTable, folder: Path) -> None:
        self.app, self.apps, self.table = app, apps, table
        self.foreseen = Foreseen(app, apps, table, LEAST)
        for name in ("cache", "before", "after"):
            (folder / name).mkdir()
        self.cache, self.output = str(folder / "cache"), folder / "observed"
        self.before, self.after = (FollowedCopy(app, apps, folder / name) for name in ("before", "after"))
        self.kept: tuple[Statement, ...] = ()
        self.loaded, self.shape = self._stable(self.before)
        self.total_ms = self._traced(self.before)
        flask, bare = (min(cpu_ms(app, apps, code, self.cache) for _ in range(RUNS)) for code in ("import flask", "0"))
        self.scale = (flask - bare) / table.recipe.flask_ms

    def outcomes(self) -> Iterator[Outcome]:
        """Follow each step of the plan after those before it."""
        for step in advances(self.foreseen.costs, self.foreseen.plan):
            if step.saving_ms < LEAST:
                continue
            try:
                yield self._followed(step)
            except (ValueError, subprocess.SubprocessError) as error:
                yield Outcome(self.app.name, step, failure=_reason(error))
                self.after.follow(self.kept)
                self.after.restore(each for each in step.statements if each.path not in {one.path for one in self.kept})

    def _followed(self, step: Advance) -> Outcome:
        statements = (*self.kept, *step.statements)
        self.after.follow(statements)
        left, shape = self._observed(self.after)
        graph = self.foreseen.costs.graph
        gone_before, gone = (graph.lost(graph.edges_at(each)) for each in (self.kept, statements))
        perhaps = graph.lost(graph.edges_at(statements).union(edge for edge in graph.targets if edge.conditional))
        known = {name for name in self.foreseen.everything & self.loaded if graph.origin(name) is not Origin.STDLIB}
        outside = {top(name) for name in self.loaded if graph.origin(name) is Origin.THIRD_PARTY}
        times = [cpu_ms(each.app, self.apps, self.app.code, self.cache) for _ in range(RUNS) for each in self._both()]
        total_ms = self._traced(self.after)
        outcome = Outcome(
            app=self.app.name,
            step=step,
            is_most=self._is_most(step),
            changes=tuple(_changes(self.shape, shape)),
            predicted=frozenset((gone - gone_before) & known),
            open=frozenset((perhaps - gone) & known),
            real=frozenset((known - left) | ((outside & graph.origins.keys() & self.loaded) - left)),
            retraced_ms=self.total_ms - total_ms,
            predicted_ms=step.saving_ms * self.scale,
            measured_ms=min(times[::2]) - min(times[1::2]),
        )
        self.kept, self.loaded, self.total_ms = statements, self.loaded & left, total_ms
        self.before.follow(self.kept)
        return outcome

    def _is_most(self, step: Advance) -> bool:
        removal = next(each for each in self.foreseen.plan if each.package == step.package)
        return bool(removal.unknown or removal.perhaps)

    def _both(self) -> tuple[Copy, Copy]:
        return self.before, self.after

    def _stable(self, copy: Copy) -> tuple[frozenset[str], Mapping[str, object]]:
        """What two boots agree on."""
        (one, shape), (other, again) = self._observed(copy), self._observed(copy)
        return one & other, {key: value for key, value in shape.items() if again.get(key) == value}

    def _observed(self, copy: Copy) -> tuple[frozenset[str], dict[str, object]]:
        """The names in `sys.modules` when the copy has booted, and what is set up; this fills the bytecode cache."""
        boot(copy.app, self.apps, [str(OBSERVER), str(self.output), copy.app.code], self.cache)
        found = json.loads(self.output.read_text("utf-8"))
        shape: dict[str, object] = {"tables": found["tables"]}
        for number, each in enumerate(found["apps"]):
            shape.update((f"{kind} of app {number}", value) for kind, value in each.items())
        return frozenset(found["modules"]), shape

    def _traced(self, copy: Copy) -> float:
        """What the trace says that the copy costs, ms on the reference machine."""
        roots = [copy.src / root for root in self.app.roots]
        project = Project(roots, env=self.app.site_packages(self.apps))
        traced = trace(project, self.app.entries)
        return StartupCosts(traced, self.table.where(project.is_missing), features_of(traced, project)).total.ms


def _changes(before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[str]:
    for kind, value in before.items():
        if (now := after.get(kind)) != value:
            one, other = (set(map(str, each)) if isinstance(each, list) else {str(each)} for each in (value, now))
            yield f"{kind}: {', '.join(sorted(one - other)[:3])} now {', '.join(sorted(other - one)[:3])}"


def _reason(error: Exception) -> str:
    stderr = getattr(error, "stderr", None) or b""
    return stderr.decode(errors="replace").strip().rpartition("\n")[2] or str(error)


def table_of(results: Sequence[Outcome]) -> str:
    """Return the outcomes as a Markdown table, and what they come to."""
    rows = [
        "| app | package | statements | modules gone | predicted | open, gone | agrees | at most | set up | plan, ms "
        "| traced, ms | predicted here, ms | measured, ms |",
        "| --- | --- | ---: | ---: | ---: | ---: | --- | --- | --- | ---: | ---: | ---: | ---: |",
    ]
    for each in results:
        step = each.step
        shape = "does not boot" if each.failure else "otherwise" if each.changes else "the same"
        most = "yes" if each.is_most else ""
        rows.append(
            f"| {each.app} | {step.package} | {len(step.statements)} | {len(each.real)} | {len(each.predicted)} "
            f"| {len(each.real & each.open)} | {'yes' if each.agrees else 'no'} | {most} | {shape} "
            f"| {step.saving_ms:.0f} | {each.retraced_ms:.0f} | {each.predicted_ms:.0f} | {each.measured_ms:.0f} |"
        )
    done = [each for each in results if not each.failure]
    rows += [
        "",
        f"{len(results)} steps of {len({each.app for each in results})} apps: "
        f"{len(results) - len(done)} do not boot, {sum(bool(each.changes) for each in done)} are set up otherwise, "
        f"of {sum(each.agrees for each in results)} exactly the predicted modules go.",
    ]
    if done:
        errors = [abs(each.retraced_ms - each.step.saving_ms) / each.step.saving_ms for each in done]
        rows.append(f"Median error of the saving against the trace of the copy: {median(errors):.0%}.")
    if telling := [each for each in done if each.measured_ms >= TELLING or each.predicted_ms >= TELLING]:
        errors = [abs(each.predicted_ms - each.measured_ms) / max(each.measured_ms, 1.0) for each in telling]
        rows.append(
            f"Median error against CPU times, of the {len(telling)} steps of {TELLING:.0f} ms: {median(errors):.0%}."
        )
    return "\n".join([*rows, "", *(note for each in results for note in _notes(each))]).rstrip() + "\n"


def _notes(outcome: Outcome) -> Iterator[str]:
    head = f"- {outcome.app}, {outcome.step.package}"
    if outcome.failure:
        yield f"{head}: does not boot: {outcome.failure}"
        return
    yield from (f"{head}: {change}" for change in outcome.changes)
    for names, text in (
        (outcome.predicted - outcome.real, "predicted to go and stays"),
        (outcome.real - outcome.predicted - outcome.open, "goes, predicted to stay"),
    ):
        if names:
            more = f" and {len(names) - 8} more" if len(names) > 8 else ""
            yield f"{head}: {text}: {', '.join(sorted(names)[:8])}{more}"


@click.command()
@click.option("--truth", type=EXISTING_FOLDER, required=True, help="What the apps loaded: the compressed lists.")
@click.option("--apps", type=EXISTING_FOLDER, required=True, help="Where sources and environments lie, or are made.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Also write the table to this file.")
@click.option("--kept", type=click.Path(dir_okay=False, path_type=Path), help="Go on from the apps in this file.")
@click.argument("names", nargs=-1)
def main(truth: Path, apps: Path, output: Path | None, kept: Path | None, names: tuple[str, ...]) -> None:
    """Follow the plans of the apps called NAMES, or of all, and print what comes of each step."""
    table = load_table(bundled_table_path())
    there = [app for app in (*APPS, EXAMPLE) if (not names or app.name in names)]
    results: dict[str, list[Outcome]] = {}
    if kept is not None and kept.exists():
        results = pickle.loads(kept.read_bytes())  # noqa: S301 # what this script wrote
    for app in there:
        if app.name in results or (app is EXAMPLE and not app.env(apps).is_dir()):
            continue
        if app is EXAMPLE or installed(app, apps, truth):
            results[app.name] = []
            with tempfile.TemporaryDirectory() as folder:
                for outcome in Trial(app, apps, table, Path(folder)).outcomes():
                    results[app.name].append(outcome)
                    click.echo(f"{outcome.app} {outcome.step.package} {list(_notes(outcome))}", err=True)
            if kept is not None:
                kept.write_bytes(pickle.dumps(results))
    text = table_of([outcome for app in there for outcome in results.get(app.name, ())])
    click.echo(text, nl=False)
    if output is not None:
        output.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
