"""The plan of the report, followed step by step: `startup_plan.py FOLDER --app ENTRY [--env FOLDER] [--python PATH]`.

Every package of the plan that is free to go and saves at least LEAST ms is taken out of a scratch copy of FOLDER as a
developer would: an import that nothing uses is deleted, any other stands in the functions that use its names. The copy
is traced again, and the packages that are gone and the ms that are saved are compared with the plan's. With --python
the copy also boots before and after, in that interpreter, and the packages that `sys.modules` loses are compared: this
runs the project's code. A copy that does not boot is a step that breaks.
"""

from __future__ import annotations

import ast
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import click

from flake8_flask_startup.cli.report import project_of, reported
from flake8_flask_startup.config.settings import Settings
from flake8_flask_startup.report import Report
from flake8_flask_startup.startup.graph.cost_model import Removal

LEAST = 5.0  # ms
BOOT = """
import importlib, sys
sys.path[:0] = {roots!r}
for entry in {entries!r}:
    module, _, name = entry.partition(":")
    found = importlib.import_module(module)
    for part in filter(None, name.split(".")):
        found = getattr(found, part)
    if name and "_app" in name:
        found()
print("\\n".join(sorted({{each.partition(".")[0] for each in sys.modules}})))
"""
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A step of the plan as it came out. failure says why it could not be followed; gone is what the boot lost."""

    removal: Removal
    saved_ms: float = 0.0
    is_gone: bool = False
    gone: frozenset[str] | None = None
    failure: str = ""


def moved(text: str, lines: Iterable[int]) -> str:
    """Return a module's text with the imports on some lines moved into the functions that use their names.

    Raises ValueError for what is no plain import of module code, or is used elsewhere than in functions.
    """
    tree = ast.parse(text)
    found = text.splitlines(keepends=True)
    imports = {node.lineno: node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)}
    insertions: dict[int, list[str]] = {}
    for line in lines:
        node = imports.get(line)
        if node is None:
            raise ValueError(f"line {line} is no plain import of module code")
        names = {(each.asname or each.name).partition(".")[0] for each in node.names}
        for function in using(tree, names):
            first = function.body[0]
            is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and function.body[1:]
            at = function.body[1] if is_docstring else first
            insertions.setdefault(at.lineno, []).append(f"{' ' * at.col_offset}{ast.unparse(node)}\n")
        for number in range(node.lineno, (node.end_lineno or node.lineno) + 1):
            found[number - 1] = "\n"
    for number, added in insertions.items():
        found[number - 1] = "".join(dict.fromkeys(added)) + found[number - 1]
    return "".join(found)


def using(tree: ast.Module, names: set[str]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return the outermost functions that use one of the names; ValueError for a use elsewhere."""
    pending: list[ast.AST] = list(tree.body)
    while pending:
        node = pending.pop()
        if isinstance(node, FUNCTIONS):
            inside = [each for part in node.body for each in ast.walk(part)]
            if any(isinstance(each, ast.Name) and each.id in names for each in inside):
                yield node
            pending += [*node.decorator_list, *node.args.defaults, *filter(None, node.args.kw_defaults)]
        elif isinstance(node, ast.Name) and node.id in names:
            raise ValueError(f"line {node.lineno} uses {node.id} outside of functions")
        elif not isinstance(node, ast.Import | ast.ImportFrom):
            pending += ast.iter_child_nodes(node)


def follow(removal: Removal, folder: Path, settings: Settings, env: Path | None, before: Report) -> Outcome:
    """Take a package out of a copy of the project in a folder, the working directory, and trace it again."""
    lines: dict[str, list[int]] = {}
    for each in removal.statements:
        lines.setdefault(each.path, []).append(each.line)
    try:
        for name, numbers in lines.items():
            path = folder / name
            path.write_text(moved(path.read_text("utf-8"), numbers), encoding="utf-8")
    except (OSError, ValueError) as error:
        return Outcome(removal, failure=str(error))
    after = reported(project_of(settings, env), settings)
    left = {after.costs.package(name) for name in after.costs.graph.names}
    saved = before.costs.total.ms - after.costs.total.ms
    return Outcome(removal, saved, removal.package not in left)


def booted(python: str, settings: Settings, folder: Path) -> frozenset[str]:
    """Return the top-level names of `sys.modules` after the project in a folder has booted.

    Raises CalledProcessError, TimeoutExpired where it does not.
    """
    roots = [str(folder / root) for root in (settings.roots or (".",))]
    code = BOOT.format(roots=roots, entries=list(settings.app))
    done = subprocess.run([python, "-c", code], cwd=folder, capture_output=True, check=True, text=True, timeout=300)
    return frozenset(done.stdout.split())


def outcomes(project: Path, settings: Settings, env: Path | None, python: str | None) -> Iterator[Outcome]:
    """Follow every free package of the plan, each in a copy of its own."""
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "project"
        shutil.copytree(project, copy, ignore=shutil.ignore_patterns(".git", ".venv", "__pycache__"))
        with chdir(copy):
            before = reported(project_of(settings, env), settings)
            loaded = booted(python, settings, copy) if python else frozenset()
        for at, removal in enumerate(before.plan):
            if removal.blocked_by or removal.saving_ms < LEAST:
                continue
            trial = Path(scratch) / f"trial{at}"
            shutil.copytree(copy, trial)
            with chdir(trial):
                outcome = follow(removal, trial, settings, env, before)
            if python and not outcome.failure:
                outcome = _booted_without(outcome, python, settings, trial, loaded)
            yield outcome


def _booted_without(outcome: Outcome, python: str, settings: Settings, folder: Path, loaded: frozenset[str]) -> Outcome:
    try:
        gone = loaded - booted(python, settings, folder)
    except subprocess.CalledProcessError as error:
        return Outcome(outcome.removal, failure=error.stderr.strip().rpartition("\n")[2])
    except subprocess.TimeoutExpired as error:
        return Outcome(outcome.removal, failure=f"not up after {error.timeout:.0f} s")
    return Outcome(outcome.removal, outcome.saved_ms, outcome.is_gone, gone)


def table_of(found: Sequence[Outcome]) -> str:
    """Return the outcomes as a Markdown table, with what they come to."""
    rows = ["| package | statements | predicted, ms | saved, ms | gone |", "| --- | ---: | ---: | ---: | --- |"]
    for each in found:
        gone = each.failure or ("yes" if each.is_gone else "no")
        if each.gone is not None:
            gone += f"; booted without {', '.join(sorted(each.gone)) or 'nothing'}"
        package, count = each.removal.package, len(each.removal.statements)
        rows.append(f"| {package} | {count} | {each.removal.saving_ms:.0f} | {each.saved_ms:.0f} | {gone} |")
    errors = [
        abs(each.saved_ms - each.removal.saving_ms) / each.removal.saving_ms for each in found if not each.failure
    ]
    followed = sum(each.is_gone for each in found)
    rows += ["", f"{followed} of {len(found)} steps take away what they say."]
    if errors:
        rows.append(f"The median error of the saving is {median(errors):.0%}.")
    return "\n".join(rows) + "\n"


@click.command()
@click.argument("project", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--app", "apps", multiple=True, required=True)
@click.option("--root", "roots", multiple=True)
@click.option("--env", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--python", help="Boot the copies with this interpreter, too. This runs the project's code.")
@click.option("--threshold", type=float, default=LEAST)
def main(
    project: Path,
    apps: tuple[str, ...],
    roots: tuple[str, ...],
    env: Path | None,
    python: str | None,
    threshold: float,
) -> None:
    """Follow the free steps of the plan of a project."""
    settings = Settings(threshold=threshold, app=apps, roots=roots, cache=None)
    found = list(outcomes(project.absolute(), settings, None if env is None else env.absolute(), python))
    click.echo(table_of(found))


if __name__ == "__main__":
    main()
