"""What a case is made of: the entries of a project, how it is asked about, and what must hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

NEIGHBOUR = "well_neighbour.py"
NEIGHBOUR_TEXT = b"""import tensorflow
from flask import Flask

app = Flask(__name__)


def predict():
    return tensorflow.constant(1)


if __name__ == "__main__":
    app.run(debug=True)
"""
ENTRY = "startup_entry.py"
ENTRY_TEXT = b"import well_neighbour\nimport subject\n"

KNOWN = frozenset({"1:1: FST101", "4:7: FST201", "12:5: FST301"})
UNPRICED = frozenset({"4:7: FST201", "12:5: FST301"})  # what no cost table has a say in
NOTHING: frozenset[str] = frozenset()  # where options may silence everything


@dataclass(frozen=True, slots=True)
class Text:
    """A regular file; mode as `chmod` takes it."""

    data: bytes
    mode: int = 0o644


@dataclass(frozen=True, slots=True)
class Link:
    """A symbolic link, also to nowhere, to itself, or out of the project."""

    target: bytes


@dataclass(frozen=True, slots=True)
class Pipe:
    """A FIFO that nobody writes to."""


@dataclass(frozen=True, slots=True)
class Socket:
    """A socket that nobody listens at."""


@dataclass(frozen=True, slots=True)
class Folder:
    """An empty folder, or one whose mode is set when all is written."""

    mode: int = 0o755


@dataclass(frozen=True, slots=True)
class Hole:
    """A file of a size in bytes that takes no room on the disk."""

    size: int


Node = Text | Link | Pipe | Socket | Folder | Hole

Spoil = Callable[[Path, Path], None]  # the cache folder, and a folder outside the project


@dataclass(frozen=True, slots=True)
class Case:
    """A project, by paths within it, and what is asked about it.

    app says whether the entry is named; check and report are further arguments, None where that is not asked; log is
    how the report fails where it is allowed to: with status 2 and one line. spoil changes what the first run kept.
    """

    kind: str
    name: str
    nodes: Mapping[bytes, Node]
    app: bool = True
    check: tuple[str, ...] = ()
    report: tuple[str, ...] | None = ()
    keeps: frozenset[str] = KNOWN
    may_refuse: bool = False
    spoil: Spoil | None = None
    subject: bytes = b""  # whose content may be made smaller
    inputs: int = 1  # how many odd files there are; more than one where they disturb each other no more than apart
    sample: frozenset[str] = field(default_factory=frozenset)  # of "jobs", "doors"

    def with_subject(self, data: bytes) -> Case:
        """Return the case with another content of its subject."""
        from dataclasses import replace

        return replace(self, nodes={**self.nodes, self.subject: Text(data)})


def project(nodes: Mapping[bytes, Node]) -> dict[bytes, Node]:
    """Return the nodes of a project with the neighbour and the entry in it."""
    return {NEIGHBOUR.encode(): Text(NEIGHBOUR_TEXT), ENTRY.encode(): Text(ENTRY_TEXT), **nodes}
