"""Cuts of a boot: the fewest import statements that must go for a package not to be loaded. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator
from collections.abc import Set as AbstractSet

from .boot_graph import BootGraph
from .trace import Edge, Statement

# A cut of more statements is no advice any more. Each statement of a cut takes one pass over the ways to the package
# that a cut can block, so this also bounds the work to 64 passes.
MAX_CUT = 64
_WITHOUT_LIMIT = MAX_CUT + 1


class Cuts:
    """The cuts of a boot that are made of movable statements.

    Only statements of the project can go: what third-party code imports, it imports.
    """

    def __init__(self, graph: BootGraph, movable: Collection[Statement]) -> None:
        self.graph = graph
        edges = [edge for edge in graph.edges_at(movable) if graph.is_own(edge)]
        self.movable = frozenset(edge.statement for edge in edges)
        self.staying = graph.reachable(frozenset(edges))

    def of(self, names: AbstractSet[str]) -> tuple[Statement, ...] | None:
        """Return the fewest statements without which none of the names is loaded, nearest to the names.

        None if there is no such set of at most MAX_CUT statements, and for what stays whichever of them go.
        """
        if not names or not names.isdisjoint(self.staying):
            return None
        flow = _Flow(self, names)
        return flow.cut() if flow.run() else None

    def edges_to(self, names: AbstractSet[str]) -> Iterator[Edge]:
        """Return the edges on any way to the names from what stays."""
        pending = list(names)
        seen = {*pending, *self.staying}
        while pending:
            for edge in self.graph.incoming.get(pending.pop(), ()):
                yield edge
                if edge.importer not in seen:
                    seen.add(edge.importer)
                    pending.append(edge.importer)


Node = str | tuple[str, Statement]  # a module, or a statement of one


class _Flow:
    """Ford and Fulkerson's maximum flow from what stays to the names, one shortest path after the other.

    A statement that may go lets one unit through, everything else any number, so the minimum cut has the fewest
    statements. Only what lies on a way to the names takes part.
    """

    def __init__(self, cuts: Cuts, names: AbstractSet[str]) -> None:
        self.names = names
        self.room: dict[Node, dict[Node, int]] = {}
        edges = dict.fromkeys(cuts.edges_to(names))
        self.sources = dict.fromkeys(edge.importer for edge in edges if edge.importer in cuts.staying)
        relevant = {*names, *(edge.importer for edge in edges)}.difference(self.sources)
        for edge in edges:
            statement: Node = (edge.importer, edge.statement)
            self._arc(edge.importer, statement, 1 if edge.statement in cuts.movable else _WITHOUT_LIMIT)
            for target in relevant.intersection(cuts.graph.targets[edge]):
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
        came: dict[Node, Node | None] = dict.fromkeys(self.sources)
        pending: deque[Node] = deque(self.sources)
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


def _arcs(came: dict[Node, Node | None], node: Node) -> Iterator[tuple[Node, Node]]:
    while (source := came[node]) is not None:
        yield source, node
        node = source
