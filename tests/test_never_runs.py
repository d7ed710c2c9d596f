"""Nothing of what is linted is executed, whatever it is called."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

Write = Callable[[Mapping[str, str]], Path]

TRAP = "from pathlib import Path\nPath(__file__).with_name('EXECUTED').touch()\nimport pandas\n"
APP = """\
import flask, profile, statistics
from flask import Flask
import pandas
app = Flask(__name__)
app.run(debug=True)
"""
NAMES = ("profile", "statistics", "flask", "pandas", "astroid_brain", "conftest")


@pytest.mark.parametrize("entry", ["", "--fst-app=app", "--fst-app=flask"])
@pytest.mark.parametrize("door", ["flake8", "python -m flake8", "stdin"])
def test_packages_that_write_a_file_when_imported(door: str, entry: str, write: Write) -> None:
    folder = write({"app.py": APP, **{f"{name}/__init__.py": TRAP for name in NAMES}})
    command = (
        [str(Path(sys.executable).with_name("flake8"))] if door == "flake8" else [sys.executable, "-P", "-m", "flake8"]
    )
    targets = ["--stdin-display-name=app.py", "-"] if door == "stdin" else ["."]
    result = subprocess.run(
        [*command, "--select=FST", *([entry] if entry else []), *targets],
        cwd=folder,
        input=APP,
        capture_output=True,
        text=True,
        check=False,
        env={name: value for name, value in os.environ.items() if not name.startswith("COV")},
    )
    assert "FST301" in result.stdout, result.stderr
    assert not list(folder.rglob("EXECUTED"))
