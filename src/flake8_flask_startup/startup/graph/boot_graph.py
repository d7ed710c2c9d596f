"""A boot as a graph of modules and import statements: what stays without some, and chains. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import cached_property

from ...project.module_finder import Origin
from .trace import Edge, Statement, Trace


@dataclass(frozen=True, slots=True)
class RouteStep:
    """One link of a chain: a statement, and the module that it loads."""

    statement: Statement
    module: str


class BootGraph:
    """The modules of a trace and the edges between them.

    Names that the trace knows no file of, such as "pandas.io.excel", are nodes too, as precise as their statements
    are. Loading a module loads the packages above it.
    """

    def __init__(self, trace: Trace) -> None:
        self.origins = {each.name: each.origin for each in trace.loaded}
        self.roots = tuple(each.name for each in trace.loaded if each.via is None)
        self.names = {name: at for at, name in enumerate(self.origins)}  # in the order of the boot
        self.targets: dict[Edge, tuple[str, ...]] = {}
        self.edges_of: dict[str, list[Edge]] = {}
        self._loads: dict[tuple[str, Statement], set[str]] = {}  # the targets of each statement of a module
        below = _loaded_by(trace)
        for edge in trace.edges:
            self._add(edge, below.get((edge.importer, edge.statement), ()))
        for each in trace.loaded:  # what a statement loads without saying its name
            if each.via is not None and not self._is_target(each.name, each.importer, each.via):
                self._add(Edge(each.importer, each.name, each.via, each.conditional), ())

    def origin(self, name: str) -> Origin:
        """Whose module a node is: that of its top-level package."""
        found = self.origins.get(name) or self.origins.get(name.partition(".")[0])
        return found or Origin.THIRD_PARTY

    def reachable(self, without: Collection[Edge] = ()) -> set[str]:
        """Return what the boot loads when exactly these edges are gone."""
        return set(self._ways) - self.lost(without)

    def lost(self, without: Collection[Edge]) -> set[str]:
        """Return the modules that nothing loads any more when these edges are removed."""
        behind = self.behind(without)
        pending = [
            name
            for name in behind
            if name in self.roots
            or any(edge.importer not in behind and edge not in without for edge in self.incoming.get(name, ()))
        ]
        while pending:
            name = pending.pop()
            if name in behind:
                behind.discard(name)
                edges = (edge for edge in self.edges_of.get(name, ()) if edge not in without)
                pending += [target for edge in edges for target in self.targets[edge]]
        return behind

    def behind(self, edges: Collection[Edge]) -> set[str]:
        """Return what the boot reaches through any of the edges."""
        return self.beyond(name for edge in edges for name in self.targets.get(edge, ()))

    def beyond(self, names: Iterable[str], is_meant: Callable[[str], bool] = lambda _: True) -> set[str]:
        """Return these modules and those that the boot reaches from them through modules that is_meant accepts."""
        found = set(names).intersection(self._ways)
        pending = list(found)
        while pending:
            for edge in self.edges_of.get(pending.pop(), ()):
                new = [name for name in self.targets[edge] if name not in found and is_meant(name)]
                found.update(new)
                pending += new
        return found

    def leading_to(self, names: Iterable[str]) -> set[str]:
        """Return what the boot reaches any of the names through, with them."""
        found = set(names).intersection(self._ways)
        pending = list(found)
        while pending:
            new = {edge.importer for edge in self.incoming.get(pending.pop(), ())} & self._ways.keys() - found
            found |= new
            pending += new
        return found

    def edges_at(self, statements: Collection[Statement]) -> frozenset[Edge]:
        """Return the edges that the statements make."""
        return frozenset(edge for statement in statements for edge in self._at.get(statement, ()))

    def chain(self, names: Collection[str], without: AbstractSet[Edge] = frozenset()) -> tuple[RouteStep, ...]:
        """Return the shortest chain of statements from the entry to any of the names; empty if it is an entry.

        So it is where nothing leads to one without some edges.
        """
        ways = self._ways_from(self.roots, without) if without else self._ways
        nearest = next((name for name in ways if name in names), None)
        return tuple(reversed(list(_steps(ways, nearest)))) if nearest is not None else ()

    def way(self, start: str, names: Collection[str]) -> tuple[str, ...]:
        """Return the modules on the shortest way from one to any of the names, both with it; empty without one."""
        ways = self._ways_from([start])
        nearest = next((name for name in ways if name in names), None)
        return (start, *(step.module for step in reversed(list(_steps(ways, nearest))))) if nearest is not None else ()

    def direct(self, names: Collection[str]) -> tuple[Statement, ...]:
        """Return the statements of the project that load any of the names themselves, in the order of the boot."""
        return tuple(
            dict.fromkeys(
                edge.statement
                for edge in self.targets
                if self.is_own(edge) and any(name in names for name in self.targets[edge])
            )
        )

    def outward_to(self, names: Collection[str]) -> Iterator[Edge]:
        """Return the edges of the project that lead out of it to any of the names, by whatever way."""
        pending = list(names)
        seen = set(pending)
        while pending:
            for edge in self.incoming.get(pending.pop(), ()):
                if self.is_own(edge):
                    yield edge
                elif edge.importer not in seen:
                    seen.add(edge.importer)
                    pending.append(edge.importer)

    def is_own(self, edge: Edge) -> bool:
        """Whether a statement of the project makes an edge."""
        return self.origin(edge.importer) is Origin.FIRST_PARTY

    @cached_property
    def _ways(self) -> dict[str, tuple[Edge, str] | None]:
        """How the boot reaches each node first, nearest nodes first: the edge, and the node that it starts from."""
        return self._ways_from(self.roots)

    def _ways_from(
        self, starts: Iterable[str], without: AbstractSet[Edge] = frozenset()
    ) -> dict[str, tuple[Edge, str] | None]:
        """How each node is reached first from some, nearest nodes first."""
        came: dict[str, tuple[Edge, str] | None] = dict.fromkeys(starts)
        pending = deque(came)
        while pending:
            name = pending.popleft()
            for edge in self.edges_of.get(name, ()):
                for target in self.targets[edge] if edge not in without else ():
                    if target not in came:
                        came[target] = (edge, name)
                        pending.append(target)
        return came

    @cached_property
    def incoming(self) -> Mapping[str, Sequence[Edge]]:
        """The edges that lead to each node, of those that the boot reaches."""
        incoming: dict[str, list[Edge]] = {}
        for edge in (edge for name in self._ways for edge in self.edges_of.get(name, ())):
            for target in self.targets[edge]:
                incoming.setdefault(target, []).append(edge)
        return incoming

    @cached_property
    def _at(self) -> dict[Statement, list[Edge]]:
        """The edges of each statement."""
        found: dict[Statement, list[Edge]] = {}
        for edge in self.targets:
            found.setdefault(edge.statement, []).append(edge)
        return found

    def _add(self, edge: Edge, below: Iterable[str]) -> None:
        if edge in self.targets:
            return
        found = dict.fromkeys(name for name in prefixes(edge.imported) if name in self.origins)
        if self.origin(edge.imported) is not Origin.FIRST_PARTY:
            found[edge.imported] = None
        found.update((name, None) for name in below if name.startswith(f"{edge.imported}."))
        for name in found:
            self.names.setdefault(name, len(self.names))
        self.targets[edge] = tuple(found)
        self.edges_of.setdefault(edge.importer, []).append(edge)
        self._loads.setdefault((edge.importer, edge.statement), set()).update(found)

    def _is_target(self, name: str, importer: str, statement: Statement) -> bool:
        return name in self._loads.get((importer, statement), ())


def _loaded_by(trace: Trace) -> dict[tuple[str, Statement], list[str]]:
    """What each statement was the first to load."""
    found: dict[tuple[str, Statement], list[str]] = {}
    for each in trace.loaded:
        if each.via is not None:
            found.setdefault((each.importer, each.via), []).append(each.name)
    return found


def prefixes(dotted: str) -> Iterator[str]:
    """Return a dotted name and the packages above it, outermost first."""
    parts = dotted.split(".")
    return (".".join(parts[:end]) for end in range(1, len(parts) + 1))


def _steps(came: dict[str, tuple[Edge, str] | None], name: str) -> Iterator[RouteStep]:
    while (link := came[name]) is not None:
        edge, source = link
        yield RouteStep(edge.statement, name)
        name = source
