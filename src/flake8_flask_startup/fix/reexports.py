"""Steps for packages that load a heavy one to hand names on: a module `__getattr__` brings them instead."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from ..analysis.load_effects import effect
from ..config.settings import Settings
from ..project.import_roots import first_party
from ..project.module_facts import Origin
from ..project.references import Neighbourhood
from ..startup.graph.plan import LEAST_SAVING, called
from ..startup.graph.trace import Edge, Statement
from .steps import CHAIN, NEEDED, Startup, Step, source_of


def handed_on(startup: Startup, settings: Settings, steps: Iterable[Step]) -> Iterator[tuple[Step, str]]:
    """Return a step for each package of the project and heavy one that it hands on, with why it cannot be done.

    steps are those of the plan, whose savings are not counted again.
    """
    gone = {place for each in steps for place in each.places}
    left = startup.costs.without(startup.costs.graph.edges_at(gone)).ms
    tried: set[frozenset[Statement]] = set()  # several packages may hang on the same statements
    edges_of: dict[str, list[Edge]] = {}
    for edge in startup.costs.graph.targets:
        if edge.importer:
            edges_of.setdefault(edge.statement.path, []).append(edge)
    for removal in startup.plan:
        if not removal.blocked_by:
            continue
        leading = startup.costs.graph.leading_to(startup.costs.bringing(removal.package))
        for path in dict.fromkeys(each.statement.path for each in removal.chain):
            places = [each for each in _bringing(startup, edges_of, path, leading) if each not in gone]
            if not places or frozenset(places) in tried:
                continue
            tried.add(frozenset(places))
            edges = startup.costs.graph.edges_at({*gone, *places})
            after = startup.costs.without(edges).ms
            if left - after < max(LEAST_SAVING * len(places), settings.threshold):
                continue
            codes = {each: CHAIN if _is_own(path, each) else NEEDED for each in places}
            lost = startup.costs.graph.lost(edges)
            name = called(startup.costs, removal.package, places)
            step = Step(name, left - after, codes, handed_on=frozenset(places))
            reason = _star(path, settings) or _effect(startup, lost)
            yield step, reason
            if not reason:
                gone.update(places)
                left = after


def _bringing(
    startup: Startup, edges_of: Mapping[str, Sequence[Edge]], path: str, leading: Collection[str]
) -> Sequence[Statement]:
    """The statements of a package's `__init__` that lead to a heavy package, if they hand names on and no more.

    leading are the modules that lead to it.
    """
    edges = edges_of.get(path, [])
    found = dict.fromkeys(edge.statement for edge in edges if _leads_to(startup, edge, leading))
    return [each for each in found if startup.fates.is_only_handed_on(each) and _is_plain(each, edges[0].importer)]


def _leads_to(startup: Startup, edge: Edge, leading: Collection[str]) -> bool:
    """Whether an import statement leads to what others do, otherwise than through the package that it stands in."""
    inside = (each for each in startup.costs.graph.targets[edge] if not f"{edge.importer}.".startswith(f"{each}."))
    return any(each in leading for each in inside)


def _statement(place: Statement) -> ast.ImportFrom | None:
    source = source_of(place.path)
    body = source.tree.body if source is not None else ()
    return next((each for each in body if each.lineno == place.line and isinstance(each, ast.ImportFrom)), None)


def _is_plain(place: Statement, package: str) -> bool:
    """Whether a statement imports names, and binds no submodule but one of its package that it names with a dot."""
    node = _statement(place)
    return node is not None and node.level < 2 and not (node.module or "").startswith(f"{package}.")


def _is_own(path: str, place: Statement) -> bool:
    node = _statement(place)
    return node is not None and (bool(node.level) or first_party(path)((node.module or "").partition(".")[0]))


def _star(path: str, settings: Settings) -> str:
    """Why names cannot be left to `__getattr__` for other files; empty if they can."""
    around = Neighbourhood(path, settings.roots)
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
    for each in startup.costs.trace.loaded:
        if each.name in lost and each.path and each.origin is Origin.FIRST_PARTY:
            source = source_of(each.path)
            if source is None:
                return f"{each.name} cannot be read"
            is_package = Path(each.path).stem == "__init__"
            if found := effect(source.tree, each.name if is_package else each.name.rpartition(".")[0], lost):
                return f"{each.name}: {found}"
    return ""
