"""Findings placed in a boot: what their messages then say of the whole startup."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from flake8_flask_startup.config.settings import Settings
from flake8_flask_startup.lint.engine import Source, check
from flake8_flask_startup.lint.ranking import placed
from flake8_flask_startup.model import UNKNOWN, Finding, Span
from flake8_flask_startup.startup.boot import Bill, Boot, Loader

FINDING = Finding("FST101", Span(1), "heavy import 'pandas'", "import it later", 431.0, package="pandas")


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def boot(*bills: Bill, configured: bool = True) -> Boot:
    reached = frozenset({"shop.py", "other.py"})
    return Boot(("shop:app",), "as asked", configured, 500.0, reached, frozenset(), reached, frozenset(), bills, ())


def bill(*statements: tuple[str, int], blocked: tuple[tuple[str, int], ...] = ()) -> Bill:
    return Bill("pandas", 431.0, statements, ("pandas_tools", "pandas", "pandas.core"), blocked)


def only(finding: Finding, drawn: Boot, filename: str = "shop.py") -> Finding:
    (found,) = placed([finding], drawn, filename)
    return found


def test_the_route_ends_at_the_package_and_names_what_is_only_called_alike() -> None:
    found = only(FINDING, boot(bill(("shop.py", 1))))
    assert (found.rank, found.of) == (1, 1)
    assert found.advice == "import it later (saves 431 ms; reached from shop:app via pandas_tools)"


def test_more_statements_go_together() -> None:
    found = only(FINDING, boot(bill(("shop.py", 1), ("other.py", 2), ("other.py", 3))))
    assert "saves 431 ms together with other.py:2 and 1 more;" in found.advice


def test_a_statement_that_another_one_stands_before() -> None:
    assert "saves nothing alone, other.py:2 brings it in too;" in only(FINDING, boot(bill(("other.py", 2)))).advice
    assert "(reached from shop:app" in only(FINDING, boot(bill())).advice


def test_beside_one_that_must_stay() -> None:
    found = only(FINDING, boot(bill(("shop.py", 1), ("other.py", 2), blocked=(("other.py", 2),))))
    assert (found.code, found.advice) == ("FST102", "deferring it saves nothing while other.py:2 needs it at startup")
    stays = only(FINDING, boot(bill(("shop.py", 1), blocked=(("shop.py", 1),))))
    assert stays.code == "FST101"


def test_a_package_that_the_boot_pays_nothing_for() -> None:
    assert only(FINDING, boot()) == FINDING


def test_a_file_that_startup_never_reaches() -> None:
    assert list(placed([FINDING], boot(), "tools.py")) == []
    guessed = only(FINDING, boot(configured=False), "tools.py")
    assert guessed.advice == "import it later; startup from shop:app does not seem to reach it"
    debug = Finding("FST301", Span(1), "debug mode", "leave it out")
    assert only(debug, boot(), "tools.py") == debug


def test_a_development_only_import_that_startup_never_reaches() -> None:
    development = Finding("FST105", Span(1), "development-only import 'faker'", "keep it out", package="faker")
    assert list(placed([development], boot(), "tools.py")) == []
    guessed = only(development, boot(configured=False), "tools.py")
    assert guessed.advice == "keep it out; startup from shop:app does not seem to reach it"
    assert only(development, boot(configured=False), "shop.py").code == "FST105"


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
    told = {name: found[0].advice for name in files if (found := list(placed([FINDING], drawn, name)))}
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
