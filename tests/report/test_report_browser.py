"""The HTML report in a real headless Chromium: it computes as Python does, and people can use it."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from flake8_flask_startup.model import Finding, Span
from flake8_flask_startup.report import Placed, Report
from flake8_flask_startup.report.as_html import PAGE, render
from flake8_flask_startup.report.page_data import page_data
from flake8_flask_startup.startup.graph.cost_model import StartupCosts
from flake8_flask_startup.startup.graph.plan import Removal
from hand_made import TABLE, boot, report

api = pytest.importorskip("playwright.sync_api", reason="the extra browser is not installed")

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
IMPORTS = (
    ("app", "flask"),
    ("app", "m1"),
    ("m1", "pandas"),
    ("app", "m2"),
    ("m2", "numpy"),
    ("m2", "m3"),
    ("m3", "flask_sqlalchemy"),
    ("app", "obscure"),
)
LINES = """\
cell => {
  const tops = new Set(), texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT), range = document.createRange();
  while (texts.nextNode()) {
    range.selectNodeContents(texts.currentNode);
    for (const box of range.getClientRects()) tops.add(Math.round(box.top));
  }
  return tops.size;
}"""
HOSTILE = "</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def browser() -> Iterator[api.Browser]:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip(f"no browser: none of {', '.join(NAMES)} is installed")
    with api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, chromium_sandbox=False)
        yield started
        started.close()


Opened = Callable[..., "api.Page"]


@pytest.fixture
def opened(browser: api.Browser, tmp_path: Path) -> Iterator[Opened]:
    """Open a report; in the end there must have been no error on the console and no request for anything."""
    wrong: list[str] = []
    contexts = []

    def opening(found: Report, scheme: str = "light") -> api.Page:
        path = tmp_path / "report.html"
        path.write_text(render(found), encoding="utf-8")
        context = browser.new_context(color_scheme=scheme, viewport={"width": 1280, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: wrong.append(message.text))
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("dialog", lambda dialog: wrong.append(dialog.message))
        page.on("request", lambda request: wrong.append(request.url) if request.url != path.as_uri() else None)
        page.goto(path.as_uri())
        return page

    yield opening
    for context in contexts:
        context.close()
    assert [each for each in wrong if not each.startswith("data:")] == []


@pytest.fixture
def found() -> Report:
    return report(boot(*IMPORTS), app=2.0, m1=4.0)


def boxes(page: api.Page) -> list[str]:
    return [str(box.text_content()) for box in page.locator("#picture [role=treeitem]").all()]


def remaining(found: Report, steps: set[int]) -> float:
    statements = {statement for step in steps for statement in found.plan[step].statements}
    return found.costs.total.ms - found.costs.saving(found.costs.graph.edges_at(statements))


def test_every_module_that_is_wide_enough_has_a_box(opened: Opened, found: Report) -> None:
    page = opened(found)
    assert boxes(page)[:4] == ["app", "flask", "m1", "pandas"]
    label = page.get_by_role("treeitem", name="pandas, 300 ms, m1.py:1")
    assert label.get_attribute("aria-level") == "3"
    assert page.locator("#now").inner_text() == f"{found.costs.total.ms:.0f}"


def test_ticked_steps_tell_what_would_remain(opened: Opened, found: Report) -> None:
    page = opened(found)
    assert page.locator("[data-step]").count() == len(found.plan) > 2
    for steps in ({0}, {0, 1}, {1, 2}, set(range(len(found.plan)))):
        for step in range(len(found.plan)):
            page.locator(f"#step{step}").set_checked(step in steps)
        after = page.locator("#after")
        assert float(after.get_attribute("data-ms") or "nan") == pytest.approx(remaining(found, steps), abs=0.05)
        assert f"{remaining(found, steps):.0f} ms after the" in after.inner_text()
    assert "gone" in (page.get_by_role("treeitem", name="pandas, ").get_attribute("class") or "")
    assert "gone" not in (page.get_by_role("treeitem", name="flask, ").get_attribute("class") or "")
    for step in range(len(found.plan)):
        page.locator(f"#step{step}").uncheck()
    assert page.locator("#after").inner_text() == ""


def test_the_search_finds_modules_and_statements(opened: Opened, found: Report) -> None:
    page = opened(found)
    page.fill("#search", "m2")
    assert page.locator("#matches").inner_text() == "3 modules match, 10 ms"  # m2, and what its lines load
    rows = [row.inner_text() for row in page.locator("#modules tbody th").all()]
    assert rows == ["m2", "m3", "numpy"]
    page.press("#search", "Enter")
    assert "m2" in page.locator("#details").inner_text()
    page.press("#search", "Escape")
    assert page.locator("#modules tbody tr").count() == len(found.trace.loaded)


def test_zoom_by_mouse_and_back(opened: Opened, found: Report) -> None:
    page = opened(found)
    page.get_by_role("treeitem", name="m1, ").click()
    assert boxes(page) == ["app", "m1", "pandas"]
    page.get_by_role("button", name="Zoom out").click()
    assert "flask" in boxes(page)
    page.get_by_role("button", name="Whole startup").click()
    assert page.get_by_role("button", name="Whole startup").is_disabled()


def test_the_keyboard_reaches_everything(opened: Opened, found: Report) -> None:
    page = opened(found)
    page.locator("#step0").focus()
    page.keyboard.press("Space")
    assert page.locator("#after").inner_text() != ""
    page.get_by_role("treeitem", name="app, ").focus()
    for key, name in (("ArrowDown", "flask"), ("ArrowRight", "m1"), ("ArrowDown", "pandas"), ("ArrowUp", "m1")):
        page.keyboard.press(key)
        assert page.evaluate("document.activeElement.textContent") == name
    page.keyboard.press("Enter")
    assert boxes(page) == ["app", "m1", "pandas"]
    assert page.evaluate("document.activeElement.textContent") == "m1"
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    assert "flask" in boxes(page)


def test_the_tip_tells_statement_route_and_saving(opened: Opened, found: Report) -> None:
    page = opened(found)
    page.get_by_role("treeitem", name="pandas, ").hover()
    tip = page.locator("#tip")
    tip.wait_for()
    said = tip.inner_text().replace("\n", " ")
    for fact in ("300 ms itself", "Statement m1.py:1", "Route app.py:2 > m1.py:1", "Saving 220 ms without"):
        assert fact in said


def test_light_and_dark(opened: Opened, found: Report) -> None:
    def back(page: api.Page) -> str:
        return str(page.evaluate("getComputedStyle(document.body).backgroundColor"))

    light, dark = opened(found, "light"), opened(found, "dark")
    white, black = back(light), back(dark)
    assert white != black
    light.get_by_role("button", name="Dark").click()
    dark.get_by_role("button", name="Dark").click()
    assert (back(light), back(dark)) == (black, white)


def test_the_table_sorts(opened: Opened, found: Report) -> None:
    page = opened(found)
    page.get_by_role("button", name="Module").click()
    names = [row.inner_text() for row in page.locator("#modules tbody th").all()]
    assert names == sorted(each.name for each in found.trace.loaded)
    assert page.get_by_role("columnheader", name="Module").get_attribute("aria-sort") == "ascending"


def test_names_that_look_like_markup_are_text(opened: Opened) -> None:
    page = opened(report(boot(*IMPORTS, folder=HOSTILE), unresolved=HOSTILE))
    assert page.locator("img").count() == 0
    assert HOSTILE in page.locator("#modules").inner_text()


def test_three_thousand_modules(opened: Opened) -> None:
    names = [f"m{n // 40}.part{n}" for n in range(3000)]
    traced = boot(*(("app", name) for name in names[::7]), *pairwise(names), ("m5.part200", "pandas"))
    page = opened(report(traced))
    page.select_option("#measure", "count")
    page.fill("#search", "part2999")
    page.press("#search", "Enter")
    assert page.evaluate("getComputedStyle(document.querySelector('#picture .box')).position") == "absolute"
    assert page.get_by_role("treeitem", name="m74.part2999, ").is_visible()
    assert page.locator("#modules tbody tr").count() == 1


def random_report(seed: int) -> Report:
    """A boot of some modules that import each other and packages, with and without rows and sizes."""
    chance = random.Random(seed)  # noqa: S311 -- cases, no secrets
    own = ["app", *(f"m{n}" for n in range(6))]
    packages = [
        *TABLE.modules,
        "flask",
        "werkzeug.http",
        "google.api_core",
        "numpy.linalg.deep",
        "lib",
        "lib.inner",
        "csv",
    ]
    pairs = [(chance.choice(own), chance.choice([*own[1:], *packages])) for _ in range(chance.randint(2, 20))]
    pairs += [(chance.choice(packages), chance.choice(packages)) for _ in range(chance.randint(0, 8))]
    traced = boot(*dict.fromkeys(pair for pair in pairs if pair[0] != pair[1]))
    sized = {
        each.name: {"modules": 1.0, "kib": chance.uniform(0, 40)} for each in traced.loaded if chance.random() < 0.6
    }
    costs = StartupCosts(traced, TABLE, sized)
    statements = dict.fromkeys(edge.statement for edge in costs.graph.targets)
    plan = [Removal(each.path, 0.0, (each,), (), (), ()) for each in statements]  # every statement can be ticked
    return Report(traced, costs, tuple(plan), ())


def test_costs_without_any_statements_are_those_that_python_finds(browser: api.Browser) -> None:
    cases, expected = [], []
    for seed in range(200):
        found = random_report(seed)
        data = page_data(found)
        chance = random.Random(seed)  # noqa: S311 -- cases, no secrets
        sets = [[each for each in range(len(found.plan)) if chance.random() < 0.3] for _ in range(8)]
        cases.append([data, sets])
        expected += [remaining(found, set(steps)) for steps in sets]
    page = browser.new_page()
    page.evaluate(f"() => {{ {(PAGE / 'costs.js').read_text(encoding='utf-8')}; window.bootCosts = bootCosts; }}")
    computed = page.evaluate(
        "cases => JSON.parse(cases).flatMap(([data, sets]) => { const boot = bootCosts(data);"
        " return sets.map(steps => boot.without(steps.flatMap(step => data.plan[step])).ms); })",
        json.dumps(cases),
    )
    page.close()
    assert len(set(computed)) > 300
    assert computed == pytest.approx(expected, abs=0.05)


def test_packages_and_findings_follow_the_ticked_steps(opened: Opened, found: Report) -> None:
    step = next(at for at, each in enumerate(found.plan) if each.package == "pandas")
    (statement,) = found.plan[step].statements
    findings = [
        Placed(path, Finding("FST101", Span(line, 0), "heavy import 'pandas'", "defer it", ms=300.0), 300.0)
        for path, line in ((statement.path, statement.line), (statement.path, statement.line + 50))
    ]
    page = opened(replace(found, findings=tuple(findings)))
    row = page.locator('[data-package="pandas"]')
    assert row.locator("td").all_inner_texts()[1] == ""
    page.check(f"#step{step}")
    assert row.locator("td").all_inner_texts()[1] == "0.0"
    assert "gone" in (row.get_attribute("class") or "")
    stays = page.locator('[data-package="flask_sqlalchemy"]')
    before, after = stays.locator("td").all_inner_texts()
    assert before == after
    assert [each.get_attribute("class") or "" for each in page.locator("[data-place]").all()] == ["gone", ""]
    page.uncheck(f"#step{step}")
    assert row.locator("td").all_inner_texts()[1] == ""
    assert page.locator("tr.gone").count() == 0


def test_a_phone_shows_whole_words_and_figures_under_their_heads(opened: Opened, found: Report) -> None:
    page = opened(found)
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for each in page.locator("table.findings .text").all():  # a message is read without scrolling
        box = each.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 360
    for table in page.locator("table").all():
        heads = table.locator("thead th").all()
        aligned = [each.evaluate("each => getComputedStyle(each).textAlign") for each in heads]
        for row in table.locator("tbody tr").all()[:3]:
            cells = row.locator("th, td").all()
            assert aligned == [each.evaluate("each => getComputedStyle(each).textAlign") for each in cells]
            for each in cells:  # a word that is broken takes more lines than it has words
                lines = each.evaluate(LINES)
                assert lines <= max(len(each.inner_text().split()), 1)


def test_a_phone_breaks_paths_behind_slashes(opened: Opened) -> None:
    content = report(boot(*IMPORTS, folder="application/services/background_tasks/"))
    (place,) = next(each for each in content.plan if each.package == "pandas").statements
    finding = Finding("FST101", Span(place.line, 0), "heavy import 'pandas'", "defer it", ms=300.0)
    page = opened(replace(content, findings=(Placed(place.path, finding, 300.0),)))
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    shown = page.locator(".places code:visible, .findings code").all()
    assert len(shown) > 3
    for each in shown:
        assert each.evaluate(LINES) <= len(each.inner_text().split("/"))
