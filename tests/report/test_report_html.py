"""`flask startup report --format html`: one file, whole in itself, whatever names the project uses."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote

import pytest

from flake8_flask_startup import __version__
from flake8_flask_startup.model import Finding, Span
from flake8_flask_startup.model.messages import milliseconds
from flake8_flask_startup.report import Placed, Report
from flake8_flask_startup.report.as_html import PAGE, PageOrigin, at_slashes, problem_of, render
from hand_made import boot, report

IMPORTS = (("app", "m1"), ("m1", "pandas"), ("app", "m2"), ("m2", "numpy"), ("app", "obscure"))
HOSTILE = "</script><img src=x onerror=alert(1)>&\"'"
VOID = {"meta", "link", "input", "img", "br", "wbr"}


class Outline(HTMLParser):
    """Checks that elements are closed in order, and collects what a page holds."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.scripts: list[str] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        (self.scripts if self.open and self.open[-1] == "script" else self.text).append(data)


def page(found: Report | None = None) -> Outline:
    return Outline(render(found or report(boot(*IMPORTS), app=2.0, unresolved="a name that is not known")))


def test_it_says_what_the_report_says() -> None:
    text = " ".join(" ".join(page().text).split())
    for said in ("Startup of app", "312 ms now", "6 modules", "pandas saves 220 ms", "m1.py:1", "obscure"):
        assert said in text
    assert "app.py:1 : a name that is not known" in text


def test_it_loads_nothing_from_anywhere() -> None:
    outline = page()
    links = [value for _, attrs in outline.tags for name in ("src", "href") if (value := attrs.get(name))]
    assert set(links) == {"data:,", "#modules-title"}
    policy = next(attrs["content"] for _, attrs in outline.tags if attrs.get("http-equiv") == "Content-Security-Policy")
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
    for name in ("page.css", "costs.js", "picture.js", "view.js"):
        assert not re.search(r"https?:|@import|fetch\(|innerHTML", (PAGE / name).read_text(encoding="utf-8")), name


def test_names_are_data_and_never_markup() -> None:
    found = report(boot(*IMPORTS, folder=HOSTILE), app=2.0, unresolved=HOSTILE)
    outline = page(found)
    assert not any(tag == "img" for tag, _ in outline.tags)
    assert HOSTILE in "".join(outline.text)
    assert f"{HOSTILE}m1.py:1" in json.loads(outline.scripts[0])["places"]


def test_every_control_and_table_has_a_name() -> None:
    outline = page()
    labelled = {attrs.get("for") for tag, attrs in outline.tags if tag == "label"}
    steps = [attrs["id"] for tag, attrs in outline.tags if tag == "input" and attrs.get("type") == "checkbox"]
    assert steps == ["step0", "step1"]
    assert set(steps) <= labelled
    count = {name: sum(tag == name for tag, _ in outline.tags) for name in ("table", "caption", "h1", "main")}
    assert count == {"table": 2, "caption": 2, "h1": 1, "main": 1}
    titles = {attrs["id"] for _, attrs in outline.tags if "id" in attrs}
    assert {attrs["aria-labelledby"] for _, attrs in outline.tags if "aria-labelledby" in attrs} <= titles


def test_a_boot_without_a_plan_says_so() -> None:
    text = " ".join(page(report(boot(("app", "m1")))).text)
    assert "No package that a statement of the project brings in costs the threshold." in text


def test_three_thousand_modules_fit_into_two_megabytes() -> None:
    names = [f"m{n // 40}.part{n % 40}.with_a_rather_long_name{n}" for n in range(3000)]
    cross = [(names[n], names[n * 7 % 3000]) for n in range(3000) if n % 3]
    traced = boot(("app", names[0]), *pairwise(names), *cross, ("m0", "pandas"))
    assert len(traced.loaded) > 3000
    assert len(render(report(traced)).encode()) < 2_000_000


FOUND = Placed("m1.py", Finding("FST101", Span(3, 0), "heavy import 'pandas'", f"defer {HOSTILE}", ms=300.0), 220.0)


def test_findings_lead_to_the_editor_or_the_repository() -> None:
    found = replace(report(boot(*IMPORTS, folder="a b/"), app=2.0), findings=(FOUND,))
    plain = Outline(render(found))
    assert "FST101" in " ".join(plain.text)
    assert not any(tag == "a" and "class" not in attrs for tag, attrs in plain.tags)
    linked = Outline(render(found, PageOrigin(link="https://host/blob/main/{path}#L{line}")))
    links = [attrs["href"] for tag, attrs in linked.tags if tag == "a"]
    assert {"https://host/blob/main/m1.py#L3", "https://host/blob/main/a%20b/m1.py#L1"} <= set(links)
    in_editor = Outline(render(found, PageOrigin(link="vscode://file/{file}:{line}")))
    assert f"vscode://file/{quote(str(Path('m1.py').absolute()))}:3" in [
        attrs.get("href") for _, attrs in in_editor.tags
    ]
    assert not any(tag == "img" for tag, _ in linked.tags)


def test_the_foot_says_how_it_was_made() -> None:
    made = PageOrigin("flask-startup report", "2026-11-28")
    text = " ".join("".join(Outline(render(report(boot(*IMPORTS)), made)).text).split())
    assert f"flake8-flask-startup {__version__}, 2026-11-28: flask-startup report" in text


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)//{path}", "data:text/html,{path}", "//host/{path}", "https://host/{nothing}"]
)
def test_what_is_no_link(link: str) -> None:
    assert problem_of(link)
    assert not problem_of("https://host/{path}#L{line}")


def test_paths_may_break_behind_their_slashes() -> None:
    assert at_slashes("shop/<a>/b.py:3") == "shop/<wbr>&lt;a&gt;/<wbr>b.py:3"


def test_where_the_total_may_lie_is_said() -> None:
    found = report(boot(*IMPORTS), app=2.0)
    low, high = map(milliseconds, found.costs.total.interval or ())
    assert f"so that it may be {low} to {high} ms elsewhere" in " ".join(" ".join(page(found).text).split())
