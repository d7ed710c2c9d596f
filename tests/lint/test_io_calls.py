"""The tables of startup work: nothing in them is out of the reach of the imports and words that let a file in."""

from __future__ import annotations

import pytest

from flake8_flask_startup.lint.flask.io_calls import CALLS, IMPORTS, PATTERNS, PRICED, WORDS, WORDS_WITH, work_of
from flake8_flask_startup.syntax.text_prefilter import Word


def spellings(path: str) -> list[str]:
    """The import statements, and the calls after them, that a file may make a call with."""
    made, instance, method = path.partition("()")
    owner, _, name = made.rpartition(".")
    tail = f"{instance}{method}()"
    return [
        f"import {owner}\n{owner}.{name}{tail}",
        f"from {owner} import {name}\n{name}{tail}",
        f"from {owner} import {name} as made\nmade{tail}",
    ]


@pytest.mark.parametrize("path", [*CALLS, *PRICED])
def test_an_import_or_a_word_lets_every_spelling_in(path: str) -> None:
    for text in spellings(path):
        top = path.partition(".")[0]
        assert top in IMPORTS or any(Word(each).is_in(text) for each in (*WORDS, *WORDS_WITH.get(top, ()))), text


@pytest.mark.parametrize("path", CALLS)
def test_a_call_is_known_whatever_its_arguments(path: str) -> None:
    assert work_of(path, ()) is CALLS[path]
    assert work_of(path, ("...", "timeout")) is CALLS[path]


@pytest.mark.parametrize("path", PRICED)
def test_what_needs_a_price_is_not_told_without(path: str) -> None:
    assert work_of(path, ()) is None


@pytest.mark.parametrize("pattern", [pattern for pattern, _ in PATTERNS])
def test_a_pattern_ends_with_the_call_itself(pattern: str) -> None:
    assert pattern.endswith((r"\(\)", r"[^()]*\)"))


@pytest.mark.parametrize(
    ("path", "arguments"),
    [
        ("?engine.connect", ("...", "...")),
        ("blinker.signal().connect", ("...",)),
        ("requests.Session", ()),
        ("requests.get().json", ()),
        ("sqlalchemy.create_engine", ("...",)),
        ("boto3.client().get_paginator", ("...",)),
        ("flask.request.args.get", ("...",)),
    ],
)
def test_what_does_no_work_is_unknown(path: str, arguments: tuple[str, ...]) -> None:
    assert work_of(path, arguments) is None
