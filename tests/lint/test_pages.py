"""Every page is its own test: the findings its cases mark must come, and no others."""

from __future__ import annotations

import ast
from argparse import Namespace
from pathlib import Path

import pytest

from flake8_flask_startup.config.settings import read
from flake8_flask_startup.lint.engine import check
from flake8_flask_startup.lint.rules import RULES
from flake8_flask_startup.lint.source import Source
from flake8_flask_startup.model.messages import render
from flake8_flask_startup.startup import cost_tables
from pages import Case, cases

HERE = Path(__file__).parents[1]
FOLDER = HERE.parent / "src" / "flake8_flask_startup" / "lint" / "rules"
PAGES = [page for rule in RULES for page in FOLDER.glob(f"{rule.code.lower()}_*.md")]
PAGES += sorted((HERE / "corners").glob("*.md"))
CASES = [case for page in PAGES for case in cases(page)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.page}: {case.title}")
def test_case(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in case.files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cost_tables, "bundled_table_path", lambda: HERE / "costs.toml")  # the bundled figures will move
    settings = read(Namespace(**{"fst_all": "true", **vars(case.options)}))

    found = []
    for name, text in case.files.items():
        if name.endswith(".py"):
            source = Source(name, ast.parse(text), text.splitlines(keepends=True))
            found += [(name, each.span.line, each.code, render(each)) for each in check(source, settings)]

    listing = "\n".join(f"{name}:{line}: {code} {text}" for name, line, code, text in found)
    assert [each[:3] for each in sorted(found)] == [each[:3] for each in sorted(case.expected)], listing
    for name, line, code, words in case.expected:
        texts = [text for at, number, found_code, text in found if (at, number, found_code) == (name, line, code)]
        assert any(words in text for text in texts), f"{words!r} not in {texts}"


def test_there_are_cases() -> None:
    assert CASES
