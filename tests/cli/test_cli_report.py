"""`flask startup report` through its real doors: what it says, how it finds the boot, and its errors."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from flake8_flask_startup.cli import startup

COSTS = """schema = 1
[recipe]
flask_ms = 90.0
[module.pandas]
ms = 300.0
parts = "pandas 220.0, numpy 80.0"
[module.numpy]
ms = 80.0
parts = "numpy 80.0"
"""
FACTORY = """from flask import Flask


def create_app():
    from . import reports, views
    return Flask(__name__)
"""
VIEWS = """import pandas
FRAME = pandas.DataFrame()
"""
REPORTS = """import numpy


def mean(values):
    return numpy.mean(values)
"""


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shop = tmp_path / "shop"
    shop.mkdir()
    for name, text in (("__init__", FACTORY), ("views", VIEWS), ("reports", REPORTS)):
        (shop / f"{name}.py").write_text(text, encoding="utf-8")
    (tmp_path / "costs.toml").write_text(COSTS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(startup, ["report", "--costs", "costs.toml", *arguments])


def report(*arguments: str) -> str:
    result = invoke("--app", "shop:create_app", *arguments)
    assert result.exit_code == 0, result.output
    return result.output


def test_both_doors_lead_to_the_command() -> None:
    for door in (["flask", "startup"], ["flask-startup"]):
        command: list[str | Path] = [
            Path(sys.executable).with_name(door[0]),
            *door[1:],
            "report",
            "--app",
            "shop:create_app",
        ]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        assert result.returncode == 0, result.stderr
        assert "shop:create_app (--app): startup costs " in result.stdout


def test_it_tells_the_total_and_the_packages_by_cost_with_their_routes() -> None:
    lines = report().splitlines()
    assert lines[0].startswith("shop:create_app (--app): startup costs 39")
    packages = [
        line.split()[1] for line in lines if line.startswith("  ") and "(shop" in line and line.split()[0].isdigit()
    ]
    assert packages == ["pandas", "flask", "numpy"]
    assert "     220  pandas  (shop/__init__.py:5 > shop/views.py:1)" in lines


def test_the_plan_says_what_startup_needs_and_why() -> None:
    found = report()
    assert "What to do" not in found
    assert "     220  pandas\n            shop/views.py:1: the module code on line 2 uses it while" in found
    assert "            others bring these in all the same: numpy\n" in found
    assert "     300  numpy\n            shop/views.py:1: " in found
    assert "What startup needs\n      ms  would be saved without\n     300  numpy\n" in found
    stays = [line.partition(" (")[0] for line in found.splitlines() if line.startswith("stays ")]
    assert stays[:2] == ["stays       220 ms  pandas", "stays        80 ms  numpy"]  # beyond what goes with pandas


def test_what_can_go_is_said_to_save(project: Path) -> None:
    (project / "shop" / "views.py").write_text("", encoding="utf-8")
    lines = report().splitlines()
    assert "      80      91  numpy  (shop/reports.py:1)" in lines
    assert "What to do: 171 ms now; after this statement 91 ms" in lines
    assert "What startup needs" not in lines


def test_the_steps_of_the_plan_add_up(project: Path) -> None:
    later = "\n\ndef use():\n    return {name}.array([])\n"
    (project / "shop" / "views.py").write_text("import pandas" + later.format(name="pandas"), encoding="utf-8")
    lines = report().splitlines()
    head = lines.index("What to do: 391 ms now; after these 2 statements 91 ms")
    assert lines[head + 1 : head + 5] == [
        "   saves    then  package",
        "     220     171  pandas  (shop/views.py:1)",
        "            others bring these in all the same: numpy",
        "      80      91  numpy  (shop/reports.py:1)",
    ]


def test_imports_of_the_projects_own_that_can_wait_are_steps(project: Path) -> None:
    for name in ("frames", "sheets"):
        (project / "shop" / f"{name}.py").write_text("import pandas\nEMPTY = pandas.DataFrame()\n", encoding="utf-8")
    later = "from .{0} import EMPTY\n\n\ndef use():\n    return EMPTY\n"
    (project / "shop" / "views.py").write_text(later.format("frames"), encoding="utf-8")
    (project / "shop" / "reports.py").write_text(later.format("sheets"), encoding="utf-8")
    lines = report().splitlines()
    head = lines.index("What to do: 391 ms now; after these 2 statements 91 ms")
    assert lines[head + 2] == "     300      91  pandas  (shop/reports.py:1, shop/views.py:1)"
    assert "What startup needs" not in lines
    assert lines[-2].startswith("At best 91 ms")


def test_a_deleted_import_is_gone_from_the_next_report(project: Path) -> None:
    assert "pandas" in report()
    (project / "shop" / "views.py").write_text("", encoding="utf-8")
    assert "pandas" not in report()


def test_the_threshold_bounds_the_plan_and_the_scale_the_figures() -> None:
    assert "What to do" not in report("--threshold", "1000")
    assert "     440  pandas" in report("--scale", "2")


def test_an_entry_point_is_found_and_named(project: Path) -> None:
    (project / "wsgi.py").write_text("from shop import create_app\napp = create_app()\n", encoding="utf-8")
    result = invoke()
    assert result.exit_code == 0
    assert result.output.startswith("wsgi")
    assert "pandas" in result.output


def test_each_file_that_gives_an_entry_point_away_is_named(project: Path) -> None:
    (project / "worker.py").write_text("app = 1\n", encoding="utf-8")
    (project / "Procfile").write_text("web: gunicorn worker:app\n", encoding="utf-8")
    (project / "Dockerfile").write_text("FROM x\nCMD gunicorn shop:create_app()\n", encoding="utf-8")
    found = CliRunner().invoke(startup, ["report"]).output
    assert found.startswith("shop:create_app, worker:app (a command in Dockerfile, Procfile): startup ")


def test_several_entry_points_are_one_boot(project: Path) -> None:
    (project / "worker.py").write_text("import xmlrpc\n", encoding="utf-8")
    found = report("--app", "worker", "--format", "json")
    assert '"worker"' in found
    assert '"xmlrpc"' in found


def test_what_cannot_be_known_is_said(project: Path) -> None:
    text = "import importlib\nimport os\nimportlib.import_module(os.environ['PLUGIN'])\nimport unheard_of\n"
    (project / "shop" / "views.py").write_text(text, encoding="utf-8")
    found = report()
    assert "No figure for: unheard_of\n            --env FOLDER estimates " in found
    (project / "env" / "other.dist-info").mkdir(parents=True)
    found = report("--env", "env")
    assert "No figure for: unheard_of\n" in found
    assert "--env FOLDER" not in found
    assert "  shop/views.py:3: " in found
    many = "".join(f"import {name}\n" for name in ("a" * 5_000, *(f"p{number}" for number in range(1_000))))
    (project / "shop" / "views.py").write_text(many, encoding="utf-8")
    (line,) = (each for each in report().splitlines() if each.startswith("No figure for: "))
    assert line.startswith(f"No figure for: {'a' * 100}..., p0, p1, ")
    assert line.endswith(" and 961 more")


def test_an_import_under_a_condition_is_counted_apart(project: Path) -> None:
    text = "import sys\nif sys.argv[1:]:\n    import pandas\n"
    (project / "shop" / "views.py").write_text(text, encoding="utf-8")
    assert "220 ms under conditions that may not hold" in report()
    assert "under conditions" not in report("--scale", "0.004")  # 0.9 ms, which nobody would look for


def test_what_an_unset_variable_keeps_away_is_beside_the_total(project: Path) -> None:
    text = "import os\nif os.environ.get('HEAVY'):\n    if os.environ.get('MORE'):\n        import pandas\n"
    (project / "shop" / "views.py").write_text(text, encoding="utf-8")
    assert "220 ms more where HEAVY or MORE is set" in report()


def test_a_module_that_does_not_parse_is_no_error(project: Path) -> None:
    (project / "shop" / "views.py").write_text("import pandas\nbroken(\n", encoding="utf-8")
    assert "shop/views.py:1: " in report()


def test_the_trace_goes_on_through_an_environment(project: Path) -> None:
    installed = project / "venv" / "lib" / "python3.11" / "site-packages"
    installed.mkdir(parents=True)
    (installed / "wrapper.py").write_text("import pandas\n", encoding="utf-8")
    (project / "shop" / "views.py").write_text("import wrapper\n", encoding="utf-8")
    assert "pandas" not in report()
    for folder in ("venv", str(installed)):
        assert "220  pandas  (shop/__init__.py:5 > shop/views.py:1 > " in report("--env", folder)


def test_a_package_of_helpers_hides_no_library_that_is_called_like_its_modules(project: Path) -> None:
    (project / "lib").mkdir()
    (project / "lib" / "pandas.py").touch()
    assert "  numpy  (shop/__init__.py:" in report()
    assert "  pandas  (shop/__init__.py:" not in report()  # lib is where imports are searched
    (project / "lib" / "__init__.py").touch()
    assert "  pandas  (shop/__init__.py:" in report()


@pytest.mark.parametrize("text", ["from numpy import mean\n", "print('from numpy')\n"])
def test_a_file_that_may_be_loaded_besides_makes_a_saving_the_most(project: Path, text: str) -> None:
    loading = "import importlib\nimport os\nimportlib.import_module('shop.plugins.' + os.environ['PLUGIN'])\n"
    (project / "shop" / "views.py").write_text(loading, encoding="utf-8")
    (project / "shop" / "plugins").mkdir()
    (project / "shop" / "plugins" / "means.py").write_text(text, encoding="utf-8")
    most = "at most: shop/views.py:3 may load shop/plugins/means.py, which imports it" in report()
    assert most is text.startswith("from")


def test_what_an_environment_misses_costs_nothing(project: Path) -> None:
    installed = project / "venv" / "lib" / "python3.11" / "site-packages"
    (installed / "pandas").mkdir(parents=True)
    (installed / "pandas" / "__init__.py").touch()
    (project / "shop" / "views.py").write_text("import pandas\n", encoding="utf-8")
    (project / "shop" / "reports.py").write_text("", encoding="utf-8")
    assert "numpy" in report()
    assert "numpy" not in report("--env", "venv")
    (installed / "numpy.cpython-311-x86_64-linux-gnu.so").touch()
    assert "numpy" in report("--env", "venv")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((), "no entry point found: name it with --app"),
        (("--app", "no/such:place"), "no module 'no.such' in "),
        (("--app", "1+1"), "'1+1' is not an entry point such as package.module:create_app"),
        (("--app", "shop", "--scale", "0"), "-scale: '0' is not a positive number"),
        (("--app", "shop", "--root", "absent"), "absent"),
    ],
)
def test_errors_are_one_line_and_exit_2(arguments: tuple[str, ...], reason: str, project: Path) -> None:
    (project / "shop" / "__init__.py").write_text("", encoding="utf-8")
    result = invoke(*arguments)
    assert result.exit_code == 2
    assert reason in result.output
    assert "Traceback" not in result.output


def test_a_damaged_cost_table_is_an_error(project: Path) -> None:
    (project / "costs.toml").write_text("schema = 99\n", encoding="utf-8")
    result = invoke("--app", "shop")
    assert result.exit_code == 2
    assert "costs.toml: schema 99 is newer" in result.output


def test_an_import_in_a_function_that_startup_calls_goes_where_nothing_needs_it_then(project: Path) -> None:
    later = "from flask import Flask\n\n\ndef create_app():\n    import pandas\n    app = Flask(__name__)\n"
    text = f"{later}\n    @app.route('/')\n    def index():\n        return pandas.DataFrame().to_html()\n"
    (project / "shop" / "__init__.py").write_text(text, encoding="utf-8")
    assert "     300      91  pandas  (shop/__init__.py:5)\n" in report()
    (project / "shop" / "__init__.py").write_text(later + "    app.frame = pandas.DataFrame()\n", encoding="utf-8")
    assert "     300  pandas\n            shop/__init__.py:5: create_app() uses it on line 7\n" in report()
