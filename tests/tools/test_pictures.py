"""The README's pictures: what they show is what the runs print now, and nothing of it can break the page."""

from __future__ import annotations

import re
from pathlib import Path
from runpy import run_path
from xml.etree import ElementTree

ROOT = Path(__file__).parents[2]
pictures = run_path(str(ROOT / "tools" / "pictures.py"))  # `tools` is a folder of tests here
_FINDING = re.compile(r"(FST\d+) +(examples/\S+)")
TEXT = "{http://www.w3.org/2000/svg}text"
BAR = "{http://www.w3.org/2000/svg}rect[@class='bar']"


def parsed(picture: str) -> ElementTree.Element:
    return ElementTree.fromstring(picture)  # noqa: S314  # of our own making


def texts(picture: str) -> list[str]:
    return [each.text or "" for each in parsed(picture).iter(TEXT)]


def committed(name: str) -> str:
    return (ROOT / "docs" / "pictures" / name).read_text(encoding="utf-8")


def test_the_ranked_report_is_what_flake8_prints() -> None:
    printed = pictures["output_of"](pictures["REPORT"], ROOT)
    shown = "\n".join(texts(committed("report.svg")))
    assert _FINDING.findall(shown) == _FINDING.findall(printed)
    assert len(_FINDING.findall(shown)) > 5


def test_the_startup_is_what_report_prints() -> None:
    tree = pictures["output_of"](pictures["TREE"], ROOT / "examples")
    rows = list(pictures["rows_of"](tree))
    shown = texts(committed("startup.svg"))
    assert [each.name for each in rows] == shown[1::2]
    assert [each.where for each in rows] == [each.partition(" ms  ")[2] for each in shown[2::2]]


def test_bars_are_as_long_as_modules_cost() -> None:
    rows = [pictures["Row"](200.0, 0, "shop", "entry point"), pictures["Row"](50.0, 1, "pandas", "shop.py:1")]
    picture = pictures["startup"](rows, "shop & co: <startup>")
    whole, half = (float(each.attrib["width"]) for each in parsed(picture).findall(BAR))
    assert (whole, half) == (pictures["BAR_PX"], pictures["BAR_PX"] / 4)
    assert texts(picture) == ["shop & co: <startup>", "shop", "200 ms  entry point", "pandas", "50 ms  shop.py:1"]


def test_long_lines_are_cut() -> None:
    (_, line) = texts(pictures["terminal"]("x", "y" * 500))
    assert line == "y" * (pictures["COLUMNS"] - 1) + "…"
