"""Findings about heavy imports, followed and run: what may go changes nothing when it goes, and then is gone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import said
from grammar import modules
from hypothesis import HealthCheck, given, settings
from judging import Oracle, Trial
from projects import Project, projects

from pages import Case, cases

HERE = Path(__file__).parent
PAGES = (HERE / "cases.md", *(HERE.parent / "corners" / f"{name}.md" for name in ("annotations", "needed", "phases")))
CASES = [
    (case, text) for page in PAGES for case in cases(page) for name, text in case.files.items() if name[-3:] == ".py"
]
MOST_OVERCAUTIOUS = 0.05


@pytest.fixture(scope="module")
def oracle() -> Iterator[Oracle]:
    with Oracle() as asked:
        yield asked


def shown(trial: Trial) -> str:
    return f"{trial.finding.code} {trial.finding.advice}\n{trial.after}\n{trial.differences[:1]}"


@pytest.mark.parametrize(("case", "text"), CASES, ids=lambda value: value.title if isinstance(value, Case) else "")
def test_what_may_go_changes_nothing(case: Case, text: str, oracle: Oracle) -> None:
    trials = list(oracle.trials(text))
    for trial in trials:
        assert not trial.is_unsafe, shown(trial)
        assert not trial.is_useless, shown(trial)
    if case.page == "cases":
        assert [(trial.finding.span.line, trial.finding.code) for trial in trials] == [
            (line, code) for _, line, code, _ in case.expected
        ]


def test_what_is_needed_is(oracle: Oracle) -> None:
    trials = [trial for _, text in CASES for trial in oracle.trials(text)]
    overcautious = [shown(trial) for trial in trials if trial.is_overcautious]
    assert len(CASES) >= 120
    assert len(overcautious) <= MOST_OVERCAUTIOUS * len(CASES), "\n\n".join(overcautious)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(text=modules())
def test_generated_modules(text: str, oracle: Oracle) -> None:
    for trial in oracle.trials(text):
        assert not trial.is_unsafe, shown(trial)
        assert not trial.is_useless, shown(trial)


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(project=projects())
def test_generated_projects(project: Project, oracle: Oracle) -> None:
    for trial in oracle.project_trials(project):
        assert not trial.is_unsafe, shown(trial)
        assert not trial.is_useless, shown(trial)


def test_the_oracle_sees_what_another_file_needs(oracle: Oracle) -> None:
    """The module's import goes with no harm to it, and its neighbour misses it."""
    files = {"case.py": "import helper\n\nFRAME = helper.pd.DataFrame()\n", "helper.py": "import pandas as pd\n"}
    (trial,) = oracle.project_trials(Project(files, "case.py"))
    assert trial.finding.code == "FST102"
    assert any("AttributeError" in after for _, after in trial.differences)


def test_the_oracle_sees_what_is_unsafe(oracle: Oracle) -> None:
    """A finding that were wrong would show: the module of a needed import is another without it."""
    (trial,) = oracle.trials("import pandas as pd\n\nFRAME = pd.DataFrame()\n")
    assert trial.finding.code == "FST102"
    assert any("NameError" in after for _, after in trial.differences)


def test_the_oracle_sees_what_saves_nothing(oracle: Oracle) -> None:
    text = "import pandas as pd\n\n\ndef load():\n    return pd.DataFrame()\n\n\nFRAME = load()\n"
    (trial,) = oracle.trials(text)
    assert (trial.finding.code, trial.differences, trial.saves) == ("FST102", [], False)


def test_addresses_are_the_same_everywhere() -> None:
    assert said(KeyError(id(object()))) == said(KeyError(1 << 46)) != said(KeyError(1))
