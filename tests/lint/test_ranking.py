"""Findings placed in a boot: what their messages then say of the whole startup."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from flake8_flask_startup.config.settings import Settings
from flake8_flask_startup.lint.engine import check
from flake8_flask_startup.lint.ranking import placed
from flake8_flask_startup.lint.source import Source
from flake8_flask_startup.model import UNKNOWN, Finding, Span
from flake8_flask_startup.model.messages import render
from flake8_flask_startup.project.references import Neighbourhood
from flake8_flask_startup.startup.boot import Boot, Cause, Loader, Place

FINDING = Finding("FST101", Span(1), "heavy import 'pandas'", "import it later", 431.0, package="pandas")


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def boot(*causes: Cause, configured: bool = True) -> Boot:
    reached = frozenset({"shop.py", "other.py"})
    return Boot(("shop:app",), "as asked", configured, 500.0, reached, frozenset(), reached, frozenset(), causes, ())


def cause(*statements: Place, blocked: tuple[Place, ...] = (), **more: Any) -> Cause:
    route = ("pandas_tools", "pandas", "pandas.core")
    return Cause("pandas", 431.0, 431.0, statements, route, "shop:app", blocked, **more)


def every(finding: Finding, drawn: Boot | None, filename: str = "shop.py") -> Finding:
    (found,) = placed([finding], drawn, filename, every=True)
    return found


def shown(*findings: Finding, drawn: Boot | None, filename: str = "shop.py") -> list[Finding]:
    return list(placed(findings, drawn, filename, every=False))


def test_the_route_ends_at_the_package_and_names_what_is_only_called_alike() -> None:
    found = every(FINDING, boot(cause(("shop.py", 1))))
    assert (found.rank, found.of) == (1, 1)
    assert found.advice == "import it later (saves 431 ms; reached from shop:app via pandas_tools)"


def test_estimates_leave_ranks_open() -> None:
    causes = [cause(("shop.py", 1), interval=(300.0, 600.0)), replace(cause(), package="torch", ms=350.0)]
    found = every(FINDING, boot(*causes, replace(cause(), package="numpy", ms=100.0)))
    assert (found.rank, found.last_rank, found.of) == (1, 2, 3)
    assert every(replace(FINDING, package="numpy"), boot(*causes)).rank == 0
    assert "costs 431 ms at startup (1st to 2nd of 3): " in render(found)


def test_more_statements_go_together() -> None:
    found = every(FINDING, boot(cause(("shop.py", 1), ("other.py", 2), ("other.py", 3))))
    assert "saves 431 ms together with other.py:2 and 1 more;" in found.advice


def test_what_has_no_figure_may_bring_it_too() -> None:
    one = every(FINDING, boot(cause(("shop.py", 1), unknown=("datasets",))))
    assert "(saves at most 431 ms: datasets, which has no figure, may bring it too;" in one.advice
    two = every(FINDING, boot(cause(("shop.py", 1), unknown=("datasets", "evaluate"))))
    assert "datasets and 1 more, which have no figure, may bring it too;" in two.advice


def test_a_statement_that_another_one_stands_before() -> None:
    assert "saves nothing alone, other.py:2 brings it in too;" in every(FINDING, boot(cause(("other.py", 2)))).advice
    assert "(reached from shop:app" in every(FINDING, boot(cause())).advice


def test_beside_one_that_must_stay() -> None:
    found = every(FINDING, boot(cause(("shop.py", 1), ("other.py", 2), blocked=(("other.py", 2),))))
    assert (found.code, found.advice) == ("FST102", "deferring it saves nothing while other.py:2 needs it at startup")
    stays = every(FINDING, boot(cause(("shop.py", 1), blocked=(("shop.py", 1),))))
    assert stays.code == "FST101"
    assert "saves" not in stays.advice


def test_what_must_stay_is_told_once_with_the_number_of_those_that_follow() -> None:
    needed = Finding("FST102", Span(1), "heavy import 'pandas'", "needed", 431.0, package="pandas")
    drawn = boot(cause(("shop.py", 1), ("other.py", 2), blocked=(("shop.py", 1), ("other.py", 2)), followers=2))
    (found,) = shown(needed, drawn=drawn)
    assert found.advice == "needed (2 other statements follow it; reached from shop:app via pandas_tools)"
    assert shown(Finding("FST102", Span(2), "", "", 431.0, package="pandas"), drawn=drawn, filename="other.py") == []
    one = boot(cause(("shop.py", 1), blocked=(("shop.py", 1),), followers=1))
    assert "(1 other statement follows it;" in shown(needed, drawn=one)[0].advice
    assert shown(needed, drawn=boot(cause(("shop.py", 1), blocked=(("shop.py", 1),), part_of="seaborn"))) == []


def test_what_can_go_is_told_on_each_statement_that_must_change() -> None:
    drawn = boot(cause(("shop.py", 1), ("other.py", 2)))
    assert [each.span.line for each in shown(FINDING, replace(FINDING, span=Span(3)), drawn=drawn)] == [1]


def test_what_can_go_and_saves_little_beside_what_stays_is_not_told() -> None:
    rest = replace(FINDING, code="FST102", advice="line 2 brings all but 41 ms of it in anyway", follows=True)
    removable = boot(replace(cause(("shop.py", 1)), saving_ms=41.0))
    assert shown(rest, drawn=removable) == []
    assert every(rest, removable).code == "FST102"


def test_a_package_that_the_boot_pays_nothing_for() -> None:
    assert every(FINDING, boot()) == FINDING


def test_a_file_that_startup_never_reaches() -> None:
    assert shown(FINDING, drawn=boot(), filename="tools.py") == []
    guessed = every(FINDING, boot(configured=False), "tools.py")
    assert guessed.advice == "import it later; startup from shop:app does not seem to reach it"
    debug = Finding("FST301", Span(1), "debug mode", "leave it out")
    assert every(debug, boot(), "tools.py") == debug


def test_a_development_only_import_that_startup_never_reaches() -> None:
    development = Finding("FST105", Span(1), "development-only import 'faker'", "keep it out", package="faker")
    assert shown(development, drawn=boot(), filename="tools.py") == []
    assert every(development, boot(configured=False), "tools.py").code == "FST105"
    assert every(development, boot(configured=False), "shop.py").code == "FST105"


def test_without_a_startup_a_package_is_told_once() -> None:
    inner = replace(FINDING, span=Span(2), package="pandas.api")
    other = replace(FINDING, span=Span(3), package="pandas_tools")
    found = shown(FINDING, inner, other, drawn=None)
    assert [(each.span.line, each.advice) for each in found] == [
        (1, "import it later; line 2 too"),
        (3, "import it later"),
    ]


def test_without_a_startup_what_stays_is_told_where_it_is_needed() -> None:
    first = replace(FINDING, code="FST102", follows=True)
    second = replace(FINDING, code="FST102", span=Span(2))
    assert shown(first, second, drawn=None) == [second]
    assert shown(first, second, replace(FINDING, span=Span(3)), drawn=None)[0].span.line == 3


LOADERS = {
    "anything": ((UNKNOWN,), {"tools.py", "shop/views.py", "src/shop/__init__.py"}),
    "what begins so": ((f"shop.{UNKNOWN}",), {"shop/views.py"}),
    "what ends so": ((f"{UNKNOWN}.views",), {"shop/views.py"}),
    "these": (("tools", "shop"), {"tools.py", "src/shop/__init__.py"}),
    "nothing": ((), set()),
}


@pytest.mark.parametrize(("may_load", "reached"), LOADERS.values(), ids=LOADERS.keys())
def test_a_file_that_what_startup_loads_by_data_may_be(may_load: tuple[str, ...], reached: set[str]) -> None:
    drawn = replace(boot(), loaders=(Loader("shop.py", 7, may_load),))
    files = ("tools.py", "shop/views.py", "src/shop/__init__.py", "bin/no-module.py")
    told = {name: found[0].advice for name in files if (found := shown(FINDING, drawn=drawn, filename=name))}
    assert told.keys() == reached
    doubt = "startup from shop:app does not seem to reach it, unless shop.py:7 loads it"
    assert set(told.values()) <= {f"import it later; {doubt}"}


def test_a_file_of_the_startup_that_cannot_be_parsed_may_load_anything(tmp_path: Path) -> None:
    files = {"app.py": "import broken\n", "broken.py": "def make(:\n", "jobs.py": "import pandas\n"}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    settings = Settings(app=("app",), cache=None)
    found = check(Source("jobs.py", ast.parse(files["jobs.py"]), files["jobs.py"].splitlines(keepends=True)), settings)
    assert [each.advice.rpartition("; ")[2] for each in found] == [
        "startup from app does not seem to reach it, unless broken.py:1 loads it"
    ]


def test_beside_a_startup_that_was_guessed_what_follows_another_file_is_not_said() -> None:
    needed = replace(FINDING, code="FST102", advice="needed where it is loaded, line 3 loads 'models.py'", follows=True)
    drawn = boot(configured=False)
    assert shown(needed, drawn=drawn, filename="tool.py") == []
    (own,) = shown(replace(needed, follows=False), drawn=drawn, filename="tool.py")
    assert own.advice.startswith("needed where it is loaded, line 3 loads 'models.py'; startup from shop:app")
    assert every(needed, drawn, "tool.py") == replace(own, follows=True)


@pytest.mark.parametrize("every", [False, True])
def test_other_files_are_searched_for_verdicts_that_are_shown(every: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "shop.py": "import other\nimport pandas\n\nframe = pandas.DataFrame()\n",
        "other.py": "import pandas\n\n\ndef load():\n    return pandas.DataFrame()\n",
    }
    for name, text in files.items():
        Path(name).write_text(text, encoding="utf-8")
    searched: list[str] = []
    need = Neighbourhood.need
    monkeypatch.setattr(
        Neighbourhood, "need", lambda self, *a, **b: searched.append(self.path.name) or need(self, *a, **b)
    )
    settings = Settings(app=("shop",), all=every)
    found = {
        name: [each.code for each in check(Source(name, ast.parse(text), text.splitlines(keepends=True)), settings)]
        for name, text in files.items()
    }
    assert found == {"shop.py": ["FST102"], "other.py": ["FST102"] if every else []}
    assert ("other.py" in searched) is every
