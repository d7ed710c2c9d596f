"""Namespace packages (PEP 420) are priced by what lies in them."""

from __future__ import annotations

import pytest

from flake8_flask_startup.costs.table import CostTable, bundled_table_path, load_table
from flake8_flask_startup.measure.estimate import make_row
from flake8_flask_startup.measure.samples import Sample, SampleKind, Subject

ROWS = {
    "opentelemetry": {"version": "opentelemetry-api 1", "ms": 0.1},
    "opentelemetry.trace": {"version": "opentelemetry-api 1", "ms": 5.0, "parts": "opentelemetry.trace 5.0"},
    "opentelemetry.sdk": {"version": "opentelemetry-sdk 1", "ms": 9.0, "parts": "opentelemetry.sdk 9.0"},
    "pandas": {"version": "pandas 3", "ms": 100.0},
    "pandas.io": {"version": "pandas 3", "ms": 110.0},
}


def test_the_row_of_a_namespace_stands_for_nothing_below_it() -> None:
    table = CostTable(modules=ROWS)
    found = {
        name: row.name for name in ("opentelemetry", "opentelemetry.sdk.x", "pandas.core") if (row := table.row(name))
    }
    assert found == {
        "opentelemetry": "opentelemetry",
        "opentelemetry.sdk.x": "opentelemetry.sdk",
        "pandas.core": "pandas",
    }
    assert table.row("opentelemetry.exporter.otlp") is None
    assert table.namespaces() == {"opentelemetry"}


def test_what_no_module_explains_is_the_package_below_the_namespace() -> None:
    subject = Subject.module("google.cloud.bigquery")
    warm = [Sample(subject.name, SampleKind.WARM, 90.0, 60.0, modules=9)] * 7
    times = {"google": 50, "google.cloud": 50, "google.cloud.bigquery": 9_000, "google.auth": 20_000}
    profile = Sample(
        subject.name, SampleKind.PROFILE, 90.0, 60.0, wall_ms=60.0, self_us=times, namespaces=("google", "google.cloud")
    )
    row = make_row(subject, [*warm, profile], owner=("b", "1"), python="3.11", flask_ms=90.0, target=0.1)
    assert row.pieces == pytest.approx({"google.cloud.bigquery": 40.0, "google.auth": 20.0})


def test_no_part_of_the_bundled_table_is_a_namespace() -> None:
    table = load_table(bundled_table_path())
    spaces = {"google", "google.cloud", "azure", "azure.storage", "azure.keyvault", "opentelemetry", "snowflake"}
    rows = [row for name in table.modules if (row := table.row(name)) is not None]
    assert [(row.name, piece) for row in rows for piece in row.pieces if piece in spaces - {row.name}] == []
