"""Which functions run, between the two answers that need no other file."""

from __future__ import annotations

import ast
import asyncio
import concurrent.futures
import json
import logging
from pathlib import Path

import pytest

from flake8_flask_startup.analysis.call_graph import Reach
from flake8_flask_startup.analysis.module import Module
from flake8_flask_startup.analysis.project_reach import ProjectReach
from flake8_flask_startup.analysis.reflection import Reflections
from flake8_flask_startup.inference.queries import Nobody, Settled
from flake8_flask_startup.syntax.binder import collect
from flake8_flask_startup.syntax.resolver import Names
from flake8_flask_startup.syntax.static_conditions import Target

STANDARD_LIBRARY = sorted(
    path
    for module in (asyncio, concurrent.futures, json, logging)
    for path in Path(module.__file__ or "").parent.glob("*.py")
)
SHOP = """
class Rates:
    def __call__(self): convert()
    def __getattr__(self, name): return name

def convert(): pass
def start(): pass
def later(): pass

rates = Rates()
start()
"""


def module_of(text: str) -> tuple[Names, Reflections]:
    tree = ast.parse(text)
    names = Names(collect(tree, Target((3, 11))))
    return names, Reflections(text, lambda: tree, names, frozenset, lambda _: False)


@pytest.mark.parametrize("path", STANDARD_LIBRARY, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_what_other_files_read_adds_to_what_runs(path: Path) -> None:
    names, reflections = module_of(path.read_text(encoding="utf-8"))
    most = Reach(names.facts, names, reflections).loading()
    some = Reach(names.facts, names, reflections, lambda name: len(name) % 2 == 0).loading()
    least = Reach(names.facts, names, reflections, lambda _: False).loading()
    assert least.keys() <= some.keys() <= most.keys()


@pytest.mark.parametrize(("is_read", "runs"), [(True, {"convert", "start"}), (False, {"start"})])
def test_other_files_are_asked_only_about_what_they_decide(is_read: bool, runs: set[str]) -> None:
    names, reflections = module_of(SHOP)
    asked: list[str] = []

    def read_at_start(name: str) -> bool:
        asked.append(name)
        return is_read

    settled = Settled(names, lambda _: False, Nobody)
    module = Module(
        names.facts,
        names,
        settled,
        is_package=False,
        is_first_party=lambda _: False,
        is_kept=lambda _: False,
        reflections=reflections,
        read_at_start=read_at_start,
    )
    loading = ProjectReach(module).loading()
    numbers = {scope.name: number for number, scope in enumerate(names.facts.scopes)}
    assert (numbers["start"] in loading, numbers["later"] in loading) == (True, False)
    assert asked == []
    assert (numbers["convert"] in loading) == ("convert" in runs)
    assert set(asked) == {"rates"}
    assert {name for name in ("convert", "start", "later") if numbers[name] in set(loading)} == runs
