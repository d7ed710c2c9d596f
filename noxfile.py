"""The suite on every Python of the classifiers: `nox`, or `nox -s tests-3.15 -- tests/config` for a part of it."""

from __future__ import annotations

import nox

PYTHONS = nox.project.python_versions(nox.project.load_toml("pyproject.toml"))


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """Run the tests, types, style and architecture among them."""
    session.install("-e", ".[test]")
    session.run("pytest", *session.posargs, env={"PYTHONDONTWRITEBYTECODE": None})
