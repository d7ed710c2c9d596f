"""A boot as the trace goes through it: what it loads, what runs what, and on which conditions."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ...syntax.places import Doubt
from ..graph.trace import Edge, Loaded, Performed, Run, Statement, Trace, Unresolved, own_files
from ..values.abstract_values import Func, Method, Mod, Object

Node = Mod | Func


class Recording:
    """Takes down what happens, in order, and makes a trace of it."""

    def __init__(self) -> None:
        self.entries: list[Mod] = []
        self.loaded: dict[str, Loaded] = {}
        self.edges: dict[tuple[Node, str, Statement], int] = {}  # each with the doubt about the statement itself
        self._links: dict[Node, dict[Node, int]] = {}  # what runs what, each with the least doubt about that
        self._sources: dict[Node, dict[Node, None]] = {}  # the same links the other way round
        self.variables: dict[str, None] = {}  # of the environment, that decide what runs
        self._unresolved: dict[Unresolved, bool] = {}  # whether nothing but what they name can be missing
        self.callers: dict[Func, tuple[Node, int]] = {}  # of each function the first one, with the line of the call
        self.handed: dict[Func, tuple[Node, int, str]] = {}  # functions that something outside may call at once
        self._outside: dict[tuple[Node, int, int, int], dict[str, None]] = {}  # what calls at a line and column may be

    def hand(self, objects: Iterable[Object], node: Node, line: int, path: str) -> None:
        """Something outside the project, at a path, is given objects, and may call them."""
        for each in objects:
            function = each.function if isinstance(each, Method) else each
            if isinstance(function, Func):
                self.handed.setdefault(function, (node, line, path))

    def edge(self, node: Node, imported: str, statement: Statement, *, conditional: int) -> None:
        """Record that an import statement of a node runs, and which module it imports."""
        self.edges.setdefault((node, imported, statement), conditional)

    def link(self, source: Node, target: Node, *, conditional: int) -> None:
        """Record that one node runs another."""
        links = self._links.setdefault(source, {})
        links[target] = min(conditional, links.get(target, conditional))
        self._sources.setdefault(target, {})[source] = None

    def running(self, nodes: Iterable[Node]) -> set[Node]:
        """Return these nodes and all nodes that ran them, directly or through others."""
        found: set[Node] = set()
        pending = list(nodes)
        while pending:
            node = pending.pop()
            if node not in found:
                found.add(node)
                pending += self._sources.get(node, ())
        return found

    def note(
        self, statement: Statement, reason: str, may_load: tuple[str, ...] = (), *, is_known: bool = False
    ) -> None:
        """What a statement imports cannot be known, but for what the modules may be called.

        is_known says that it is none but those: once they are loaded, nothing is missing.
        """
        entry = Unresolved(statement, reason, may_load)
        self._unresolved[entry] = is_known and self._unresolved.get(entry, True)

    def is_noted(self, statement: Statement) -> bool:
        """Return whether there is an unresolved entry at a statement."""
        return any(each.statement == statement for each in self._unresolved)

    def imported_by(self, statement: Statement) -> list[str]:
        """Return the modules that a statement imports."""
        return [imported for _, imported, place in self.edges if place == statement]

    @property
    def is_open(self) -> bool:
        """Whether something was met that cannot be known."""
        return bool(self._unresolved)

    def _missing(self) -> tuple[Unresolved, ...]:
        """The entries that something may be missing for, one for each place and reason, the project's own first."""
        names: dict[tuple[Statement, str], dict[str, None]] = {}
        for each, is_known in self._unresolved.items():
            if not is_known or not self.loaded.keys() >= set(each.may_load):
                names.setdefault((each.statement, each.reason), {}).update(dict.fromkeys(each.may_load))
        found = [Unresolved(*where, tuple(may_load)) for where, may_load in names.items()]
        own = own_files(self.loaded.values()) if found else frozenset()
        return tuple(sorted(found, key=lambda each: each.statement.path not in own))

    def outside(self, node: Node, line: int, column: int, name: str, *, conditional: int) -> None:
        """A call may be one of something outside the project."""
        self._outside.setdefault((node, line, column, conditional), {})[name] = None

    def trace(
        self, entries: tuple[str, ...], why: str, lacks: Callable[[str], bool], runs: tuple[Run, ...] = ()
    ) -> Trace:
        """The boot as it stands, without what only conditions lead to and the environment lacks."""
        certain, usual = self.running_within(Doubt.NONE), self.running_within(Doubt.CONDITIONAL)
        loaded = tuple(
            each._replace(conditional=Mod(each.name) not in certain, unusual=Mod(each.name) not in usual)
            for each in self.loaded.values()
            if Mod(each.name) in certain or not lacks(each.name)
        )
        edges = self._edges(certain, usual, lacks)
        performed = self._performed(certain)
        return Trace(entries, why, loaded, edges, self._missing(), performed, runs, tuple(self.variables))

    def _edges(self, certain: set[Node], usual: set[Node], lacks: Callable[[str], bool]) -> tuple[Edge, ...]:
        """The import statements that run, each once for a module, however many closures it runs in."""
        found: dict[tuple[str, str, Statement], tuple[bool, bool]] = {}
        for (node, imported, statement), doubt in self.edges.items():
            if node in certain or not lacks(imported):
                key = (node[0], imported, statement)
                conditional, unusual = found.get(key, (True, True))
                is_unusual = doubt >= Doubt.UNUSUAL or node not in usual
                found[key] = conditional and (doubt > 0 or node not in certain), unusual and is_unusual
        return tuple(Edge(*key, *doubts) for key, doubts in found.items())

    def _performed(self, certain: set[Node]) -> tuple[Performed, ...]:
        """The calls to code outside, each once, however many closures make it."""
        names: dict[tuple[str, int, int, int], dict[str, None]] = {}
        unsure: dict[tuple[str, int, int, int], bool] = {}
        for (node, line, column, conditional), called in self._outside.items():
            key = (node[0], line, column, node.scope if isinstance(node, Func) else 0)
            names.setdefault(key, {}).update(called)
            is_unsure = conditional > 0 or (isinstance(node, Func) and node not in certain)
            unsure[key] = unsure.get(key, True) and is_unsure
        return tuple(Performed(key[0], key[1], tuple(called), unsure[key]) for key, called in names.items())

    def running_within(self, doubt: Doubt) -> set[Node]:
        """What runs where there is no more doubt about any statement on the way."""
        found: set[Node] = set()
        pending: list[Node] = list(self.entries)
        while pending:
            node = pending.pop()
            if node not in found:
                found.add(node)
                pending += [target for target, each in self._links.get(node, {}).items() if each <= doubt]
        return found
