"""What is nested too deeply, or no text of its kind, is one line with the file's name; all else is reported."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pytest

from conftest import COSTS, Door, Flake8
from flake8_flask_startup.files.parsing import TOO_DEEP, json_value, parsed, parsed_expression, toml
from installed_programs import INSTALLED

Write = Callable[[Mapping[str, str]], Path]


BIN = Path(sys.executable).parent
HEAVY = "import pandas\n\n\ndef f():\n    return pandas.x\n"
DEEP = 100_000
DEEP_TOML = {
    "arrays": "x = " + "[" * DEEP,
    "closed arrays": "x = " + "[" * DEEP + "]" * DEEP,
    "tables": "x = " + "{a = " * DEEP,
    "keys": "a." * DEEP + "b = 1",
    "headers": "[" + ".".join("a" * DEEP) + "]",
    "a number": "x = " + "1" * DEEP,
    "brackets": "[" * DEEP,
    "a half of a surrogate pair": 'x = "\\ud800"',
    "a control character": "x = \x1b[31m",
}
DEEP_PYTHON = {
    "parentheses": "x = " + "(" * DEEP + ")" * DEEP,
    "lists": "x = " + "[" * DEEP + "]" * DEEP,
    "signs": "x = " + "-" * DEEP + "1",
    "nots": "x = " + "not " * DEEP + "1",
    "attributes": "x = pandas" + ".a" * DEEP,
    "calls": "x = pandas" + "()" * DEEP,
    "sums": "x = " + "1 + " * DEEP + "1",
    "blocks": "".join(" " * at + "if 1:\n" for at in range(150)) + " " * 150 + "pass",
    "lambdas": "x = " + "lambda: " * DEEP + "1",
    "f-strings": "x = " + "f'{" * 500 + "1" + "}'" * 500,
    "a chain of elifs": "if 0: pass\n" + "elif 1: pass\n" * 20_000,
    "strings": 'x = "' + "a" * 1_000_000 + '"',
    "nul": "x = 1\0",
}


@pytest.fixture
def door(tmp_path: Path) -> Door:
    """The installed command, run in the test's folder."""
    return partial(INSTALLED.run, "flask-startup", folder=tmp_path)


@pytest.mark.parametrize("text", DEEP_TOML.values(), ids=DEEP_TOML)
def test_a_project_file(text: str, write: Write, flake8: Flake8, door: Door) -> None:
    write({"app.py": HEAVY, "pyproject.toml": f"[tool.flask-startup]\n{text}\n"})
    for done in (flake8("app.py"), door("check"), door("lock", "--app=app"), door("report", "--app=app")):
        assert done.returncode in {1, 2}
        assert "Traceback" not in done.stderr
        assert len([line for line in (done.stderr + done.stdout).splitlines() if "pyproject.toml: " in line]) == 1
    write({"pyproject.toml": f"[tool.other]\n{text}\n"})  # nothing of ours: nobody reads it as TOML
    assert "FST101" in flake8(f"--fst-costs={COSTS}", "app.py").stdout


@pytest.mark.parametrize("text", DEEP_TOML.values(), ids=DEEP_TOML)
def test_a_cost_table(text: str, write: Write, flake8: Flake8, door: Door) -> None:
    write({"app.py": HEAVY, "costs.toml": f"schema = 1\n{text}\n"})
    for done in (
        flake8("--fst-costs=costs.toml", "app.py"),
        door("check", "--fst-costs=costs.toml"),
        door("report", "--costs=costs.toml", "--app=app"),
    ):
        assert done.returncode in {1, 2}
        assert "Traceback" not in done.stderr
        assert len([line for line in (done.stderr + done.stdout).splitlines() if "costs.toml: " in line]) == 1


@pytest.mark.parametrize("text", DEEP_PYTHON.values(), ids=DEEP_PYTHON)
def test_a_neighbour_and_an_entry_point(text: str, write: Write, flake8: Flake8, door: Door) -> None:
    write({"app.py": "import nb\nimport views\n", "views.py": "import nb\n" + HEAVY, "nb.py": "import pandas\n" + text})
    done = flake8(f"--fst-costs={COSTS}", "--fst-app=app", "--fst-all", "app.py", "views.py")
    assert "views.py:2:1: FST10" in done.stdout
    assert done.stderr == ""
    done = door("check", f"--fst-costs={COSTS}", "--app=app", "--fst-all")
    assert "./views.py:2:1: FST10" in done.stdout
    assert "Traceback" not in done.stderr
    for entry in ("app", "nb"):
        done = door("report", f"--costs={COSTS}", f"--app={entry}")
        assert "Traceback" not in done.stderr
        assert len(done.stderr.splitlines()) <= 1


LOGS = {
    "a long name": "import time:       1 |          1 | " + "a." * 500_000 + "b\n",
    "a long number": "import time: " + "1" * 10_000 + " | 1 | os\n",
    "many blanks": "import time: " + " " * 1_000_000 + "\n",
    "deep indentation": "import time:       1 |          1 | " + " " * 1_000_000 + "os\n",
    "controls": "import time:       1 |          1 |   x\x1b[31m\x00y\n",
    "bytes": "import time:       1 |          1 |   x\ufffd\n",
}


@pytest.mark.parametrize("text", LOGS.values(), ids=LOGS)
def test_an_importtime_log(text: str, write: Write, door: Door) -> None:
    write({"app.py": HEAVY, "boot.log": text})
    done = door("report", f"--costs={COSTS}", "--app=app", "--importtime=boot.log")
    assert done.returncode in {0, 2}
    assert len(done.stderr.splitlines()) <= 1
    assert "\x1b" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    "line", ["pandas 1.2.3 ms", "pandas , ms", "pandas " + "9" * 5_000 + " ms", "[" * DEEP, "x\x1b[2J"]
)
def test_a_lock_file(line: str, write: Write, door: Door) -> None:
    write({"app.py": HEAVY, "flask-startup.lock": f"entry app\n{line}\n"})
    done = door("check", f"--fst-costs={COSTS}", "--locked", "--app=app")
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    assert len(done.stderr.splitlines()) <= 1


FLOW = "services: " + "{a: " * 5_000 + "1" + "}" * 5_000
BOMB = "a: &a [gunicorn, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
COMPOSE = {
    "deep": (FLOW, f"./compose.yaml: not read: {TOO_DEEP}"),
    "deep blocks": ("".join(" " * at + "a:\n" for at in range(600)), f"./compose.yaml: not read: {TOO_DEEP}"),
    "no YAML": ("services: [\n", "./compose.yaml: not read: no YAML: "),
    "a control character": ("services: \x01\n", "./compose.yaml: not read: no YAML: "),
    "an alias without an anchor": ("services: *gone\n", "./compose.yaml: not read: no YAML: "),
    "an alias to itself": ("services: &s\n  web: *s\n  command: *s\n", ""),
    "a bomb": (BOMB + "services:\n  web:\n    command: *i\n    environment: *i\n    profiles: *i\n", ""),
    "too long": ("# " + "x" * 300_000 + "\n", "./compose.yaml: not checked: larger than"),
}


@pytest.mark.parametrize(("text", "wanted"), COMPOSE.values(), ids=COMPOSE)
def test_a_compose_file(text: str, wanted: str, write: Write, door: Door, flake8: Flake8) -> None:
    write({"app.py": HEAVY, "compose.yaml": text, "Procfile": "web: flask --debug run\n"})
    done = door("check", f"--fst-costs={COSTS}")
    assert "./app.py:1:1: FST101" in done.stdout
    assert "./Procfile:1:" in done.stdout
    assert "Traceback" not in done.stderr
    lines = [line for line in done.stderr.splitlines() if "compose.yaml" in line]
    assert bool(wanted) is bool(lines)
    assert not wanted or any(line.removeprefix("./").startswith(wanted.removeprefix("./")) for line in lines)
    assert "FST101" in flake8(f"--fst-costs={COSTS}", "app.py").stdout


def test_many_services_that_share_their_command_by_an_alias(write: Write, door: Door) -> None:
    shared = "x: &c [" + ", ".join(["flask, --debug, run"] * 2_000) + "]\n"
    services = "".join(f"  s{number}:\n    command: *c\n" for number in range(4_000))
    write({"compose.yaml": f"{shared}services:\n{services}"})
    done = door("check")
    assert done.stdout.count("FST") <= 2
    assert "Traceback" not in done.stderr


HOSTILE_LINES = {
    "Dockerfile": [
        "FROM " + "a" * 900_000, "FROM x as " * 90_000, 'CMD ["' + "[" * DEEP, "CMD " + "[" * DEEP,
        "RUN " + '"g"unicorn x;' * 50_000, '\nRUN "g"unicorn x' * 50_000, "ENV A=1 \\\n" * 90_000,
        "RUN <<A\n" * 100_000,
        "FROM x\n" + "CMD flask run \\\n" * 50_000,
    ],
    "Procfile": ["web: " + "gunicorn " * 100_000, "web: " + "gunicorn a:b " * 60_000 + "!", "web:" + " " * 900_000],
    ".flaskenv": ["\n" * 900_000 + "x", "FLASK_APP" * 100_000, "export " * 100_000, "A='" * 200_000],
    "start.sh": ["\\\n" * 400_000, "if true; then\n" * 60_000, "exec " * 100_000 + "flask run", "<<A\n" * 200_000],
    "app.service": ["ExecStart=" + "@" * 900_000, "ExecStart=a \\\n" * 60_000, "Environment=" + "A=1 " * 200_000],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text"),
    [
        pytest.param(name, text, id=f"{name}-{number}")
        for name, texts in HOSTILE_LINES.items()
        for number, text in enumerate(texts)
    ],
)
def test_no_line_of_a_deployment_file_takes_for_ever(name: str, text: str, write: Write, door: Door) -> None:
    write({"app.py": HEAVY, name: text[:199_000]})
    done = door("check", f"--fst-costs={COSTS}")
    assert "./app.py:1:1: FST101" in done.stdout
    assert done.stderr == ""


def test_a_deployment_file_that_nobody_wrote_is_named(write: Write, door: Door) -> None:
    write({"app.py": HEAVY, "install.sh": "#" * 300_000})
    done = door("check", f"--fst-costs={COSTS}")
    assert "./app.py:1:1: FST101" in done.stdout
    assert done.stderr == "./install.sh: not checked: larger than 200,000 bytes\n"


class TestParsing:
    """The parsers themselves: one kind of error each."""

    @pytest.mark.parametrize("text", ["(" * DEEP, "x = " + "-" * DEEP + "1", "a\0b", "'\ud800'", "def f(:"])
    def test_python(self, text: str) -> None:
        for parse in (parsed, parsed_expression):
            with pytest.raises(SyntaxError):
                parse(text)

    def test_python_says_nothing_of_escapes(self, recwarn: pytest.WarningsRecorder) -> None:
        parsed("'\\d'")
        assert not recwarn.list

    @pytest.mark.parametrize("text", ["[" * DEEP, "1" * DEEP, '{"a":' * DEEP, "{", "\ud800", b"\xff\xfe\xfd"])
    def test_json(self, text: str | bytes) -> None:
        with pytest.raises(ValueError, match=r"^[^\n]+$"):
            json_value(text)

    @pytest.mark.parametrize("text", ["x = " + "[" * DEEP, "x = " + "1" * DEEP, "x", "x = 1\nx = 2"])
    def test_toml(self, text: str) -> None:
        with pytest.raises(ValueError, match=r"^[^\n]+$"):
            toml(text)
