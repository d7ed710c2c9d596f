"""Boots, drawn up once and kept for as long as nothing they rest on has changed.

That is: the files they read, the folders they searched, the cost tables and the options.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from .. import __version__
from ..files.cache import Cache
from ..files.identity import Identity
from ..files.notices import Notice, NoticeWatch, say_lasting
from ..files.parsing import json_value
from . import resting
from .boot import Boot
from .boot_inputs import BootInputs
from .boot_json import frozen, thawed

if TYPE_CHECKING:
    from .session import Session

SCHEMA = 8
KIND = "boot"


def boot_from(inputs: BootInputs, session: Session | None = None) -> Boot:
    """Return the boot: as it was kept under the key, or drawn up and then kept.

    With an overlay, nothing is kept on the disk. A session, if there is one, keeps what is traced as well.

    Raises:
        CostTableError: if a cost table cannot be read.
    """
    settings = inputs.settings
    cache = Cache(None if inputs.overlay else settings.cache)
    question = repr((__version__, SCHEMA, settings, inputs.entries))
    current = partial(_current, inputs.key)
    known = cache.load(KIND, question, current)
    if known is not None:
        return known
    with cache.alone(KIND, question):
        known = cache.load(KIND, question, current)
        if known is not None:
            return known
        # Not above: a boot that was kept needs no tracer, whose modules take longer to load than all others together.
        from .session import Session
        from .traced_boot import traced_boot

        watch = NoticeWatch()
        session = Session() if session is None else session
        boot = traced_boot(inputs, session).boot
        notices = watch.lasting()
        if notices is not None:  # that a file cannot be read is reported in each run: such a boot is not kept
            seen = {str(path): state for path, state in session.rests.items()}
            kept = {"key": inputs.key, "seen": seen, "boot": frozen(boot), "notices": notices}
            cache.store(KIND, question, json.dumps(kept).encode("utf-8", "surrogateescape"))
    return boot


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
