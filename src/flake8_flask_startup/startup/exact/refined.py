"""A boot with what the walk knows better: what it went through is sure, and where it came to the end, is all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ...files.paths import shown
from ...project.modules import Project
from ...syntax.static_conditions import NORMAL
from ...syntax.symbol_table import ScopeKind
from ..graph.trace import Edge, Loaded, Run, Trace
from .walker import Ran, Walked, walked


def refined(trace: Trace, project: Project, entries: Sequence[str]) -> Trace:
    """A boot as it was traced, with what following it step by step shows."""
    if project.env is not None or project.target.lazy_imports != NORMAL:
        return trace  # the walk goes into no installed modules, and lets nothing wait
    found = walked(project, entries)
    loaded = {each.name: each for each in _loaded(found, project)}
    edges = {each[:3]: each for each in (Edge(*each, conditional=False) for each in found.edges)}
    if not found.is_whole:
        others = (each for each in trace.loaded if each.name not in loaded)
        more = (each for each in trace.edges if each[:3] not in edges)
        return replace(trace, loaded=(*loaded.values(), *others), edges=(*edges.values(), *more))
    return replace(
        trace,
        loaded=tuple(loaded.values()),
        edges=tuple(edges.values()),
        unresolved=(),
        performed=tuple(each for each in trace.performed if each.module in loaded),
        runs=tuple(_runs(trace.runs, found.ran, project)),
        variables=(),
    )


def _loaded(found: Walked, project: Project) -> Iterable[Loaded]:
    for each in found.steps:
        file = project.find(each.name)
        origin = file.origin if file is not None else project.origin(each.name)
        path = str(file.path) if file is not None and file.path is not None else ""
        yield Loaded(each.name, origin, path, each.via, each.importer, conditional=False)


def _runs(known: Iterable[Run], ran: Iterable[Ran], project: Project) -> Iterable[Run]:
    """The functions that ran, each with its first caller."""
    before = {(each.path, each.begins): each for each in known}
    for each in ran:
        path, (name, begins) = _shown(each.module, project), _named(each.module, each.lines, project)
        if name:
            caller = _named(each.caller, each.caller_lines, project)[0] if each.caller_lines else ""
            run = Run(path, begins, name, _shown(each.caller, project) if each.caller else "", caller, each.line)
            yield before.get((path, begins), run)


def _shown(module: str, project: Project) -> str:
    file = project.find(module)
    return shown(str(file.path)) if file is not None else ""


def _named(module: str, lines: Sequence[int], project: Project) -> tuple[str, int]:
    """The qualified name of the function that begins on one of some lines, and the line."""
    file = project.find(module)
    for scope in project.facts(file).facts.scopes if file is not None else ():
        if scope.kind is ScopeKind.FUNCTION and scope.span.line in lines:
            return scope.name, scope.span.line
    return "", 0
