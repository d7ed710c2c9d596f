"""`flask startup measure` through its real doors: rows, progress, errors, and going on after an interruption."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from flake8_flask_startup.cli import startup
from flake8_flask_startup.cli.measure import show_progress
from flake8_flask_startup.costs.table import CostTable, load_table

SCRIPTS = Path(sys.executable).parent
OUTPUT = "flask-startup-costs.toml"
JOURNAL = f"{OUTPUT}.journal"


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "mine.py").write_text("import sqlite3\n", encoding="utf-8")
    (tmp_path / "broken.py").write_text("raise RuntimeError('not today')\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)  # of measured processes, that run no code of ours
    return tmp_path


@pytest.fixture
def _small_flask(project: Path) -> None:
    """What every measured process imports first is an empty module."""
    (project / "flask.py").touch()


def invoke(*arguments: str) -> Result:
    return CliRunner().invoke(startup, ["measure", *arguments])


def table() -> CostTable:
    return load_table(Path(OUTPUT))


def test_both_doors_lead_to_the_command() -> None:
    for door in (["flask", "--app", "no_such_app", "startup"], ["flask-startup"]):
        done = subprocess.run(
            [SCRIPTS / door[0], *door[1:], "measure", "--help"], capture_output=True, text=True, check=True
        )
        assert "This command runs code" in " ".join(done.stdout.split())
        assert "flask startup measure pandas sqlalchemy.orm" in done.stdout


def test_the_group_lists_its_commands_and_knows_no_others() -> None:
    assert "measure" in CliRunner().invoke(startup, ["--help"]).output
    assert "No such command" in CliRunner().invoke(startup, ["nonsense"]).output


@pytest.mark.usefixtures("_small_flask")
def test_a_module_becomes_a_row_and_a_second_run_measures_nothing() -> None:
    first = invoke("wsgiref")
    assert first.exit_code == 0, first.output
    assert "runs in child processes: import wsgiref" in first.output
    row = table().row("wsgiref")
    assert row is not None
    assert (row.distribution, row.python) == ("python", ".".join(map(str, sys.version_info[:3])))
    assert row.runs >= 7
    assert not Path(JOURNAL).exists()
    before = Path(OUTPUT).read_bytes()
    again = invoke("wsgiref")
    assert (again.exit_code, Path(OUTPUT).read_bytes()) == (0, before)
    assert "nothing to measure" in again.output


@pytest.mark.usefixtures("_small_flask")
def test_a_module_of_the_project_that_fails_is_a_row_with_the_reason() -> None:
    done = invoke("broken")
    assert done.exit_code == 1
    assert "fails: RuntimeError: not today" in done.output
    row = table().row("broken")
    assert row is not None
    assert row.fails == "RuntimeError: not today"


@pytest.mark.usefixtures("_small_flask")
def test_a_project_under_src_is_found() -> None:
    Path("src").mkdir()
    Path("src/inner.py").write_text("import wsgiref", encoding="utf-8")
    assert invoke("inner").exit_code == 0
    row = table().row("inner")
    assert row is not None
    assert (row.fails, row.distribution) == ("", "")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["os; print(1)"], "'os; print(1)' is no module name"),
        (["class.x"], "'class.x' is no module name"),
        (["no_such_module"], "no module named 'no_such_module' for this interpreter"),
        (["--python", "no-such-python", "json"], "no-such-python does not run as a Python interpreter"),
        (["--output", "broken.toml", "json"], "broken.toml: must say 'schema = 1'"),
        (["--output", "no/such/folder.toml", "wsgiref"], "No such file or directory"),
    ],
)
def test_what_cannot_be_done_is_said_on_one_line(arguments: list[str], says: str) -> None:
    Path("broken.toml").write_text("schema = 'x'", encoding="utf-8")
    done = invoke(*arguments)
    assert done.exit_code == 2
    last = done.output.splitlines()[-1]
    assert last.startswith("flask startup measure: ")
    assert says in last
    assert "Traceback" not in done.output


def test_an_interpreter_without_flask_is_told_apart(tmp_path: Path) -> None:
    bare = tmp_path / "bare"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", bare], check=True)
    done = invoke("--python", str(bare / "bin" / "python"), "json")
    assert done.exit_code == 2
    assert "Flask is not installed for this interpreter" in done.output


def test_a_relative_path_to_the_interpreter_will_do(project: Path) -> None:
    (project / "bin").mkdir()
    (project / "bin" / "python").symlink_to(sys.executable)
    done = invoke("--python", "bin/python", "no_such_module")
    assert "no module named 'no_such_module'" in done.output or "Flask is not installed" in done.output


def test_without_arguments_it_measures_what_the_project_imports_and_the_table_lacks() -> None:
    Path("mine.py").write_text("import sqlite3, iniconfig, broken, flask, not_installed_here\n", encoding="utf-8")
    done = invoke()
    assert done.exit_code == 0, done.output
    assert "import iniconfig" in done.output
    assert "iniconfig" in table().modules
    assert not {"sqlite3", "broken", "not_installed_here"} & set(table().modules)


def test_calibration_writes_the_scale_and_keeps_the_rows() -> None:
    Path(OUTPUT).write_text('schema = 1\n[module.pandas]\nversion = "pandas 3"\nms = 100\n', encoding="utf-8")
    done = invoke("--calibrate")
    assert done.exit_code == 0, done.output
    scale = table().scale
    assert scale > 0
    assert f"scale = {scale:.3f}" in done.output
    row = table().row("pandas")
    assert row is not None
    assert row.ms == pytest.approx(100 * scale)


# The command is the parent of the process that imports the module.
INTERRUPTING = """
import os, signal
with open({starts!r}, "a") as starts:
    starts.write("x")
if os.path.getsize({starts!r}) in (3, 12):
    os.kill(os.getppid(), signal.SIGINT)
    signal.pause()
"""


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.usefixtures("_small_flask")
def test_interrupted_at_any_point_it_goes_on_without_loss_or_doubles(project: Path) -> None:
    for name in ("one", "two"):
        (project / f"{name}.py").write_text(INTERRUPTING.format(starts=str(project / "starts")), encoding="utf-8")
    command = [SCRIPTS / "flask-startup", "measure", "one", "two"]
    kept = []
    for _ in range(2):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 130, done.stderr
        assert "interrupted: " in done.stdout + done.stderr
        assert "Traceback" not in done.stdout + done.stderr
        kept.append(len(Path(JOURNAL).read_text(encoding="utf-8").splitlines()))
    assert 1 <= kept[0] < kept[1]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert sorted(line.split()[0] for line in done.stdout.splitlines()) == ["one", "two"]
    assert sorted(table().modules) == ["one", "two"]
    runs = {name: row.runs for name in table().modules if (row := table().row(name)) is not None}
    assert all(7 <= count <= 21 for count in runs.values()), runs
    assert not Path(JOURNAL).exists()


def test_on_a_terminal_there_is_a_bar_and_the_rows_come_below(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with show_progress(2) as progress:
        progress.tick()
        progress.say("a row")
        assert "a row" not in capsys.readouterr().out
        progress.tick()
    shown = capsys.readouterr()
    assert shown.out == "a row\n"
    assert "measuring" in shown.err
