"""Ranks by cost: one where figures are measured, a range where intervals of estimates overlap."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from flake8_flask_startup.costs.estimator import Interval
from flake8_flask_startup.costs.ranks import ranks

MS = st.floats(0.1, 1000)


@st.composite
def costs(draw: st.DrawFn) -> list[tuple[float, Interval | None]]:
    found: list[tuple[float, Interval | None]] = []
    for ms in draw(st.lists(MS, max_size=20)):
        low, high = draw(st.floats(0.1, 1)), draw(st.floats(1, 10))
        found.append((ms, (ms * low, ms * high) if draw(st.booleans()) else None))
    return sorted(found, key=lambda each: -each[0])


def test_measured_ones_have_one_rank_each() -> None:
    assert ranks([(30.0, None), (20.0, None), (20.0, None)]) == [(1, 1), (2, 2), (3, 3)]


def test_intervals_that_overlap_leave_ranks_open() -> None:
    assert ranks([(90.0, (60.0, 140.0)), (70.0, None), (50.0, (40.0, 80.0)), (10.0, None)]) == [
        (1, 3),
        (1, 3),
        (1, 3),
        (4, 4),
    ]
    assert ranks([(90.0, (60.0, 140.0)), (55.0, None), (50.0, (45.0, 52.0))]) == [(1, 1), (2, 2), (3, 3)]


@given(costs())
def test_one_is_before_another_where_its_whole_interval_is(given_: list[tuple[float, Interval | None]]) -> None:
    spans = [interval or (ms, ms) for ms, interval in given_]
    for number, ((low, high), found) in enumerate(zip(spans, ranks(given_), strict=True)):
        others = [(a, b, other) for other, (a, b) in enumerate(spans) if other != number]
        both = given_[number][1] is None
        dearer = sum(other < number if both and given_[other][1] is None else a > high for a, _, other in others)
        cheaper = sum(other > number if both and given_[other][1] is None else b < low for _, b, other in others)
        assert found == (1 + dearer, len(given_) - cheaper)
        assert found.first <= number + 1 <= found.last
