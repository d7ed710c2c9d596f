"""Which functions a module surely runs while it loads."""

from __future__ import annotations

import ast

import pytest

from flake8_flask_startup.analysis.call_graph import Reach
from flake8_flask_startup.syntax.binder import collect
from flake8_flask_startup.syntax.resolver import Names
from flake8_flask_startup.syntax.static_conditions import Target

METHODS = """
class Base:
    def __init__(self): self.prepare()
    def prepare(self): pass
    def unused(self): pass
class Setup(Base):
    def start(self): self.step()
    def step(self): pass
"""


def loading(source: str, without: tuple[str, ...] = ()) -> dict[str, int]:
    """The functions that surely run, each with the line of module code that starts it."""
    facts = collect(ast.parse(source), Target((3, 11)))
    names = Names(facts)
    skipped = [number for name in without for number in names.scopes_by_name[name]]
    found = Reach(facts, names).surely_loading(skipped)
    return {facts.scopes[number].name: trail.line for number, trail in found.items()}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def one(): two()\ndef two(): pass\none()", {"one": 3, "two": 3}),
        ("def one(): pass\nif __name__ == '__main__':\n    one()", {}),
        ("def one(): pass\ndef two(): one()", {}),
        ("def keep(f): return f\n@keep\ndef one(): pass", {"keep": 2}),
        ("def one(): pass\nregister(one)\nunknown.one()", {}),
        (METHODS + "Setup()", {"Base.__init__": 9, "Base.prepare": 9}),
        (
            METHODS + "s = Setup()\ns.start()",
            {"Base.__init__": 9, "Base.prepare": 9, "Setup.start": 10, "Setup.step": 10},
        ),
        (METHODS + "anything.start()", {}),
        ("one = lambda: two()\ndef two(): pass\none()", {"<lambda 1:6>": 3, "two": 3}),
    ],
)  # fmt: skip
def test_calls_by_name(source: str, expected: dict[str, int]) -> None:
    assert loading(source) == expected


def test_without_a_function_what_only_it_calls_is_left_out() -> None:
    source = "def create_app(): one(); two()\ndef one(): pass\ndef two(): pass\ncreate_app()\ntwo()"
    assert loading(source) == {"create_app": 4, "one": 4, "two": 5}
    assert loading(source, without=("create_app",)) == {"two": 5}
