"""The cost table: look-ups, arithmetic, and what a malformed table says."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flake8_flask_startup.costs.rows import Row
from flake8_flask_startup.costs.table import CostTable, CostTableError, bundled_table_path, load_table
from flake8_flask_startup.model import CostSource

TABLE = """
schema = 1

[recipe]
flask_ms = 85.0
python = "3.11.7"

[model]
low = 0.6
high = 1.7
modules = 0.1
kib = 0.02

[module.numpy]
version = "numpy 2.4.6"
ms = 80.0
parts = "numpy 75.0, stdlib/ctypes 5.0"
evidence = "uncached 200.5 ms, rss 12.3 MiB, modules 120, runs 9, spread 4 %, python 3.11.7"

[module.pandas]
version = "pandas 3.0.1"
ms = 200.0
parts = "pandas 110.0, numpy 70.0, stdlib/asyncio 12.0, stdlib/ctypes 8.0"
wide = true

[module."google.cloud.storage"]
version = "google-cloud-storage 3.1.0"
ms = 100.0

[module.broken]
ms = 10.0
fails = "ImportError: no libfoo"

[module.pytest]
ms = 30.0
dev = true

[call."boto3.client"]
version = "boto3 1.40.0"
setup = "import boto3"
code = "boto3.client('s3')"
ms = 50.0
parts = "botocore 30.0, boto3/client 20.0"
"""


@pytest.fixture
def table(tmp_path: Path) -> CostTable:
    return load_table(write(tmp_path, TABLE))


def write(folder: Path, text: str, name: str = "costs.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def row(table: CostTable, name: str) -> Row:
    found = table.row(name)
    assert found is not None
    return found


def test_a_row_says_everything_measured(table: CostTable) -> None:
    found = row(table, "numpy")
    assert (found.name, found.distribution, found.version) == ("numpy", "numpy", "2.4.6")
    assert (found.ms, found.uncached_ms, found.rss_mib) == (80.0, 200.5, 12.3)
    assert (found.modules, found.runs, found.spread, found.python) == (120, 9, 0.04, "3.11.7")
    assert row(table, "pandas").wide
    assert row(table, "broken").fails == "ImportError: no libfoo"
    assert row(table, "pytest").dev


@pytest.mark.parametrize(
    ("dotted", "name"),
    [
        ("pandas.io.excel.read_excel", "pandas"),
        ("google.cloud.storage", "google.cloud.storage"),
        ("google.cloud.storage.Client", "google.cloud.storage"),
    ],
)
def test_a_name_has_the_row_of_its_longest_prefix(table: CostTable, dotted: str, name: str) -> None:
    assert row(table, dotted).name == name


@pytest.mark.parametrize("dotted", ["google", "google.cloud", "pandasx", "", "boto3.client"])
def test_no_row_for_what_was_not_measured(table: CostTable, dotted: str) -> None:
    assert table.row(dotted) is None


def test_shared_parts_count_once_at_their_largest(table: CostTable) -> None:
    cost = table.cost(["pandas", "numpy", "unheard.of"])
    assert cost.ms == pytest.approx(75 + 110 + 12 + 8)
    assert cost.parts == pytest.approx({"pandas": 110.0, "numpy": 75.0, "stdlib": 20.0})
    assert cost.source is CostSource.MEASURED


def test_the_cost_of_one_name_is_its_row(table: CostTable) -> None:
    assert table.cost(["pandas.io"]).ms == pytest.approx(200.0)


def test_names_without_rows_have_an_unknown_cost(table: CostTable) -> None:
    assert table.cost(["unheard.of"]).source is CostSource.UNKNOWN
    assert table.beyond(["unheard.of"], ["numpy"]).source is CostSource.UNKNOWN


def test_beyond_counts_what_is_not_loaded_yet(table: CostTable) -> None:
    assert table.beyond(["pandas"], ["numpy"]).parts == pytest.approx({"pandas": 110.0, "stdlib": 15.0})
    assert table.beyond(["numpy"], ["numpy", "pandas"]).ms == 0


def test_a_package_that_a_loaded_row_has_as_a_part_costs_nothing_more() -> None:
    """Its own row says more of it than the part only because less was loaded before it was measured."""
    table = CostTable(
        modules={
            "seaborn": {"ms": 450.0, "parts": "seaborn 330.0, pandas 80.0, numpy 40.0"},
            "pandas": {"ms": 170.0, "parts": "pandas 118.0, numpy 44.0, dateutil 8.0"},
        }
    )
    assert table.beyond(["pandas"], ["seaborn"]).ms == 0
    assert table.beyond(["seaborn"], ["pandas"]).parts == {"seaborn": 330.0}


NAMES = st.lists(st.sampled_from(["numpy", "pandas", "google.cloud.storage", "broken", "unheard.of"]))


@given(NAMES, NAMES)
def test_what_is_added_makes_up_the_whole(names: list[str], loaded: list[str]) -> None:
    table = CostTable(
        modules={
            "numpy": {"ms": 80.0, "parts": "numpy 75.0, stdlib/ctypes 5.0"},
            "pandas": {"ms": 190.0, "parts": "pandas 110.0, numpy 70.0, stdlib/asyncio 10.0"},
            "google.cloud.storage": {"ms": 100.0},
            "broken": {"ms": 3.0},
        }
    )
    brought = {"numpy"} if "pandas" in loaded else set()  # of which a row says that it is in already
    both = table.cost([*loaded, *(name for name in names if name not in brought)]).ms
    assert table.cost(loaded).ms + table.beyond(names, loaded).ms == pytest.approx(both)
    both = table.cost([*loaded, *names]).ms
    rows = [found for name in {*names, *loaded} if (found := table.row(name)) is not None]
    assert max((found.ms for found in rows), default=0.0) <= both + 1e-9
    assert both <= sum(found.ms for found in rows) + 1e-9


def test_a_call_has_its_own_row(table: CostTable) -> None:
    call = table.call("boto3.client")
    assert call is not None
    assert (call.ms, call.setup, call.code) == (50.0, "import boto3", "boto3.client('s3')")
    assert call.parts == {"botocore": 30.0, "boto3": 20.0}
    assert table.call("boto3.resource") is None


def test_an_estimate_is_called_one(table: CostTable) -> None:
    cost = table.estimate({"modules": 100, "kib": 500.0})
    assert (cost.ms, cost.source, cost.interval) == (
        pytest.approx(20.0),
        CostSource.ESTIMATED,
        pytest.approx((12.0, 34.0)),
    )
    assert CostTable().estimate({"modules": 100}).source is CostSource.UNKNOWN


def test_a_scaled_table_is_slower_throughout(table: CostTable) -> None:
    row(table, "pandas")
    slow = table.scaled(2)
    assert slow.cost(["pandas"]).parts["pandas"] == pytest.approx(220.0)
    assert (row(slow, "numpy").uncached_ms, slow.estimate({"modules": 10}).ms) == (401.0, pytest.approx(2.0))
    assert row(table, "pandas").ms == 200.0


def test_later_tables_lie_over_earlier_ones(tmp_path: Path) -> None:
    first = write(tmp_path, TABLE)
    second = write(tmp_path, 'schema = 1\nscale = 1.5\n[module.pandas]\nversion = "pandas 9"\nms = 10', "own.toml")
    both = load_table(first, second)
    assert (row(both, "pandas").version, row(both, "pandas").ms) == ("9", 15.0)
    assert row(both, "numpy").ms == 120.0
    assert both.recipe.flask_ms == 85.0
    assert both.model is not None


HEAD = "schema = 1\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("schema = 1\n[module", "is not TOML: "),
        ("schema = 1\nx = " + "[" * 5000, "is not TOML: "),
        ("", "must say 'schema = 1'"),
        ('schema = "1"', "must say 'schema = 1', not '1'"),
        ("schema = true", "must say 'schema = 1', not True"),
        ("schema = 2", "schema 2 is newer than 1"),
        (HEAD + "modules = 3", "unknown key 'modules'"),
        (HEAD + "module = 3", "module must be a table of rows"),
        (HEAD + "scale = 0", "scale must not be 0"),
        (HEAD + "scale = nan", "scale must be finite"),
        (HEAD + "[module.pandas]\nms = -1", '[module."pandas"]: ms must not be negative'),
        (HEAD + "[module.pandas]\nms = nan", '[module."pandas"]: ms must be finite, not nan'),
        (HEAD + "[module.pandas]\nms = inf", '[module."pandas"]: ms must be finite, not inf'),
        (HEAD + "[module.pandas]\nms = true", '[module."pandas"]: ms must be a number, not True'),
        (HEAD + '[module.pandas]\nms = "fast"', "[module.\"pandas\"]: ms must be a number, not 'fast'"),
        (HEAD + "[module.pandas]\ndev = true", '[module."pandas"]: has no ms'),
        (HEAD + "[module.pandas]\nms = 1\ncolour = 2", "[module.\"pandas\"]: unknown key 'colour'"),
        (HEAD + "[module.pandas]\nms = 1\n[module.pandas]\nms = 2", "is not TOML: "),
        (HEAD + "[module.pandas]\nms = 1\nversion = 3", '[module."pandas"]: version must be a string, not 3'),
        (HEAD + "[module.pandas]\nms = 1\ndev = 1", '[module."pandas"]: dev must be true or false, not 1'),
        (HEAD + "[module]\npandas = 1", '[module."pandas"]: must be a table, not 1'),
        (HEAD + '[module."pan das"]\nms = 1', '[module."pan das"]: its name is no dotted name'),
        (HEAD + '[module.a]\nms = 1\nparts = "a"', "parts: a must be a number, not ''"),
        (HEAD + '[module.a]\nms = 1\nparts = "a/b/c 1"', "parts: 'a/b/c 1' is not 'package milliseconds'"),
        (HEAD + '[module.a]\nms = 2\nparts = "a 1, a 1"', "parts: 'a' stands there twice"),
        (HEAD + '[module.a]\nms = 1\nparts = "a nan"', "parts: a must be finite"),
        (HEAD + '[module.a]\nms = 9\nparts = "a 4"', "parts add up to 4.0 ms, not to 9.0 ms"),
        (HEAD + '[module.a]\nms = 9\nevidence = "runs many"', "evidence: runs must be a number, not 'many'"),
        (HEAD + '[module.a]\nms = 9\nevidence = "rss 4"', "evidence: 'rss 4' is none of uncached"),
        (HEAD + '[module.a]\nms = 9\nevidence = "runs 4, runs 5"', "evidence: 'runs' stands there twice"),
        (HEAD + '[call."a.b"]\nms = 9\nsetup = 1', '[call."a.b"]: setup must be a string'),
        (HEAD + "[model]\nlow = 1", "[model]: missing key 'high'"),
        (HEAD + "[model]\nlow = 1\nhigh = 1\nlines = 1", "[model]: unknown key 'lines'"),
        (HEAD + "[model]\nlow = 1\nhigh = 1\nkib = -1", "[model]: kib must not be negative"),
        (HEAD + "[model]\nlow = 2\nhigh = 3", "[model]: low and high must be at most and at least 1, not 2 and 3"),
        (HEAD + "[model]\nlow = 1\nhigh = 1\nrows_low = 2", "[model]: rows_low and rows_high must be at most"),
        (HEAD + "[model]\nlow = 1\nhigh = 1\ndoubt = 1", "[model]: doubt must be a table, not int"),
        (HEAD + "[model]\nlow = 1\nhigh = 1\n[model.doubt]\nlines = 1", "[model.doubt]: unknown key 'lines'"),
        (HEAD + "[recipe]\nflask = 3", "[recipe]: flask must be a string"),
        (HEAD + "[recipe]\ncolour = 3", "[recipe]: unknown key 'colour'"),
    ],
)
def test_a_malformed_table_says_where_and_why_on_one_line(tmp_path: Path, text: str, says: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(CostTableError) as caught:
        load_table(path)
    message = str(caught.value)
    assert message.startswith(f"{path}: ")
    assert says in message
    assert "\n" not in message


def test_unreadable_tables_are_named(tmp_path: Path) -> None:
    with pytest.raises(CostTableError, match=r"gone\.toml: cannot be read"):
        load_table(tmp_path / "gone.toml")
    path = tmp_path / "latin.toml"
    path.write_bytes(b"schema = 1 # \xe9")
    with pytest.raises(CostTableError, match="is not UTF-8"):
        load_table(path)


def test_a_malformed_row_of_an_unchecked_table_counts_as_absent() -> None:
    table = CostTable(modules={"a": {"ms": "fast"}, "b": {"ms": 3}})
    assert table.row("a.c") is None
    assert table.cost(["a", "b"]).ms == 3


def test_the_bundled_table_keeps_its_own_schema(tmp_path: Path) -> None:
    whole = load_table(write(tmp_path, bundled_table_path().read_text(encoding="utf-8")))
    table = load_table(bundled_table_path())
    assert (table.recipe, table.model, table.scale) == (whole.recipe, whole.model, whole.scale)
    assert table.recipe.flask_ms > 0
    assert table.modules.keys() == whole.modules.keys()
    for name in table.modules:
        found = row(table, name)
        assert found == row(whole, name)
        assert found.version, name
        assert found.python, name
        assert found.runs or found.fails, name
    assert table.calls.keys() == whole.calls.keys()
    for name in table.calls:
        call = table.call(name)
        assert call is not None
        assert call == whole.call(name)
        assert call.code


def test_the_bundled_table_is_as_large_as_it_says() -> None:
    table = load_table(bundled_table_path())
    rows = [row(table, name) for name in table.modules]
    assert len(rows) >= 260
    assert len({found.distribution for found in rows} - {"python"}) >= 160
    assert {"boto3.client", "boto3.resource", "sentry_sdk.init", "sqlalchemy.create_engine"} <= table.calls.keys()
    assert {
        "flask_sqlalchemy.SQLAlchemy",
        "flask_admin.Admin",
        "flask_restx.Api",
        "celery.Celery",
    } <= table.calls.keys()
    assert row(table, "jinja2").ms < 1
    assert row(table, "pytest").dev


def test_a_bundled_table_that_is_none_is_an_error_and_a_bad_row_in_it_is_absent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, "schema = 1\n[module.a]\nms = fast\n[module.b]\nms = 3\n[module.'c.d']\nms = 'x'\n")
    monkeypatch.setattr("flake8_flask_startup.costs.table.bundled_table_path", lambda: path)
    table = load_table(path)
    assert (table.row("a"), table.row("c.d")) == (None, None)
    assert row(table, "b").ms == 3
    path.write_text("schema =", encoding="utf-8")
    with pytest.raises(CostTableError, match="is not TOML"):
        load_table(path)


def test_a_row_costs_nothing_of_packages_that_are_missing(table: CostTable) -> None:
    row = table.where(lambda top: top == "numpy").row("pandas")
    assert row is not None
    assert (row.ms, row.parts) == (130.0, {"pandas": 110.0, "stdlib": 20.0})


def test_a_row_stays_whole_where_its_own_package_is_missing(table: CostTable) -> None:
    assert table.where(lambda top: top in {"numpy", "pandas"}).row("pandas") == table.row("pandas")
