"""Facts as JSON and back: what a walk finds, whichever bodies are read and in whatever order."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

import flake8_flask_startup
from flake8_flask_startup.files.line_index import SourceText
from flake8_flask_startup.files.parsing import parsed
from flake8_flask_startup.syntax.binder import glance
from flake8_flask_startup.syntax.facts import Facts
from flake8_flask_startup.syntax.facts_json import frozen_bodies, frozen_head
from flake8_flask_startup.syntax.facts_of_json import thawed
from flake8_flask_startup.syntax.static_conditions import Target

SOURCES = sorted(Path(flake8_flask_startup.__file__).parent.glob("*/*.py"))
ODD = """\
import a.b, c as d
from . import e
from f import *
__lazy_modules__ = ["a"]
__all__ = ["g", "h" "i"]
HUGE = 0x{hex}
KEYS = {{0x{hex}: 1, -1: 1e999, "\\ud800": None, True: 1.0}}
first = second = []
def uses_global():
    global made
    made = [each for each in first if each]
    def inner(): yield made
    return inner
class Outer(Base, metaclass=Meta, keyword=lambda: 1):
    x: "int" = first and second or 3
    if x:
        x = not x
    @property
    def method(self, *args: int, key=HUGE, **options):
        def nested():
            nonlocal key
            key = {{k: v for k, v in options.items() if k}}
            return key
        class Local(Outer):
            y = [x for x in self]
        while key:
            if nested(): break
        try:
            import g
        except ImportError:
            raise
        else:
            g.h(*args, **options)[0]("x").y = f"{{self}}-{{key!r}}"
        match key:
            case {{"a": z}} | [z, *_]: return z
            case Local(y=1): return lambda q: q + HUGE
    async def later(self):
        async with self as entered: return await entered
def huge(): return 0x{hex} + 1
def returns(): return first, second
for at in range(3):
    with open(at) as stream: stream.read()
del at
""".format(hex="f" * 5000)


def glanced(text: str, *, follows: bool) -> Facts:
    return glance(parsed(text), SourceText(text), Target((3, 11)), follows=follows)


def there_and_back(text: str, *, follows: bool) -> tuple[Facts, Facts]:
    """The facts of a text, and the same out of JSON, no body of either read."""
    source = glanced(text, follows=follows)
    head, numbers = frozen_head(source), sorted(source.unread)
    source.read_all()
    return glanced(text, follows=follows), thawed(head, frozen_bodies(source, numbers).__getitem__)


def said(facts: Facts) -> Sequence[object]:
    numbers = facts.scopes_by_name, facts.loops, facts.attempts, facts.exhaustive
    return facts.scopes, facts.bodies, facts.exports, sorted(facts.unread), facts.postponed, *numbers


def assert_same(text: str, step: int, *, follows: bool) -> None:
    """Whether it is the same with every step-th body read first, from the end for a negative one."""
    walked, read = there_and_back(text, follows=follows)
    assert said(read) == said(walked)
    numbers = sorted(walked.unread)
    for number in dict.fromkeys([*numbers[::step], *numbers]):
        walked.read(number)
        read.read(number)
        assert said(read) == said(walked)


@pytest.mark.parametrize("follows", [False, True])
def test_odd_code(follows: bool) -> None:
    for step in (1, -1, 2, 3, -2):
        assert_same(ODD, step, follows=follows)


@pytest.mark.parametrize("path", SOURCES[::7], ids=lambda path: path.stem)
def test_our_own_code(path: Path) -> None:
    assert_same(path.read_text(encoding="utf-8"), -2, follows=False)


def test_what_is_one_object_is_one_again() -> None:
    walked, read = there_and_back(ODD, follows=False)
    for facts in (walked, read):
        first, second = (facts.scopes[0].bindings[name][0] for name in ("first", "second"))
        assert first.value is second.value
        assert first.value is not facts.scopes[0].bindings["KEYS"][0].value
        assert first.place is facts.scopes[0].bindings["HUGE"][0].place


def test_what_a_body_says_does_not_rest_on_what_was_read_before() -> None:
    one, other = glanced(ODD, follows=True), glanced(ODD, follows=True)
    one.read_all()
    for number in sorted(other.unread, reverse=True):
        other.read(number)
    alone = [number for number in one.bodies if not any(each.body == number for each in one.scopes[number + 1 :])]
    assert len(alone) > 1
    for number in alone:
        assert one.bodies[number] == other.bodies[number]
        assert one.scopes[number] == other.scopes[number]
    for facts in (one, other):
        counted = [each.order for body in facts.bodies.values() for each in body.calls]
        assert len(counted) == len(set(counted))
