"""The walk: any tree that `ast.parse` returns, however deep, large or odd."""

from __future__ import annotations

import ast
import sysconfig
import tokenize
from pathlib import Path

import pytest

from flake8_flask_startup.facts import Facts
from flake8_flask_startup.names import Names
from flake8_flask_startup.reach import Reach
from flake8_flask_startup.scope import Target
from flake8_flask_startup.walk import collect

LIBRARY = sorted(Path(sysconfig.get_path("stdlib")).rglob("*.py"))[::40]  # a sample: the whole takes a minute


def facts(source: str) -> Facts:
    return collect(ast.parse(source), Target((3, 11)))


@pytest.mark.filterwarnings("ignore")  # the standard library's own tests hold invalid escapes
def test_the_standard_library() -> None:
    walked = 0
    for path in LIBRARY:
        try:
            with tokenize.open(path) as stream:
                tree = ast.parse(stream.read())
        except (OSError, SyntaxError, ValueError):
            continue
        found = collect(tree, Target((3, 11)))
        imports = sum(len(node.names) for node in ast.walk(tree) if isinstance(node, (ast.Import, ast.ImportFrom)))
        assert len(found.imports) == imports, path
        classes = sum(isinstance(node, ast.ClassDef) for node in ast.walk(tree))
        assert sum(scope.kind.value == "class" for scope in found.scopes) == classes, path
        Reach(found, Names(found)).loading()
        walked += 1
    assert walked > 20


@pytest.mark.parametrize(
    "source",
    [
        "import one\nx = " + " + ".join(["one.x"] * 2000),
        "import one\nx = " + "(" * 90 + "one" + ")" * 90,
        "import one\nx = " + "-" * 500 + "one",
        "import one\nx = one" + ".y" * 500,
        "import one\nx = one" + ".y()" * 250,
        "import one\nx = one" + "[0]" * 500,
        "import one\nx = " + "[" * 80 + "one" + "]" * 80,
        "import one\nx = [" + "one, " * 100_000 + "]",
        "import one\nx = {" + "'k': one, " * 50_000 + "}",
        "import one\nx = " + "lambda: " * 60 + "one",
        "import one\nif one: pass\n" + "elif one: pass\n" * 400,
    ],
    ids=["sum", "parentheses", "signs", "attributes", "calls", "items", "lists", "long list", "long dict",
         "lambdas", "elifs"],
)  # fmt: skip
def test_deep_and_long(source: str) -> None:
    found = facts(source)
    assert any(use.name == "one" for use in found.uses)
    assert Names(found).resolve("x.y", 0)


def test_every_term_of_a_long_sum_is_walked() -> None:
    assert len(facts("x = " + " + ".join(["f()"] * 2000)).calls) == 2000


def test_a_long_chain_of_tests_says_little_of_each() -> None:
    found = facts("if one: pass\n" + "elif two or three: import x\n" * 400)
    conditions = [each.place.condition for each in found.imports]
    assert len(conditions) == 400
    assert max(len(each.names) for each in conditions if each is not None) <= 100


@pytest.mark.parametrize("source", ["", "# nothing\n", "\n\n", "'''doc'''", "pass", "...", "\ufeff".lstrip("\ufeff")])
def test_nothing_to_say(source: str) -> None:
    assert facts(source).imports == ()
