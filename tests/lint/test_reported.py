"""Cases that users reported, and more of the same kinds: the pages of tests/reported, every statement's verdict marked.

Besides the files of its project a case may have fences called entry, loaded, unresolved, plan, modules, options and
"or error", which say what the report on its boot must hold.
"""

from __future__ import annotations

import ast
import json
import re
import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from flake8_flask_startup.cli import startup
from flake8_flask_startup.cli.report import reported
from flake8_flask_startup.config.entry_target import EntryError
from flake8_flask_startup.config.option_values import SettingsError, version_of
from flake8_flask_startup.config.options import parse
from flake8_flask_startup.config.settings import Settings, read
from flake8_flask_startup.files.parsing import toml
from flake8_flask_startup.lint.engine import check
from flake8_flask_startup.lint.source import Source
from flake8_flask_startup.model.messages import render
from flake8_flask_startup.project.entries import project_with
from flake8_flask_startup.project.here import project_here
from flake8_flask_startup.report import as_json
from flake8_flask_startup.startup import cost_tables
from flake8_flask_startup.syntax import lazy_imports
from pages import Case, cases

TESTS = Path(__file__).parents[1]
FOLDER = TESTS / "reported"
COSTS = FOLDER / "costs.toml"
CASES = [case for page in sorted(FOLDER.glob("*.md")) for case in cases(page)]
WAITING = toml((FOLDER / "waiting.toml").read_text(encoding="utf-8"))
SPECIAL = {"entry", "loaded", "modules", "options", "or error", "plan", "unresolved"}
REPORTED = {"loaded", "modules", "plan"}
ALWAYS_THERE = ("hit.py", "plugins/one.py", "plugins/two.py")  # of cases that say what is loaded


def _param(case: Case) -> object:
    reason = WAITING.get(case.page, {}).get(case.title)
    marks = [pytest.mark.xfail(reason=reason, strict=True)] if reason else []
    if case.page == "lazy_statement" and sys.version_info < lazy_imports.SINCE:
        marks.append(pytest.mark.skip(reason="only Python 3.15 can parse lazy statements"))
    return pytest.param(case, id=f"{case.page}: {case.title}", marks=marks)


@pytest.mark.parametrize("case", [_param(case) for case in CASES])
def test_case(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {name: text for name, text in case.files.items() if name not in SPECIAL}
    if "loaded" in case.files:
        files = dict.fromkeys(ALWAYS_THERE, "") | files
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cost_tables, "bundled_table_path", lambda: TESTS / "costs.toml")
    marked = Case(case.page, case.title, files)
    error = case.files.get("or error", "").strip()
    if "[tool.flask-startup" in case.files.get("pyproject.toml", ""):
        _check(marked, error)
    elif marked.expected or REPORTED.isdisjoint(case.files):
        _lint(marked, error)
    if not REPORTED.isdisjoint(case.files):
        _report(case)


def _lint(case: Case, error: str) -> None:
    """Compare the verdicts on all statements with the marks; error are words of a SettingsError that is right too."""
    arguments = ["--fst-all", "--fst-cache=off", "--config=.flake8" if ".flake8" in case.files else "--isolated"]
    settings, refused = _read(arguments)
    if refused:
        assert error
        assert error in refused
        return
    settings = replace(settings, costs=(COSTS, *settings.costs))
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


def _read(arguments: list[str]) -> tuple[Settings, str]:
    try:
        settings = read(parse(arguments))
        project_with(settings.app, settings)
    except (SettingsError, EntryError) as problem:
        return Settings(), str(problem)
    return settings, ""


def _check(case: Case, error: str) -> None:
    """Compare what `check` says, which reads pyproject.toml, with the marks."""
    done = CliRunner().invoke(startup, ["check", "--fst-all", f"--fst-costs={COSTS}", "--quiet"])
    if error and done.exit_code == 2:
        assert error in done.output
        return
    found = [re.fullmatch(r"(?:\./)?(.+?):(\d+):\d+: (FST\d+) .*", line) for line in done.stdout.splitlines()]
    assert [(each[1], int(each[2]), each[3]) for each in found if each] == [
        each[:3] for each in sorted(case.expected)
    ], done.output


def _report(case: Case) -> None:
    """Compare the report on the case's boot with what its fences say."""
    loaded = case.files.get("loaded", "").splitlines()
    entry = case.files.get("entry", "").split() or [loaded[0].removesuffix(" ?") if loaded else "main"]
    env = Path("site-packages") if Path("site-packages").is_dir() else None
    settings = replace(_settings(case.files.get("options", "")), app=tuple(entry), roots=(".",), env=env)
    project = project_here(settings, with_environment=True)
    report: dict[str, Any] = json.loads(as_json.render(reported(project, settings)))
    if "loaded" in case.files:
        own = [each for each in report["modules"] if each["kind"] == "first-party"]
        assert [each["name"] + (" ?" if each["conditional"] else "") for each in own] == loaded
        places = [f"{each['path']} {each['line']}" for each in report["unresolved"]]
        assert places == case.files.get("unresolved", "").splitlines()
    wishes = json.loads(case.files.get("plan", "[]"))
    for wish in wishes if isinstance(wishes, list) else [wishes]:
        entries = [each for each in report["plan"] if each["package"] == wish["package"]]
        assert bool(entries) is not wish.get("absent", False), report["plan"]
        if entries:
            assert any(not each["blocked_by"] for each in entries) is wish["free"], entries
    figures = {each["name"]: each["ms"] for each in report["modules"]}
    awaited = json.loads(case.files.get("modules", "{}"))
    assert {name: figures.get(name, "absent") for name in awaited} == awaited


def _settings(options: str) -> Settings:
    """The settings of a report's command line, each option followed by its value."""
    words = shlex.split(options)
    given = dict(zip(words[::2], words[1::2], strict=True))
    assert given.keys() <= {"--costs", "--threshold", "--first-party", "--target-version", "--lazy-imports"}, given
    costs = tuple(map(Path, given.get("--costs", "").split()))
    own = tuple(given.get("--first-party", "").split())
    threshold = float(given.get("--threshold", Settings().threshold))
    target = version_of(given.get("--target-version", "")) or Settings().target_version
    mode = given.get("--lazy-imports", "normal")
    return Settings(
        threshold=threshold,
        costs=(COSTS, *costs),
        first_party=own,
        target_version=target,
        lazy_imports=mode,
        cache=None,
    )


def test_what_waits_is_there() -> None:
    assert {(page, title) for page, titles in WAITING.items() for title in titles} <= {
        (case.page, case.title) for case in CASES
    }


def test_every_mark_is_read() -> None:
    marks = re.compile(r"# FST\d{3}")
    written = sum(len(marks.findall(page.read_text(encoding="utf-8"))) for page in FOLDER.glob("*.md"))
    assert written == sum(len(case.expected) for case in CASES)
