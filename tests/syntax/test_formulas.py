"""Functions that do no more than give back an expression."""

from __future__ import annotations

import ast

from flake8_flask_startup.syntax.formulas import formula_of

SHARED = """
def is_even(text):
    text = text.strip()
    lower = text.lower()
    return lower < lower.title()
"""


def test_a_name_that_is_bound_again_and_used_twice_is_filled_once_in_each_place() -> None:
    (function,) = ast.parse(SHARED).body
    assert isinstance(function, ast.FunctionDef)
    found = formula_of(function)
    call = ast.parse("is_even(' a')", mode="eval").body
    assert found is not None
    assert isinstance(call, ast.Call)
    given = found.given(call)
    assert given is not None
    assert ast.unparse(given) == "' a'.strip().lower() < ' a'.strip().lower().title()"
