"""ruff's fixtures, with what ruff says of them in its snapshots: TC001 to TC003, TID253, TID255 and S201."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from . import Case, Imported, Question, parsed, separated

PEER = "ruff"
TYPING_RULES = ("typing-only-third-party-import", "typing-only-standard-library-import")
_PLACE = re.compile(r"^(?P<code>[A-Z]+\d+) .*\n\s*--> (?P<file>\S+):(?P<line>\d+):(?P<column>\d+)", re.MULTILINE)
_RESOLVED = re.compile(r"^TID255 .*Lazy import `(\w+)`.*\n\s*--> \S+?:(\d+):", re.MULTILINE)
NEWEST = (3, 15)  # lazy imports are of it
_LAZY = re.compile(r"^(\s*)lazy (?=import|from)", re.MULTILINE)


def cases(folder: Path) -> Iterator[Case]:
    """The cases of a checkout; folder is `crates/ruff_linter`."""
    fixtures, rules = folder / "resources/test/fixtures", folder / "src/rules"
    yield from _typing(fixtures / "flake8_type_checking", rules / "flake8_type_checking/snapshots")
    tidy = rules / "flake8_tidy_imports/snapshots"
    yield from _banned(fixtures / "flake8_tidy_imports/TID253.py", _one(tidy, "banned_module_level_imports"))
    yield from _lazy(fixtures / "flake8_tidy_imports/TID255.py", _one(tidy, "lazy_import_immediately_resolved"))
    yield from _debug(fixtures / "flake8_bandit/S201.py", _one(rules / "flake8_bandit/snapshots", "S201_S201.py"))


def _one(folder: Path, ending: str) -> Path:
    return next(folder.glob(f"*{ending}.snap"))


def _places(snapshot: Path) -> set[tuple[int, int]]:
    """Where a snapshot has a finding; lines count from 1, columns from 0."""
    text = snapshot.read_text(encoding="utf-8")
    return {(int(found["line"]), int(found["column"]) - 1) for found in _PLACE.finditer(text)}


def _typing(fixtures: Path, snapshots: Path) -> Iterator[Case]:
    for rule in TYPING_RULES:
        for snapshot in sorted(snapshots.glob(f"ruff_linter__rules__flake8_type_checking__tests__{rule}_*.snap")):
            fixture = snapshot.stem.partition(f"__tests__{rule}_")[2].replace("__", "/")
            source = (fixtures / fixture).read_text(encoding="utf-8")
            tree = parsed(source)
            if tree is None:
                continue
            flagged = _places(snapshot)
            silenced = [number for number, line in enumerate(source.splitlines(), 1) if "# noqa" in line]
            for module in _modules(tree, silenced):
                yield from _typing_in(module, fixture, flagged, rule)


def _typing_in(module: ast.Module, fixture: str, flagged: set[tuple[int, int]], rule: str) -> Iterator[Case]:
    text, imports = separated(module)
    for each in imports:
        if each.level or each.column or TYPING_RULES[_is_stdlib(each)] != rule:
            continue
        expected = any(line == each.peer_line and _within(column, each) for line, column in flagged)
        name = f"{fixture}:{each.peer_line} {each.dotted}"
        yield Case(PEER, name, text, each.line, each.column, Question.TYPING, expected, (each.module, each.dotted))


def _is_stdlib(each: Imported) -> bool:
    return each.module.partition(".")[0] in sys.stdlib_module_names


def _within(column: int, each: Imported) -> bool:
    """Whether a column is in an imported name; ruff points at what follows `as`."""
    return each.peer_column <= column <= each.peer_column + len(f"{each.dotted} as {each.bound}")


def _modules(tree: ast.Module, silenced: list[int]) -> Iterator[ast.Module]:
    """The fixture as a module, and one for each function that imports something, with those imports before it.

    A function whose imports are of globals, or silenced by a comment, says nothing about the name.
    """
    yield tree
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            imports = [each for each in node.body if isinstance(each, ast.Import | ast.ImportFrom)]
            shared = any(isinstance(each, ast.Global) for each in node.body)
            if imports and not shared and not any(each.lineno in silenced for each in imports):
                node.body = [each for each in node.body if each not in imports] or [ast.Pass()]
                yield ast.Module([*imports, node], [])


def _banned(fixture: Path, snapshot: Path) -> Iterator[Case]:
    flagged = _places(snapshot)
    text, imports = separated(ast.parse(fixture.read_text(encoding="utf-8")))
    for each in imports:
        expected = any(line == each.peer_line for line, _ in flagged)
        name = f"{fixture.name}:{each.peer_line} {each.dotted}"
        yield Case(PEER, name, text, each.line, each.column, Question.PAID, expected, (each.module, each.dotted))


def _lazy(fixture: Path, snapshot: Path) -> Iterator[Case]:
    """One case for each name that a statement uses: that statement alone, behind the imports."""
    flagged = [(name, int(line)) for name, line in _RESOLVED.findall(snapshot.read_text(encoding="utf-8"))]
    lines = _LAZY.sub(r"\1", fixture.read_text(encoding="utf-8")).splitlines()
    source = "\n".join(lines)
    tree = parsed(source)
    if tree is None:  # a `type` statement, where Python is older
        return
    imports = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    for node in tree.body:
        if node in imports:
            continue
        used = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)}
        span = range(node.lineno, (node.end_lineno or node.lineno) + 1)
        resolved = {name for name, line in flagged if line in span}
        text, found = separated(ast.Module([*imports, node], []))
        for each in found:
            if each.bound in used and not each.column:
                name = f"{fixture.name}:{node.lineno} {each.bound}"
                yield Case(
                    PEER, name, text, each.line, 0, Question.NEEDED, each.bound in resolved, (each.dotted,), NEWEST
                )


def _debug(fixture: Path, snapshot: Path) -> Iterator[Case]:
    flagged = {line for line, _ in _places(snapshot)}
    text = fixture.read_text(encoding="utf-8")
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "run":
            name = f"{fixture.name}:{node.lineno} {ast.unparse(node)}"
            yield Case(PEER, name, text, node.lineno, node.col_offset, Question.DEBUG, node.lineno in flagged)
