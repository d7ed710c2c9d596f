"""flake8-type-checking's tests: an example, the options it is checked with, and the errors that must come."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from . import Case, Imported, Question, parsed, separated
from .suite_values import Reader, Unread, Value

PEER = "flake8-type-checking"
FILES = ("attrs", "fastapi_decorators", "fastapi_dependencies", "injector", "pydantic", "sqlalchemy", "tc001_to_tc003")
_ERROR = re.compile(r"\d+:\d+ TC00[123] (\S+)")


def cases(folder: Path) -> Iterator[Case]:
    """The imports of every example; folder is the repository's `tests`, which the sdist does not bring."""
    for stem in FILES:
        path = folder / f"test_{stem}.py"
        tree = ast.parse(path.read_text(encoding="utf-8"))
        reader = Reader(tree)
        for function in reader.functions.values():
            if function.name.startswith("test_"):
                yield from _of_test(function, reader, path.name)


def _of_test(function: ast.FunctionDef, reader: Reader, file: str) -> Iterator[Case]:
    compared = [node.test for node in ast.walk(function) if isinstance(node, ast.Assert)]
    try:
        rounds = list(reader.rounds(function))
    except Unread:
        return
    for number, names in enumerate(rounds, 1):
        known = dict(names)
        try:
            for node in function.body:
                if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                    known[node.targets[0].id] = reader.value(node.value, known)
            for test in compared:
                yield from _of_assertion(test, known, reader, f"{file}:{function.name}#{number}")
        except Unread:
            continue


def _of_assertion(test: ast.expr, names: Mapping[str, Value], reader: Reader, name: str) -> Iterator[Case]:
    match test:
        case ast.Compare(left=ast.Call(func=ast.Name(id="_get_error")) as call, comparators=[right]):
            errors = reader.value(right, names)
        case _:
            return
    options = {each.arg: each.value for each in call.keywords if each.arg}
    if any(reader.value(value, names) is False for key, value in options.items() if key.endswith("_enabled")):
        return  # what the peer says when it is told to look away
    codes = reader.text(options["error_code_filter"], names)
    tree = parsed(reader.text(call.args[0], names))
    if tree is None or not isinstance(errors, list):
        return
    flagged = {found[1] for each in errors if (found := _ERROR.match(str(each)))}
    text, imports = separated(tree)
    for each in imports:
        if each.level or each.column or _code(each) not in codes:
            continue  # ours, or in a block as under `if TYPE_CHECKING`, or another test's
        expected = not flagged.isdisjoint((each.dotted, each.bound))
        where = f"{name} {each.dotted}"
        yield Case(PEER, where, text, each.line, each.column, Question.TYPING, expected, (each.module, each.dotted))


def _code(each: Imported) -> str:
    top = each.module.partition(".")[0]
    if top == "flake8_type_checking":
        return "TC001"
    return "TC003" if top in sys.stdlib_module_names else "TC002"
