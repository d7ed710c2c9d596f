"""The pages of repairs are tests: the `diff` of a case must come out, and the sentences after "Refused:"."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from flake8_flask_startup.config.options import parse
from flake8_flask_startup.config.settings import read
from flake8_flask_startup.fix.run import Outcome, Wanted, repaired
from flake8_flask_startup.lint import engine

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


def repair(files: dict[str, str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> Outcome:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(folder)
    monkeypatch.setattr(
        engine, "bundled_table_path", lambda: HERE.parent / "costs.toml"
    )  # the bundled figures will move
    options = parse(["--select=FST", "--fst-cache=off"])
    names = tuple(sorted(name for name in files if name.endswith(".py")))
    return repaired(Wanted(names, options, read(options), 1.0))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.page}: {case.title}")
def test_case(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = repair(case.files, tmp_path, monkeypatch)

    texts = outcome.repair.texts
    shown = b"".join(outcome.repair.files.diff(path, text) for path, text in sorted(texts.items())).decode()
    said = [("Refused", reason) for _, reason in outcome.refused] + [
        ("Skipped", reason) for _, reason in outcome.skipped
    ]
    assert shown == case.diff, said
    assert said == case.said

    again = repair(case.files | texts, tmp_path, monkeypatch)
    assert again.repair.texts == {}
    assert again.repair.left_ms == pytest.approx(outcome.repair.left_ms)


def test_there_are_cases() -> None:
    assert CASES
