"""The lock file: the packages of the predicted startup, committed, so that no new one comes in unnoticed.

    # What startup is predicted to load. Written by `flask startup lock`; accept a change with `lock --update`.
    entry shop:create_app
    total 512 ms
    flask 90 ms
    pandas 422 ms
    somepackage unmeasured

Packages come in the order of their names, so that a change is a line of a diff. Nothing is run and nothing is timed:
the same code has the same lock on every machine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from ..config.entry_points import find_entries, how_to_name_one
from ..config.entry_target import EntryError
from ..config.settings import Settings
from ..costs.rows import STDLIB
from ..files.source_file import read_text, reason
from ..model.messages import milliseconds
from ..project.entries import project_with
from ..project.module_finder import Origin
from ..project.modules import Project
from ..startup.cost_tables import cost_table
from ..startup.followed import trace
from ..startup.graph.boot_graph import RouteStep
from ..startup.graph.cost_model import StartupCosts
from ..startup.module_features import features_of

NAME = "flask-startup.lock"
_HEAD = "# What startup is predicted to load. Written by `flask startup lock`; accept a change with `lock --update`."
_LINE = re.compile(r"(?P<name>[\w.-]+) (?:(?P<ms>[0-9][0-9,]{0,14}(?:\.[0-9]{1,9})?) ms|unmeasured)")


class StartupError(Exception):
    """There is no startup to predict, or no lock to compare it with; str() is one line that says why."""


@dataclass(frozen=True, slots=True)
class Lock:
    """Entry points and the packages that their startup loads, with ms each; None where nothing was measured."""

    entries: tuple[str, ...]
    packages: dict[str, float | None]

    @property
    def total_ms(self) -> float:
        """What the measured packages cost together."""
        return sum(ms for ms in self.packages.values() if ms is not None)


@dataclass(frozen=True, slots=True)
class Addition:
    """Packages that the lock does not have, dearest first, and the chain of modules that brings them in.

    path and line are the project's statement that did it; ms is what the packages cost together.
    """

    packages: tuple[str, ...]
    ms: float | None
    path: str
    line: int
    chain: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Predicted:
    """The startup as it is: its lock, and the costs that it was made of."""

    lock: Lock
    costs: StartupCosts


def predicted(settings: Settings) -> Predicted:
    """The startup of the project in the working directory, from the configured entry points or those it gives away.

    Raises:
        StartupError: without an entry point, or where an entry point has no module.
        CostTableError: if a cost table cannot be read.
    """
    entries = entry_points(settings)
    project = project_of(entries, settings)
    traced = trace(project, (*entries, *settings.startup_modules), "", settings.flask)
    costs = StartupCosts(traced, cost_table(settings), features_of(traced, project))
    own = {name.partition(".")[0] for name in costs.graph.names if costs.graph.origin(name) is Origin.FIRST_PARTY}
    packages: dict[str, float | None] = dict.fromkeys(costs.unmeasured())
    packages |= {name: ms for name, ms in costs.total.parts.items() if name != STDLIB and name not in own}
    return Predicted(Lock(tuple(entries), dict(sorted(packages.items()))), costs)


def entry_points(settings: Settings) -> tuple[str, ...]:
    """Where startup begins, as configured, or as the project gives away.

    Raises:
        StartupError: where neither says.
    """
    entries = settings.app or tuple(each.target for each in find_entries(Path.cwd(), settings))
    if not entries:
        raise StartupError(f"no entry point found: {how_to_name_one(Path.cwd(), settings)}")
    return entries


def project_of(entries: Iterable[str], settings: Settings) -> Project:
    """The project in the working directory, in which startup can begin at these entry points.

    Raises:
        StartupError: if it cannot.
    """
    try:
        return project_with(entries, settings)
    except EntryError as error:
        hint = "" if settings.app else ": name where startup begins with --app"
        raise StartupError(f"{error}{hint}") from error


def additions(now: Predicted, locked: Lock) -> list[Addition]:
    """What startup loads and the lock does not have, by the statement of the project that did it."""
    found: dict[tuple[str, int], list[str]] = {}
    chains: dict[tuple[str, int], tuple[str, ...]] = {}
    for name in sorted(now.lock.packages.keys() - locked.packages.keys(), key=lambda each: (_minus(now, each), each)):
        arrival = arrives(now.costs, now.costs.route(name))
        if arrival is not None:
            place = (arrival.path, arrival.line)
            found.setdefault(place, []).append(name)
            chains.setdefault(place, arrival.chain)
    return [
        Addition(tuple(names), _together(now, names), *place, chains[place]) for place, names in sorted(found.items())
    ]


class Arrival(NamedTuple):
    """The statement of the project that brings something in, and the modules on the way from the entry point."""

    path: str
    line: int
    chain: tuple[str, ...]


def arrives(costs: StartupCosts, steps: Sequence[RouteStep]) -> Arrival | None:
    """Return where a route leaves the project, or ends in it; None for a route of no steps."""
    graph = costs.graph
    own = [step for step in steps if graph.origin(step.module) is Origin.FIRST_PARTY]
    if not steps:
        return None
    did_it = steps[len(own)] if len(own) < len(steps) else steps[-1]
    modules = (*graph.roots[:1], *(step.module for step in own), did_it.module)
    return Arrival(did_it.statement.path, did_it.statement.line, tuple(dict.fromkeys(modules)))


def _minus(now: Predicted, name: str) -> float:
    return -(now.lock.packages[name] or 0.0)


def _together(now: Predicted, names: Iterable[str]) -> float | None:
    known = [ms for name in names if (ms := now.lock.packages[name]) is not None]
    return sum(known) if known else None


def render(lock: Lock) -> str:
    """The text of a lock file."""
    lines = [_HEAD, *(f"entry {entry}" for entry in lock.entries), f"total {milliseconds(lock.total_ms)} ms"]
    lines += [
        f"{name} {'unmeasured' if ms is None else f'{milliseconds(ms)} ms'}" for name, ms in lock.packages.items()
    ]
    return "\n".join(lines) + "\n"


def load(path: Path) -> Lock:
    """The lock that a file holds.

    Raises:
        StartupError: if it cannot be read, or is none.
    """
    try:
        lines = read_text(path).split("\n")
    except FileNotFoundError:
        raise StartupError(f"there is no {path.name} yet: flask startup lock writes it") from None
    except OSError as error:
        raise StartupError(f"{path.name} cannot be read: {reason(error)}") from None
    except UnicodeDecodeError:
        raise StartupError(f"{path.name} cannot be read: it is not UTF-8") from None
    entries = []
    packages: dict[str, float | None] = {}
    for number, line in enumerate(lines, 1):
        match = _LINE.fullmatch(line)
        if line.startswith("entry "):
            entries.append(line.removeprefix("entry "))
        elif match is not None:
            packages[match["name"]] = float(match["ms"].replace(",", "")) if match["ms"] else None
        elif line and not line.startswith("#"):
            raise StartupError(f"{path.name}:{number} is no line of a lock file: {line[:40]!r}")
    packages.pop("total", None)
    return Lock(tuple(entries), packages)
