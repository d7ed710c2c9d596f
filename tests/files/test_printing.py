"""Nothing that steers a terminal, and no name that cannot be encoded, gets in the way of a finding."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import COSTS, Flake8
from events import SAFETY_NET_S
from flake8_flask_startup.files.printing import encoded, joined, printable, printable_lines

Write = Callable[[Mapping[str, str]], Path]

BIN = Path(sys.executable).parent
APP = b"import pandas\n\n\ndef f():\n    return pandas.x\n"
STEERING = "\x00\x07\x1b[31m\x7f\x9b\u2028\u202e\u2066\u200b\ufeff\udcff\ud800\r\n"
# As the file system has them: no UTF-8, an escape sequence, a line feed, a control of ISO 6429 and a turn of direction.
NAMES = {
    b"g\xff.py": "g\\xff.py",
    b"h\x1b[31m.py": "h\\x1b[31m.py",
    b"i\nj.py": "i\\nj.py",
    "k\x9b31m.py".encode(): "k\\x9b31m.py",
    "l\u202egnp.py".encode(): "l\\u202egnp.py",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in NAMES:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_bytes(APP)
    (tmp_path / "good.py").write_bytes(APP)
    return tmp_path


def check(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = [BIN / "flask-startup", "check", f"--fst-costs={COSTS}", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False, timeout=SAFETY_NET_S)


def is_plain(data: bytes) -> bool:
    """Whether bytes are UTF-8 with nothing in them that steers a terminal but ends of lines."""
    return printable_lines(data.decode()) == data.decode()


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.usefixtures("project")
def test_flake8_reports_each_file(jobs: str, flake8: Flake8) -> None:
    for _ in range(2):  # the second time as kept
        done = flake8(f"--fst-costs={COSTS}", f"--jobs={jobs}", ".")
        assert done.stderr == ""
        assert is_plain(done.stdout.encode())
        for shown in (*NAMES.values(), "good.py"):
            assert f"./{shown}:1:1: FST101 " in done.stdout
    assert done.returncode == 1


def test_so_do_its_other_formats(project: Path, flake8: Flake8) -> None:
    costs = f"--fst-costs={COSTS}"
    for arguments in (["--format=startup"], ["--format=pylint"], ["-q"], ["--show-source"], ["--output-file=out"]):
        done = flake8(costs, *arguments, ".")
        shown = (project / "out").read_text("utf-8") if "out" in arguments[0][-3:] else done.stdout
        assert done.stderr == ""
        assert is_plain(shown.encode())
        assert all(f"./{name}" in shown for name in NAMES.values())


def test_check_reports_each_file_in_each_format(project: Path) -> None:
    for arguments in (["--format=text"], ["--format=text", "--show-source", "--statistics"], ["--format=github"]):
        done = check(project, *arguments)
        assert (done.returncode, done.stderr) == (1, b"")
        assert is_plain(done.stdout)
    text = check(project).stdout.decode()
    assert all(f"./{name}:1:1: FST101 " in text for name in NAMES.values())
    annotations = check(project, "--format=github").stdout.decode()
    assert all(
        f"::warning file={name.replace('%', '%25')}," in annotations for name in NAMES.values() if "\\n" not in name
    )
    assert "::warning file=i%0Aj.py," in annotations


def test_json_and_sarif_have_the_names_themselves(project: Path) -> None:
    wanted = {f"./{os.fsdecode(name)}" for name in NAMES} | {"./good.py"}
    done = check(project, "--format=json")
    assert is_plain(done.stdout)
    assert {each["path"] for each in json.loads(done.stdout)["findings"]} == wanted
    done = check(project, "--format=sarif")
    assert is_plain(done.stdout)
    results = json.loads(done.stdout)["runs"][0]["results"]
    places = {each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in results}
    escaped = ["g%FF", "h%1B%5B31m", "i%0Aj", "k%C2%9B31m", "l%E2%80%AEgnp", "good"]
    assert places == {f"{name}.py" for name in escaped}


@pytest.mark.parametrize("name", [b"g\xff.py", b"h\x1b[31m.py"])
def test_such_a_file_under_its_own_name(name: bytes, project: Path, flake8: Flake8) -> None:
    given_name = os.fsdecode(name)
    for done in (flake8(f"--fst-costs={COSTS}", given_name), flake8(f"--fst-costs={COSTS}", "--jobs=1", given_name)):
        assert (done.stderr, done.returncode) == ("", 1)
        assert f"{NAMES[name]}:1:1: FST101 " in done.stdout
    assert f"{NAMES[name]}:1:1: FST101 " in check(project, given_name).stdout.decode()


@pytest.mark.parametrize("form", ["text", "tree", "json", "html", "importtime"])
def test_report_has_no_steering_text_of_the_project(form: str, tmp_path: Path, write: Write) -> None:
    folder = "sh\x1b[31mop"
    write({
        "app.py": f"import sys\nsys.path.append({folder!r})\nimport importlib\nimport views\n"
        "importlib.import_module('x\\x1b[2J')\nimportlib.import_module('\\ud800')\n",
        f"{folder}/views.py": "import pandas\n",
    })  # fmt: skip
    command = [BIN / "flask-startup", "report", "--app=app", f"--costs={COSTS}", f"--format={form}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=SAFETY_NET_S)
    assert (done.returncode, done.stderr) == (0, b"")
    assert is_plain(done.stdout)
    assert b"views" in done.stdout


def test_messages_have_no_steering_text_of_the_project(write: Write, flake8: Flake8) -> None:
    name = "in\x1b[31mner"
    write({f"{name}/wsgi.py": "import views\n", f"{name}/views.py": APP.decode(), f"{name}/__init__.py": ""})
    done = flake8(f"--fst-costs={COSTS}", "--fst-app=wsgi", f"--fst-roots={name}", ".")
    assert "FST101" in done.stdout
    assert is_plain(done.stdout.encode())
    assert is_plain(done.stderr.encode())


def test_noqa_counts_behind_control_characters_and_form_feeds(tmp_path: Path, flake8: Flake8) -> None:
    lines = ["'\x0b\x1c\u2028\x85'", "\x0cimport pandas  # \x1b[1m # noqa: FST103", "\x0cimport numpy  # \x1c", ""]
    (tmp_path / "a.py").write_text("\n".join(lines), encoding="utf-8")
    found = [line.split()[:2] for line in flake8(f"--fst-costs={COSTS}", "a.py").stdout.splitlines()]
    assert found == [["a.py:3:2:", "FST103"]]
    assert found == [line.split()[:2] for line in check(tmp_path, "a.py").stdout.decode().splitlines()]
    command = [BIN / "flask-startup", "report", "--app=a", f"--costs={COSTS}", "--format=json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True, timeout=SAFETY_NET_S)
    assert {each["line"] for each in json.loads(done.stdout)["findings"]} == {2, 3}


def test_what_is_escaped_and_what_is_not() -> None:
    assert printable(STEERING) == ("\\x00\\x07\\x1b[31m\\x7f\\x9b\\u2028\\u202e\\u2066\\u200b\\ufeff\\xff\\ud800\\r\\n")
    assert printable("naïve 模块 'x' \t".rstrip()) == "naïve 模块 'x'"
    assert printable_lines("a\n\tb\x1b") == "a\n\tb\\x1b"
    assert joined(["a\nb", "c"]) == "a\\nb\nc\n"


@given(st.text(st.characters(exclude_categories=())))
def test_whatever_the_text_it_can_be_encoded_and_steers_nothing(text: str) -> None:
    shown = printable(text)
    shown.encode()
    assert printable(shown) == shown
    assert not any(ord(each) < 32 or 127 <= ord(each) < 160 for each in shown)
    encoded(text)
