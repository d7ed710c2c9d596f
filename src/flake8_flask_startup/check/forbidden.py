"""Packages and modules that must never load while the app starts: the `forbid` option."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..config.settings import Settings
from ..model.messages import milliseconds
from ..startup.graph.cost_model import StartupCosts
from .lockfile import arrives, predicted
from .results import Found, Result

CODE = "FST903"


def forbidden(settings: Settings) -> Iterator[tuple[str, Result]]:
    """Return what startup loads and must not, as results of files.

    Raises:
        StartupError: without an entry point, or where an entry point has no module.
        CostTableError: if a cost table cannot be read.
    """
    groups: dict[str, list[str]] = {}
    for each in settings.forbid:
        entry, _, name = each.rpartition("=")
        groups.setdefault(entry, []).append(name)
    for entry, names in groups.items():
        costs = predicted(replace(settings, app=(entry,) if entry else settings.app)).costs
        for name in names:
            yield from _found(name, entry, costs)


def _found(name: str, entry: str, costs: StartupCosts) -> Iterator[tuple[str, Result]]:
    loaded = {each for each in costs.graph.names if f"{each}.".startswith(f"{name}.")} | set(costs.bringing(name))
    arrival = arrives(costs, costs.graph.chain(loaded)) if loaded else None
    if arrival is None:
        return
    ms = costs.price(name)[0] or costs.total.parts.get(name, 0.0)  # as its import is priced, else what others bring
    cost = f" costs {milliseconds(ms)} ms at startup" if ms else ""
    where = f"startup from {entry}" if entry else "startup"
    text = (
        f"forbidden package {name!r}{cost}: {where} must not load it and comes to it via {' > '.join(arrival.chain)}; "
        "import it where it is used, or take it from the forbid option"
    )
    yield arrival.path, Result("", {}, "", (Found(CODE, arrival.line, 0, text, None),))
