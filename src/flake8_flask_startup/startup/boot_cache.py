"""Boots, drawn up once and kept for as long as nothing they rest on has changed.

That is: the files they read, the folders they searched, the cost tables and the options.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import NamedTuple

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


class Start(NamedTuple):
    """What a boot is drawn up from.

    why says how the entry points were found, key what else the boot rests on, overlay what an editor holds of which
    file.
    """

    entries: tuple[str, ...]
    why: str
    settings: Settings
    table: CostTable
    key: str
    overlay: Mapping[Path, str]

    @property
    def question(self) -> object:
        """What tells this boot from others in a session."""
        return self.key, self.entries, self.why, dict(self.overlay)


def boot_from(start: Start, session: Session | None = None) -> Boot:
    """Return the boot: as it was kept under the key, or drawn up and then kept.

    With an overlay, nothing is kept on the disk. A session, if there is one, keeps what is traced as well.
    """
    settings = start.settings
    cache = Cache(None if start.overlay else settings.cache)
    question = repr((__version__, SCHEMA, settings, start.entries))
    current = partial(_current, start.key)
    known = cache.load(KIND, question, current)
    if known is not None:
        return known
    with cache.alone(KIND, question):
        known = cache.load(KIND, question, current)
        if known is not None:
            return known
        watch = NoticeWatch()
        session = Session() if session is None else session
        boot = _traced(start, session).boot
        notices = watch.lasting()
        if notices is not None:  # that a file cannot be read is reported in each run: such a boot is not kept
            seen = {str(path): state for path, state in session.rests.items()}
            kept = {"key": start.key, "seen": seen, "boot": frozen(boot), "notices": notices}
            cache.store(KIND, question, json.dumps(kept).encode("utf-8", "surrogateescape"))
    return boot


def summary_from(start: Start, session: Session) -> Summary:
    """Return the boot with its prices, as the session has it from before or traced now."""
    return session.get(start.question, resting.is_as_it_was) or _traced(start, session)


def _traced(start: Start, session: Session) -> Summary:
    """Trace the boot, and keep it in the session."""
    settings = start.settings
    with session.tracing(), made_to_stay():
        session.facts.begin()
        project = project_here(settings, overlay=start.overlay, known=session.facts)
        traced = trace(project, (*start.entries, *settings.startup_modules), start.why, settings.flask)
        features = features_of(traced, project)
        found = summarize(traced, features, project, settings, start.table, configured=bool(settings.app))
        session.keep(start.question, project.rests_on(), found, start.overlay)
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
