"""A boot as a graph of modules and import statements: what stays without some, chains, the smallest cuts. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from .project import Origin
from .records import Edge, Statement, Trace

# A cut of more statements is no advice any more. Each statement of a cut takes one pass over the edges that lead to
# the package, so this also bounds the work to 64 passes.
MAX_CUT = 64
_WITHOUT_LIMIT = MAX_CUT + 1


@dataclass(frozen=True, slots=True)
class Step:
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
        self.names: dict[str, None] = dict.fromkeys(self.origins)  # in the order of the boot
        self.targets: dict[Edge, tuple[str, ...]] = {}
        self.edges_of: dict[str, list[Edge]] = {}
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
        seen = set(self.roots)
        pending = list(self.roots)
        while pending:
            for edge in self.edges_of.get(pending.pop(), ()):
                if edge not in without:
                    new = [name for name in self.targets[edge] if name not in seen]
                    seen.update(new)
                    pending += new
        return seen

    def edges_at(self, statements: Collection[Statement]) -> frozenset[Edge]:
        """Return the edges that the statements make."""
        return frozenset(edge for edge in self.targets if edge.statement in statements)

    def chain(self, names: Collection[str]) -> tuple[Step, ...]:
        """Return the shortest chain of statements from the entry to any of the names; empty if it is an entry."""
        came: dict[str, tuple[Edge, str] | None] = dict.fromkeys(self.roots)
        pending = deque(self.roots)
        while pending:
            name = pending.popleft()
            if name in names:
                return tuple(reversed(list(_steps(came, name))))
            for edge in self.edges_of.get(name, ()):
                for target in self.targets[edge]:
                    if target not in came:
                        came[target] = (edge, name)
                        pending.append(target)
        return ()

    def direct(self, names: Collection[str]) -> tuple[Statement, ...]:
        """Return the statements of the project that load any of the names themselves, in the order of the boot."""
        return tuple(
            dict.fromkeys(
                edge.statement
                for edge in self.targets
                if self._is_own(edge) and any(name in names for name in self.targets[edge])
            )
        )

    def cut(self, names: Collection[str], movable: Collection[Statement]) -> tuple[Statement, ...] | None:
        """Return the fewest movable statements without which none of the names is loaded, nearest to the names.

        None if there is no such set of at most MAX_CUT statements, and for what the entry is itself. Only statements
        of the project can go: what third-party code imports, it imports.
        """
        if not names or any(root in names for root in self.roots):
            return None
        flow = _Flow(self, frozenset(names), frozenset(movable))
        return flow.cut() if flow.run() else None

    def importers_of(self, names: Iterable[str]) -> set[Edge]:
        """Return the edges on any way to the names."""
        found: set[Edge] = set()
        pending = list(names)
        seen = set(pending)
        while pending:
            for edge in self._incoming.get(pending.pop(), ()):
                found.add(edge)
                if edge.importer not in seen:
                    seen.add(edge.importer)
                    pending.append(edge.importer)
        return found

    @cached_property
    def _incoming(self) -> dict[str, list[Edge]]:
        """The edges that lead to each node."""
        incoming: dict[str, list[Edge]] = {}
        for edge, targets in self.targets.items():
            for target in targets:
                incoming.setdefault(target, []).append(edge)
        return incoming

    def _add(self, edge: Edge, below: Iterable[str]) -> None:
        if edge in self.targets:
            return
        found = dict.fromkeys(name for name in prefixes(edge.imported) if name in self.origins)
        if self.origin(edge.imported) is not Origin.FIRST_PARTY:
            found[edge.imported] = None
        found.update((name, None) for name in below if name.startswith(f"{edge.imported}."))
        self.names.update(found)
        self.targets[edge] = tuple(found)
        self.edges_of.setdefault(edge.importer, []).append(edge)

    def _is_target(self, name: str, importer: str, statement: Statement) -> bool:
        edges = self.edges_of.get(importer, ())
        return any(edge.statement == statement and name in self.targets[edge] for edge in edges)

    def _is_own(self, edge: Edge) -> bool:
        return self.origin(edge.importer) is Origin.FIRST_PARTY


Node = str | tuple[str, Statement]  # a module, or a statement of one


class _Flow:
    """Ford and Fulkerson's maximum flow from the entry to the names, one shortest path after the other.

    A statement that may go lets one unit through, everything else any number, so the minimum cut has the fewest
    statements. Only what lies on a way to the names takes part.
    """

    def __init__(self, graph: BootGraph, names: frozenset[str], movable: frozenset[Statement]) -> None:
        self.graph = graph
        self.names = names
        self.room: dict[Node, dict[Node, int]] = {}
        edges = graph.importers_of(names)
        relevant = names.union(edge.importer for edge in edges)
        for edge in edges:
            statement: Node = (edge.importer, edge.statement)
            may_go = edge.statement in movable and graph.origin(edge.importer) is Origin.FIRST_PARTY
            self._arc(edge.importer, statement, 1 if may_go else _WITHOUT_LIMIT)
            for target in graph.targets[edge]:
                if target in relevant:
                    self._arc(statement, target, _WITHOUT_LIMIT)

    def _arc(self, source: Node, target: Node, room: int) -> None:
        self.room.setdefault(source, {})[target] = room
        self.room.setdefault(target, {}).setdefault(source, 0)

    def run(self) -> bool:
        """Send what goes; say whether that is at most MAX_CUT."""
        sent = 0
        while path := self._path():
            amount = min(self.room[source][target] for source, target in path)
            sent += amount
            if sent > MAX_CUT:
                return False
            for source, target in path:
                self.room[source][target] -= amount
                self.room[target][source] += amount
        return True

    def _path(self) -> list[tuple[Node, Node]]:
        came: dict[Node, Node | None] = dict.fromkeys(self.graph.roots)
        pending: deque[Node] = deque(self.graph.roots)
        while pending:
            node = pending.popleft()
            if node in self.names:
                return list(_arcs(came, node))
            for target, room in self.room.get(node, {}).items():
                if room and target not in came:
                    came[target] = node
                    pending.append(target)
        return []

    def cut(self) -> tuple[Statement, ...]:
        """Return the full statements nearest to the names, in the order of files and lines."""
        seen: set[Node] = set(self.names)
        pending: list[Node] = list(self.names)
        while pending:
            node = pending.pop()
            for source in self.room.get(node, {}):
                if source not in seen and self.room[source].get(node):
                    seen.add(source)
                    pending.append(source)
        found = {
            node[1]
            for node in seen
            if not isinstance(node, str) and node[0] not in seen and self.room[node[0]].get(node) == 0
        }
        return tuple(sorted(found, key=lambda each: (each.path, each.line)))


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


def _steps(came: dict[str, tuple[Edge, str] | None], name: str) -> Iterator[Step]:
    while (link := came[name]) is not None:
        edge, source = link
        yield Step(edge.statement, name)
        name = source


def _arcs(came: dict[Node, Node | None], node: Node) -> Iterator[tuple[Node, Node]]:
    while (source := came[node]) is not None:
        yield source, node
        node = source
