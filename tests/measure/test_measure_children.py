"""Real children: what they report of modules that take time, fail, print, hang, crash and download nothing."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from events import SAFETY_NET_S
from flake8_flask_startup.measure import probe
from flake8_flask_startup.measure.process import MeasureError, Runner
from flake8_flask_startup.measure.samples import Sample, SampleKind, Subject
from flake8_flask_startup.measure.session import Journal, Plan, measure

MODULES = {
    "busy": "print(1)\n",
    "parent/__init__.py": "import busy\n",
    "failing": "import nowhere_to_be_found\n",
    "leaving": "raise SystemExit('bye')\n",
    "crashing": "import os\nos.abort()\n",
    "hanging": "import threading\nthreading.Event().wait()\n",
    "environment": "import os, json, sys\n"
    "found = [dict(os.environ), os.getcwd(), os.listdir(), sys.dont_write_bytecode]\n"
    "open(os.environ['OUT'], 'w').write(json.dumps(found))\n",
    "counting": "import os\nopen(os.environ['OUT'], 'a').write('once\\n')\n",
    "threads": "import threading\nthreading.Thread(target=threading.Event().wait).start()\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    for name, text in MODULES.items():
        path = folder / (name if name.endswith(".py") else f"{name}.py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def runner(project: Path, tmp_path: Path) -> Iterator[Runner]:
    environment = dict(os.environ) | {"OUT": str(tmp_path / "out"), "PYTHONDONTWRITEBYTECODE": "1"}
    with Runner(sys.executable, environment=environment, path=[project], timeout=SAFETY_NET_S) as found:
        yield found


def sample(runner: Runner, name: str, kind: SampleKind = SampleKind.WARM) -> Sample:
    return runner.sample(Subject.module(name), kind)


# Loaded before anything else: a clock that goes on by 2 ms whenever it is read, and as far as a module says.
CLOCK = """
import time
now = 0.0

def process_time(seconds=0.002):
    global now
    now += seconds
    return now

time.process_time = process_time
"""


def test_an_imports_own_time_is_measured_after_flask(runner: Runner, project: Path) -> None:
    (project / "sitecustomize.py").write_text(CLOCK, encoding="utf-8")
    (project / "busy.py").write_text("import time\ntime.process_time(0.05)\nprint(1)\n", encoding="utf-8")
    report = sample(runner, "busy")
    assert report.ms == pytest.approx(50 + 2)
    assert report.flask_ms == pytest.approx(2)
    assert report.modules >= 1
    assert not report.fails


def test_a_profile_splits_the_time_by_module(runner: Runner, project: Path) -> None:
    report = sample(runner, "parent", SampleKind.PROFILE)
    assert set(report.self_us) >= {"parent", "busy"}
    assert "flask" not in report.self_us
    assert report.self_us["busy"] > 0
    sizes = [(project / name).stat().st_size for name in ("busy.py", "parent/__init__.py")]
    assert report.source_kib == pytest.approx(sum(sizes) / 1024)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("failing", "ModuleNotFoundError: No module named 'nowhere_to_be_found'"),
        ("leaving", "SystemExit: bye"),
        ("no_such_module", "ModuleNotFoundError: No module named 'no_such_module'"),
    ],
)
def test_an_import_that_fails_says_why_and_what_it_cost(runner: Runner, name: str, reason: str) -> None:
    report = sample(runner, name)
    assert report.fails == reason
    assert report.flask_ms > 0
    assert report.ms > 0


def test_an_interpreter_that_ends_early_is_quoted(project: Path) -> None:
    (project / "quitting.py").write_text("import os, sys\nsys.stderr.write('gone\\n')\nsys.stderr.flush()\nos._exit(3)")
    with Runner(sys.executable, environment=os.environ, path=[project]) as runner:
        assert sample(runner, "quitting").fails == "gone"


def test_a_program_that_is_no_python_is_quoted(tmp_path: Path) -> None:
    program = tmp_path / "python"
    program.write_text("#!/bin/sh\necho 'no, thanks' >&2\nexit 1\n", encoding="utf-8")
    program.chmod(0o755)
    with (
        Runner(str(program), environment=os.environ) as runner,
        pytest.raises(MeasureError, match="does not run as a Python interpreter: no, thanks"),
    ):
        runner.probe([])


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_crash_is_a_failing_import(runner: Runner) -> None:
    assert sample(runner, "crashing").fails == "the interpreter ended by signal 6"


def test_a_failing_setup_is_told_apart(runner: Runner) -> None:
    report = runner.sample(Subject("a.b", "b()", setup="import a_module_that_is_not"), SampleKind.WARM)
    assert report.fails.startswith("setup: ModuleNotFoundError")


def test_threads_do_not_keep_a_child_alive(runner: Runner) -> None:
    assert sample(runner, "threads").fails == ""


def test_a_hanging_import_is_ended(project: Path) -> None:
    with Runner(sys.executable, environment=os.environ, path=[project], timeout=1) as runner:
        assert sample(runner, "hanging").fails == "no end after 1 s"


def test_children_start_clean(runner: Runner, tmp_path: Path) -> None:
    sample(runner, "environment")
    environment, folder, files, no_bytecode = json.loads((tmp_path / "out").read_text(encoding="utf-8"))
    assert files == []
    assert folder != str(Path.cwd())
    assert no_bytecode is False
    assert {name for name in environment if name.startswith("PYTHON")} == {
        "PYTHONHASHSEED",
        "PYTHONPYCACHEPREFIX",
        "PYTHONPATH",
    }


def test_measuring_writes_nothing_beside_the_measured_files(runner: Runner, project: Path) -> None:
    before = sorted(project.rglob("*"))
    sample(runner, "parent")
    sample(runner, "parent", SampleKind.UNCACHED)
    assert sorted(project.rglob("*")) == before


def test_the_first_child_of_a_subject_is_not_counted(runner: Runner, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal")
    plan = Plan(least=2, most=2, profiles=1, uncached=1)
    reports = list(measure([Subject.module("counting"), Subject.module("failing")], runner, journal, plan))
    assert [report.subject for report in reports] == ["counting", "failing"] * 4
    assert [report.kind for report in reports[::2]] == [
        SampleKind.WARM,
        SampleKind.WARM,
        SampleKind.PROFILE,
        SampleKind.UNCACHED,
    ]
    assert len((tmp_path / "out").read_text(encoding="utf-8").split()) == 1 + 4


def test_the_probe_knows_who_owns_a_name_without_importing_it(runner: Runner) -> None:
    installed = runner.probe(["flask", "flask.cli", "asyncio", "busy", "nowhere.at_all"])
    version = ".".join(map(str, sys.version_info[:3]))
    assert installed.python == version
    assert installed.owner("flask") == installed.owner("flask.cli") != ("", "")
    assert installed.owner("asyncio") == ("python", version)
    assert installed.owner("busy") == ("", "")
    assert installed.missing == ("nowhere.at_all",)


def install(folder: Path, name: str, version: str, files: list[str], top: str) -> None:
    info = folder / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
    (info / "RECORD").write_text("".join(f"{file},,\n" for file in files), encoding="utf-8")
    (info / "top_level.txt").write_text(top, encoding="utf-8")
    for file in files:  # a record of a file that is not there counts for nothing from Python 3.12 on
        (folder / file).parent.mkdir(parents=True, exist_ok=True)
        (folder / file).touch()


@pytest.mark.parametrize(
    ("name", "owner"),
    [
        ("cloudy.storage", ("cloudy-storage", "1.2")),
        ("cloudy.storage.client", ("cloudy-storage", "1.2")),
        ("cloudy.storage.Client", ("cloudy-storage", "1.2")),
        ("cloudy.logging.handlers", ("cloudy-logging", "3")),
        ("cloudy._speed", ("cloudy-logging", "3")),
        ("json", ("python", platform.python_version())),
        ("nothing_of_the_kind", None),
    ],
)
def test_in_a_namespace_package_the_owner_is_who_has_the_file(
    name: str, owner: tuple[str, str] | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = ["cloudy/storage/__init__.py", "cloudy/storage/client.py"]
    install(tmp_path, "cloudy-storage", "1.2", storage, "cloudy")
    logging = ["cloudy/logging/__init__.py", "cloudy/logging/handlers.py", "cloudy/_speed.cpython-311.so"]
    install(tmp_path, "cloudy-logging", "3", logging, "cloudy")
    monkeypatch.syspath_prepend(tmp_path)
    tops = {name: list(found) for name, found in packages_distributions().items()}
    assert probe.owner(name, tops) == owner


def test_the_probe_prints_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["-c", '["click", "nowhere.at_all"]'])
    probe.main()
    answer = json.loads(capsys.readouterr().out)
    assert answer["missing"] == ["nowhere.at_all"]
    assert list(answer["owners"]) == ["click"]
    assert answer["flask"]


def test_something_that_is_no_interpreter_is_said_on_one_line(tmp_path: Path) -> None:
    with (
        Runner(str(tmp_path / "python"), environment=os.environ) as runner,
        pytest.raises(MeasureError, match="does not run as a Python interpreter"),
    ):
        runner.probe([])


def test_a_stopped_runner_starts_nothing(runner: Runner) -> None:
    runner.stop()
    with pytest.raises(MeasureError, match="stopped"):
        sample(runner, "busy")
