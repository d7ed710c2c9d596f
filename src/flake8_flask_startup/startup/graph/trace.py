"""What the startup trace records: modules, statements, and what stayed open.

Named tuples rather than dataclasses: graphs look them up by the hundred thousand, and they hash five times as fast.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import NamedTuple

from ...files.paths import shown
from ...project.module_finder import Origin


class Statement(NamedTuple):
    """A line of a file; the path is relative to the working directory when inside it."""

    path: str
    line: int


class Loaded(NamedTuple):
    """A module that the boot loads. via is the statement that loads it first, None for the entry."""

    name: str
    origin: Origin
    path: str
    via: Statement | None
    importer: str
    conditional: bool
    unusual: bool = False  # not where the environment is unset


class Edge(NamedTuple):
    """An import statement that the boot executes, whether or not it loads anything new."""

    importer: str
    imported: str
    statement: Statement
    conditional: bool
    unusual: bool = False  # as above


class Performed(NamedTuple):
    """A call from a module of the project to code outside it: what the callee may be, by dotted names without "()".

    A class statement calls `__init_subclass__` of its bases, a decorator is a call. conditional says that the module
    may be loaded without the call.
    """

    module: str
    line: int
    names: tuple[str, ...]
    conditional: bool


class Run(NamedTuple):
    """A function of the project that the boot runs, and what calls it first.

    The function is identified by its file, the line that it begins on and its qualified name. caller is the name of the
    function that calls it, "" for module code, which stands in caller_path; line is that of the call, 0 where nothing
    in the project makes it: the function is an entry point, or a library calls it back. by is the name, as it is
    written, of something outside the project that may do so, as it is given the function on the line.
    """

    path: str
    begins: int
    name: str
    caller_path: str
    caller: str
    line: int
    by: str = ""


class Unresolved(NamedTuple):
    """A statement whose imports cannot be known.

    may_load are the dotted names of the modules that it may load, with UNKNOWN for what may be any text in them.
    """

    statement: Statement
    reason: str
    may_load: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trace:
    """A boot: what it loads in order, what imports what, what stayed open, and which calls the project makes."""

    entries: tuple[str, ...]
    why: str
    loaded: tuple[Loaded, ...]
    edges: tuple[Edge, ...]
    unresolved: tuple[Unresolved, ...]
    performed: tuple[Performed, ...] = ()
    runs: tuple[Run, ...] = ()
    variables: tuple[str, ...] = ()  # of the environment, that decide about what is unusual

    def whole(self) -> Trace:
        """Return the boot as it is where every variable that it tests is set."""
        loaded = tuple(each._replace(unusual=False) for each in self.loaded)
        return replace(self, loaded=loaded, edges=tuple(each._replace(unusual=False) for each in self.edges))

    def usual(self) -> Trace:
        """Return the boot as it is where the environment is unset."""
        loaded = tuple(each for each in self.loaded if not each.unusual)
        edges = tuple(each for each in self.edges if not each.unusual)
        if len(loaded) == len(self.loaded) and len(edges) == len(self.edges):
            return self
        return replace(self, loaded=loaded, edges=edges)


def own_files(loaded: Iterable[Loaded]) -> frozenset[str]:
    """The files of the project among those of modules that are loaded, as people see them."""
    return frozenset(shown(each.path) for each in loaded if each.origin is Origin.FIRST_PARTY and each.path)
