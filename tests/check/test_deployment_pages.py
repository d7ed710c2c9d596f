"""The pages about deployment files are their own tests: the findings their cases mark must come, and no others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flake8_flask_startup.check.deployment.checking import check_file
from flake8_flask_startup.check.deployment.rules import DEPLOYMENT_RULES
from flake8_flask_startup.config.deployment.files import is_deployment
from flake8_flask_startup.config.settings import Settings
from pages import Case, cases

HERE = Path(__file__).parents[1]
FOLDER = HERE.parent / "src" / "flake8_flask_startup" / "check" / "deployment"
PAGES = [page for rule in DEPLOYMENT_RULES for page in FOLDER.glob(f"{rule.code.lower()}_*.md")]
CASES = [case for page in (*PAGES, HERE / "check" / "deployment.md") for case in cases(page)]
# most of these formats know no comment at the end of a line
MARK = re.compile(r"[ \t]*# FST\d{3}.*")


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.page}: {case.title}")
def test_case(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in case.files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(MARK.sub("", text), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    found = [
        (name, each.line, each.code, each.text)
        for name in case.files
        if is_deployment(name)
        for each in check_file(name, Settings()).found
        if "noqa" not in (each.physical or "")
    ]
    listing = "\n".join(f"{name}:{line}: {code} {text}" for name, line, code, text in found)
    assert sorted({each[:3] for each in found}) == sorted(each[:3] for each in case.expected), listing
    for name, line, code, words in case.expected:
        texts = [text for at, number, found_code, text in found if (at, number, found_code) == (name, line, code)]
        assert any(words in text for text in texts), f"{words!r} not in {texts}"


def test_findings_on_one_long_line_share_its_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("Procfile").write_text(f"web: {'flask run --debug; ' * 100}\n", encoding="utf-8")
    found = check_file("Procfile", Settings()).found
    assert len(found) >= 100
    assert len({id(each.physical) for each in found}) == 1


@pytest.mark.parametrize("rule", DEPLOYMENT_RULES, ids=lambda rule: rule.code)
def test_the_page_is_whole(rule: object) -> None:
    code, name = rule.code, rule.name  # type: ignore[attr-defined]  # a DeploymentRule, as parametrize forgets
    page = FOLDER / f"{code.lower()}_{name.replace('-', '_')}.md"
    assert page.read_text(encoding="utf-8").startswith(f"# {code} {name}\n\n")
    expected = [any(found == code for _, _, found, _ in case.expected) for case in cases(page)]
    assert any(expected)
    assert not all(expected)
