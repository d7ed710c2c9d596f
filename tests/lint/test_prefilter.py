"""What the gate lets in: findings depend on a program's tokens alone, and on no word that is looked for in its text."""

from __future__ import annotations

import ast
import asyncio
import concurrent.futures
import json
import unittest
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from flake8_flask_startup.config.settings import Settings, read
from flake8_flask_startup.lint import engine, prefilter
from flake8_flask_startup.lint.engine import check
from flake8_flask_startup.lint.rule import Rule, Trait
from flake8_flask_startup.lint.rules import RULES
from flake8_flask_startup.lint.source import Source
from flake8_flask_startup.model import Finding
from flake8_flask_startup.startup import cost_tables
from flake8_flask_startup.syntax.text_prefilter import Word
from lint.test_pages import PAGES
from pages import Case, cases
from respacing import respelled, scattered, spaced

COSTS = Path(__file__).parents[1] / "costs.toml"
STANDARD_LIBRARY = sorted(
    path
    for module in (asyncio, concurrent.futures, json, unittest)
    for path in Path(module.__file__ or "").parent.glob("*.py")
)


def found(name: str, text: str, settings: Settings) -> list[Finding]:
    return check(Source(name, ast.parse(text), text.splitlines(keepends=True)), settings)


def everything(_: str, __: object, ___: object = ()) -> Mapping[Rule, tuple[str, ...]]:
    """What is breakable where nobody looks for words."""
    return {each: () for each in RULES if Trait.PRICED not in each.traits}


def programs(case: Case, folder: Path) -> list[tuple[str, str]]:
    """The Python files of a case, all its files written into a folder."""
    for name, text in case.files.items():
        path = folder / case.title.replace("/", " ") / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return [(name, text) for name, text in case.files.items() if name.endswith(".py")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_findings_depend_on_tokens_alone(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cost_tables, "bundled_table_path", lambda: COSTS)
    for case in cases(page):
        files = programs(case, tmp_path)
        monkeypatch.chdir(tmp_path / case.title.replace("/", " "))
        settings = read(case.options)
        for name, text in files:
            plain = found(name, text, settings)
            if not plain or "noqa" in text or not text.isascii():
                continue
            wide = found(name, spaced(text), settings)
            assert [(each.code, each.span.line) for each in wide] == [(each.code, each.span.line) for each in plain], (
                f"{case.title}, {name}:\n{spaced(text)}"
            )
            spelled = found(name, respelled(text), settings)
            assert [(each.code, each.span.line) for each in spelled] == [
                (each.code, each.span.line) for each in plain
            ], f"{case.title}, {name}:\n{respelled(text)}"
            apart, moved = scattered(text)
            expected = [(each.code, moved.get((each.span.line, each.span.column), each.span.line)) for each in plain]
            torn = [(each.code, each.span.line) for each in found(name, apart, settings)]
            assert sorted(torn) == sorted(expected), f"{case.title}, {name}:\n{apart}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_findings_of_pages_depend_on_no_word(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cost_tables, "bundled_table_path", lambda: COSTS)
    for case in cases(page):
        files = programs(case, tmp_path)
        monkeypatch.chdir(tmp_path / case.title.replace("/", " "))
        settings = read(case.options)
        for name, text in files:
            gated = found(name, text, settings)
            with monkeypatch.context() as patched:
                patched.setattr(engine, "breakable", everything)
                assert found(name, text, settings) == gated, f"{case.title}, {name}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_findings_depend_on_the_tokens_of_other_files(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cost_tables, "bundled_table_path", lambda: COSTS)
    for case in cases(page):
        names = [name for name in case.files if name.endswith(".py")]
        for number, name in enumerate(names if len(names) > 1 else ()):
            apart = {other: spaced(case.files[other]) for other in names if other != name}
            moved = Case(case.page, f"{case.title} {number}", {**case.files, **apart})
            programs(moved, tmp_path)
            monkeypatch.chdir(tmp_path / moved.title.replace("/", " "))
            expected = [(line, code) for file, line, code, _ in case.expected if file == name]
            plain = read(case.options)  # a page is marked with what is said without --fst-all, or with it
            said = [found(name, case.files[name], each) for each in (plain, replace(plain, all=True))]
            own = [sorted((each.span.line, each.code) for each in findings) for findings in said]
            assert sorted(expected) in own, f"{case.title}, {name}"


@pytest.mark.parametrize("path", STANDARD_LIBRARY, ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_findings_of_the_standard_library_depend_on_no_word(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = path.read_text(encoding="utf-8")
    gated = found("library.py", text, Settings())
    monkeypatch.setattr(engine, "breakable", everything)
    assert found("library.py", text, Settings()) == gated


def test_pages_are_looked_at() -> None:
    assert PAGES


@pytest.mark.parametrize(
    ("spelled", "text", "expected"),
    [
        ("DEBUG", "DEBUG      = True", True),
        ("DEBUG", "FLASK_DEBUG = True", False),
        (".run(", "app.run (debug=True)", True),
        (".run(", "app . \\\n run \\\n (debug=True)", True),
        (".run(", "(app  # the app\n . # runs\n run\n)(debug=True)", True),
        (".run(", "run(debug=True)", False),
        (".run(", "app.run", False),
        (".connect()", "engine.connect( # now\n)", True),
        (".connect()", "signal.connect(receiver)", False),
        ("*App(", "MyApp (1)", True),
        ("*App(", "MyApps (1)", False),
        ("*engine.begin", "my_engine . begin()", True),
        ("*app =", "web_app=make()", True),
        ("*app =", "web = app = make()", True),
        ("*app =", "serve(app=app)", False),
        ("*app =", "serve(port, \\\n app = app)", False),
        ("*app =", "if (app := make()): pass", True),
        ("*app =", "app: App = make()", True),
        ("*app =", "if app == other: pass", False),
        ("as *app", "with make() as \\\n web_app: pass", True),
        (".debug =", "app . debug = True", True),
        (".debug =", "app.debug == True", False),
        ("(app)", "Database ( app )", True),
    ],
)
def test_a_piece_of_code_is_found_however_it_is_written(spelled: str, text: str, *, expected: bool) -> None:
    assert Word(spelled).is_in(text) is expected


def test_the_words_of_a_name_are_found_as_the_parser_reads_it() -> None:
    assert prefilter.breakable("\uff44ebug = app.\uff52un(debug=True)", ()) != {}
