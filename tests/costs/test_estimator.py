"""What is only estimated, and how sure it is."""

from __future__ import annotations

import pytest

from flake8_flask_startup.costs.estimator import Guess, Model, together

MODEL = Model({"calls": 1.0, "libraries": 20.0}, 0.5, 2.0, {"libraries": 3.0}, rows_low=0.6, rows_high=2.0)


def test_what_rests_on_a_rare_feature_is_less_sure() -> None:
    assert MODEL.guess({"calls": 10.0}) == (10.0, 5.0, 20.0)
    assert MODEL.guess({"libraries": 1.0}) == pytest.approx((20.0, 20 / 4, 20 * 4))
    assert MODEL.width({"calls": 20.0, "libraries": 1.0}) == pytest.approx((1 + 3 / 4) ** 0.5)
    assert MODEL.guess({"absent": 5.0}) == (0.0, 0.0, 0.0)
    assert MODEL.guess({"calls": 10.0}, scale=2.0) == (20.0, 10.0, 40.0)


def test_errors_of_packages_are_independent_and_those_of_its_modules_are_not() -> None:
    one = Guess(10.0, 5.0, 20.0)
    assert together([one, one]) == (20.0, 10.0, 40.0)
    assert MODEL.around([], [one, one]) == pytest.approx((20 - 50**0.5, 20 + 200**0.5))
    assert MODEL.around([100.0], [one]) == pytest.approx((110 - (40**2 + 5**2) ** 0.5, 110 + (100**2 + 10**2) ** 0.5))
    assert one.times(2) == (20.0, 10.0, 40.0)
