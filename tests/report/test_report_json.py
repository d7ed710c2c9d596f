"""The JSON of `flask startup report`: the schema that docs/report.md promises, and that its figures agree."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from flake8_flask_startup.cli import startup

COSTS = """schema = 1
[recipe]
flask_ms = 90.0
[module.pandas]
ms = 300.0
parts = "pandas 220.0, numpy 80.0"
"""
FILES = {
    "shop.py": "from flask import Flask\nimport reports\nimport unheard_of\napp = Flask(__name__)\n",
    "reports.py": "import pandas\nimport plugins\n\n\ndef table():\n    return pandas.DataFrame()\n",
    "plugins.py": (
        "import importlib, os\nif os.environ.get('X'):\n    import extra\nimportlib.import_module(os.getcwd())\n"
    ),
    "extra.py": "",
}
DOCS = Path(__file__).parents[2] / "docs" / "report.md"


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "costs.toml").write_text(COSTS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    arguments = ["report", "--app", "shop", "--costs", "costs.toml", "--format", "json"]
    result = CliRunner().invoke(startup, arguments)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.output)
    return found


def test_the_head_says_what_was_traced_and_what_it_costs(content: dict[str, Any]) -> None:
    assert content["schema"] == 1
    assert content["app"] == ["shop"]
    assert content["flask_ms"] == 90.0
    assert content["source"] == "estimated"  # the project's own modules are


def test_modules_and_packages_both_add_up_to_the_total(content: dict[str, Any]) -> None:
    for part in ("modules", "packages"):
        assert sum(each["ms"] or 0 for each in content[part]) == pytest.approx(content["total_ms"], abs=0.5)


def test_modules_come_in_the_order_of_the_boot(content: dict[str, Any]) -> None:
    modules = {each["name"]: each for each in content["modules"]}
    assert [name for name in modules if modules[name]["kind"] != "stdlib"] == [
        "shop", "flask", "reports", "pandas", "plugins", "extra", "unheard_of",
    ]  # fmt: skip
    assert modules["shop"]["via"] is None
    assert modules["pandas"] == {
        "name": "pandas",
        "kind": "third-party",
        "ms": 300.0,
        "source": "measured",
        "conditional": False,
        "unusual": False,
        "via": {"path": "reports.py", "line": 1},
    }
    assert modules["reports"]["source"] == "estimated"
    assert modules["extra"]["conditional"] is True
    assert modules["unheard_of"]["ms"] is None
    assert modules["unheard_of"]["source"] == "unknown"


def test_packages_come_dearest_first_and_the_unknown_last(content: dict[str, Any]) -> None:
    names = [each["name"] for each in content["packages"]]
    assert names[:3] == ["pandas", "flask", "numpy"]
    assert content["packages"][-1] == {"name": "unheard_of", "ms": None, "source": "unknown"}
    assert content["unmeasured"] == ["unheard_of"]


def test_the_plan_has_what_must_go(content: dict[str, Any]) -> None:
    assert content["plan"] == [
        {
            "package": "pandas",
            "saving_ms": 300.0,
            "statements": [{"path": "reports.py", "line": 1}],
            "blocked_by": [],
            "stays": [],
            "unknown": ["unheard_of"],
            "perhaps": "",
            "chain": [
                {"path": "shop.py", "line": 2, "module": "reports"},
                {"path": "reports.py", "line": 1, "module": "pandas"},
            ],
        }
    ]


def test_findings_are_the_linters_with_what_each_saves(content: dict[str, Any]) -> None:
    found = next(each for each in content["findings"] if each["code"] == "FST101")
    assert (found["path"], found["line"], found["column"]) == ("reports.py", 1, 1)
    assert (found["ms"], found["saving_ms"], found["rank"]) == (300.0, 300.0, 1)
    assert found["message"].startswith("heavy import 'pandas' costs 300 ms at startup (1st of 1): ")
    other = next(each for each in content["findings"] if each["code"] == "FST201")
    assert (other["path"], other["saving_ms"]) == ("shop.py", None)


def test_what_is_not_known_has_place_and_reason(content: dict[str, Any]) -> None:
    (unresolved,) = content["unresolved"]
    assert (unresolved["path"], unresolved["line"]) == ("plugins.py", 4)
    assert unresolved["reason"]


def test_the_documentation_names_every_key(content: dict[str, Any]) -> None:
    said = DOCS.read_text(encoding="utf-8")
    keys = set(content)
    for part in ("modules", "packages", "plan", "findings", "unresolved"):
        keys |= content[part][0].keys()
    assert [key for key in sorted(keys) if f"`{key}`" not in said] == []
