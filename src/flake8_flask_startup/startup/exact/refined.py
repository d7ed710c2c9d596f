"""A boot with what the walk knows better: what it went through is sure, and where it came to the end, is all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from heapq import heappop, heappush

from ...files.paths import shown
from ...project.modules import Project
from ...syntax.static_conditions import NORMAL
from ...syntax.symbol_table import Scope, ScopeKind
from ..graph.trace import Edge, Loaded, Run, Trace, Unresolved
from .worlds import Begin, Ran, Walked, walked


def refined(trace: Trace, project: Project, entries: Sequence[str]) -> Trace:
    """A boot as it was traced, with what following it step by step shows."""
    if project.env is not None or project.target.lazy_imports != NORMAL:
        return trace  # the walk goes into no installed modules, and lets nothing wait
    found = walked(project, entries)
    loaded = tuple(_loaded(found, project))
    edges = tuple(Edge(*each, *doubts) for each, doubts in found.edges.items())
    if not found.is_whole:
        names = {each.name for each in loaded}
        is_open = found.is_usually_whole or any(each.conditional for each in loaded)
        is_open = is_open or any(each.name not in names for each in trace.loaded)
        loaded, edges = _beside(trace, loaded, edges, found)
        if is_open:
            loaded = _in_order(loaded, trace, found.follows)
        runs = tuple(_runs_beside(trace.runs, found, project))
        return replace(trace, loaded=loaded, edges=edges, unresolved=tuple(_still_open(trace, found)), runs=runs)
    names = {each.name for each in loaded}
    if any(each.conditional for each in loaded):
        loaded = _in_order(loaded, trace, found.follows)
    return replace(
        trace,
        loaded=loaded,
        edges=edges,
        unresolved=(),
        performed=tuple(each for each in trace.performed if each.module in names),
        runs=tuple(_runs(trace.runs, found.ran, project)),
        variables=trace.variables if any(each.unusual for each in loaded) else (),
    )


def _in_order(loaded: Sequence[Loaded], trace: Trace, follows: Mapping[str, Set[str]]) -> tuple[Loaded, ...]:
    """Modules some of which need not be loaded: as starts load them, otherwise as the statements stand that may."""
    places = {each.name: at for at, each in enumerate(trace.loaded)}
    at, waiting = 0, dict[str, tuple[int, int, Loaded]]()
    for number, each in enumerate(loaded):
        at = places.get(each.name, at)
        waiting[each.name] = (at, number, each)
    before = {name: {one for one in follows.get(name, ()) if one in waiting} for name in waiting}
    after: dict[str, list[str]] = {}
    for name, others in before.items():
        for one in others:
            after.setdefault(one, []).append(name)
    ready = sorted((*waiting[name][:2], name) for name, others in before.items() if not others)
    found: list[Loaded] = []
    while ready:
        *_, first = heappop(ready)
        found.append(waiting.pop(first)[-1])
        for name in after.get(first, ()):
            before[name].discard(first)
            if not before[name]:
                heappush(ready, (*waiting[name][:2], name))
    left = sorted(waiting.values(), key=lambda one: one[:2])  # modules that starts load in circles
    return (*found, *[module for *_, module in left])


def _beside(
    trace: Trace, loaded: Iterable[Loaded], edges: Iterable[Edge], found: Walked
) -> tuple[tuple[Loaded, ...], tuple[Edge, ...]]:
    """A boot of which the walk knows a part: what that is sure of is, and what else there is may be.

    Where the walk is whole for an environment in which nothing is set, all the rest needs a variable. Where it went
    through every start, what only some of them load is not sure.
    """
    modules = {each.name: each for each in trace.loaded}
    statements = {each[:3]: each for each in trace.edges}
    if found.is_usually_whole:
        modules = {name: each._replace(conditional=True, unusual=True) for name, each in modules.items()}
        statements = {key: each._replace(conditional=True, unusual=True) for key, each in statements.items()}
    for module in loaded:
        if found.is_gone_through or not module.conditional:
            modules[module.name] = module
        modules.setdefault(module.name, module)
    for edge in edges:
        if found.is_gone_through or not edge.conditional:
            statements[edge[:3]] = edge
        statements.setdefault(edge[:3], edge)
    order = dict.fromkeys([*[each.name for each in loaded], *modules])
    return tuple(modules[name] for name in order), tuple(statements.values())


def _still_open(trace: Trace, found: Walked) -> Iterable[Unresolved]:
    """The unresolved entries, less those at statements whose imports are known wherever no variable is set."""
    is_known = found.is_usually_whole
    known = {statement for (*_, statement), doubts in found.edges.items() if is_known and not doubts.unusual}
    return (each for each in trace.unresolved if each.statement not in known)


def _loaded(found: Walked, project: Project) -> Iterable[Loaded]:
    for each, doubts in found.steps.items():
        file = project.find(each.name)
        origin = file.origin if file is not None else project.origin(each.name)
        path = str(file.path) if file is not None and file.path is not None else ""
        yield Loaded(each.name, origin, path, each.via, each.importer, *doubts)


def _runs(known: Iterable[Run], ran: Iterable[Ran], project: Project) -> Iterable[Run]:
    """The functions that ran, each with its first caller."""
    before = {each[:3]: each for each in known}
    functions = _Functions(project)
    for each in ran:
        path, (name, begins) = _shown(each.module, project), functions.named(each.module, each.begin)
        if name:
            caller = functions.named(each.caller, each.caller_begin)[0] if each.caller_begin.lines else ""
            run = Run(path, begins, name, _shown(each.caller, project) if each.caller else "", caller, each.line)
            yield before.get(run[:3], run)


def _runs_beside(known: Sequence[Run], found: Walked, project: Project) -> Iterable[Run]:
    """The functions that ran, and those that others may run: libraries, and modules that the walk did not come to.

    Of what code calls that the walk went through to its end, nothing else runs.
    """
    ran = {each[:3]: each for each in _runs(known, found.ran, project)}
    yield from ran.values()
    paths = {_shown(each.name, project) for each in found.steps}
    for each in known:
        is_called = found.is_direct and bool(each.line) and not each.by and {each.path, each.caller_path} <= paths
        if not is_called and each[:3] not in ran:
            yield each


def _shown(module: str, project: Project) -> str:
    file = project.find(module)
    return shown(str(file.path)) if file is not None else ""


class _Functions:
    """The functions of a project's modules, by where they begin."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._scopes: dict[str, Mapping[int, Sequence[Scope]]] = {}  # by module and line, in the order of the file

    def named(self, module: str, begin: Begin) -> tuple[str, int]:
        """Return the qualified name of the function that begins somewhere, and its line."""
        if module not in self._scopes:
            self._scopes[module] = self._by_line(module)
        kind = ScopeKind.LAMBDA if begin.name else ScopeKind.FUNCTION
        for line in sorted(begin.lines):
            for scope in self._scopes[module].get(line, ()):
                if scope.kind is kind and scope.name.endswith(begin.name):
                    return scope.name, line
        return "", 0

    def _by_line(self, module: str) -> Mapping[int, Sequence[Scope]]:
        file = self._project.find(module)
        found: dict[int, list[Scope]] = {}
        for scope in self._project.facts(file).facts.scopes if file is not None else ():
            found.setdefault(scope.span.line, []).append(scope)
        return found
