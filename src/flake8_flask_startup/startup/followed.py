"""The startup trace as everybody is told it: as values tell it, and sharper where each step is known."""

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
