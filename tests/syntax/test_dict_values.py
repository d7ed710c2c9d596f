"""`dict(a=1)` is the mapping that `{"a": 1}` is; what it is given beside keywords nobody can list."""

from __future__ import annotations

import ast

import pytest

from flake8_flask_startup.syntax.lowering import value_of
from flake8_flask_startup.syntax.values import Kind, Value


def value(source: str) -> Value:
    return value_of(ast.parse(source, mode="eval").body)


@pytest.mark.parametrize(
    ("call", "display"),
    [("dict(a=1, b=True)", '{"a": 1, "b": True}'), ("dict()", "{}"), ("dict(a=1, **more)", '{"a": 1, **more}')],
)
def test_keywords_are_entries(call: str, display: str) -> None:
    assert value(call) == value(display)


@pytest.mark.parametrize("call", ["dict(pairs)", "dict(pairs, a=1)", "other.dict(a=1)"])
def test_any_other_call_stays_a_call(call: str) -> None:
    assert value(call).kind is Kind.CALL
