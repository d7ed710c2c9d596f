"""The suite on every Python of the classifiers: `nox`, or `nox -s tests-3.15 -- tests/config` for a part of it.

`nox -s build wheel` makes what a release publishes in dist/, checks it, and tries the wheel on every Python.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import nox

PYTHONS = nox.project.python_versions(nox.project.load_toml("pyproject.toml"))
DIST = Path("dist")
FOUND = 1  # how the linter ends when it has found something

nox.options.sessions = ["tests"]


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests, types, style and architecture among them."""
    session.install("-e", ".[test]")
    session.run("pytest", *session.posargs, env={"PYTHONDONTWRITEBYTECODE": None})


@nox.session
def build(session: nox.Session) -> None:
    """Build the sdist, and the wheel from it, into an empty dist/, and check what an index would show of them."""
    session.install("build>=1.2", "twine>=6.1")
    shutil.rmtree(DIST, ignore_errors=True)
    session.run("python", "-m", "build", "--outdir", str(DIST))
    session.run("python", "-m", "twine", "check", "--strict", *map(str, sorted(DIST.iterdir())))


@nox.session(python=PYTHONS)
def wheel(session: nox.Session) -> None:
    """Install the built wheel with what it asks for, and try both doors on the slow example, and the wheel's extras."""
    (built,) = DIST.glob("*.whl")
    session.install(f"{built}[fix,lsp,compose,bench]")
    session.run("flake8", "--isolated", "--select=FST", "examples/slow_app", success_codes=[FOUND])
    session.run("flask-startup", "check", "--fst-cache=off", "examples/slow_app", success_codes=[FOUND])
    session.run("flask", "startup", "report", "--app", "examples.slow_app.shop")
    session.run("flask-startup", "fix", "--app", "examples.slow_app.shop", success_codes=[0, FOUND])
    session.run("python", "-m", "pip", "check")
