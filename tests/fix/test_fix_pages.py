"""The pages of repairs are tests: the `diff` of a case must come out, and the sentences after "Refused:"."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from flake8_flask_startup.config.deployment.files import is_deployment
from flake8_flask_startup.config.options import parse
from flake8_flask_startup.config.settings import read
from flake8_flask_startup.fix.lazy import WRITES_STATEMENTS, with_statements
from flake8_flask_startup.fix.run import Outcome, Wanted, repaired
from flake8_flask_startup.startup import cost_tables
from flake8_flask_startup.startup.graph.trace import Statement
from flake8_flask_startup.syntax.binder import collect
from flake8_flask_startup.syntax.static_conditions import Target

HERE = Path(__file__).parent
_TITLE = re.compile(r'title="([^"]+)"')
_SAID = re.compile(r"(Refused|Skipped): `([^`]+)`")


@dataclass
class Case:
    """One section: its files, the diff that must come out, and the reasons of the steps that are left alone."""

    page: str
    title: str
    files: dict[str, str] = field(default_factory=dict)
    diff: str = ""
    said: list[tuple[str, str]] = field(default_factory=list)


def cases(page: Path) -> list[Case]:
    found: list[Case] = []
    tokens = MarkdownIt().parse(page.read_text(encoding="utf-8"))
    for position, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            found.append(Case(page.stem, tokens[position + 1].content))
        elif token.type == "fence" and found and (name := _TITLE.search(token.info)):
            found[-1].files[name[1]] = token.content
        elif token.type == "fence" and found and token.info == "diff":
            found[-1].diff += token.content
        elif token.type == "inline" and found:
            found[-1].said += _SAID.findall(token.content.replace("\n", " "))
    return [case for case in found if case.files]


CASES = [case for page in sorted(HERE.glob("*.md")) for case in cases(page)]


def repair(
    files: dict[str, str],
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    style: str = "defer",
    *,
    unsafe: bool = False,
    only: Statement | None = None,
) -> Outcome:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(folder)
    monkeypatch.setattr(
        cost_tables, "bundled_table_path", lambda: HERE.parent / "costs.toml"
    )  # the bundled figures will move
    target = "3.15" if style == "lazy" else "3.12"
    options = parse(["--select=FST", "--fst-cache=off", f"--fst-target-version={target}"])
    names = tuple(sorted(name for name in files if name.endswith(".py")))
    deployed = tuple(sorted(filter(is_deployment, files)))
    wanted = Wanted(names, options, read(options), 1.0, style=style, unsafe=unsafe, deployment=deployed, only=only)
    return repaired(wanted)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.page}: {case.title}")
def test_case(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if case.page == "lazy" and WRITES_STATEMENTS:
        pytest.skip("this Python writes statements")
    style = "lazy" if case.page == "lazy" else "defer"
    unsafe = case.page in ("factory", "unsafe")
    outcome = repair(case.files, tmp_path, monkeypatch, style, unsafe=unsafe)

    texts = outcome.repair.texts
    shown = b"".join(outcome.repair.files.diff(path, text) for path, text in sorted(texts.items())).decode()
    said = [("Refused", reason) for _, reason in outcome.refused] + [
        ("Skipped", reason) for _, reason in outcome.skipped
    ]
    assert shown == case.diff, said
    assert said == case.said

    again = repair(case.files | texts, tmp_path, monkeypatch, style, unsafe=unsafe)
    assert again.repair.texts == {}
    rare = sum(each.saving_ms for each in outcome.repair.applied if each.step.branched)  # it may be paid for
    assert again.repair.left_ms == pytest.approx(outcome.repair.left_ms + rare)


def test_there_are_cases() -> None:
    assert CASES


def test_lazy_statements_stay_on_their_lines() -> None:
    text = "'é'; import os, pandas  # big\r\nfrom numpy import (\r\n    mean,\r\n)\r\n"
    facts = collect(ast.parse(text), Target((3, 15)))
    lazy = "'é'; lazy import os, pandas  # big\r\nlazy from numpy import (\r\n    mean,\r\n)\r\n"
    assert with_statements(text, facts.imports) == lazy
