"""How gunicorn is started by a command line: its flags are those of its documentation, "Settings", version 23."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from typing import NamedTuple

from ...model import Span

# Flags without a value, among those that start scripts pass; every other one takes the next argument.
_FLAGS = frozenset({"--capture-output", "--daemon", "-D", "--no-sendfile", "--reuse-port", "-R"})


class Start(NamedTuple):
    """One way gunicorn is started. A setting is None where nobody can tell; reload_span is where reload stands.

    worker_class is empty where it is not spelled out.
    """

    span: Span
    reload_span: Span
    several: bool | None  # workers
    preload: bool | None
    reload: bool | None
    worker_class: str = ""


def parsed(arguments: Sequence[str], span: Span) -> Start:
    """What gunicorn's own arguments say; a configuration file may say more."""
    options: dict[str, str] = {}
    pending = ""
    for each in arguments:
        name, equals, value = each.partition("=") if each.startswith("--") else (each[:2], each[2:], each[2:])
        if pending:
            options[pending], pending = each, ""
        elif each.startswith("-"):
            options[name] = value
            if not equals and name not in {"--preload", "--reload"} | _FLAGS:
                pending = name
        else:
            options[each] = ""
    unknown = not options.keys().isdisjoint({"*", "-c", "--config"})
    workers = options.get("-w", options.get("--workers", "1"))
    return Start(
        span=span,
        reload_span=span,
        several=is_several(workers),
        preload="--preload" in options or (None if unknown else False),
        reload="--reload" in options,
        worker_class=options.get("-k", options.get("--worker-class", "")),
    )


def split(text: str) -> list[str]:
    """A command line as a shell takes it apart; "*", which may be anything, for one that it would not."""
    try:
        return shlex.split(text)
    except ValueError:  # an unbalanced quote
        return ["*"]


def is_several(text: str) -> bool | None:
    """Return whether a number of workers is more than one; None for what is no number."""
    return int(text) > 1 if text.isdecimal() else None
