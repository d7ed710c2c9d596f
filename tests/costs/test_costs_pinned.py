"""The bundled table is what benchmarks/make_table.py makes of the pinned list, in the versions pinned."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from flake8_flask_startup.costs.table import bundled_table_path, load_table

PACKAGES = Path(__file__).parents[2] / "data" / "measured_packages.toml"


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def dotted(name: str) -> str:
    """A name of the list as a row has it: "package:name" is a name that a package loads when it is asked for."""
    return name.replace(":", ".")


def test_every_name_of_the_list_has_a_row_of_the_version_pinned() -> None:
    data = tomllib.loads(PACKAGES.read_text(encoding="utf-8"))
    table = load_table(bundled_table_path())
    shared = {normal(name): version for name, version in data["constraints"].items()}
    for environment in data["environment"]:
        own = dict(requirement.split("==") for requirement in environment["requirements"])
        pins = shared | {normal(name.partition("[")[0]): version for name, version in own.items()}
        for name in map(dotted, environment["modules"]):
            row = table.row(name)
            assert row is not None, name
            assert row.name == name
            assert row.dev == environment.get("dev", False)
            if row.distribution != "python":
                # A local label (+cpu) says which build it is, not which version.
                assert row.version.partition("+")[0] == pins[normal(row.distribution)], name
        for call in environment.get("calls", []):
            found = table.call(call["name"])
            assert found is not None, call
            assert (found.setup, found.code) == (call["setup"], call["code"])


def test_the_table_has_nothing_beyond_the_list() -> None:
    data = tomllib.loads(PACKAGES.read_text(encoding="utf-8"))
    table = load_table(bundled_table_path())
    assert set(table.modules) == {dotted(name) for entry in data["environment"] for name in entry["modules"]}
    assert set(table.calls) == {call["name"] for entry in data["environment"] for call in entry.get("calls", [])}
