"""Traces through what is installed in an environment, kept for as long as nothing they rest on has changed.

Tracing through an environment takes up to a minute, since the sources of thousands of modules are read. What is kept is
the whole trace, with the features of its modules: the same answers, and no source is read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from .. import __version__
from ..config.settings import Settings
from ..costs.estimator import Features
from ..files.cache import Cache
from ..files.gc_control import made_to_stay
from ..files.notices import NoticeWatch
from ..files.parsing import json_value
from ..project.modules import Project
from . import resting
from .followed import trace
from .graph.trace import Trace
from .module_features import features_of
from .trace_json import frozen, thawed

SCHEMA = 1
KIND = "trace"
Traced = tuple[Trace, Mapping[str, Features]]


def traced(project: Project, entries: Sequence[str], why: str, settings: Settings) -> Traced:
    """Return the boot from entry points with the features of its modules, as it was kept or traced now.

    Without an environment nothing is kept.
    """
    cache = Cache(settings.cache if project.env is not None else None)
    roots = [str(root) for root in project.roots]
    environment = (str(project.env), project.target, sorted(project.named_first_party))
    question = repr((__version__, SCHEMA, tuple(entries), why, roots, environment, settings.app_classes))
    with made_to_stay():
        known = cache.load(KIND, question, _current)
        if known is not None:
            return known
        with cache.alone(KIND, question):
            return cache.load(KIND, question, _current) or _anew(project, entries, why, settings, cache, question)


def _anew(
    project: Project, entries: Sequence[str], why: str, settings: Settings, cache: Cache, question: str
) -> Traced:
    watch = NoticeWatch()
    found = trace(project, entries, why, settings.flask)
    features = features_of(found, project)
    if project.index is not None:
        project.index.keep()
    if watch.is_quiet():  # a file that is not read is reported in each run: such a trace is not kept
        kept = {"seen": resting.rests(project), **frozen(found, features)}
        cache.store(KIND, question, json.dumps(kept).encode("utf-8", "surrogateescape"))
    return found, features


def _current(content: bytes) -> Traced | None:
    """The trace that was kept, if all that it rests on is as it was.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: if nothing of the kind was kept.
    """
    kept = json_value(content)
    return thawed(kept) if resting.hold(resting.thawed(kept["seen"])) else None
