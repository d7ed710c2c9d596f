"""Steps for packages that load a heavy one to hand names on: a module `__getattr__` brings them instead."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ..config.settings import Settings
from ..files.paths import shown
from ..project.import_roots import first_party
from ..project.module_finder import Origin
from ..project.references import neighbourhood
from ..startup.graph.plan import LEAST_SAVING, called
from ..startup.graph.trace import Edge, Statement
from ..syntax.import_statements import imported
from .refusal import Refused
from .sharing import readers
from .steps import CHAIN, NEEDED, Startup, Step, source_of


class _Handed(NamedTuple):
    """What a `__getattr__` imports in place of a statement: one of its names, or all if empty; edges are removed."""

    place: Statement
    name: str
    edges: frozenset[Edge]


def handed_on(startup: Startup, settings: Settings, steps: Iterable[Step]) -> Iterator[tuple[Step, str]]:
    """Return a step for each package of the project and heavy one that it hands on, with why it cannot be done.

    steps are those of the plan, whose savings are not counted again.
    """
    gone = {place for each in steps for place in each.places}
    gone_edges = startup.costs.graph.edges_at(gone)
    left = startup.costs.without(gone_edges).ms
    tried: set[frozenset[_Handed]] = set()  # several packages may depend on the same statements
    edges_of: dict[str, list[Edge]] = {}
    for edge in startup.costs.graph.targets:
        if edge.importer:
            edges_of.setdefault(edge.statement.path, []).append(edge)
    for removal in startup.plan:
        if not removal.blocked_by:
            continue
        bringing = startup.costs.bringing(removal.package)
        leading = startup.costs.graph.leading_to(bringing)
        chain = startup.costs.graph.chain(bringing, gone_edges)
        for path in dict.fromkeys(each.statement.path for each in chain):
            found = [each for each in _bringing(startup, edges_of, path, leading) if each.place not in gone]
            for each in _one_by_one(found):
                chosen = [one for one in each if not one.edges <= gone_edges]
                edges = gone_edges.union(*(each.edges for each in chosen))
                if frozenset(chosen) in tried or edges == gone_edges:
                    continue
                tried.add(frozenset(chosen))
                users = _users(startup, settings, chosen)
                edges |= startup.costs.graph.edges_at({place for place, names in users.items() if not names})
                after = startup.costs.without(edges).ms
                if left - after < max(LEAST_SAVING * len(chosen), settings.threshold):
                    continue
                name = called(startup.costs, removal.package, [each.place for each in chosen])
                step = _step(name, left - after, chosen, users)
                reason = _star(path, settings) or _effect(startup, startup.costs.graph.lost(edges))
                yield step, reason
                if not reason:
                    gone_edges, left = edges, after


def _one_by_one(found: Sequence[_Handed]) -> Iterator[Sequence[_Handed]]:
    """Each name on its own, as startup may read one and not another; then all of them together."""
    if len(found) > 1:
        yield from ([each] for each in found)
    yield found


def _step(name: str, saving: float, chosen: Iterable[_Handed], users: Mapping[Statement, frozenset[str]]) -> Step:
    codes: dict[Statement, str] = {}
    names: dict[Statement, frozenset[str]] = {}
    for each in chosen:
        codes[each.place] = CHAIN if _is_own(each.place) else NEEDED
        if each.name:
            names[each.place] = names.get(each.place, frozenset()) | {each.name}
    handed = frozenset(codes)
    codes |= dict.fromkeys(users, CHAIN)
    return Step(name, saving, codes, names | {place: some for place, some in users.items() if some}, handed_on=handed)


def _users(startup: Startup, settings: Settings, chosen: Iterable[_Handed]) -> Mapping[Statement, frozenset[str]]:
    """The statements of other files' module code that take names, and which of theirs can wait; empty for all.

    None at all where one cannot wait, or takes names in another way: a trace says what that brings in.
    """
    found: dict[Statement, set[str]] = {}
    for each in chosen:
        names = [each.name] if each.name else sorted(_bound(each.place))
        try:
            takers = [user for name in names for user in readers(each.place.path, name, settings)]
        except Refused:
            return {}
        for place, bound in takers:
            if startup.fates.at(place) is not None:
                found.setdefault(place, set()).add(bound)
    if not all(names <= startup.fates.names_waiting(place) for place, names in found.items()):
        return {}
    return {place: frozenset(names) if names != _bound(place) else frozenset() for place, names in found.items()}


def _bound(place: Statement) -> set[str]:
    node = _statement(place)
    return {each.bound for each in imported(node)} if node is not None else set()


def _bringing(
    startup: Startup, edges_of: Mapping[str, Sequence[Edge]], path: str, leading: Collection[str]
) -> Sequence[_Handed]:
    """The names that a package's `__init__` re-exports and that lead to a heavy package.

    leading are the modules that lead to it.
    """
    found: dict[Statement, list[Edge]] = {}
    for edge in edges_of.get(path, []):
        if _leads_to(startup, edge, leading):
            found.setdefault(edge.statement, []).append(edge)
    return [each for place, edges in found.items() for each in _handed(startup, place, edges)]


def _handed(startup: Startup, place: Statement, edges: Sequence[Edge]) -> Iterator[_Handed]:
    """A name that a statement re-exports and nothing else needs, with the edges behind it.

    `from . import a, b` loads a module for each name, so that one can go without the others.
    """
    node = _statement(place)
    if node is None or not _is_plain(node, edges[0].importer):
        return
    handed = startup.fates.handed_on(place)
    if node.module is not None:
        if handed.issuperset(each.bound for each in imported(node)):
            yield _Handed(place, "", startup.costs.graph.edges_at({place}))
        return
    for each in imported(node):
        own = frozenset(edge for edge in edges if edge.imported.rpartition(".")[2] == each.name)
        if own and each.bound in handed:
            yield _Handed(place, each.bound, own)


def _leads_to(startup: Startup, edge: Edge, leading: Collection[str]) -> bool:
    """Whether an import statement leads to what others do, otherwise than through the package that it stands in."""
    inside = (each for each in startup.costs.graph.targets[edge] if not f"{edge.importer}.".startswith(f"{each}."))
    return any(each in leading for each in inside)


def _statement(place: Statement) -> ast.ImportFrom | None:
    source = source_of(place.path)
    body = source.tree.body if source is not None else ()
    return next((each for each in body if each.lineno == place.line and isinstance(each, ast.ImportFrom)), None)


def _is_plain(node: ast.ImportFrom, package: str) -> bool:
    """Whether a statement binds no submodule except one of its own package, from inside of which it takes names."""
    return node.level < 2 and node.module != package


def _is_own(place: Statement) -> bool:
    node = _statement(place)
    return node is not None and (bool(node.level) or first_party(place.path)((node.module or "").partition(".")[0]))


def _star(path: str, settings: Settings) -> str:
    """Why names cannot be left to `__getattr__` for other files; empty if they can."""
    around = neighbourhood(path, settings.roots)
    source = source_of(path)
    has_list = source is not None and any(
        isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__" for node in source.tree.body
    )
    if not has_list and (text := next((each for each in around.importing() if each.has_star), None)):
        return f"{around.shown(text)} may take all its names, and it has no __all__"
    if around.handed_on:
        return f"{around.handed_on} hands the module on, and may read its names in another way"
    return ""


def _effect(startup: Startup, lost: Collection[str]) -> str:
    """What loading the modules that would not be loaded changes of what stays; empty if nothing."""
    own = (each for each in startup.costs.trace.loaded if each.name in lost and each.origin is Origin.FIRST_PARTY)
    found = ((each.name, startup.fates.effect(shown(each.path), lost)) for each in own if each.path)
    return next((f"{name}: {changes}" for name, changes in found if changes), "")
