"""Boots, drawn up once and kept for as long as nothing they rest on has changed.

That is: the files they read, the folders they searched, the cost tables and the options.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path

from .. import __version__
from ..config.settings import Settings
from ..costs.table import CostTable
from ..files.cache import Cache
from ..files.gc_control import made_to_stay
from ..files.identity import Identity
from ..files.notices import Notice, NoticeWatch, say_lasting
from ..files.parsing import json_value
from ..project.here import project_here
from . import resting
from .boot import Boot
from .boot_json import frozen, thawed
from .followed import trace
from .module_features import features_of
from .session import Session
from .summarize import Summary, summarize

SCHEMA = 8
KIND = "boot"


def boot_from(
    entries: Sequence[str],
    why: str,
    settings: Settings,
    table: CostTable,
    key: str,
    overlay: Mapping[Path, str],
    session: Session | None = None,
) -> Boot:
    """The boot from entry points: as it was kept under the key, or drawn up and then kept.

    why says how the entry points were found, overlay what an editor holds of which file; with one, nothing is kept.
    A session, if there is one, keeps what is traced as well.
    """
    cache = Cache(None if overlay else settings.cache)
    question = repr((__version__, SCHEMA, settings, tuple(entries)))
    current = partial(_current, key)
    known = cache.load(KIND, question, current)
    if known is not None:
        return known
    with cache.alone(KIND, question):
        known = cache.load(KIND, question, current)
        if known is not None:
            return known
        watch = NoticeWatch()
        session = Session() if session is None else session
        boot = _traced(entries, why, settings, table, key, overlay, session).boot
        notices = watch.lasting()
        if notices is not None:  # that a file cannot be read is reported in each run: such a boot is not kept
            seen = {str(path): state for path, state in session.rests.items()}
            kept = {"key": key, "seen": seen, "boot": frozen(boot), "notices": notices}
            cache.store(KIND, question, json.dumps(kept).encode("utf-8", "surrogateescape"))
    return boot


def summary_from(
    entries: Sequence[str],
    why: str,
    settings: Settings,
    table: CostTable,
    key: str,
    overlay: Mapping[Path, str],
    session: Session,
) -> Summary:
    """The boot from entry points with its prices, as the session has it from before or traced now."""
    known = session.get(_question(entries, why, key, overlay), resting.is_as_it_was)
    return known or _traced(entries, why, settings, table, key, overlay, session)


def _question(entries: Sequence[str], why: str, key: str, overlay: Mapping[Path, str]) -> object:
    return key, tuple(entries), why, dict(overlay)


def _traced(
    entries: Sequence[str],
    why: str,
    settings: Settings,
    table: CostTable,
    key: str,
    overlay: Mapping[Path, str],
    session: Session,
) -> Summary:
    """Trace the boot, and keep it in the session."""
    with session.tracing(), made_to_stay():
        session.facts.begin()
        project = project_here(settings, overlay=overlay, known=session.facts)
        traced = trace(project, (*entries, *settings.startup_modules), why, settings.flask)
        features = features_of(traced, project)
        found = summarize(traced, features, project, settings, table, configured=bool(settings.app))
        session.keep(_question(entries, why, key, overlay), project.rests_on(), found, overlay)
    return found


def _current(key: str, content: bytes) -> Boot | None:
    """The boot that was kept, if it was for the key and all that it rests on is as it was.

    Raises:
        ValueError, KeyError, TypeError, AttributeError: if nothing of the kind was kept.
    """
    kept_for, seen, boot, notices = _read(content)
    if kept_for != key or not resting.hold(seen):
        return None
    for each in notices:
        say_lasting(each)
    return boot


@lru_cache(maxsize=1)  # a process that lints many files looks often whether all is as it was
def _read(content: bytes) -> tuple[str, dict[Path, Identity | str], Boot, Sequence[Notice]]:
    kept = json_value(content)
    notices = [Notice(str(line), str(about)) for line, about in kept["notices"]]
    return str(kept["key"]), resting.thawed(kept["seen"]), thawed(kept["boot"]), notices
