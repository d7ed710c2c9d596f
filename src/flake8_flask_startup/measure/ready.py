"""A checklist before a deployment: versions, profile, preloading, cold start. This starts the app and a server."""

from __future__ import annotations

import ast
import os
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from ..files.source_file import optional_head
from ..files.trees import optional_tree
from ..files.walking import is_file
from ..model.messages import milliseconds
from ..project.modules import Project
from .bench.launch import Launch
from .bench.rounds import RunConditions, StartError, start
from .bench.targets import ServerTarget
from .locked_versions import unlocked
from .started import StartOutcome

VERSIONS, PROFILE, PRELOAD, COLD = CHECKS = ("versions", "profile", "preload", "cold")
MAX_CONFIG_BYTES = 200_000
CONFIG = "gunicorn.conf.py"  # which gunicorn reads by itself
OPTIONS = "GUNICORN_CMD_ARGS"  # gunicorn's variable for more of its command line


@dataclass(frozen=True, slots=True)
class Check:
    """A line of the list: which it is, whether it holds, and what was found."""

    name: str
    holds: bool
    what: str


@dataclass(frozen=True, slots=True)
class Limits:
    """Milliseconds that a start of the app and a first answer may take."""

    profile_ms: float
    cold_ms: float


def checked(
    app: Launch, server: str, wanted: Sequence[str], limits: Limits, conditions: RunConditions
) -> Iterator[Check]:
    """Yield the checks that are wanted, as soon as each is done; conditions.runs starts of app and server each.

    Raises:
        MeasureError: where the interpreter does not run.
    """
    if VERSIONS in wanted:
        name, fault = unlocked(app.folder)
        yield Check(VERSIONS, not fault, ": ".join(filter(None, [name, fault])))
    if PROFILE in wanted:
        yield _profile(app, limits.profile_ms, conditions)
    if PRELOAD in wanted or COLD in wanted:
        preloading = {OPTIONS: f"{os.environ.get(OPTIONS, '')} --preload".strip()}
        launch = Launch(ServerTarget(server, server, 0), (), "", (server,), app.folder, app.path, variables=preloading)
        starts, failure = _starts(launch, conditions, conditions.runs if COLD in wanted else 1)
        if PRELOAD in wanted:
            fault = failure or ("" if "gunicorn" in server else f"only gunicorn can preload, not {server}")
            yield Check(PRELOAD, not fault, fault or _came_up(starts[0]))
        if COLD in wanted:
            yield _cold(starts, failure, limits.cold_ms)


def _profile(app: Launch, limit_ms: float, conditions: RunConditions) -> Check:
    starts, failure = _starts(app, conditions, conditions.runs)
    ms = median(each.wall_ms for each in starts) if starts else 0.0
    entries = ", ".join(app.arguments)
    return Check(PROFILE, not failure and ms < limit_ms, failure or f"{_of(ms, limit_ms)} to load and build {entries}")


def _cold(starts: Sequence[StartOutcome], failure: str, limit_ms: float) -> Check:
    ms = median(each.wall_ms for each in starts) if starts else 0.0
    return Check(COLD, not failure and ms < limit_ms, failure or f"{_of(ms, limit_ms)} until the first answer")


def _of(ms: float, limit_ms: float) -> str:
    return f"{milliseconds(ms)} ms of {milliseconds(limit_ms)} ms"


def _came_up(found: StartOutcome) -> str:
    memory = f", {found.peak_kib / 1024:,.0f} MiB" if found.peak_kib else ""
    return f"came up with --preload: {found.processes} process{'es' if found.processes != 1 else ''}{memory}"


def _starts(launch: Launch, conditions: RunConditions, runs: int) -> tuple[list[StartOutcome], str]:
    """The starts that count, after one that writes the bytecode; and why one failed, '' where none did."""
    found: list[StartOutcome] = []
    try:
        start(launch, conditions)
        found += [start(launch, conditions) for _ in range(runs)]
    except StartError as error:
        return found, str(error)
    return found, ""


def server_of(app: Launch, python: str, factories: Sequence[str]) -> str:
    """Return the command that serves an app with gunicorn: as its config names it, else its entry point."""
    command = f"{shlex.quote(python)} -m gunicorn"
    config = app.folder / CONFIG
    if is_file(config) and "wsgi_app" in optional_head(config, MAX_CONFIG_BYTES):
        return command
    module, _, name = app.arguments[0].partition(":")
    is_factory = name in factories or _is_called(app, module, name)
    target = f"{module}:{name or 'app'}{'()' if is_factory else ''}"
    return f"{command} {shlex.quote(target)}"


def _is_called(app: Launch, module: str, name: str) -> bool:
    """Whether a name of a module is a function that needs no argument, which a WSGI application does."""
    file = Project([*app.path, app.folder]).find(module)
    path = file.path if file is not None else None
    tree = optional_tree(optional_head(path, MAX_CONFIG_BYTES)) if path is not None else None
    functions = [each for each in tree.body if isinstance(each, ast.FunctionDef)] if tree is not None else []
    found = [each.args for each in functions if each.name == name]
    return bool(found) and all(
        len(each.defaults) == len(each.posonlyargs) + len(each.args) and None not in each.kw_defaults for each in found
    )
