"""Garbage collection, put off: nothing is left for it, and it begins with what is made afterwards."""

import ast
import gc
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from flake8_flask_startup.files.gc_control import made_to_stay, without_collection
from flake8_flask_startup.files.line_index import SourceText
from flake8_flask_startup.syntax.binder import glance
from flake8_flask_startup.syntax.static_conditions import Target

TEXT = """
import pandas as pd

def report():
    def inner():
        return pd.DataFrame()
    return inner

class Model:
    def load(self):
        return [each for each in pd.read()]
"""


@pytest.fixture
def collecting() -> Iterator[None]:
    was_on = gc.isenabled()
    gc.enable()
    gc.unfreeze()  # a command that ended in this process has frozen what it left
    yield
    if was_on:
        gc.enable()
    else:
        gc.disable()


def test_facts_with_unread_bodies_form_no_cycle() -> None:
    gc.collect()
    gc.disable()
    try:
        facts = glance(ast.parse(TEXT), SourceText(TEXT), Target((3, 11)))
        assert facts.unread
        facts.read(next(iter(facts.unread)))
        assert facts.unread
        del facts
        assert gc.collect() == 0
    finally:
        gc.enable()


@pytest.mark.usefixtures("collecting")
def test_what_was_made_to_stay_counts_as_old() -> None:
    with made_to_stay():
        assert not gc.isenabled()
        made = [[] for _ in range(100_000)]  # type: ignore[var-annotated]  # only counted
    assert gc.isenabled()
    assert gc.get_freeze_count() == 0
    old = {id(each) for each in gc.get_objects(generation=2)}
    assert all(id(each) in old for each in made)


@pytest.mark.usefixtures("collecting")
def test_what_others_have_made_does_not_grow_old_otherwise() -> None:
    gc.disable()  # or a collection might age it
    theirs = [[] for _ in range(1000)]  # type: ignore[var-annotated]  # only counted
    gc.enable()
    with without_collection():
        assert not gc.isenabled()
    gc.disable()
    old = {id(each) for each in gc.get_objects(generation=2)}
    assert not any(id(each) in old for each in theirs)


@pytest.mark.usefixtures("collecting")
def test_what_somebody_else_has_frozen_stays_so() -> None:
    gc.freeze()
    try:
        frozen = gc.get_freeze_count()
        with made_to_stay():
            pass
        assert gc.isenabled()
        assert gc.get_freeze_count() >= frozen - 100  # freed meanwhile, not thawed
    finally:
        gc.unfreeze()


@pytest.mark.parametrize("manager", [without_collection, made_to_stay])
def test_collection_that_was_off_stays_off(manager: Callable[[], AbstractContextManager[None]]) -> None:
    was_on = gc.isenabled()
    gc.disable()
    try:
        with manager():
            pass
        assert not gc.isenabled()
    finally:
        if was_on:
            gc.enable()
