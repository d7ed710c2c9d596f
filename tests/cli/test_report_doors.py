"""`flask-startup report` as it is installed: every form with what can go wrong, and the run of the app."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from events import HANGING, Event
from installed_programs import MEASURED

Write = Callable[[Mapping[str, str]], Path]
DOOR = Path(sys.executable).with_name("flask-startup")
FORMS = ("text", "tree", "importtime", "html", "json")
APP = {
    "shop/__init__.py": "def create_app():\n    from . import views\n    return views\n",
    "shop/views.py": "import colorsys\nimport decimal\n",
}


def report(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return MEASURED.run("flask-startup", "report", *arguments, folder=folder)


def one_line(result: subprocess.CompletedProcess[str]) -> str:
    """The one line that a failed command says."""
    assert result.stdout == ""
    assert result.stderr.count("\n") == 1
    return result.stderr.removeprefix("flask-startup report: ")


@pytest.mark.parametrize("form", FORMS)
def test_a_missing_app_is_one_line(form: str, write: Write) -> None:
    result = report(write(APP), "--app", "absent:create_app", "--format", form)
    assert result.returncode == 2
    assert one_line(result).startswith("no module 'absent' in ")


@pytest.mark.parametrize("form", FORMS)
def test_a_missing_factory_is_one_line(form: str, write: Write) -> None:
    result = report(write(APP), "--app", "shop:make_app", "--format", form)
    assert (result.returncode, one_line(result)) == (2, "no 'make_app' in shop/__init__.py\n")


@pytest.mark.parametrize("form", FORMS)
def test_a_syntax_error_in_the_app_is_one_line(form: str, write: Write) -> None:
    result = report(write({"shop.py": "import os\ndef create_app(:\n"}), "--app", "shop:create_app", "--format", form)
    assert result.returncode == 2
    said = one_line(result)
    assert said.startswith("shop.py: ")
    assert "line 2" in said


@pytest.mark.parametrize("form", FORMS)
def test_an_output_that_cannot_be_written_is_one_line(form: str, write: Write) -> None:
    folder = write({**APP, "file": "as it was"})
    for output, reason in (("absent/out", "No such file or directory"), ("file/out", "Not a directory")):
        result = report(folder, "--app", "shop:create_app", "--format", form, "--output", output)
        assert (result.returncode, one_line(result)) == (2, f"{output}: {reason}\n")
    assert (folder / "file").read_text(encoding="utf-8") == "as it was"


def test_a_failure_leaves_the_old_output_alone(write: Write) -> None:
    folder = write({**APP, "out.html": "as it was"})
    result = report(folder, "--app", "absent", "--format", "html", "--output", "out.html")
    assert result.returncode == 2
    assert (folder / "out.html").read_text(encoding="utf-8") == "as it was"


@pytest.mark.parametrize("form", FORMS)
def test_the_output_is_what_would_be_printed_and_nothing_else_is_left(form: str, write: Write) -> None:
    folder = write(APP)
    arguments = ("--app", "shop:create_app", "--format", form, "--least", "0")
    printed = report(folder, *arguments)
    written = report(folder, *arguments, "--output", "out")
    assert (printed.returncode, written.returncode, written.stdout, written.stderr) == (0, 0, "", "")
    assert (folder / "out").read_text(encoding="utf-8") == printed.stdout
    assert "colorsys" in printed.stdout or form == "text"
    assert {path.name for path in folder.iterdir()} <= {"shop", "out", ".flask_startup_cache"}


def test_a_closed_pipe_is_no_traceback(write: Write) -> None:
    folder = write(APP)
    for form in FORMS:
        command = [DOOR, "report", "--app", "shop:create_app", "--format", form]
        with subprocess.Popen(
            command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.close()
            said = process.stderr.read()
        assert process.returncode == 141
        assert said == "flask-startup report: nobody reads the output any more\n"


def test_tree_is_short_for_its_form(write: Write) -> None:
    folder = write(APP)
    tree = report(folder, "--app", "shop:create_app", "--tree", "--least", "0")
    assert tree.stdout == report(folder, "--app", "shop:create_app", "--format", "tree", "--least", "0").stdout
    assert "  shop.views  shop/__init__.py:2\n" in tree.stdout
    assert "colorsys" not in report(folder, "--app", "shop:create_app", "--tree", "--depth", "2").stdout


def test_measured_runs_the_app_once_and_says_so(write: Write) -> None:
    folder = write({**APP, "shop/views.py": "import colorsys\nopen('runs', 'a').write('x')\n"})
    result = report(folder, "--app", "shop:create_app", "--measured")
    assert result.returncode == 0
    assert result.stderr.splitlines()[0] == f"runs the app: {sys.executable} imports shop:create_app"
    assert result.stdout.startswith("predicted ")
    assert "shop.views\n" in result.stdout
    assert (folder / "runs").read_text(encoding="utf-8") == "x"


@pytest.mark.parametrize("arguments", [(), ("--format", "json"), ("--format", "html"), ("--tree",)])
def test_nothing_else_runs_it(arguments: tuple[str, ...], write: Write) -> None:
    folder = write({**APP, "shop/views.py": "open('runs', 'a').write('x')\n"})
    (folder / "log").write_text("import time:      1000 |       1000 | shop\n", encoding="utf-8")
    comparable = arguments in ((), ("--format", "json"))
    log = ("--importtime", "log") if comparable else ()
    for more in ((), log):
        assert report(folder, "--app", "shop:create_app", *arguments, *more).returncode == 0
    assert not (folder / "runs").exists()


def test_an_app_that_fails_is_compared_as_far_as_it_came(write: Write) -> None:
    folder = write({**APP, "shop/views.py": "import colorsys\nraise RuntimeError('no database')\n"})
    result = report(folder, "--app", "shop:create_app", "--measured")
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1] == "the app did not start: RuntimeError: no database"
    assert result.stdout.startswith("predicted ")


@pytest.mark.skipif(os.name != "posix", reason="named pipes")
def test_an_app_that_does_not_end_is_ended(write: Write) -> None:
    with Event(write(APP)) as hanging:
        folder = write({"shop/views.py": HANGING.format(str(hanging.path))})
        result = report(folder, "--app", "shop:create_app", "--measured", "--timeout", "1")
        hanging.wait_for_end()
    assert result.returncode == 1
    assert result.stderr.splitlines()[1:] == ["the app did not start: no end after 1 s"]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--measured", "--format", "html"), "a comparison is shown as text or json, not as html\n"),
        (("--importtime", "log", "--tree"), "a comparison is shown as text or json, not as tree\n"),
        (("--importtime", "log", "--measured"), "--measured runs the app and --importtime reads a log: one of them\n"),
        (("--importtime", "log"), "log: no line of -X importtime in it\n"),
    ],
)
def test_what_cannot_be_compared_is_one_line(arguments: tuple[str, ...], reason: str, write: Write) -> None:
    result = report(write({**APP, "log": "nothing\n"}), "--app", "shop:create_app", *arguments)
    assert (result.returncode, one_line(result)) == (2, reason)


def test_an_interpreter_that_is_none_is_one_line_more(write: Write) -> None:
    result = report(write(APP), "--app", "shop:create_app", "--measured", "--python", "./absent")
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.splitlines()[1:] == ["flask-startup report: ./absent does not run: No such file or directory"]


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_ends_the_app_too_and_writes_nothing(write: Write) -> None:
    with Event(write(APP)) as started:
        folder = write({"shop/views.py": HANGING.format(str(started.path))})
        command = [DOOR, "report", "--app", "shop:create_app", "--measured", "--output", "out"]
        with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True) as process:
            started.wait()
            process.send_signal(signal.SIGINT)
            assert process.stderr is not None
            said = process.stderr.read()
        started.wait_for_end()
    assert process.returncode == 130
    assert said.splitlines()[1:] == ["flask-startup report: interrupted"]
    assert not (folder / "out").exists()
