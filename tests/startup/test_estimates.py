"""Estimated rows: for what no row covers, from the sources of an environment, only where it is named."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from flake8_flask_startup.config.settings import Settings
from flake8_flask_startup.costs.estimator import Model
from flake8_flask_startup.costs.rows import Row
from flake8_flask_startup.costs.table import CostTable
from flake8_flask_startup.model import CostSource
from flake8_flask_startup.startup.estimates import Estimates

ROWS = {"numpy": {"ms": 80.0, "parts": "numpy 75.0, stdlib/ctypes 5.0"}, "ctypes": {"ms": 5.0}}
MODEL = Model({"modules": 10.0, "functions": 1.0}, 0.5, 2.0, rows_low=0.8, rows_high=1.5)
FILES = {
    "datasets/__init__.py": "import numpy\nimport ctypes\nfrom . import tables\nfrom helper import thing\n",
    "datasets/tables.py": "def one(): ...\ndef two(): ...\n",
    "datasets/unused.py": "",
    "helper.py": "thing = 1\n",
    "numpy/__init__.py": "def one(): ...\n" * 50,
    "google/cloud/run_v2/__init__.py": "",
    "google/auth/__init__.py": "",
    "google/cloud/tasks/__init__.py": "import google.cloud.run_v2\n",
}


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "env" / "lib" / "python3.11" / "site-packages"
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "env"


def estimates(environment: Path, table: CostTable | None = None, *, is_kept: bool = False) -> Estimates:
    settings = Settings() if is_kept else replace(Settings(), cache=None)
    return Estimates(environment, settings, table or CostTable(modules=ROWS, model=MODEL))


def row(found: Row | None) -> Row:
    assert found is not None
    return found


def test_a_row_is_made_of_rows_and_of_estimates_for_what_has_none(environment: Path) -> None:
    found = row(estimates(environment).row("datasets.load_dataset"))
    assert found.name == "datasets"
    assert found.pieces == {"numpy": 75.0, "stdlib/ctypes": 5.0, "ctypes": 5.0, "datasets": 22.0, "helper": 10.0}
    assert found.guesses == {"datasets": (22.0, 11.0, 44.0), "helper": (10.0, 5.0, 20.0)}
    low = (11**2 + 5**2 + (0.2 * 75) ** 2 + (0.2 * 5) ** 2 * 2) ** 0.5
    high = (22**2 + 10**2 + (0.5 * 75) ** 2 + (0.5 * 5) ** 2 * 2) ** 0.5
    assert found.interval == pytest.approx((117 - low, 117 + high))


def test_packages_of_a_namespace_have_rows_one_by_one(environment: Path) -> None:
    made = estimates(environment)
    assert row(made.row("google.cloud.run_v2.ServicesClient")).pieces == {"google.cloud.run_v2": 10.0}
    assert row(made.row("google.cloud.tasks")).pieces == {"google.cloud.tasks": 10.0, "google.cloud.run_v2": 10.0}
    assert made.row("google.cloud") is None


def test_the_row_of_a_namespace_covers_nothing_below_it(environment: Path) -> None:
    rows = {
        "google": {"version": "google-base 1", "ms": 0.1},
        "google.auth": {"version": "google-auth 1", "ms": 3.0, "parts": "google.auth 3.0"},
    }
    made = estimates(environment, CostTable(modules=ROWS | rows, model=MODEL))
    assert row(made.row("google.cloud.run_v2.ServicesClient")).guesses == {"google.cloud.run_v2": (10.0, 5.0, 20.0)}
    assert made.row("google.auth") is None


def test_what_is_not_installed_or_the_projects_own_or_of_flask_has_none(environment: Path) -> None:
    Path("helper.py").write_text("", encoding="utf-8")
    made = estimates(environment)
    assert [made.row(name) for name in ("absent", "helper", "flask", "json")] == [None] * 4
    assert estimates(environment, CostTable(modules=ROWS)).row("datasets") is None


def test_the_table_says_which_of_its_figures_are_estimates(environment: Path) -> None:
    table = CostTable(modules=ROWS, model=MODEL)
    whole = table.with_estimates(estimates(environment, table).row)
    assert whole.cost(["numpy"]).source is CostSource.MEASURED
    cost = whole.cost(["datasets", "numpy"])
    assert (cost.ms, cost.source) == (pytest.approx(117.0), CostSource.ESTIMATED)
    assert whole.beyond(["datasets"], ["numpy"]).ms == pytest.approx(37.0)
    assert whole.scaled(2.0).cost(["numpy"]).ms == 160.0
    assert Settings().is_heavy(cost)
    assert not Settings(estimated_threshold=200.0).is_heavy(cost)


def test_what_was_traced_is_kept_until_a_file_changes(environment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = estimates(environment, is_kept=True).row("datasets")
    with monkeypatch.context() as patched:
        patched.setattr("flake8_flask_startup.startup.estimates.trace", None)
        assert estimates(environment, is_kept=True).row("datasets") == first
    path = environment / "lib" / "python3.11" / "site-packages" / "datasets" / "tables.py"
    path.write_text("def one(): ...\n", encoding="utf-8")
    assert row(estimates(environment, is_kept=True).row("datasets")).pieces["datasets"] == 21.0


def test_other_rows_of_the_table_make_another_estimate(environment: Path) -> None:
    assert "helper" in row(estimates(environment, is_kept=True).row("datasets")).guesses
    more = CostTable(modules={**ROWS, "helper": {"ms": 3.0}}, model=MODEL)
    found = row(estimates(environment, more, is_kept=True).row("datasets"))
    assert (found.pieces["helper"], list(found.guesses)) == (3.0, ["datasets"])
