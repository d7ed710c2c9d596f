"""The walk: any tree that `ast.parse` returns, however deep, large or odd."""

from __future__ import annotations

import ast
import sys
import sysconfig
import tokenize
from pathlib import Path

import pytest

from flake8_flask_startup.analysis.call_graph import Reach
from flake8_flask_startup.files.line_index import SourceText
from flake8_flask_startup.syntax.binder import collect, glance
from flake8_flask_startup.syntax.facts import Facts
from flake8_flask_startup.syntax.resolver import Names
from flake8_flask_startup.syntax.static_conditions import Phase, Target
from flake8_flask_startup.syntax.symbol_table import Role

LIBRARY = sorted(Path(sysconfig.get_path("stdlib")).rglob("*.py"))
SAMPLE = LIBRARY[:: max(1, len(LIBRARY) // 50)]  # the whole takes a minute


def facts(source: str) -> Facts:
    return collect(ast.parse(source), Target((3, 11)))


@pytest.mark.filterwarnings("ignore")  # the standard library's own tests hold invalid escapes
def test_the_standard_library() -> None:
    walked = 0
    for path in SAMPLE:
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
    assert len(LIBRARY) > 300  # distributions leave parts out
    assert walked > 30


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


@pytest.mark.parametrize("statement", ["global", "nonlocal"])
def test_a_declaration_in_the_module_says_nothing(statement: str) -> None:
    found = facts(f"{statement} one\nimport one\none.x()\ndel one\n")
    assert [each.path for each in found.calls] == ["one.x"]
    assert Names(found).resolve("one.x", 0) == "one.x"


def test_every_term_of_a_long_sum_is_walked() -> None:
    assert len(facts("x = " + " + ".join(["f()"] * 2000)).calls) == 2000


def test_a_long_chain_of_tests_says_little_of_each() -> None:
    found = facts("if one: pass\n" + "elif two or three: import x\n" * 400)
    conditions = [each.place.condition for each in found.imports]
    assert len(conditions) == 400
    assert max(len(each.names) for each in conditions if each is not None) <= 100


@pytest.mark.parametrize("source", ["", "# nothing\n", "\n\n", "'''doc'''", "pass", "...", "\ufeff".lstrip("\ufeff")])
def test_nothing_to_say(source: str) -> None:
    assert not facts(source).imports


def test_a_tree_deeper_than_the_stack_still_gives_its_names() -> None:
    node: ast.expr = ast.Name("one", ast.Load(), lineno=2, col_offset=0)
    for _ in range(20_000):
        node = ast.UnaryOp(ast.Not(), node, lineno=2, col_offset=0)
    tree = ast.parse("import one\nx")
    tree.body[1] = ast.Expr(node, lineno=2, col_offset=0)
    found = collect(tree, Target((3, 11)))
    assert [(use.name, use.line) for use in found.uses] == [("one", 2)]


def test_a_statement_of_a_newer_python_is_walked_as_far_as_it_is_known() -> None:
    class Defer(ast.stmt):
        _fields = ("value", "body")

    tree = ast.parse("import one\nif one.x:\n    import two\n")
    test = tree.body[1]
    assert isinstance(test, ast.If)
    newer = Defer()
    newer.value, newer.body = test.test, test.body
    tree.body[1] = newer
    found = collect(tree, Target((3, 11)))
    assert [each.module for each in found.imports] == ["one", "two"]
    assert [use.name for use in found.uses] == ["one"]


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the syntax of Python 3.12")
def test_type_parameters_and_aliases_are_not_evaluated() -> None:
    found = facts("import one\ntype A = one.A\nclass C[T: one.B]: ...\ndef f[T: one.C](x: T): ...\n")
    assert [(use.place.phase, use.role) for use in found.uses] == [(Phase.TYPING, Role.TYPE)] * 3


@pytest.mark.skipif(sys.version_info < (3, 13), reason="the syntax of Python 3.13")
def test_defaults_of_type_parameters_are_read() -> None:
    assert [use.name for use in facts("import one\nclass C[T = one.B]: ...\n").uses] == ["one"]


NESTED = """
import os


def outer(given):
    local = [lambda: os.sep for each in given]

    def inner():
        return os

    return inner
"""


@pytest.mark.parametrize("further", range(0, 40, 13))
def test_a_body_that_is_asked_for_deep_in_the_stack_is_read_by_who_has_room(further: int) -> None:
    tree = ast.parse(NESTED)
    read, unread = collect(tree, Target((3, 11))), glance(tree, SourceText(NESTED), Target((3, 11)))
    (number,) = unread.unread
    failures = 0

    def deeper() -> None:  # then asked for again by each frame on the way back, with a little more room
        nonlocal failures
        try:
            deeper()
        except RecursionError:
            try:
                unread.read(number)
            except RecursionError:
                failures += 1
                raise

    def from_further_down(frames: int) -> None:  # so that it is another step that has no room
        from_further_down(frames - 1) if frames else deeper()

    from_further_down(further)
    assert failures > 0
    assert unread.scopes == read.scopes
    assert unread.scopes_by_name == read.scopes_by_name
    assert (unread.calls, unread.uses, unread.returns(number)) == (read.calls, read.uses, read.returns(number))
