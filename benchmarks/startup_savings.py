"""Predicted savings against real ones: `startup_savings.py --truth DIR --apps DIR [NAME...]`.

Every app is traced through its installed packages. Of its plan, a fixed seed draws three kinds of cases: *package*, the
smallest set of statements that must go for a package to go; *chain*, one statement that imports a module of the app
itself with heavy packages behind it; *nothing*, one statement that imports a heavy package and saves nothing by going,
since other statements bring it in too. Each is taken out of a copy of the app: a stand-in takes the place of the names,
and the copy boots as before (see stand_in.py). A copy that does not boot proves nothing: the next case is drawn.

Compared are the modules that are gone from `sys.modules` after the boot with those predicted to be gone: the app's own
and those of packages from outside, as far as the trace knows them, and the packages that it does not. The standard
library is left out, as the trace does not look inside of it. What stays by a conditional import alone is *open*: it may
go or stay. Of a *nothing* case it is also checked that the package then comes in through one of the statements that the
plan names. Times are CPU times, each the least of some runs that take turns, with cached bytecode; predicted times are
scaled by what `import flask` costs in the same environment.
"""

from __future__ import annotations

import ast
import json
import random
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click
from startup_apps import APPS, App, installed
from startup_total import LEAVE, RUNS, boot, cpu_ms
from startup_truth import EXISTING_FOLDER, first_line, top

from flake8_flask_startup.config.settings import Settings
from flake8_flask_startup.costs.table import CostTable, bundled_table_path, load_table
from flake8_flask_startup.project.module_finder import Origin
from flake8_flask_startup.project.modules import Project
from flake8_flask_startup.startup.fates import Fates
from flake8_flask_startup.startup.followed import trace
from flake8_flask_startup.startup.graph.cost_model import StartupCosts
from flake8_flask_startup.startup.graph.trace import Edge, Statement, Trace
from flake8_flask_startup.startup.module_features import features_of
from flake8_flask_startup.startup.started import started_functions
from flake8_flask_startup.startup.summarize import plan_of

SEED = 20261123
THRESHOLD = 25.0  # ms: what a set must save to be drawn
NOTHING = 1.0  # ms: less than this is no saving
MAX_STATEMENTS = 12  # taking more out of an app leaves nothing to boot
MAX_DRAWS = 8
WANTED = {"package": 2, "chain": 1, "nothing": 1}
RECORDER = Path(__file__).with_name("record_importer.py")
STAND_IN = Path(__file__).with_name("stand_in.py")
LIST = "; import sys; print('\\n'.join(sorted(sys.modules)), file=open({path!r}, 'w'), flush=True)" + LEAVE


@dataclass(frozen=True, slots=True)
class Case:
    """Statements to take out; others are those that the plan says bring the package in as well."""

    kind: str
    package: str
    statements: tuple[Statement, ...]
    others: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """A case as it came out; times are ms on this machine.

    predicted is what must go, open what may, real what goes; gone counts all that goes, known to the trace or not.
    """

    app: str
    case: Case
    predicted: frozenset[str]
    open: frozenset[str]
    real: frozenset[str]
    gone: int
    boot_ms: float
    predicted_ms: float
    measured_ms: float
    brought_by: str  # of a nothing case: the plan's statement that brings the package in, '' if it is none of them

    @property
    def agrees(self) -> bool:
        """Whether exactly the predicted modules are gone, and of a nothing case, whether the plan knew why."""
        return self.predicted == self.real - self.open and (self.case.kind != "nothing" or bool(self.brought_by))


class Copy:
    """A copy of an app's code in which statements can be taken out, and the app with that copy on its path."""

    def __init__(self, app: App, apps: Path, folder: Path) -> None:
        self.original = app.src(apps).absolute()
        self.src = folder / "src"
        shutil.copytree(self.original, self.src)
        shutil.copy(STAND_IN, folder)
        path = f"{self.src}:{folder}"
        self.app = replace(app, variables={**app.variables, "PYTHONPATH": path})

    def take_out(self, statements: Iterable[Statement]) -> None:
        """Put the stand-in in the place of the statements' names; ValueError for what is no plain import."""
        lines: dict[Path, list[int]] = {}
        for each in statements:
            lines.setdefault(Path(each.path).absolute().relative_to(self.original), []).append(each.line)
        edited = {path: without((self.original / path).read_text("utf-8"), at) for path, at in lines.items()}
        for path, text in edited.items():
            (self.src / path).write_text(text, encoding="utf-8")

    def restore(self, statements: Iterable[Statement]) -> None:
        """Put the statements back."""
        for each in statements:
            path = Path(each.path).absolute().relative_to(self.original)
            shutil.copy(self.original / path, self.src / path)


def without(text: str, numbers: Iterable[int]) -> str:
    """Return a module's text with the stand-in imported in the place of the imports on these lines.

    Lines keep their numbers. Raises ValueError where a line holds no import, or more than one statement, or a star.
    """
    lines = text.splitlines()
    imports = {node.lineno: node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import | ast.ImportFrom)}
    for number in numbers:
        node = imports.get(number)
        if node is None or node.end_lineno is None or any(name.name == "*" for name in node.names):
            raise ValueError(f"line {number} is no plain import")
        before, after = lines[number - 1][: node.col_offset], lines[node.end_lineno - 1][node.end_col_offset :].strip()
        if before.strip() or (after and not after.startswith("#")):
            raise ValueError(f"line {number} holds more than one statement")
        kept = [each for line, each in imports.items() if line not in numbers]
        bound = [name for name in _bound(node) if not any(name in _bound(each) for each in kept)]
        names = ", ".join(f"ANYTHING as {name}" for name in bound)
        lines[number - 1 : node.end_lineno] = [
            before + (f"from stand_in import {names}" if names else "pass"),
            *[""] * (node.end_lineno - number),
        ]
    return "\n".join(lines) + "\n"


def _bound(node: ast.Import | ast.ImportFrom) -> list[str]:
    """The names that an import binds."""
    return [each.asname or (top(each.name) if isinstance(node, ast.Import) else each.name) for each in node.names]


class Foreseen:
    """What the trace and the table say of an app, and the cases that can be drawn of it."""

    def __init__(self, app: App, apps: Path, table: CostTable, threshold: float = THRESHOLD) -> None:
        project = Project([app.src(apps) / root for root in app.roots], env=app.site_packages(apps))
        self.trace: Trace = trace(project, app.entries)
        self.costs = StartupCosts(self.trace, table.where(project.is_missing), features_of(self.trace, project))
        started = started_functions(self.trace.runs)
        settings = Settings(threshold=threshold)
        fates = Fates(self.trace, project, settings, started, prices=table)
        self.plan = plan_of(self.costs, settings, fates)
        self.everything = self.costs.graph.reachable()

    def gone(self, case: Case) -> set[str]:
        """Return what the boot does not load without the case's statements."""
        return self.everything - self.costs.graph.reachable(self.costs.graph.edges_at(case.statements))

    def open(self, case: Case) -> set[str]:
        """Return what stays without the case's statements by conditional imports alone."""
        graph = self.costs.graph
        edges = graph.edges_at(case.statements)
        perhaps = edges.union(edge for edge in graph.targets if edge.conditional)
        return graph.reachable(edges) - graph.reachable(perhaps)

    def saving(self, case: Case) -> float:
        """Return what the boot saves without the case's statements (ms on the reference machine)."""
        return self.costs.saving(self.costs.graph.edges_at(case.statements))

    def cases(self, kind: str) -> list[Case]:
        """Return all cases of a kind, in the order of the plan or of the boot."""
        found = {"package": self._packages, "chain": self._chains, "nothing": self._nothings}[kind]()
        return list(dict.fromkeys(found))

    def _packages(self) -> Iterator[Case]:
        for each in self.plan:
            if each.saving_ms >= THRESHOLD and len(each.statements) <= MAX_STATEMENTS:
                yield Case("package", each.package, each.statements)

    def _chains(self) -> Iterator[Case]:
        graph = self.costs.graph
        for removal in self.plan:
            for step in removal.chain:
                case = Case("chain", step.module, (step.statement,))
                if self._is_own(graph.edges_at({step.statement})) and self.saving(case) >= THRESHOLD:
                    yield case

    def _nothings(self) -> Iterator[Case]:
        graph = self.costs.graph
        for removal in self.plan:
            for edge in graph.targets:
                alone = Case("nothing", removal.package, (edge.statement,))
                if (
                    graph.origin(edge.importer) is Origin.FIRST_PARTY
                    and self.costs.package(edge.imported) == removal.package
                    and removal.statements != alone.statements
                    and self.saving(alone) < NOTHING
                ):
                    others = tuple(each for each in removal.statements if each != edge.statement)
                    yield replace(alone, others=others)

    def _is_own(self, edges: Iterable[Edge]) -> bool:
        return all(self.costs.graph.origin(edge.imported) is Origin.FIRST_PARTY for edge in edges)


class Bench:
    """One app, booted as it is and without the statements of cases."""

    def __init__(self, app: App, apps: Path, foreseen: Foreseen, folder: Path) -> None:
        self.app, self.apps, self.foreseen = app, apps, foreseen
        for name in ("cache", "before", "after"):
            (folder / name).mkdir()
        self.cache = str(folder / "cache")
        self.list = str(folder / "modules")
        self.before = Copy(app, apps, folder / "before")
        self.after = Copy(app, apps, folder / "after")
        stable = [self._modules(self.before) for _ in range(2)]
        self.modules = stable[0] & stable[1]
        flask = [self._times("import flask") for _ in range(RUNS)]
        bare = [self._times("pass") for _ in range(RUNS)]
        self.scale = (min(flask) - min(bare)) / foreseen.costs.table.recipe.flask_ms

    def outcome(self, case: Case) -> Outcome | str:
        """Take a case's statements out, boot, and compare; or say why that proves nothing."""
        try:
            self.after.take_out(case.statements)
            left = self._modules(self.after)
            return self._compared(case, left)
        except ValueError as error:
            return str(error)
        except subprocess.TimeoutExpired as error:
            return f"not up after {error.timeout:.0f} s"
        except subprocess.CalledProcessError as error:
            return str(error.stderr.decode(errors="replace").strip().rpartition("\n")[2])
        finally:
            self.after.restore(case.statements)

    def _compared(self, case: Case, left: frozenset[str]) -> Outcome:
        graph = self.foreseen.costs.graph
        known = {name for name in self.foreseen.everything & self.modules if graph.origin(name) is not Origin.STDLIB}
        outside = {top(name) for name in self.modules if graph.origin(name) is Origin.THIRD_PARTY}
        times = [(cpu_ms(each.app, self.apps, self.app.code, self.cache)) for _ in range(RUNS) for each in self._both()]
        return Outcome(
            app=self.app.name,
            case=case,
            predicted=frozenset(self.foreseen.gone(case) & known),
            open=frozenset(self.foreseen.open(case) & known),
            real=frozenset((known - left) | ((outside & graph.origins.keys()) - left)),
            gone=len(self.modules - left),
            boot_ms=min(times[::2]),
            predicted_ms=self.foreseen.saving(case) * self.scale,
            measured_ms=min(times[::2]) - min(times[1::2]),
            brought_by=self._brought_by(case) if case.kind == "nothing" else "",
        )

    def _both(self) -> tuple[Copy, Copy]:
        return self.before, self.after

    def _times(self, code: str) -> float:
        return cpu_ms(self.app, self.apps, code, self.cache)

    def _modules(self, copy: Copy) -> frozenset[str]:
        """The names in `sys.modules` when the copy has booted; this also fills the bytecode cache."""
        boot(copy.app, self.apps, ["-c", copy.app.code + LIST.format(path=self.list)], self.cache)
        return frozenset(Path(self.list).read_text("utf-8").split())

    def _brought_by(self, case: Case) -> str:
        """The first of the plan's other statements that runs when the copy without one loads the package."""
        src = self.after.src
        arguments = [str(RECORDER), str(src), case.package, self.list, self.app.code]
        boot(self.after.app, self.apps, arguments, self.cache)
        frames = [(path, first_line(src / path, line)) for path, line in json.loads(Path(self.list).read_text("utf-8"))]
        others = [(str(Path(each.path).absolute().relative_to(self.after.original)), each.line) for each in case.others]
        return next((f"{path}:{line}" for path, line in frames if (path, line) in others), "")


def outcomes(app: App, apps: Path, table: CostTable) -> Iterator[Outcome]:
    """Draw cases of an app until enough of each kind boot; what does not boot is told on standard error."""
    foreseen = Foreseen(app, apps, table)
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(app, apps, foreseen, Path(folder))
        for kind, wanted in WANTED.items():
            drawn = foreseen.cases(kind)
            random.Random(SEED).shuffle(drawn)  # a fixed seed, no secret
            found = 0
            for case in drawn[:MAX_DRAWS]:
                outcome = bench.outcome(case)
                if isinstance(outcome, str):
                    click.echo(f"{app.name}: {kind} {case.package} passed over: {outcome}", err=True)
                    continue
                yield outcome
                found += 1
                if found == wanted:
                    break


def table_of(results: Sequence[Outcome], apps: Path) -> str:
    """Return the outcomes as a Markdown table, and under it where they disagree."""
    rows = [
        "| app | case | package or module | statements | modules gone | known to the trace | predicted | open, gone "
        "| agrees | boot, ms | saved, ms | predicted, ms |",
        "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | --- | ---: | ---: | ---: |",
    ]
    notes = []
    for each in results:
        case = each.case
        rows.append(
            f"| {each.app} | {case.kind} | {case.package} | {len(case.statements)} | {each.gone} | {len(each.real)} "
            f"| {len(each.predicted)} | {len(each.real & each.open)} | {'yes' if each.agrees else 'no'} "
            f"| {each.boot_ms:.0f} | {each.measured_ms:.0f} | {each.predicted_ms:.0f} |"
        )
        notes += [f"- {each.app}, {case.kind} {case.package}: {note}" for note in _notes(each)]
    agreed = sum(each.agrees for each in results)
    rows += ["", f"{agreed} of {len(results)} cases over {len({each.app for each in results})} apps agree."]
    folder = f"{apps.absolute()}/"
    return "\n".join([*rows, "", *notes]).replace(folder, "").rstrip() + "\n"


def _notes(outcome: Outcome) -> Iterator[str]:
    case = outcome.case
    if case.kind == "nothing":
        statement = f"{Path(case.statements[0].path).name}:{case.statements[0].line}"
        yield f"without {statement} it comes in by {outcome.brought_by or 'none of the statements that the plan names'}"
    for names, text in (
        (outcome.predicted - outcome.real, "predicted to go and stays"),
        (outcome.real - outcome.predicted - outcome.open, "goes, predicted to stay"),
    ):
        if names:
            shown = ", ".join(sorted(names)[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")
            yield f"{text}: {shown}"


@click.command()
@click.option("--truth", type=EXISTING_FOLDER, required=True, help="What the apps loaded: the compressed lists.")
@click.option("--apps", type=EXISTING_FOLDER, required=True, help="Where sources and environments lie, or are made.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Also write the table to this file.")
@click.argument("names", nargs=-1)
def main(truth: Path, apps: Path, output: Path | None, names: tuple[str, ...]) -> None:
    """Take statements out of the apps called NAMES, or all, and print what that saves and was predicted to save."""
    table = load_table(bundled_table_path())
    chosen = [app for app in APPS if not names or app.name in names]
    results = [each for app in chosen if installed(app, apps, truth) for each in outcomes(app, apps, table)]
    text = table_of(results, apps)
    click.echo(text, nl=False)
    if output is not None:
        output.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
