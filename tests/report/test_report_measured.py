"""`flask startup report --measured` and `--importtime`: logs, comparisons, and the one run of the app."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from events import HANGING, Event
from flake8_flask_startup.measure.app_run import run_app
from flake8_flask_startup.measure.process import MeasureError
from flake8_flask_startup.report.importtime_log import LogError, read_log
from flake8_flask_startup.report.measured import BASE, ComparedRow, as_text, compare
from hand_made import boot, report

Write = Callable[[Mapping[str, str]], Path]
LOG = """import time: self [us] | cumulative | imported package
import time:      5000 |       5000 |   encodings
import time:      1000 |       6000 | site
Loading settings...import time:     90000 |      90000 |     flask
import time:     20000 |      20000 |       numpy.linalg
import time:    130000 |     150000 |     numpy
WARNING import time: not of this form
import time:      7000 |       7000 |     absent
import time:       500 |        500 |   m1
import time:    250000 |     250000 |   surprise.inner
import time:      2500 |     500000 | app
"""


def test_the_start_of_the_interpreter_is_no_cost_of_the_app() -> None:
    log = read_log(LOG, None)
    assert "encodings" not in log.ms
    assert "encodings" in log.loaded
    assert sum(log.ms.values()) == pytest.approx(500.0)


def test_what_the_app_prints_between_is_passed_over() -> None:
    assert read_log(LOG, None).ms["flask"] == 90.0


def test_a_module_that_was_tried_twice_costs_both_times() -> None:
    line = "import time:      1000 |       1000 | lib\n"
    assert read_log(line * 2, None).ms == {"lib": 2.0}


def test_packages_around_a_module_with_a_line_were_loaded() -> None:
    log = read_log(LOG, None)
    assert {"surprise", "surprise.inner"} <= log.loaded
    assert not log.is_complete


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no log at all\n",
        "import time: self [us] | cumulative | imported package\n",
        f"import time: {'9' * 400} | 1 | pandas\n",
        f"import time: {'9' * 5000} | 1 | pandas\n",
        f"import time: 1 | 1 | {'a.' * 200}a\n",
    ],
)
def test_a_text_without_a_line_is_no_log(text: str) -> None:
    with pytest.raises(LogError, match="no line of -X importtime"):
        read_log(text, None)


def test_predicted_and_measured_side_by_side() -> None:
    found = report(boot(("app", "flask"), ("app", "numpy"), ("app", "m1"), ("app", "m2"), ("app", "gone")), app=2.0)
    result = compare(found, read_log(LOG, None))
    assert (result.predicted_ms, result.measured_ms) == pytest.approx((182.0, 500.0))
    assert result.packages[0] == ComparedRow("surprise", None, 250.0)
    assert ComparedRow("numpy", 90.0, 150.0) in result.packages
    assert ComparedRow(BASE, 90.0, 90.0) in result.packages
    assert ComparedRow("gone", 0.0, None) in result.packages
    assert {row.name: (row.predicted_ms, row.measured_ms) for row in result.modules} == {
        "app": (2.0, 2.5), "m1": (0.0, 0.5), "m2": (0.0, None),
    }  # fmt: skip
    assert result.not_loaded == ("gone", "m2")
    assert result.not_predicted == ("absent", "surprise")
    assert result.inside == 1


def test_a_module_that_failed_to_import_was_not_loaded() -> None:
    log = read_log(LOG, {"app", "flask", "numpy", "numpy.linalg", "m1"})
    result = compare(report(boot(("app", "flask"), ("app", "absent"))), log)
    assert "absent" in result.not_loaded
    assert ComparedRow("absent", 0.0, 7.0) in result.packages


def test_the_text_says_it_all() -> None:
    found = report(boot(("app", "flask"), ("app", "numpy"), ("app", "m2")), app=2.0)
    text = as_text(compare(found, read_log(LOG, None)))
    assert text.startswith("predicted 182 ms, measured 500 ms\nFlask and the standard library: predicted 90 ms")
    assert "         -       250      +250  surprise\n" in text
    assert "        90       150       +60  numpy\n" in text
    assert "Predicted, but not in the log: 1\n  m2\n" in text
    assert "Loaded, but not predicted: 3\n  absent\n  m1\n  surprise\n" in text
    assert text.endswith("Loaded inside packages whose price contains them: 1 modules\n")


def test_a_condition_that_did_not_hold_is_told_apart() -> None:
    found = report(boot(("app", "flask"), ("app", "rare"), conditional=frozenset({"rare"})))
    result = compare(found, read_log(LOG, None))
    assert (result.not_loaded, result.not_held) == ((), ("rare",))
    assert "Predicted under a condition that did not hold: 1\n  rare\n" in as_text(result)


def run(entry: str, folder: Path, timeout_s: float = 60.0) -> tuple[str, frozenset[str] | None, str]:
    found = run_app(sys.executable, (entry,), (folder,), timeout_s)
    return found.log, found.loaded, found.failure


def test_the_factory_is_called_and_an_app_is_not(write: Write) -> None:
    folder = write(
        {
            "shop.py": "def create_app():\n    import inner\n",
            "wsgi.py": "class App:\n    def __call__(self):\n        import inner\napp = App()\n",
            "inner.py": "",
        }
    )
    log, loaded, failure = run("shop:create_app", folder)
    assert (failure, "inner" in (loaded or ())) == ("", True)
    assert "inner" in read_log(log, loaded).ms
    _, loaded, failure = run("wsgi:app", folder)
    assert (failure, "wsgi" in (loaded or ()), "inner" in (loaded or ())) == ("", True, False)


def test_the_log_is_of_the_app_alone(write: Write) -> None:
    log, loaded, _ = run("shop", write({"shop.py": "import colorsys\n"}))
    assert set(read_log(log, loaded).ms) == {"shop", "colorsys"}


def test_what_had_to_be_compiled_is_counted(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    folder = write({"shop.py": "import inner\n", "inner.py": "", "other.py": ""})
    run_app(sys.executable, ("other",), (folder,), 60.0)  # a new Python compiles its own library when it first runs
    for path in folder.glob("*.py"):
        os.utime(path, (0, 0))  # bytecode is older than the run that finds it
    first = run_app(sys.executable, ("shop",), (folder,), 60.0)
    for path in folder.glob("__pycache__/*"):
        os.utime(path, (0, 0))
    second = run_app(sys.executable, ("shop",), (folder,), 60.0)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    (folder / "inner.py").write_text("changed = True\n", encoding="utf-8")
    for path in folder.glob("__pycache__/inner.*"):
        path.unlink()
    third = run_app(sys.executable, ("shop",), (folder,), 60.0)
    assert (first.compiled, second.compiled, third.compiled) == (2, 0, 1)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("raise ValueError('no database\\nat all')", "ValueError: no database"),
        ("import sys; sys.exit(3)", "SystemExit: 3"),
        ("import absent_module", "ModuleNotFoundError: No module named 'absent_module'"),
        ("import os; os._exit(1)", "the interpreter ended without a report"),
        ("import os; os.kill(os.getpid(), 9)", "the interpreter ended by signal 9"),
    ],
)
def test_an_app_that_ends_badly_is_told_with_its_log(text: str, reason: str, write: Write) -> None:
    log, _, failure = run("shop", write({"shop.py": f"import colorsys\n{text}\n"}))
    assert failure == reason
    assert "colorsys" in read_log(log, None).ms


@pytest.mark.skipif(os.name != "posix", reason="process groups")
def test_nothing_that_the_app_started_is_left(write: Write, tmp_path: Path) -> None:
    with Event(tmp_path) as started:
        server = "import signal, subprocess, sys\n"
        server += f"subprocess.Popen([sys.executable, '-c', {HANGING.format(str(started.path))!r}])\nsignal.pause()\n"
        _, loaded, failure = run("shop", write({"shop.py": server}), timeout_s=2.0)
        assert (loaded, failure) == (None, "no end after 2 s")
        started.wait_for_end()


def test_an_interpreter_that_is_none_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(MeasureError, match="no-python does not run: No such file"):
        run_app(str(tmp_path / "no-python"), ("shop",), (), 5.0)
