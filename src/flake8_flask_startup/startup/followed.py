"""The startup trace that all commands use: the interpreter's, made exact where the walk knows each step."""

from __future__ import annotations

from collections.abc import Sequence

from ..config.flask_objects import KNOWN, FlaskObjects
from ..project.modules import Project
from .exact.refined import refined
from .graph.trace import Trace
from .interpreter import tracer


def trace(project: Project, entries: Sequence[str], why: str = "as asked", flask: FlaskObjects = KNOWN) -> Trace:
    """The boot from entry points such as "app:create_app", "wsgi:app" or "pkg.module"."""
    return refined(tracer.trace(project, entries, why, flask), project, entries)
