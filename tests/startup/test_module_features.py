"""What the source of a module counts for an estimate: only what runs while it loads."""

from __future__ import annotations

from pathlib import Path

import pytest

from flake8_flask_startup.project.modules import Project
from flake8_flask_startup.startup.interpreter.tracer import trace
from flake8_flask_startup.startup.module_features import PERHAPS, features_of
from flake8_flask_startup.syntax.static_conditions import Target

SOURCE = """\
import re
from dataclasses import dataclass
from enum import Enum

WORD = re.compile("a")
LIMIT: int = len("abc")


@dataclass
class Item:
    name: str = ""

    @property
    def length(self) -> int:
        return len(re.compile(self.name).pattern)


class Kind(Enum):
    ONE = 1
"""


def features(tmp_path: Path, **files: str) -> dict[str, dict[str, float]]:
    environment = tmp_path / "site-packages"
    environment.mkdir()
    root = tmp_path / "src"
    root.mkdir()
    (root / "app.py").write_text("import vendor\n", encoding="utf-8")
    for name, text in files.items():
        (environment / f"{name}.py").write_text(text, encoding="utf-8")
    project = Project([root], env=environment, target=Target((3, 13)))  # annotations are put off since 3.14
    found = features_of(trace(project, ["app"]), project)
    return {name: dict(counts) for name, counts in found.items()}


def test_what_runs_while_a_module_loads_counts(tmp_path: Path) -> None:
    found = features(tmp_path, vendor=SOURCE)["vendor"]
    expected = {"modules": 1, "functions": 1, "classes": 2, "decorators": 2, "calls": 2, "regexes": 1, "generated": 1}
    expected |= {"enums": 1, "imports": 3, "assignments": 2, "attributes": 2}
    assert {name: found[name] for name in expected} == expected
    assert found["kib"] == pytest.approx(len(SOURCE) / 1024)


def test_evaluated_annotations_count_and_postponed_ones_do_not(tmp_path: Path) -> None:
    source = "from typing import Any\ndef f(x: Any) -> Any: ...\n"
    assert features(tmp_path, vendor=source)["vendor"]["annotations"] == 2
    postponed = tmp_path / "postponed"
    postponed.mkdir()
    assert "annotations" not in features(postponed, vendor=f"from __future__ import annotations\n{source}")["vendor"]


def test_of_what_need_not_be_loaded_a_part_counts(tmp_path: Path) -> None:
    found = features(tmp_path, vendor="try:\n    import extra\nexcept ImportError:\n    pass\n", extra="x = 1\n")
    assert found["vendor"]["modules"] == 1
    assert found["extra"]["modules"] in (1, PERHAPS)
    assert found["extra"]["assignments"] == found["extra"]["modules"]


def test_an_extension_module_counts_by_its_size_even_beside_its_source(tmp_path: Path) -> None:
    environment = tmp_path / "site-packages"
    root = tmp_path / "src"
    for folder in (environment / "fast", root):
        folder.mkdir(parents=True)
    (root / "app.py").write_text("import fast.core\nimport fast.both\n", encoding="utf-8")
    (environment / "fast" / "__init__.py").write_text("", encoding="utf-8")
    (environment / "fast" / "core.cpython-311-x86_64-linux-gnu.so").write_bytes(b"\0" * 4096)
    (environment / "fast" / "both.py").write_text("class A: ...\n", encoding="utf-8")
    (environment / "fast" / "both.cpython-311-x86_64-linux-gnu.so").write_bytes(b"\0" * 2048)
    project = Project([root], env=environment)
    found = features_of(trace(project, ["app"]), project)
    assert found["fast.core"] == {"modules": 1.0, "extensions": 1.0, "extension_kib": 4.0}
    assert found["fast.both"]["extension_kib"] == 2.0
    assert "classes" not in found["fast.both"]
