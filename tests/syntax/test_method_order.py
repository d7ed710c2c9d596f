"""The order of bases, held against Python's own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from flake8_flask_startup.syntax.method_order import linearized, merged


@given(st.lists(st.lists(st.integers(0, 7), unique=True, max_size=3), min_size=1, max_size=8))
def test_the_order_is_that_of_python(derived: list[list[int]]) -> None:
    """Each class derives from some of those before it, as the numbers say."""
    classes: list[type] = []
    for numbers in derived:
        bases = tuple(classes[number] for number in numbers if number < len(classes))
        orders = [[each for each in base.__mro__ if each is not object] for base in bases]
        found = linearized([*orders, list(bases)])
        try:
            made = type("Made", bases, {})
        except TypeError:
            assert found is None
            return
        assert found == [each for each in made.__mro__[1:] if each is not object]
        classes.append(made)


def test_of_orders_that_contradict_each_other_the_last_one_decides() -> None:
    orders = [["a", "b"], ["b", "a"]]
    assert linearized(orders) is None
    assert merged(orders) == ["b", "a"]
