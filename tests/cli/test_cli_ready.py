"""`flask-startup ready`: each check, what fails it, and the exit status."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from pathlib import Path

import pytest

from events import HANGING, Event
from flake8_flask_startup.config.settings import Settings
from flake8_flask_startup.measure.locked_versions import unlocked
from flake8_flask_startup.measure.ready import server_of
from flake8_flask_startup.measure.verify.sides import of_folder
from installed_programs import MEASURED

Write = Callable[[Mapping[str, str]], Path]
APP = """\
from flask import Flask


def create_app():
    app = Flask(__name__)
    app.route("/")(lambda: "x")
    return app
"""
NO_FORKS = """\
import os

if "--preload" in os.environ.get("GUNICORN_CMD_ARGS", ""):
    raise KeyError(1)
"""
SLOW_IS_FINE = ("--profile-under", "600000", "--cold-under", "600000", "--runs", "1")
served = pytest.mark.skipif(
    find_spec("gunicorn") is None or not Path("/proc/self/smaps_rollup").exists(), reason="of the test extra; Linux"
)


def ready(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return MEASURED.run("flask-startup", "ready", *arguments, folder=folder)


@served
def test_every_line_holds(write: Write) -> None:
    folder = write({"shop.py": APP, "uv.lock": ""})
    result = ready(folder, *SLOW_IS_FINE)
    assert result.returncode == 0, result.stdout + result.stderr
    command = f"{sys.executable} -m gunicorn 'shop:create_app()'"
    assert result.stderr == f"runs shop:create_app and {command}: up to 2 times each\n"
    versions, profile, preload, cold = result.stdout.splitlines()
    assert versions == "ok    versions  uv.lock"
    assert profile.startswith("ok    profile   ")
    assert profile.endswith(" ms of 600,000 ms to load and build shop:create_app")
    assert preload.startswith("ok    preload   came up with --preload: 2 processes, ")
    assert cold.startswith("ok    cold      ")


@served
def test_each_line_that_fails(write: Write) -> None:
    folder = write({"shop.py": APP, "requirements.txt": "flask>=3\n"})
    result = ready(folder, "--profile-under", "0.001", "--cold-under", "0.001", "--runs", "1", "--quiet")
    assert (result.returncode, result.stderr) == (1, "")
    assert [line.split()[:2] for line in result.stdout.splitlines()] == [
        ["FAIL", "versions"],
        ["FAIL", "profile"],
        ["ok", "preload"],
        ["FAIL", "cold"],
    ]


def test_one_line_that_fails_is_enough_and_the_rest_can_be_skipped(write: Write) -> None:
    folder = write({"shop.py": APP})
    result = ready(folder, *SLOW_IS_FINE, "--skip", "preload", "--skip", "cold")
    assert result.returncode == 1
    assert result.stdout.splitlines()[0] == "FAIL  versions  there is neither a lock file nor requirements*.txt"
    result = ready(folder, *SLOW_IS_FINE, "--skip", "preload", "--skip", "cold", "--skip", "versions")
    assert result.returncode == 0
    assert len(result.stdout.splitlines()) == 1


@served
def test_an_app_that_forking_breaks_does_not_come_up(write: Write) -> None:
    folder = write({"shop.py": APP + NO_FORKS})
    result = ready(folder, *SLOW_IS_FINE, "--skip", "versions", "--app", "shop:create_app")
    assert result.returncode == 1
    assert [line.split()[0] for line in result.stdout.splitlines()] == ["ok", "FAIL", "FAIL"]
    assert "ended before it answered: KeyError: 1" in result.stdout


def test_an_app_that_does_not_start(write: Write) -> None:
    folder = write({"shop.py": "1 / 0\n"})
    result = ready(folder, "--app", "shop", "--skip", "versions", "--skip", "preload", "--skip", "cold")
    assert result.returncode == 1
    assert result.stdout == "FAIL  profile   .: ZeroDivisionError: division by zero\n"


def test_another_server_cannot_be_told_to_preload(write: Write) -> None:
    folder = write({"shop.py": APP})
    command = f"{sys.executable} -m flask --app shop run"
    result = ready(folder, *SLOW_IS_FINE, "--skip", "versions", "--skip", "profile", "--server", command)
    assert result.returncode == 1
    preload, cold = result.stdout.splitlines()
    assert preload == f"FAIL  preload   only gunicorn can preload, not {command}"
    assert cold.startswith("ok    cold      ")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((), ".: no entry point found: name it with --app, such as --app shop:create_app"),
        (("--app", "absent"), ".: no module named 'absent'"),
    ],
)
def test_what_cannot_be_checked_is_one_line(arguments: tuple[str, ...], reason: str, write: Write) -> None:
    result = ready(write({"nothing.py": ""}), *arguments)
    assert (result.returncode, result.stdout, result.stderr) == (2, "", f"flask-startup ready: {reason}\n")


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_interrupted_it_leaves_no_process(write: Write, tmp_path: Path) -> None:
    with Event(tmp_path) as alive:
        write({"shop.py": HANGING.format(str(alive.path))})
        command = [Path(sys.executable).with_name("flask-startup"), "ready", "--app", "shop", "--skip", "versions"]
        with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, text=True) as process:
            alive.wait()
            process.terminate()
            assert process.stderr is not None
            said = process.stderr.read()
        alive.wait_for_end()
    assert (process.returncode, said.splitlines()[1:]) == (130, ["flask-startup ready: interrupted"])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("flask==3.1.0\nx[y] == 1 ; python_version < '3'\n# z\n-e .\n", ""),
        ("flask==3.1.0 \\\n  --hash=sha256:ab\nz @ https://example.org/z.whl\n", ""),
        ("flask==3.*\n", "'flask==3.*' names no version with =="),
        ("flask ; x == '1'\n", "\"flask ; x == '1'\" names no version with =="),
        ("-r more.txt\n", "'more>1' names no version with =="),
        ("-r absent.txt\n", "absent.txt cannot be read: No such file or directory"),
    ],
)
def test_versions_in_requirements(text: str, fault: str, write: Write) -> None:
    folder = write({"more.txt": "-r requirements.txt\nmore>1\n", "requirements-dev.txt": "pytest\n"})
    (folder / "requirements.txt").write_text(text, encoding="utf-8")
    assert unlocked(folder) == ("requirements.txt", fault)


def test_versions_in_a_lock_file(write: Write) -> None:
    assert unlocked(write({"requirements-dev.txt": ""}))[1] == "there is neither a lock file nor requirements*.txt"
    assert unlocked(write({"pylock.web.toml": "", "requirements.txt": "flask"})) == ("pylock.web.toml", "")


def test_the_server_of_an_app(write: Write) -> None:
    folder = write({"shop.py": APP})
    for entry, target in (("shop:create_app", "'shop:create_app()'"), ("shop:app", "shop:app"), ("shop", "shop:app")):
        launch = of_folder(".", folder, "python", Settings(app=(entry,)))
        assert server_of(launch, "python", Settings().factories) == f"python -m gunicorn {target}"
    functions = "def build(config=None): ...\ndef application(environ, start_response): ...\n"
    write({"pages.py": functions, "api/__init__.py": functions})
    for entry, target in (("pages:build", "'pages:build()'"), ("pages:application", "pages:application")):
        launch = of_folder(".", folder, "python", Settings(app=(entry, "api:build")))
        assert server_of(launch, "python", ()) == f"python -m gunicorn {target}"
    launch = of_folder(".", folder, "python", Settings(app=("api:build",)))
    assert server_of(launch, "python", ()) == "python -m gunicorn 'api:build()'"
    launch = of_folder(".", folder, "python", Settings(app=("shop",)))
    write({"gunicorn.conf.py": "workers = 2\n"})
    assert server_of(launch, "python", ()) == "python -m gunicorn shop:app"
    write({"gunicorn.conf.py": "wsgi_app = 'shop:create_app()'\n"})
    assert server_of(launch, "python", ()) == "python -m gunicorn"
