"""Three published call-graph suites against the startup trace: `callgraph_suites.py --pycg GIT --jarvis GIT ...`.

GIT is a git directory of a suite's repository: github.com/vitsalis/PyCG, github.com/pythonJaRvis/pythonJaRvis.github.io
and github.com/secure-software-engineering/TypeEvalPy. A suite is unpacked into a scratch folder, and a marker module of
its own is imported at the top of every function and lambda of a case. The case is then run for real, and traced: the
functions that run are the markers that load. Two truths: the run, for cases that Python does run (some end in an error
of Python's own before they show anything, or never end), and the call graph that the suite gives: the functions that it
leads to from the bodies of the modules that the case loads. TypeEvalPy has types instead, and so the run alone. Against
the graph there are two rows: the graph as it is, and without the functions of which a run shows that the graph is wrong
about them; the last lines name these, each with its case.

A case is sound where every function of the truth is predicted, complete where nothing else is. Recall and precision are
over all functions of a category. What the trace marks as conditional counts as predicted here, as it does for the other
tools, which know no conditions. What Jarvis's authors have recorded of PyCG and Jarvis on their suite is read in the
same manner; PyCG's own figures are those of its paper (Salis et al., ICSE 2021: of 112 cases 103 sound, 111 complete),
which leaves out the categories external and dynamic, as does the row "as published" here.
"""

from __future__ import annotations

import ast
import builtins
import json
import subprocess
import tarfile
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import click
from small_runs import Run, reason, run, traced

from flake8_flask_startup.startup.graph.trace import Trace

EXISTING_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
RUN = "import runpy; runpy.run_path({!r}, run_name='__main__')"
MAIN = "main"
AS_PUBLISHED = "as published"
UNPUBLISHED = frozenset({"dynamic", "external"})


@dataclass(frozen=True, slots=True)
class Suite:
    """Where a suite keeps its cases, their call graphs, and recorded results of other tools, in its repository."""

    name: str
    cases: str
    graphs: str = ""
    recorded: str = ""
    without: frozenset[str] = frozenset()  # categories that import what is not there


SUITES = (
    Suite("pycg", "micro-benchmark/snippets", "micro-benchmark/snippets", without=frozenset({"external"})),
    Suite(
        "jarvis",
        "Jarvis/dataset/micro_benchmark",
        "Jarvis/ground_truth/micro_benchmark",
        "Jarvis/reproducing_RQ2/micro_benchmark",
    ),
    Suite("typeevalpy", "micro-benchmark/python_features", without=frozenset({"external"})),
)


@dataclass(slots=True)
class Tally:
    """Cases that are sound and complete, and functions right, missed and wrong."""

    cases: int = 0
    sound: int = 0
    complete: int = 0
    right: int = 0
    missed: int = 0
    wrong: int = 0

    def add(self, truth: set[str], predicted: set[str]) -> None:
        """Count a case."""
        self.cases += 1
        self.sound += truth <= predicted
        self.complete += predicted <= truth
        self.right += len(truth & predicted)
        self.missed += len(truth - predicted)
        self.wrong += len(predicted - truth)

    @property
    def cells(self) -> str:
        """Return the cells of a row: cases, sound, complete, recall, precision."""
        recall = self.right / (self.right + self.missed or 1)
        precision = self.right / (self.right + self.wrong or 1)
        return f"{self.cases} | {self.sound} | {self.complete} | {recall:.3f} | {precision:.3f}"


@dataclass(slots=True)
class Outcome:
    """The tallies of a suite, by what is compared and category, and a line for everything that is not as it was run."""

    tallies: dict[str, dict[str, Tally]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Tally)))
    lines: list[str] = field(default_factory=list)
    unexplained: int = 0

    def add(self, compared: str, category: str, truth: set[str], predicted: set[str]) -> None:
        """Count a case in its category and in all."""
        for name in (category, "all", *([AS_PUBLISHED] if category not in UNPUBLISHED else [])):
            self.tallies[compared][name].add(truth, predicted)


class Marking(ast.NodeTransformer):
    """Puts the import of a marker at the top of every function and lambda; names maps the markers to functions."""

    def __init__(self, module: str, names: dict[str, str]) -> None:
        self._path = [module]
        self._lambdas = [0]
        self._names = names

    def _mark(self, name: str) -> str:
        marker = f"marker_{len(self._names)}"
        self._names[marker] = ".".join([*self._path, name])
        return marker

    def _inside(self, node: ast.AST, name: str) -> None:
        self._path.append(name)
        self._lambdas.append(0)
        self.generic_visit(node)
        self._path.pop()
        self._lambdas.pop()

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.ClassDef:
        """Look for methods."""
        self._inside(node, node.name)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """Mark a function."""
        marker = self._mark(node.name)
        self._inside(node, node.name)
        node.body.insert(0, ast.Import([ast.alias(marker)]))
        return node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AsyncFunctionDef:
        """Mark a coroutine."""
        marker = self._mark(node.name)
        self._inside(node, node.name)
        node.body.insert(0, ast.Import([ast.alias(marker)]))
        return node

    def visit_Lambda(self, node: ast.Lambda) -> ast.Lambda:
        """Mark a lambda, which has room for an expression alone."""
        self._lambdas[-1] += 1
        name = f"<lambda{self._lambdas[-1]}>"
        marker = self._mark(name)
        self._inside(node, name)
        loading = ast.parse(f"__import__({marker!r})", mode="eval").body
        both = ast.Tuple([loading, node.body], ast.Load())
        node.body = ast.Subscript(both, ast.Constant(1), ast.Load())
        return node


@dataclass(frozen=True, slots=True)
class Case:
    """A case, its functions marked, in a folder of its own."""

    suite: Suite
    name: str
    folder: Path
    markers: Mapping[str, str]

    @property
    def category(self) -> str:
        """The part of the suite that it belongs to."""
        return self.name.partition("/")[0]


def unpacked(git: Path, suite: Suite, scratch: Path) -> Path:
    """Return a folder with the parts of a suite's repository that are wanted.

    Raises subprocess.CalledProcessError where the git directory has no such parts.
    """
    folder = scratch / suite.name
    for part in {suite.cases, suite.graphs, suite.recorded} - {""}:
        archive = subprocess.run(["git", "-C", git, "archive", "HEAD", part], check=True, stdout=subprocess.PIPE)  # noqa: S607 # git of the path
        with tarfile.open(fileobj=BytesIO(archive.stdout)) as tar:
            tar.extractall(folder, filter="data")
    return folder


def marked(suite: Suite, root: Path, scratch: Path) -> Iterator[Case]:
    """Copy the cases of a suite, functions marked."""
    for main in sorted(root.joinpath(suite.cases).glob("*/*/main.py")):
        source = main.parent
        name = f"{source.parent.name}/{source.name}".replace(" ", "_")
        folder = scratch / f"{suite.name}-marked" / name
        markers: dict[str, str] = {}
        for each in sorted(source.rglob("*.py")):
            below = each.relative_to(source)
            module = ".".join(below.with_suffix("").parts).removesuffix(".__init__")
            tree = Marking(module, markers).visit(ast.parse(each.read_bytes()))
            target = folder / below
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(ast.unparse(ast.fix_missing_locations(tree)) + "\n", encoding="utf-8")
        for marker in markers:
            (folder / f"{marker}.py").touch()
        yield Case(suite, name, folder, markers)


def reached(graph: Mapping[str, Iterable[str]], modules: Iterable[str]) -> set[str]:
    """Return what a call graph leads to from the bodies of modules."""
    waiting, found = [*modules], set[str]()
    while waiting:
        for each in graph.get(waiting.pop(), ()):
            if each not in found:
                found.add(each)
                waiting.append(each)
    return found


def compare(case: Case, root: Path, outcome: Outcome) -> None:
    """Run and trace a case, and count what each tool says of it against each truth."""
    folder = case.folder.absolute()
    real = run(folder, RUN.format(str(folder / "main.py")))
    static, modules = traced(folder, f"{MAIN}:__main__")
    loaded = {name for marker, name in case.markers.items() if marker in real.loaded}
    may = {name for marker, name in case.markers.items() if marker in modules}
    sure = {name for marker, name in case.markers.items() if modules.get(marker)}
    truths, tools = {"run": loaded}, {"trace": may, "trace, sure alone": sure}
    for found, tool, part, file in (
        (truths, "graph", case.suite.graphs, "callgraph.json"),
        (tools, "PyCG, recorded", case.suite.recorded, "pycg.json"),
        (tools, "Jarvis, recorded", case.suite.recorded, "jarvis.json"),
    ):
        path = root / part / case.name / file
        if part and path.is_file():
            graph = json.loads(path.read_text(encoding="utf-8"))
            found[tool] = reached(graph, [MAIN, *modules, *real.loaded]) & set(case.markers.values())
    if "graph" in truths:
        contradicted = set() if _is_broken(real) else truths["graph"] ^ loaded
        for tool, predicted in tools.items():
            compared = f"{tool} against the graph, where no run contradicts it"
            outcome.add(compared, case.category, truths["graph"] - contradicted, predicted - contradicted)
        truths["run, or the graph where there is none"] = truths["graph" if _is_broken(real) else "run"]
    if _is_broken(real):
        del truths["run"]
    for truth, functions in truths.items():
        for tool, predicted in tools.items():
            outcome.add(f"{tool} against the {truth}", case.category, functions, predicted)
    _explain(case, real, static, may, outcome)
    for name in sorted(truths.get("graph", loaded) ^ loaded):
        side = (
            "runs, and is not in the suite's graph" if name in loaded else "is in the suite's graph, and does not run"
        )
        outcome.lines.append(f"- {case.name}: {name} {side}{_ending(real)}")


def _explain(case: Case, real: Run, static: Trace, may: set[str], outcome: Outcome) -> None:
    """Write down what the trace misses of a real run, and what it predicts besides."""
    loaded = {name for marker, name in case.markers.items() if marker in real.loaded}
    for marker, name in case.markers.items():
        if marker in real.loaded and name not in may:
            why = reason(real.loaded[marker], static, case.folder.absolute())
            outcome.unexplained += not why
            outcome.lines.append(f"- **{case.name}: {name} runs and is missed** ({why or 'not explained'})")
    for name in sorted(may - loaded):
        outcome.lines.append(f"- **{case.name}: {name} is predicted and does not run**{_ending(real)}")


def _is_broken(real: Run) -> bool:
    """Whether a run never ended, or ended in an error of Python's own rather than one that the case raises."""
    return real.error.startswith("did not end") or hasattr(builtins, real.error.partition(":")[0])


def _ending(real: Run) -> str:
    """Return how a run ended that did not end well."""
    return f"; the run ends in {real.error}" if real.error else ""


def table(suite: Suite, outcome: Outcome) -> str:
    """Return the results of a suite as Markdown."""
    rows = [f"## {suite.name}", ""]
    head = ["", "| | cases | sound | complete | recall | precision |", "| --- | ---: | ---: | ---: | ---: | ---: |"]
    rows += head[1:] + [f"| {compared} | {found[AS_PUBLISHED].cells} |" for compared, found in outcome.tallies.items()]
    for truth in ("run", "graph"):
        if found := outcome.tallies.get(f"trace against the {truth}"):
            rows += ["", f"The trace against the {truth}, by category:", *head]
            rows += [f"| {category} | {found[category].cells} |" for category in sorted(found)]
    rows += ["", f"Missed without an explanation: {outcome.unexplained}.", "", *sorted(set(outcome.lines)), ""]
    return "\n".join(rows)


@click.command()
@click.option("--pycg", type=EXISTING_FOLDER, help="Git directory of PyCG's repository.")
@click.option("--jarvis", type=EXISTING_FOLDER, help="Git directory of Jarvis's.")
@click.option("--typeevalpy", type=EXISTING_FOLDER, help="Git directory of TypeEvalPy's.")
@click.option("--scratch", type=click.Path(path_type=Path), help="Where to unpack; a temporary folder otherwise.")
@click.option("--only", default="", help="Cases to look at, by the beginning of their names.")
def main(scratch: Path | None, only: str, **gits: Path | None) -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as temporary:
        for suite in SUITES:
            git = gits[suite.name]
            if git is None:
                continue
            root = unpacked(git, suite, scratch or Path(temporary))
            outcome = Outcome()
            for case in marked(suite, root, scratch or Path(temporary)):
                if case.category not in suite.without and case.name.startswith(only):
                    compare(case, root, outcome)
            print(table(suite, outcome))


if __name__ == "__main__":
    main()
