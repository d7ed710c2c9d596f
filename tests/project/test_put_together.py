"""Patterns of texts that are put together match what `re` says, in as many steps as they have pieces."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flake8_flask_startup.project.put_together import matches, may_begin

TEXT = st.text("aA0.|(w*\\", max_size=4)
PIECES = st.one_of(TEXT.map(re.escape), st.sampled_from(["\\w*", ".*", "[A-Z0-9_]+", "[0-9.]+"]))
PATTERNS = st.recursive(
    st.lists(PIECES, max_size=4).map("".join),
    lambda inner: st.lists(
        st.one_of(PIECES, st.lists(inner, min_size=1, max_size=3).map(lambda some: f"(?:{'|'.join(some)})")), max_size=4
    ).map("".join),
    max_leaves=6,
)


@given(PATTERNS, TEXT)
def test_a_pattern_matches_what_re_matches(pattern: str, text: str) -> None:
    assert matches(pattern, text) is (re.fullmatch(pattern, text) is not None)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"shop\.\w*\.save", "shop.views", True),
        (r"shop\.\w*\.save", "shop.views.save", True),
        (r"shop\.\w*\.save", "shop.views.sa", False),
        (r"shop\.(?:a\.b|c)\.save", "shop.a", False),  # a dot of an alternative ends no beginning
        (r"shop\.(?:a\.b|c)\.save", "shop.a.b", True),
    ],
)
def test_a_text_may_be_a_beginning(pattern: str, text: str, expected: bool) -> None:
    assert may_begin(pattern, text) is expected


def test_many_unknown_parts_end() -> None:
    assert not matches(r"\w*" * 5_000 + "!", "a" * 100)  # `re` would try each way to share the letters out
    assert not matches("(?:a|aa)" * 5_000, "a" * 100)
    assert may_begin(r"a\." * 20_000, "a." * 99 + "a")
