"""What a local variable is: what calls give it, or what a parameter is annotated with."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from ..syntax.import_statements import imported

_FUNCTIONS = (ast.AsyncFunctionDef, ast.FunctionDef)


def makers(
    node: ast.expr, name: str, parents: Mapping[ast.AST, ast.AST]
) -> Sequence[ast.Call | ast.Name | ast.Attribute]:
    """Return all that gives a local variable its value where a node reads it: calls, and annotations of parameters.

    Empty where something else may. parents is what is around each node of the tree.
    """
    around = parents.get(node)
    while around is not None:
        if isinstance(around, _FUNCTIONS) and (binding := [each for each in ast.walk(around) if _binds(each, name)]):
            found = [_maker(each, parents) for each in binding]
            known = [each for each in found if each is not None]
            return known if len(known) == len(found) else ()
        around = parents.get(around)
    return ()


def _maker(binding: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> ast.Call | ast.Name | ast.Attribute | None:
    if isinstance(binding, ast.arg):
        return binding.annotation if isinstance(binding.annotation, (ast.Name, ast.Attribute)) else None
    match parents.get(binding):
        case ast.Assign(targets=targets, value=ast.Call() as call) if binding in targets:
            return call
    return None


def _binds(node: ast.AST, name: str) -> bool:
    match node:
        case ast.Name(id=bound, ctx=ast.Store() | ast.Del()) | ast.arg(arg=bound):
            return bound == name
        case ast.FunctionDef(name=bound) | ast.AsyncFunctionDef(name=bound) | ast.ClassDef(name=bound):
            return bound == name
        case ast.ExceptHandler(name=bound) | ast.MatchAs(name=bound) | ast.MatchStar(name=bound):
            return bound == name
        case ast.MatchMapping(rest=bound):
            return bound == name
        case ast.Global(names=names) | ast.Nonlocal(names=names):
            return name in names
        case ast.Import() | ast.ImportFrom():
            return any(each.bound in (name, "*") for each in imported(node))
    return False
