"""Messages: what `render` writes, `parse` reads back; one line, and nothing an editor takes for a place."""

from __future__ import annotations

import re
import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flake8_flask_startup.model import CostSource, Finding, Span
from flake8_flask_startup.model.messages import kind, milliseconds, ordinal, ordinals, parse, render

WORDS = st.text(string.ascii_letters + string.digits + " '_.()`@,;-", min_size=1, max_size=60).filter(str.strip)
NAMES = st.from_regex(r"[a-z_]{1,12}(\.[a-z_]{1,12}){0,2}", fullmatch=True)


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    name = draw(NAMES)
    priced = draw(st.booleans())
    of = draw(st.integers(1, 200)) if priced else 0
    return Finding(
        code=draw(st.sampled_from(["FST101", "FST102", "FST103", "FST104", "FST105"])),
        span=Span(draw(st.integers(1, 9999)), draw(st.integers(0, 200))),
        what=f"heavy import '{name}'",
        advice=draw(WORDS),
        ms=float(draw(st.integers(10, 9_999_999))) if priced else None,
        source=draw(st.sampled_from([CostSource.MEASURED, CostSource.ESTIMATED])) if priced else CostSource.MEASURED,
        package=name,
        rank=(rank := draw(st.integers(1, of)) if priced else 0),
        last_rank=draw(st.sampled_from([0, *range(rank + 1, of + 1)])) if priced else 0,
        of=of,
        is_doubted=priced and draw(st.booleans()),
    )


@given(findings())
def test_round_trip(finding: Finding) -> None:
    text = render(finding)
    assert parse(finding.code, finding.span.line, finding.span.column, text) == finding
    assert len(text.splitlines()) == 1
    assert not re.search(r"\.py:\d+:\d+: ", text)


@given(st.text(max_size=200))
def test_any_text_parses(text: str) -> None:
    finding = parse("FST201", 3, 1, text)
    assert (finding.code, finding.span) == ("FST201", Span(3, 1))
    assert finding.what in text


def test_the_example_of_the_docs() -> None:
    text = "heavy import 'pandas' costs 1,431 ms at startup (1st of 7): import it in the functions that use it"
    advice = "import it in the functions that use it"
    expected = Finding("FST101", Span(3, 1), "heavy import 'pandas'", advice, ms=1431.0, package="pandas", rank=1, of=7)
    assert parse("FST101", 3, 1, text) == expected
    assert render(expected) == text


def test_the_package_of_a_chain_is_the_heavy_one_not_the_import_above_it() -> None:
    text = (
        "import of 'shop.model' with 'torch' behind it costs 785 ms at startup (1st of 2): import it where it is used"
    )
    assert parse("FST107", 2, 1, text).package == "torch"


def test_an_estimate_is_called_one() -> None:
    estimated = Finding("FST101", Span(1), "x", "y", ms=12.0, source=CostSource.ESTIMATED)
    assert "x costs about 12 ms, estimated from source, at startup: y" in render(estimated)
    between = replace(estimated, interval=(8.0, 1024.0))
    assert "x costs about 12 ms, 8.0 to 1,024, estimated from source, at startup: y" in render(between)
    assert parse("FST101", 1, 0, render(between)) == between


@pytest.mark.parametrize(
    ("number", "text"),
    [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (12, "12th"), (13, "13th"), (21, "21st"),
     (111, "111th"), (122, "122nd")],
)  # fmt: skip
def test_ordinals(number: int, text: str) -> None:
    assert ordinal(number) == text


def test_ranks_that_estimates_leave_open() -> None:
    assert (ordinals(1, 3), ordinals(2, 2), ordinals(2, 0)) == ("1st to 3rd", "2nd", "2nd")


@pytest.mark.parametrize(("ms", "text"), [(0.04, "0.0"), (3.14, "3.1"), (9.94, "9.9"), (9.96, "10"), (1234.4, "1,234")])
def test_milliseconds(ms: float, text: str) -> None:
    assert milliseconds(ms) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("heavy import 'boto3' costs 211 ms at startup (1st of 2): defer it", "heavy import 'boto3'"),
        ("startup of shop.v2:app takes 1,234 ms, over 800.5 ms: go", "startup of shop.v2:app takes # ms, over # ms"),
    ],
)
def test_a_kind_has_no_numbers_and_whole_names(text: str, kept: str) -> None:
    assert kind("FST101", text) == kept
