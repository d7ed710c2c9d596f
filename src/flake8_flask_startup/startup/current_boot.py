"""The boot of the project as it is now: found again when it may have changed, and not at each of a thousand files."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ..config.entry_points import find_entries
from ..config.entry_target import why_of
from ..config.settings import Settings
from ..files.ttl import Fresh
from .boot import Boot
from .boot_inputs import BootInputs
from .cost_tables import tables_now

if TYPE_CHECKING:
    from .session import Session
    from .summarize import Summary

_fresh: Fresh[Boot | None] = Fresh()


def project_boot(
    settings: Settings, overlay: Mapping[Path, str] | None = None, session: Session | None = None
) -> Boot | None:
    """The boot of the project in the working directory, from the configured entry points or those it gives away.

    overlay is what an editor holds of which file. A session, if there is one, keeps what is traced. None without an
    entry point.

    Raises:
        CostTableError: if a cost table cannot be read.
    """
    if overlay:
        return _boot(settings, overlay, session)
    return _fresh.get(_key(settings), lambda: _boot(settings, {}, session))


def project_summary(settings: Settings, overlay: Mapping[Path, str], session: Session) -> Summary | None:
    """The same boot with its prices, for a session that asks for one after the other; CostTableError as above."""
    inputs = _inputs(settings, overlay)
    if inputs is None:
        return None
    from .traced_boot import summary_from  # it loads the tracer

    return summary_from(inputs, session)


def _boot(settings: Settings, overlay: Mapping[Path, str], session: Session | None) -> Boot | None:
    inputs = _inputs(settings, overlay)
    if inputs is None:
        return None
    from .boot_cache import boot_from  # a run without an entry point needs none

    return boot_from(inputs, session)


def _key(settings: Settings) -> object:
    return str(Path.cwd()), settings, tables_now(settings)


def _inputs(settings: Settings, overlay: Mapping[Path, str]) -> BootInputs | None:
    """What the boot is traced from; None without an entry point, configured or found."""
    if settings.app:
        entries, why = settings.app, "--fst-app"
    else:
        found = find_entries(Path.cwd(), settings)
        entries, why = tuple(each.target for each in found), why_of(found)
    return BootInputs(entries, why, settings, repr(_key(settings)), overlay) if entries else None
