"""Functions that do no more than give back an expression."""

from __future__ import annotations

import ast

from flake8_flask_startup.syntax.formulas import formula_of

SHARED = """
def ambiguous(moment):
    moment = moment.replace(zone=None)
    first = shifted(moment, 0)
    second = shifted(moment, 1)
    same = first.offset() == second.offset()
    return not (same and first.dst() == second.dst())
"""


def test_a_name_that_is_bound_again_and_used_twice_is_filled_once_in_each_place() -> None:
    (function,) = ast.parse(SHARED).body
    assert isinstance(function, ast.FunctionDef)
    found = formula_of(function)
    assert found is not None
    call = ast.parse("ambiguous(1)", mode="eval").body
    assert isinstance(call, ast.Call)
    given = found.given(call)
    assert given is not None
    moment = "1 .replace(zone=None)"
    one, other = f"shifted({moment}, 0)", f"shifted({moment}, 1)"
    assert ast.unparse(given) == (f"not ({one}.offset() == {other}.offset() and {one}.dst() == {other}.dst())")
