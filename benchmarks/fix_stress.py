"""Repair many files with a table that makes every import heavy: `fix_stress.py [--apps FOLDER] [--library N]`.

With `--done FILE`, each app and file that was gone through is a line of FILE, with what was counted of it, and is not
gone through again. CPU s is that of both runs and of the checks.

The unpacked apps in a folder, and N files of the standard library, each alone, are copied and repaired by
`fix --select FST101 --min-saving 0`. Each file then has to compile; without its imports, TYPE_CHECKING blocks and the
quotes of annotations it has to have the tree that it had; each comment has to be there; a second run has to change
nothing. What does not hold is printed with the file; the exit status is 1 then. Nothing of the files runs.
"""

from __future__ import annotations

import ast
import io
import json
import os
import shutil
import sys
import sysconfig
import tempfile
import time
import tokenize
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import click

from flake8_flask_startup.config.options import parse
from flake8_flask_startup.config.settings import read
from flake8_flask_startup.files.source_file import read_source
from flake8_flask_startup.fix.run import Wanted, repaired

ROW = """
[module.{name}]
version = "{name} 0"
ms = 100.0
parts = "{name} 100.0"
evidence = "uncached 200.0 ms, rss 20.0 MiB, modules 200, runs 7, spread 1 %, python 3.11.7"
"""


@click.command()
@click.option(
    "--apps", type=click.Path(exists=True, file_okay=False, path_type=Path), help="A folder of unpacked apps."
)
@click.option("--library", default=1500, show_default=True, help="Files of the standard library to take.")
@click.option("--done", type=click.Path(dir_okay=False, path_type=Path), help="A file of what was gone through.")
def main(apps: Path | None, library: int, done: Path | None) -> None:
    """Repair copies, and print what does not hold."""
    warnings.simplefilter("ignore")
    done = done.absolute() if done is not None else None
    counted = kept(done)
    total = sum(counted.values(), Counter())
    sources = sorted(path for path in apps.absolute().iterdir() if path.is_dir()) if apps is not None else []
    with tempfile.TemporaryDirectory() as folder:
        for source in (*sources, *of_library(library)):
            if str(source) in counted:
                continue
            copy = Path(folder) / source.stem
            if source.is_dir():
                shutil.copytree(source, copy, symlinks=True, ignore=shutil.ignore_patterns("*.pyc", "node_modules"))
            else:
                copy.mkdir()
                shutil.copy(source, copy)
            began = time.process_time()
            found = project(copy)
            found["CPU s"] = round(time.process_time() - began)
            total += found
            os.chdir(folder)
            shutil.rmtree(copy)
            print(source.name, dict(total), flush=True)
            if done is not None:
                with done.open("a", encoding="utf-8") as lines:
                    lines.write(json.dumps([str(source), found]) + "\n")
    for name, count in sorted(total.items()):
        print(f"{name:>24} {count:>7,}")
    sys.exit(any(total[name] for name in ("broken", "changed elsewhere", "comments lost", "changed again", "faults")))


def kept(done: Path | None) -> dict[str, Counter[str]]:
    """What was gone through by an earlier run, and what was counted of it."""
    if done is None or not done.exists():
        return {}
    lines = map(json.loads, done.read_text(encoding="utf-8").splitlines())
    return {name: Counter(found) for name, found in lines}


def of_library(count: int) -> Iterator[Path]:
    """The first files of the standard library that can be parsed, those of its tests last."""
    folder = Path(sysconfig.get_path("stdlib"))
    found = sorted(path for path in folder.rglob("*.py") if "site-packages" not in path.parts)
    found.sort(key=lambda path: "test" in str(path.relative_to(folder)))
    for path in found:
        if count and is_python(path):
            count -= 1
            yield path


def is_python(path: Path) -> bool:
    """Whether a file can be compiled."""
    try:
        compile(read_source(path), str(path), "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, OSError):
        return False
    return True


def project(folder: Path) -> Counter[str]:
    """Repair a folder twice, and count what was done and what does not hold."""
    os.chdir(folder)
    names = sorted(str(path.relative_to(folder)) for path in folder.rglob("*.py") if is_python(path))
    table = folder / "heavy.toml"
    table.write_text("schema = 1\n" + "".join(ROW.format(name=name) for name in sorted(imported(names))))
    found: Counter[str] = Counter(files=len(names))
    before = {name: read_source(name) for name in names}
    try:
        first = wanted(names)
        outcome = repaired(first)
    except Exception as error:  # counted, and shown
        print(f"{folder.name}: {type(error).__name__}: {error}", flush=True)
        return found + Counter(faults=1)
    found += Counter(
        applied=len(outcome.repair.applied), refused=len(outcome.refused), edited=len(outcome.repair.texts)
    )
    reasons = Counter(
        reason.partition(": ")[2].translate(str.maketrans("", "", "0123456789")) for _, reason in outcome.refused
    )
    for reason, count in reasons.most_common(8):
        print(f"    refused {count}: {reason[:150]}", flush=True)
    for name, text in outcome.repair.texts.items():
        Path(name).write_bytes(outcome.repair.files.data(name, text))
        for what in wrong(before[name], read_source(name)):
            print(f"{folder.name}/{name}: {what}", flush=True)
            found[what] += 1
    again = repaired(wanted(names))
    for name in again.repair.texts:
        print(f"{folder.name}/{name}: changed again", flush=True)
        found["changed again"] += 1
    return found


def wanted(names: list[str]) -> Wanted:
    """What is asked for."""
    options = parse(["--isolated", "--select=FST101", "--fst-cache=off", "--fst-costs=heavy.toml"])
    return Wanted(tuple(names), options, read(options), 0.0)


def imported(names: list[str]) -> set[str]:
    """The top-level names that files import."""
    found = set()
    for name in names:
        for node in ast.walk(ast.parse(read_source(name))):
            if isinstance(node, ast.Import):
                found |= {each.name.partition(".")[0] for each in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found - {"__future__"}


def wrong(before: str, after: str) -> Iterator[str]:
    """What does not hold of a repaired text."""
    try:
        compile(after, "<after>", "exec", dont_inherit=True)
    except SyntaxError:
        yield "broken"
        return
    if shape(before) != shape(after):
        yield "changed elsewhere"
    if comments(before) - comments(after):
        yield "comments lost"


def shape(text: str) -> str:
    """The tree of a text without what a repair may change."""
    return ast.dump(Bare().visit(ast.parse(text)))


class Bare(ast.NodeTransformer):
    """Takes imports and TYPE_CHECKING blocks out, and quotes off annotations."""

    def visit_Import(self, _: ast.Import) -> None:
        """Nothing stays of it."""

    def visit_ImportFrom(self, _: ast.ImportFrom) -> None:
        """The same."""

    def visit_If(self, node: ast.If) -> ast.AST | None:
        """Nothing stays of a block for type checkers with imports alone."""
        self.generic_visit(node)
        if "TYPE_CHECKING" in ast.unparse(node.test) and not node.body and not node.orelse:
            return None
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        """An annotation without quotes."""
        node.annotation = bare(node.annotation)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AnnAssign:
        """The same."""
        self.generic_visit(node)
        node.annotation = bare(node.annotation) or node.annotation
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        """The same, of what a function returns."""
        self.generic_visit(node)
        node.returns = bare(node.returns)
        return node

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AsyncFunctionDef:
        """The same."""
        self.generic_visit(node)
        node.returns = bare(node.returns)
        return node


def bare(node: ast.expr | None) -> ast.expr | None:
    """An annotation without quotes around all of it."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            return ast.parse(node.value, mode="eval").body
        except SyntaxError:
            return node
    return node


def comments(text: str) -> Counter[str]:
    """The comments of a text, but those at the end of an import that went."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return Counter({each.string for each in tokens if each.type == tokenize.COMMENT})


if __name__ == "__main__":
    main()
