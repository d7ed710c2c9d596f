"""What every command does alike: help, version, Ctrl-C from the first import on, an output that nobody reads."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from events import SAFETY_NET_S
from flake8_flask_startup import __version__
from flake8_flask_startup.cli import Commands
from flake8_flask_startup.config.settings import OPTIONS, Option
from installed_programs import INSTALLED, MEASURED

Write = Callable[[Mapping[str, str]], Path]

BIN = Path(sys.executable).parent
SCRIPT = (str(BIN / "flask-startup"),)
MODULE = (sys.executable, "-m", "flake8_flask_startup")
FLASK = (str(BIN / "flask"), "startup")
COMMANDS = ("", "bench", "check", "explain", "fix", "lock", "lsp", "measure", "report")
# Interrupts the process when it imports a module; Python loads it before anything else.
INTERRUPTING = """
import os, signal, sys

class Interrupting:
    def find_spec(self, name, path=None, target=None):
        if name == os.environ["INTERRUPT_AT"]:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGINT)
        return None

sys.meta_path.insert(0, Interrupting())
"""


def run(*command: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, env=os.environ | environment, capture_output=True, text=True, timeout=SAFETY_NET_S
    )


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("door", [SCRIPT, FLASK], ids=["script", "flask"])
def test_every_command_has_help_and_a_version(door: tuple[str, ...], command: str, tmp_path: Path) -> None:
    named = [command] if command else []
    for option in ("-h", "--help"):
        shown = INSTALLED.run(*door, *named, option, folder=tmp_path)
        assert shown.returncode == 0
        assert shown.stdout.startswith("Usage: ")
        assert "-h, --help" in shown.stdout
    version = INSTALLED.run(*door, *named, "--version", folder=tmp_path)
    assert (version.returncode, version.stdout) == (0, f"flask-startup {__version__}\n")


@pytest.mark.parametrize("command", ["baseline", "check", "entries", "fix", "lock", "report"])
def test_a_folder_without_python_is_said_to_be_one(command: str, tmp_path: Path) -> None:
    (tmp_path / "environment" / "lib").mkdir(parents=True)
    (tmp_path / "environment" / "pyvenv.cfg").touch()
    (tmp_path / "environment" / "lib" / "installed.py").touch()
    shown = INSTALLED.run("flask-startup", command, folder=tmp_path)
    assert f"there are no Python files in {tmp_path}" in shown.stdout + shown.stderr


@pytest.mark.parametrize(
    ("typed", "meant"), [("chekc", "check"), ("check --baselin", "--baseline"), ("report --formt=json", "--format")]
)
def test_what_is_misspelt_comes_with_what_was_meant(typed: str, meant: str, tmp_path: Path) -> None:
    shown = INSTALLED.run("flask-startup", *typed.split(), folder=tmp_path)
    assert shown.returncode == 2
    assert re.search(rf"Did you mean .*'{meant}'", shown.stderr)


def test_the_help_of_all_has_whole_sentences(tmp_path: Path) -> None:
    shown = INSTALLED.run(*SCRIPT, "--help", folder=tmp_path, COLUMNS="80").stdout.partition("Commands:\n")[2]
    lines = shown.splitlines()
    assert [line.split()[0] for line in lines] == sorted(Commands.names)
    assert [line for line in lines if not line.endswith((".", "?")) or line.endswith("...")] == []


@pytest.mark.parametrize(
    "module",
    [
        "flake8_flask_startup.cli",
        "click",
        "flake8_flask_startup.cli.group",
        "flake8_flask_startup.cli.check",
        "flake8.exceptions",
        "flake8_flask_startup.config.settings",
        "flake8_flask_startup.check.run",
    ],
)
@pytest.mark.parametrize("door", [SCRIPT, MODULE], ids=["script", "module"])
def test_an_interruption_while_it_loads_is_one_line(
    door: tuple[str, ...], module: str, tmp_path: Path, write: Write
) -> None:
    write({"custom/sitecustomize.py": INTERRUPTING, "app.py": "import pandas\n"})
    done = run(*door, "check", "app.py", folder=tmp_path, PYTHONPATH=str(tmp_path / "custom"), INTERRUPT_AT=module)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "flask-startup: interrupted\n")


@pytest.mark.parametrize("module", ["flake8_flask_startup.check.one", "flake8_flask_startup.lint.engine"])
def test_an_interruption_while_it_works_is_one_line(module: str, tmp_path: Path, write: Write) -> None:
    write({"custom/sitecustomize.py": INTERRUPTING, "app.py": "import pandas\n"})
    environment = {"PYTHONPATH": str(tmp_path / "custom"), "INTERRUPT_AT": module}
    for door, name in ((SCRIPT, "flask-startup"), (FLASK, "flask startup")):
        done = run(*door, "check", "app.py", folder=tmp_path, **environment)
        assert (done.returncode, done.stdout, done.stderr) == (130, "", f"{name} check: interrupted\n")


def test_an_interruption_while_the_help_is_made_is_one_line(tmp_path: Path, write: Write) -> None:
    write({"custom/sitecustomize.py": INTERRUPTING})
    environment = {"PYTHONPATH": str(tmp_path / "custom"), "INTERRUPT_AT": "flake8_flask_startup.cli.measure"}
    for door, name in ((SCRIPT, "flask-startup"), (FLASK, "startup")):
        done = run(*door, "-h", folder=tmp_path, **environment)
        assert (done.returncode, done.stdout, done.stderr) == (130, "", f"{name}: interrupted\n")


def test_one_that_is_deaf_to_interruptions_stays_so(tmp_path: Path, write: Write) -> None:
    write({"custom/sitecustomize.py": INTERRUPTING, "app.py": "x = 1\n"})
    done = subprocess.run(
        [*SCRIPT, "check", "app.py"],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path / "custom"), "INTERRUPT_AT": "click"},
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),  # nothing else runs here
        capture_output=True,
        timeout=SAFETY_NET_S,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"nothing found in 1 file\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ("-h",), ("--version",), ("explain", "--all"), ("explain", "FST101", "FST102", "FST103"),
        ("check",), ("check", "--format=json"), ("report", "--app=app"), ("report", "--app=app", "--format=html"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_an_output_that_nobody_reads_is_no_traceback(arguments: tuple[str, ...], tmp_path: Path, write: Write) -> None:
    write({"app.py": "import pandas\n" * 200})
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [*SCRIPT, *arguments], cwd=tmp_path, stdout=writing, stderr=subprocess.PIPE, text=True, timeout=SAFETY_NET_S
        )
    finally:
        os.close(writing)
    assert done.returncode in {1, 141}
    assert len(done.stderr.splitlines()) <= 1
    assert "Traceback" not in done.stderr


class TestFilesThatAreNamed:
    """What `check` says of a file that was named and cannot be checked."""

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("deploy.yaml", "web: app\n"),
            ("deploy.yaml", "services:\n  web:\n    image: {x\n"),
            ("notes.md", "# Notes\n"),
            ("data.json", '{"a": 1}\n'),
            ("Makefile", "all:\n\ttouch x\n"),
        ],
    )
    def test_one_that_is_neither_python_nor_of_a_deployment(
        self, name: str, text: str, tmp_path: Path, write: Write
    ) -> None:
        write({name: text, "app.py": "import boto3\n"})
        done = run(*SCRIPT, "check", name, "app.py", folder=tmp_path)
        assert done.returncode == 2
        assert done.stderr == f"{name}: not checked: neither Python (see --filename) nor a known deployment file\n"
        assert "E999" not in done.stdout
        assert "app.py:1:1: FST103" in done.stdout

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("manage", "#!/usr/bin/env python3\nimport boto3\n"),
            ("serve", "import boto3\n"),
            ("app.wsgi", "import boto3\n"),
            ("run.cgi", "#! /usr/bin/python\nimport boto3\n"),
        ],
    )
    def test_a_script_is_python_whatever_its_name(self, name: str, text: str, tmp_path: Path, write: Write) -> None:
        write({name: text})
        done = run(*SCRIPT, "check", name, folder=tmp_path)
        assert f"{name}:{text.count(chr(10))}:1: FST103" in done.stdout
        assert (done.returncode, done.stderr) == (1, "")

    @pytest.mark.parametrize("output", ["/nosuch/x.json", "nosuch/x.json", "app.py/x.json"])
    def test_a_file_that_cannot_be_written_is_called_what_the_user_called_it(
        self, output: str, tmp_path: Path, write: Write
    ) -> None:
        write({"app.py": "import boto3\n"})
        for command in (["check"], ["report", "--app=app"]):
            done = run(*SCRIPT, *command, "--output", output, folder=tmp_path)
            assert done.returncode == 2
            (line,) = done.stderr.splitlines()
            assert line.startswith(f"flask-startup {command[0]}: {output}: ")
            assert "tmp" not in line.removeprefix(f"flask-startup {command[0]}: {output}: ")


@pytest.mark.parametrize("option", [each for each in OPTIONS if not each.is_flag], ids=lambda each: each.name)
def test_an_option_without_its_value_is_no_option_without_effect(option: Option, tmp_path: Path, write: Write) -> None:
    write({"app.py": "import pandas\n"})
    done = MEASURED.run("flask-startup", "check", f"--{option.name}", folder=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "requires an argument" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a full disk as Linux shows it")
@pytest.mark.parametrize(
    ("redirected", "reason"),
    [(">/dev/full", "[Errno 28] No space left on device"), (">&-", "[Errno 9] Bad file descriptor")],
)
@pytest.mark.parametrize(
    "arguments", [("--version",), ("--help",), ("check", "--help"), ("check",), ("explain", "FST101")]
)
def test_an_output_that_takes_nothing_is_one_line_and_no_finding(
    arguments: tuple[str, ...], redirected: str, reason: str, tmp_path: Path, write: Write
) -> None:
    write({"app.py": "import pandas\n"})
    done = run("sh", "-c", f'exec "$0" "$@" {redirected}', *SCRIPT, *arguments, folder=tmp_path)
    name = "flask-startup" if arguments[0].startswith("-") else f"flask-startup {arguments[0]}"
    assert (done.returncode, done.stderr) == (2, f"{name}: {reason}\n")


@pytest.mark.skipif(os.name != "posix", reason="closes what a shell of POSIX can close")
def test_an_input_that_is_closed_is_one_line(tmp_path: Path) -> None:
    done = run("sh", "-c", 'exec "$0" "$@" <&-', *SCRIPT, "check", "-", folder=tmp_path)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [done.stderr.rstrip("\n")]
    done = run("sh", "-c", 'exec "$0" "$@" <&- >&- 2>&-', *SCRIPT, "check", "-", folder=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", "")
