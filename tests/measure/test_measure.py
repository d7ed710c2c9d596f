"""From the reports of children to rows: the statistic, the split, the journal, the order of children, the TOML."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flake8_flask_startup.costs.estimator import Model
from flake8_flask_startup.costs.rows import Row
from flake8_flask_startup.costs.table import Recipe, load_table
from flake8_flask_startup.files.atomic_write import write
from flake8_flask_startup.measure.estimate import make_row, portable, spread
from flake8_flask_startup.measure.fit import DataPoint, doubts, estimate, fit, held_out
from flake8_flask_startup.measure.process import self_times
from flake8_flask_startup.measure.project import lacking, third_party_imports
from flake8_flask_startup.measure.rows import Document, quoted
from flake8_flask_startup.measure.samples import Installed, Sample, SampleKind, Subject
from flake8_flask_startup.measure.session import Journal, Plan
from flake8_flask_startup.measure.table_file import TableFile

PANDAS = Subject.module("pandas")


def warm(ms: float, flask_ms: float = 100.0) -> Sample:
    return Sample("pandas", SampleKind.WARM, flask_ms, ms, rss_kib=2048, modules=50)


def profile(self_us: dict[str, int], namespaces: tuple[str, ...] = (), wall_ms: float = 0.0) -> Sample:
    sample = Sample("pandas", SampleKind.PROFILE, 100.0, 50.0, wall_ms, rss_kib=2048, modules=50)
    return dataclasses.replace(sample, self_us=self_us, namespaces=namespaces)


def row_of(samples: Sequence[Sample], subject: Subject = PANDAS, flask_ms: float = 100.0) -> Row:
    return make_row(subject, samples, owner=("pandas", "3.0.1"), python="3.11.7", flask_ms=flask_ms, target=0.1)


def test_the_figure_is_the_median_ratio_to_flask_on_the_reference_machine() -> None:
    row = row_of([warm(50), warm(60), warm(140, flask_ms=200.0)], flask_ms=80.0)
    assert row.ms == pytest.approx(0.6 * 80)
    assert (row.runs, row.modules, row.rss_mib) == (3, 50, 2.0)


@given(st.lists(st.floats(10, 1000), min_size=1, max_size=9), st.floats(0.1, 10))
def test_a_machine_slow_throughout_gives_the_same_figure(times: list[float], factor: float) -> None:
    fast = row_of([warm(ms) for ms in times])
    slow = row_of([warm(ms * factor, 100.0 * factor) for ms in times])
    assert slow.ms == pytest.approx(fast.ms)
    assert slow.spread == pytest.approx(fast.spread, abs=1e-9)


def test_spread_is_the_interquartile_range_over_the_median() -> None:
    assert spread([warm(ms) for ms in (90, 95, 100, 105, 300)]) == pytest.approx(0.1)
    assert spread([warm(90)]) == 0.0


def test_the_spread_of_next_to_nothing_is_taken_of_a_hundredth_of_flask() -> None:
    assert spread([warm(ms) for ms in (0.01, 0.01, 0.02, 0.03, 0.04)]) == pytest.approx(0.02)


def test_a_spread_over_the_target_is_called_wide() -> None:
    assert row_of([warm(50), warm(100), warm(150)]).wide
    assert not row_of([warm(50), warm(51), warm(50)]).wide


def test_parts_are_shares_of_self_time_by_package() -> None:
    times = {"pandas": 1000, "pandas.core": 5000, "numpy": 2000, "_json": 800, "json.decoder": 200, "asyncio": 1000}
    row = row_of([warm(50), profile(times)])
    assert row.pieces == pytest.approx({"pandas": 30.0, "numpy": 10.0, "stdlib/json": 5.0, "stdlib/asyncio": 5.0})
    assert row.parts == pytest.approx({"pandas": 30.0, "numpy": 10.0, "stdlib": 10.0})
    assert sum(row.pieces.values()) == pytest.approx(row.ms)


def test_a_namespace_package_is_split_at_its_first_real_package() -> None:
    times = {
        "google.cloud.storage": 1000,
        "google.cloud.storage.blob": 2000,
        "google.api_core.retry": 1000,
        "google": 0,
    }
    subject = Subject.module("google.cloud.storage")
    row = row_of([warm(40), profile(times, ("google", "google.cloud"))], subject)
    assert row.pieces["google.cloud.storage"] == pytest.approx(30.0)
    assert row.pieces["google.api_core"] == pytest.approx(10.0)


def test_a_module_counts_at_its_least_over_the_profiles() -> None:
    row = row_of([warm(10), profile({"pandas": 500, "numpy": 9000}), profile({"pandas": 500, "numpy": 500})])
    assert row.pieces == pytest.approx({"pandas": 5.0, "numpy": 5.0})


def test_the_nameless_half_of_a_compiled_package_is_the_subjects_own() -> None:
    row = row_of([warm(10), profile({"pandas": 1000, "6ec57f84c680d3a3778b__mypyc": 9000})])
    assert row.pieces == pytest.approx({"pandas": 10.0})


def test_crumbs_are_the_subjects_own() -> None:
    row = row_of([warm(10), profile({"pandas": 9900, "crumb": 100})])
    assert row.pieces == pytest.approx({"pandas": 10.0})


def test_what_a_call_does_beyond_imports_is_its_own_piece() -> None:
    subject = Subject("boto3.client", "boto3.client('s3')", setup="import boto3")
    row = row_of([warm(40), profile({"botocore.loaders": 10_000}, wall_ms=40.0)], subject)
    assert row.pieces == pytest.approx({"botocore": 10.0, "boto3/client": 30.0})
    assert (row.setup, row.code) == ("import boto3", "boto3.client('s3')")


def test_uncached_figures_are_brought_to_the_reference_machine_by_the_warm_runs() -> None:
    uncached = Sample("pandas", SampleKind.UNCACHED, 900.0, 500.0)
    assert row_of([warm(50, 200.0), uncached], flask_ms=100.0).uncached_ms == pytest.approx(250.0)


def test_a_failing_import_keeps_its_reason_without_folders() -> None:
    failing = dataclasses.replace(warm(5), fails="OSError: cannot load '/opt/venv/lib/libfoo.so.1': /opt/a.so: no")
    assert row_of([failing]).fails == "OSError: cannot load 'libfoo.so.1': a.so: no"
    assert portable("see https://example.org/a/b, C:\\Users\\me\\x.dll") == "see https://example.org/a/b, x.dll"


def test_a_child_that_never_reports_still_makes_a_row() -> None:
    hung = Sample("pandas", SampleKind.WARM, 0.0, 2000.0, fails="no end after 2 s")
    assert Plan().next_kind([hung]) is None
    row = row_of([hung])
    assert (row.fails, row.ms, row.pieces) == ("no end after 2 s", 2000.0, {"pandas": 2000.0})


def test_importtime_is_read_between_the_marks_and_past_other_output() -> None:
    text = (
        "import time: self [us] | cumulative | imported package\n"
        "import time:       900 |        900 | flask\nflask-startup: mark\n"
        "a library warnsimport time:       100 |        300 |   numpy.core\n"
        "noise\nimport time:        50 |         50 | pandas\nimport time:         7 |          7 | pandas\n"
        "flask-startup: mark\nimport time:       900 |        900 | json\n"
    )
    assert self_times(text) == {"numpy.core": 100, "pandas": 57}


def test_the_plan_runs_every_kind_and_goes_on_while_the_spread_is_wide() -> None:
    plan = Plan(least=3, most=5, target=0.1, profiles=1, uncached=1)
    samples: list[Sample] = []
    kinds = []
    while (kind := plan.next_kind(samples)) is not None:
        kinds.append(kind)
        samples.append(dataclasses.replace(warm(100.0 + 60 * (len(samples) % 2)), kind=kind))
    assert kinds == [SampleKind.WARM] * 3 + [SampleKind.PROFILE, SampleKind.UNCACHED] + [SampleKind.WARM] * 2
    assert plan.remaining(samples[:2]) == 3


def test_the_plan_ends_early_where_the_figure_is_stable() -> None:
    plan = Plan(least=3, profiles=0, uncached=0)
    assert plan.next_kind([warm(100), warm(101), warm(100)]) is None


def test_a_journal_gives_back_what_was_added_and_passes_over_a_torn_line(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    first, second = warm(50), profile({"pandas": 3}, ("google",))
    journal = Journal(path)
    journal.add(first)
    with path.open("a", encoding="utf-8") as file:
        file.write('{"subject": "pandas", "ki')
    again = Journal(path)
    again.add(second)
    assert list(Journal(path).samples(PANDAS)) == [first, second]
    other = dataclasses.replace(first, subject="numpy")
    again.add(other)
    again.forget([PANDAS])
    assert list(Journal(path).samples(Subject.module("numpy"))) == [other]
    assert not Journal(path).samples(PANDAS)
    again.forget([Subject.module("numpy")])
    assert not path.exists()


def test_samples_of_another_version_are_another_subjects(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    journal.add(dataclasses.replace(warm(50), version="3.0.1"))
    assert not journal.samples(Subject.module("pandas", "3.0.2"))
    assert len(journal.samples(Subject.module("pandas", "3.0.1"))) == 1


def test_a_table_reads_back_as_it_was_written(tmp_path: Path) -> None:
    rows = [
        Row(
            "a.b",
            "dist-a",
            "1.0",
            12.3,
            {"a": 10.0, "stdlib/json": 2.3},
            fails='E: "quoted" \\ \x1b',
            dev=True,
            wide=True,
        ),
        Row("numpy", "numpy", "2.4.6", 80.1, {"numpy": 80.1}, False, "", 200.5, 12.3, 120, 9, 0.04, "3.11.7"),
    ]
    call = dataclasses.replace(rows[1], name="numpy.dot", setup="import numpy", code="numpy.dot(1, 2)", each=True)
    path = tmp_path / "table.toml"
    recipe = Recipe(85.1, "3.11.7", "3.1.3", "a machine", "2026-11-23", "a method")
    write(
        path,
        Document(
            "Head.\n\nMore.",
            rows,
            [call],
            recipe,
            Model({"modules": 0.1, "kib": 0.02}, 0.5, 2.0, {"kib": 0.3}, 0.7, 1.5),
        )
        .to_toml()
        .encode(),
    )
    table = load_table(path)
    assert [table.row(row.name) for row in rows] == rows
    assert table.call("numpy.dot") == call
    assert (table.recipe, table.model) == (
        recipe,
        Model({"modules": 0.1, "kib": 0.02}, 0.5, 2.0, {"kib": 0.3}, 0.7, 1.5),
    )
    assert path.read_text(encoding="utf-8").startswith("# Head.\n#\n# More.\nschema = 1\n")


@given(st.text())
def test_any_text_is_a_toml_string(text: str) -> None:
    import tomli

    text = text.encode("utf-8", "ignore").decode()
    assert tomli.loads(f"x = {quoted(text)}")["x"] == text


def test_a_table_that_cannot_be_written_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "table.toml"
    write(path, b"old")

    def full(aside: str, target: str, **_: object) -> None:
        raise OSError(f"{aside} -> {target}: no space")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(OSError, match="no space"):
        write(path, b"new")
    assert path.read_text(encoding="utf-8") == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["table.toml"]


def test_rows_are_added_to_a_file_and_replaced_by_name(tmp_path: Path) -> None:
    file = TableFile(tmp_path / "own.toml")
    file.add(Row("a", "a", "1", 10.0, {"a": 10.0}))
    file.calibrate(2.0)
    file.add(Row("b", "b", "1", 5.0, {"b": 5.0}))
    file.add(Row("a", "a", "2", 20.0, {"a": 20.0}))
    table = file.load()
    assert {name: (row.version, row.ms) for name in table.modules if (row := table.row(name)) is not None} == {
        "a": ("2", 40.0),
        "b": ("1", 10.0),
    }


def test_the_model_recovers_the_costs_it_was_made_from() -> None:
    counts = [(m, k) for m in (1, 5, 50, 400) for k in (10, 90, 900, 2000)]
    points = [DataPoint({"modules": m, "kib": k}, 0.2 * m + 0.05 * k, str(m)) for m, k in counts]
    ms = fit(points)
    for point in points:
        assert estimate(ms, point.features) == pytest.approx(point.ms, rel=0.15)
    assert [guess for guess, _ in held_out(points)] == pytest.approx([point.ms for point in points], rel=0.5)


def test_a_feature_that_few_packages_have_leaves_more_doubt() -> None:
    points = [DataPoint({"modules": 5.0 + number}, 1.0 + number / 5, str(number)) for number in range(30)]
    points.append(DataPoint({"modules": 5.0, "libraries": 1.0}, 20.0, "rare"))
    found = doubts(points, fit(points))
    assert found["libraries"] > 2 * found["modules"]
    model = Model(fit(points), 0.5, 2.0, found)
    assert model.width({"libraries": 1.0}) > model.width({"modules": 10.0}) > 1.0


@given(
    st.lists(
        st.tuples(st.integers(1, 500), st.integers(1, 9000), st.integers(1, 3000)),
        min_size=3,
        unique_by=(lambda p: p[0] / p[1]),
    )
)
def test_the_model_never_has_a_negative_cost(points: list[tuple[int, int, int]]) -> None:
    ms = fit([DataPoint({"modules": modules, "kib": kib}, cost) for modules, kib, cost in points])
    assert all(each >= 0 for each in ms.values())


def test_a_projects_imports_are_those_of_others_anywhere_in_its_files(tmp_path: Path) -> None:
    files = {
        "app/__init__.py": "import os, pandas.io\nfrom . import views\nfrom app.models import x\n",
        "app/views.py": "def f():\n    from google.cloud import storage\n",
        "run.py": "import app, helper\n",
        "src/helper.py": "import numpy as np\n",
        "broken.py": "import nothing from\n",
        ".venv/lib/x.py": "import hidden",
        "env/pyvenv.cfg": "",
        "env/y.py": "import environment",
    }
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert third_party_imports(tmp_path) == ["google.cloud", "numpy", "pandas.io"]


def test_what_is_lacking_is_what_no_row_of_the_installed_version_covers(tmp_path: Path) -> None:
    path = tmp_path / "table.toml"
    path.write_text(
        'schema = 1\n[module.numpy]\nversion = "numpy 1"\nms = 9\n[module.pandas]\nversion = "pandas 1"\nms = 9\n',
        encoding="utf-8",
    )
    owners = {"numpy": ("numpy", "1"), "numpy.linalg": ("numpy", "1"), "pandas": ("pandas", "2"), "new": ("new", "1")}
    installed = Installed("3.11.7", "3.1.3", owners, ())
    names = ["numpy", "numpy.linalg", "pandas", "new", "not_installed"]
    assert lacking(names, installed, load_table(path)) == ["pandas", "new"]
