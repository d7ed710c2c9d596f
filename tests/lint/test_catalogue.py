"""Every rule is whole: a code, a name of its own, a page, a case that finds and a case that stays silent."""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path

import pytest

from flake8_flask_startup.check.deployment.rule import DeploymentRule
from flake8_flask_startup.check.deployment.rules import DEPLOYMENT_RULES
from flake8_flask_startup.lint.pages import page_files
from flake8_flask_startup.lint.rule import Rule
from flake8_flask_startup.lint.rules import RULES
from pages import cases

ROOT = Path(__file__).parents[2]
PAGES = {path.name: path for path in page_files()}

# What `check` reports of a whole startup is no rule: it looks at no file.
OF_STARTUP = [("FST902", "startup-lock"), ("FST903", "forbidden-package")]
STARTUP_PAGES = {f"{code.lower()}_{name.replace('-', '_')}.md" for code, name in OF_STARTUP}


def page(rule: Rule | DeploymentRule) -> Path:
    return PAGES[f"{rule.code.lower()}_{rule.name.replace('-', '_')}.md"]


def test_codes_and_names_are_unique_and_sorted() -> None:
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes))
    assert len({rule.name for rule in RULES}) == len(RULES)


def test_every_module_and_page_belongs_to_a_rule() -> None:
    files = {each.name for path in PAGES.values() for each in path.parent.glob("fst*")}
    rules = (*RULES, *DEPLOYMENT_RULES)
    assert files == {page(rule).with_suffix(suffix).name for rule in rules for suffix in (".md", ".py")} | STARTUP_PAGES


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_page(rule: Rule) -> None:
    assert re.fullmatch(r"FST\d{3}", rule.code)
    text = page(rule).read_text(encoding="utf-8")
    assert text.startswith(f"# {rule.code} {rule.name}\n\n")
    found = [case for case in cases(page(rule)) if any(code == rule.code for _, _, code, _ in case.expected)]
    silent = [case for case in cases(page(rule)) if not any(code == rule.code for _, _, code, _ in case.expected)]
    assert found
    assert silent


@pytest.mark.parametrize("name", ["docs/codes.md"])
def test_the_documents_list_exactly_the_rules(name: str) -> None:
    listed = re.findall(r"^\| (FST\d{3}) \| ([a-z-]+) \|", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE)
    assert listed == sorted([(rule.code, rule.name) for rule in (*RULES, *DEPLOYMENT_RULES)] + OF_STARTUP)


@pytest.mark.parametrize("rule", [*RULES, *DEPLOYMENT_RULES], ids=lambda rule: rule.code)
def test_a_rule_is_summed_up_in_the_words_of_its_module(rule: Rule | DeploymentRule) -> None:
    table = (ROOT / "docs/codes.md").read_text(encoding="utf-8")
    row = re.search(rf"^\| {rule.code} \| {rule.name} \| (.*) \|$", table, re.MULTILINE)
    assert row is not None
    said = inspect.getdoc(sys.modules[rule.check.__module__])
    assert said is not None
    assert said.partition("\n")[0] == f"{rule.code} {rule.name}: {row[1]}."


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_the_module_is_small(rule: Rule) -> None:
    assert len(page(rule).with_suffix(".py").read_text(encoding="utf-8").splitlines()) <= 120
