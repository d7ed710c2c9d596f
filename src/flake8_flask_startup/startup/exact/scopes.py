"""Which names a function binds, and whether it is a generator (language reference, 4.2)."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ...syntax.import_statements import imported

_OWN = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
_GATHERING = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class Names(NamedTuple):
    """The names in the body of a function."""

    bound: frozenset[str]
    elsewhere: Mapping[str, str]  # names that are declared "global" or "nonlocal"
    yields: bool


def names_of(body: Iterable[ast.AST], parameters: Iterable[str] = ()) -> Names:
    """The names of a body."""
    bound, elsewhere, yields = set(parameters), dict[str, str](), False
    for node in _inside(body):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                bound.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                bound.add(name)
            case ast.Import() | ast.ImportFrom():
                bound.update(each.bound for each in imported(node) if each.bound)
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                bound.add(name)
            case ast.MatchMapping(rest=str(name)):
                bound.add(name)
            case ast.Global(names=declared):
                elsewhere.update(dict.fromkeys(declared, "global"))
            case ast.Nonlocal(names=declared):
                elsewhere.update(dict.fromkeys(declared, "nonlocal"))
            case ast.Yield() | ast.YieldFrom():
                yields = True
    return Names(frozenset(bound - elsewhere.keys()), elsewhere, yields)


def _inside(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """The nodes that run in the scope that some stand in: what only functions and classes inside have is left out."""
    pending = list(nodes)
    while pending:
        node = pending.pop()
        if isinstance(node, _GATHERING):
            pending += (each for each in ast.walk(node) if isinstance(each, ast.NamedExpr))
            continue
        yield node
        if not isinstance(node, _OWN):
            pending += ast.iter_child_nodes(node)
        elif not isinstance(node, ast.Lambda):
            pending += node.decorator_list
