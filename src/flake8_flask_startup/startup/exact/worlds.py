"""Startups that differ in what is not known: each test that a library decides, or a variable, is taken either way."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeVar

from ...project.modules import Project
from ...syntax.raw_paths import lambda_name
from ..graph.trace import Statement
from .imports import Shared, Step
from .objects import Function, RaisedError, UnknownError
from .walker import Walker

MAX_WORLDS = 16
MAX_STEPS = 20_000  # of all of them together


class Begin(NamedTuple):
    """Where a function begins: its own line and those of its decorators, none for module code; a lambda has a name."""

    lines: tuple[int, ...] = ()
    name: str = ""


class Ran(NamedTuple):
    """A function that ran, by where it begins, with what called it first."""

    module: str
    begin: Begin
    caller: str  # the module that the call stands in
    caller_begin: Begin  # of the function that it stands in
    line: int  # of the call; 0 for an entry


class Doubts(NamedTuple):
    """Whether something need not happen, and whether it does not where the environment is unset."""

    conditional: bool
    unusual: bool


_T = TypeVar("_T")
Edge = tuple[str, str, Statement]  # importer, imported, and the statement


class Walked(NamedTuple):
    """What startup does, as far as it was followed."""

    steps: dict[Step, Doubts]  # the modules that it loads, in order
    edges: dict[Edge, Doubts]
    follows: dict[str, set[str]]  # of a module those that are loaded before it wherever both are
    ran: tuple[Ran, ...]  # where the environment is unset
    is_whole: bool  # whether that is all, and no code of libraries can have loaded more
    is_usually_whole: bool  # the same, where the environment is unset
    is_gone_through: bool  # whether each start was followed to its end, whatever code of libraries may have loaded
    is_direct: bool  # the same, and no code of libraries can have called what libraries keep of the project


class _World(NamedTuple):
    walker: Walker
    end: str  # "whole", "failed" or "unknown"

    @property
    def is_usual(self) -> bool:
        """Whether no variable of the environment is set."""
        return not any(each.is_taken and each.is_variable for each in self.walker.decisions)


def walked(project: Project, entries: Sequence[str]) -> Walked:
    """What startup does from its entry points, as far as each step is known."""
    worlds, is_finished = _explored(project, entries)
    first = worlds[0]
    started = [each for each in worlds if each.end != "failed"] or [first]
    usual = [each for each in started if each.is_usual] or started  # which all need a variable
    is_known = all(each.end == "whole" and each.walker.is_alone for each in usual)
    are_all = is_finished and all(each.end == "whole" for each in usual)
    certain = _certain(usual, are_all=are_all)
    tried = [*started, *[each for each in worlds if each not in started]]  # those that fail load something as well
    steps = _weighed([each.walker.steps for each in tried], certain[0], [each.walker.steps for each in usual])
    loaders = {name: each.walker for each in reversed(tried) for name in each.walker.steps}
    return Walked(
        {loaders[name].step(name): doubts for name, doubts in steps.items()},
        _weighed([each.walker.edges for each in tried], certain[1], [each.walker.edges for each in usual]),
        _follows(tried),
        tuple(_ran(usual)),
        is_known and are_all and all(each.end == "whole" and each.walker.is_alone for each in started),
        is_known and are_all,
        are_all,
        are_all and all(each.walker.is_direct for each in usual),
    )


def _explored(project: Project, entries: Sequence[str]) -> tuple[list[_World], bool]:
    """The worlds that decisions lead to; and whether those are all."""
    shared, left = Shared(project), MAX_STEPS
    pending: list[tuple[bool, ...]] = [()]
    worlds: list[_World] = []
    while pending and len(worlds) < MAX_WORLDS:
        script = pending.pop(0)
        walker = Walker(project, shared, script, left)
        worlds.append(_World(walker, _followed(walker, entries)))
        left = walker.left
        if left < 0 or (len(worlds) == 1 and worlds[0].end == "unknown"):
            return worlds, False
        taken = [each.is_taken for each in walker.decisions]
        pending += [(*taken[:at], not taken[at]) for at in range(len(script), len(taken))]
    return worlds, not pending


def _followed(walker: Walker, entries: Sequence[str]) -> str:
    try:
        for entry in entries:
            walker.enter(entry)
    except RaisedError:
        return "failed"
    except UnknownError:
        return "unknown"
    except Exception:  # a fault of ours, which costs no more than the walk: the trace stands without it
        return "unknown"
    return "whole"


def _certain(usual: Sequence[_World], *, are_all: bool) -> tuple[set[str], set[Edge]]:
    """What happens in each start, by the same statement; where not all were gone through, what nothing had to decide.

    A module that one of two statements loads, nobody knows which, is as conditional as they are.
    """
    if not are_all:
        walker = usual[0].walker
        return set(walker.steps[: walker.certain[0]]), set(walker.edges[: walker.certain[1]])
    edges = set.intersection(*[set(each.walker.edges) for each in usual])
    loading = {f"{imported}." for _, imported, _ in edges}
    found = set()
    for name in set.intersection(*[set(each.walker.steps) for each in usual]):
        is_same = len({each.walker.step(name) for each in usual}) == 1
        if is_same or any(each.startswith(f"{name}.") for each in loading):
            found.add(name)
    return found, edges


def _weighed(worlds: Iterable[Sequence[_T]], certain: set[_T], usual: Iterable[Sequence[_T]]) -> dict[_T, Doubts]:
    """All that happens in some world, each thing at its place, and what doubts there are about it."""
    after: dict[_T | None, _T | None] = {None: None}  # what comes next; first of all what comes after None
    for each in sorted(worlds, key=len, reverse=True):  # the longest tells most of the order
        last: _T | None = None
        own = set(each)
        for thing in each:
            if thing not in after:
                while (other := after[last]) is not None and other not in own:
                    last = other  # what happens in place of this in another world
                after[thing], after[last] = after[last], thing
            last = thing
    merged: list[_T] = []
    while (following := after[merged[-1] if merged else None]) is not None:
        merged.append(following)
    known = {thing for each in usual for thing in each}
    return {each: Doubts(each not in certain, each not in known) for each in merged}


def _follows(started: Sequence[_World]) -> dict[str, set[str]]:
    """The modules that come right before each in some start, of those that one statement loads in all of them."""
    steps: dict[str, set[Step]] = {}
    for each in started:
        for name in each.walker.steps:
            steps.setdefault(name, set()).add(each.walker.step(name))
    found: dict[str, set[str]] = {}
    for each in started:
        last = ""
        for name in each.walker.steps:
            if (package := name.rpartition(".")[0]) in steps:
                found.setdefault(name, set()).add(package)
            if len(steps[name]) == 1:
                found.setdefault(name, set()).update((last,) if last else ())
                last = name
    return found


def _ran(usual: Iterable[_World]) -> Iterator[Ran]:
    found: dict[Ran, None] = {}
    for world in usual:
        for each, by in world.walker.ran.items():
            found[Ran(each.frame.module.name, _begins(each), by.module, _begins(by.function), by.line)] = None
    known: set[tuple[str, Begin]] = set()
    for one in found:
        if (one.module, one.begin) not in known:
            known.add((one.module, one.begin))
            yield one


def _begins(function: Function | None) -> Begin:
    if function is None:
        return Begin()
    node = function.node
    if isinstance(node, ast.Lambda):
        return Begin((node.lineno,), lambda_name(node))
    return Begin((node.lineno, *[each.lineno for each in node.decorator_list]))
