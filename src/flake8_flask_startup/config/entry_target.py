"""How an entry point is written, by users, servers and Flask; and the form it has here."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from enum import Enum

MAIN = "__main__"  # in place of a name: the module is run as a program
_TARGET = re.compile(r"([\w./\\-]+?)(?:\.py)?(?::([A-Za-z_][\w.]*)(?:\(.*\))?)?", re.DOTALL)
_PART = re.compile(r"[^\W\d][\w-]*")


class EntryError(Exception):
    """Startup cannot begin at an entry point; str() is one line that says why."""


class Process(Enum):
    """The kinds of process that begin at an entry point, by who waits for their startup."""

    WEB = "web server"
    PRELOADING = "preloading server"
    SERVERLESS = "serverless"
    WORKER = "worker"
    FLASK = "flask command"
    COMMAND = "command"
    PROGRAM = "program"

    @property
    def is_app(self) -> bool:
        """Whether it begins at the app that is served."""
        return self in (Process.WEB, Process.PRELOADING, Process.SERVERLESS, Process.FLASK)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry point, "package.module:name" or "package.module", and the reason it was taken.

    servers are the programs that are seen to be given it, such as gunicorn.
    """

    target: str
    why: str
    process: Process = Process.WEB
    servers: frozenset[str] = field(default=frozenset(), compare=False)


def why_of(entries: Iterable[Entry]) -> str:
    """Return the reasons that entry points were taken, each once; "" without an entry point."""
    return together((each.why for each in entries), between=" and ")


def together(reasons: Iterable[str], *, between: str = ", ") -> str:
    """Join reasons without repeats; reasons of one kind share a phrase that lists their places: "a command in A, B"."""
    places: dict[str, list[str]] = {}
    for reason in dict.fromkeys(reasons):
        kind, inside, place = reason.partition(" in ")
        places.setdefault(f"{kind}{inside}", []).append(place)
    return between.join(f"{kind}{', '.join(found)}" for kind, found in places.items())


def first_module(entry: str, loaded: Container[str]) -> str:
    """Return the module that a process begins with: of a package that is run as a program its `__main__`."""
    module, _, name = entry.partition(":")
    main = f"{module}.{MAIN}"
    return main if name == MAIN and main in loaded else module


def ending(entry: str) -> str:
    """Return what of an entry point comes to an end when it is run: of a program its module, without the main block."""
    return entry.removesuffix(f":{MAIN}")


def entry_of(text: str) -> str | None:
    """An entry point as FLASK_APP, gunicorn or a user may write it, in our form; None if it is none.

    A path counts as the module it is: "src/app.py:create_app()" is "src.app:create_app".
    """
    match = _TARGET.fullmatch(text.strip().removeprefix("./"))
    if match is None:
        return None
    module = match[1].replace("\\", "/").strip("/").replace("/", ".").removesuffix(".__init__")
    if not all(map(is_part, module.split("."))):
        return None
    return f"{module}:{match[2]}" if match[2] else module


def is_part(name: str) -> bool:
    """Whether a folder or module of this name can be part of an entry point: servers import `web-app.wsgi` as well.

    A name that an import statement could not write does for import_module, which servers call, as long as no dot is
    in it.
    """
    return _PART.fullmatch(name) is not None
