"""The boot of the project as it is now: found again when it may have changed, and not at each of a thousand files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ..config.entry_points import find_entries
from ..config.entry_target import why_of
from ..config.settings import Settings
from ..costs.table import CostTable
from ..files.ttl import Fresh
from .boot import Boot

if TYPE_CHECKING:
    from .session import Session
    from .summarize import Summary

_fresh: Fresh[Boot | None] = Fresh()


def boot_of(
    settings: Settings,
    table: CostTable,
    identity: Iterable[object],
    overlay: Mapping[Path, str],
    session: Session | None = None,
) -> Boot | None:
    """The boot of the project in the working directory, from the configured entry points or those it gives away.

    identity says what the costs rest on, overlay what an editor holds of which file. A session keeps what is traced.
    None without an entry point.
    """
    key = (str(Path.cwd()), settings, tuple(identity))
    if overlay:
        return _boot(settings, table, key, overlay, session)
    return _fresh.get(key, lambda: _boot(settings, table, key, {}, session))


def summary_of(
    settings: Settings, table: CostTable, identity: Iterable[object], overlay: Mapping[Path, str], session: Session
) -> Summary | None:
    """The same boot with its prices, for a session that asks for one after the other."""
    entries, why = _entries(settings)
    if not entries:
        return None
    from .boot_cache import Start, summary_from  # as below

    key = repr((str(Path.cwd()), settings, tuple(identity)))
    return summary_from(Start(entries, why, settings, table, key, overlay), session)


def _boot(
    settings: Settings, table: CostTable, key: object, overlay: Mapping[Path, str], session: Session | None
) -> Boot | None:
    entries, why = _entries(settings)
    if not entries:
        return None
    # Not above: most runs need no trace, and its modules take half as long as the rest.
    from .boot_cache import Start, boot_from

    return boot_from(Start(entries, why, settings, table, repr(key), overlay), session)


def _entries(settings: Settings) -> tuple[tuple[str, ...], str]:
    """The entry points, configured or found, and how they were."""
    if settings.app:
        return settings.app, "--fst-app"
    found = find_entries(Path.cwd(), settings)
    return tuple(each.target for each in found), why_of(found)
