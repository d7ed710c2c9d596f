"""Names that code goes through and passes on by how they begin or end.

`[name for name in dir() if name.startswith("load_")]`: whatever else the code asks of a name that does not pass, it
does nothing with it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping

from ..project.put_together import WORD
from ..project.spelled import ANY, made_of
from ..syntax.raw_paths import written_text

_COPYING = frozenset({"frozenset", "iter", "list", "set", "sorted", "tuple"})
_LISTING = frozenset({"copy", "items", "keys"})
# How a text that passes a test is spelled as a pattern (see `put_together`), by the method of the test.
_TESTS: Mapping[str, Callable[[str], str]] = {
    "endswith": lambda text: f"{WORD}{re.escape(text)}",
    "startswith": lambda text: f"{re.escape(text)}{WORD}",
}


def passed_on(names: ast.expr, parents: Mapping[ast.AST, ast.AST]) -> str:
    """Return what stands for the names that a loop or comprehension over some names passes on; ANY where it may be any.

    names is an expression for a list of names, or for a mapping by names; parents are those of all nodes.
    """
    node, is_pairs = _gone_through(names, parents)
    around = parents[node]
    if not isinstance(around, (ast.comprehension, ast.For)) or around.iter is not node:
        return ANY
    target = around.target
    if is_pairs and isinstance(target, ast.Tuple):
        target = target.elts[0]
    return _tested(around, target.id) if isinstance(target, ast.Name) else ANY


def is_gone_through(names: ast.expr, parents: Mapping[ast.AST, ast.AST]) -> bool:
    """Return whether a loop or comprehension goes over some names, and nothing else has them."""
    node, _ = _gone_through(names, parents)
    around = parents[node]
    return isinstance(around, (ast.comprehension, ast.For)) and around.iter is node


def of_variable(variable: ast.Name, parents: Mapping[ast.AST, ast.AST]) -> str:
    """Return what stands for the names that the variable of a comprehension has where that makes an item; or ANY."""
    node: ast.AST = variable
    while node in parents and not isinstance(node, (ast.comprehension, ast.stmt, ast.Lambda)):
        if isinstance(node, (ast.DictComp, ast.GeneratorExp, ast.ListComp, ast.SetComp)):
            for each in node.generators:
                if isinstance(each.target, ast.Name) and each.target.id == variable.id:
                    return _tested(each, variable.id)
        node = parents[node]
    return ANY


def _tested(around: ast.comprehension | ast.For, name: str) -> str:
    """What stands for the values of a variable that pass the tests of a comprehension, or of all that a loop does."""
    tests: list[ast.expr] = []
    if isinstance(around, ast.comprehension):
        tests = around.ifs
    elif len(around.body) == 1 and not around.orelse:
        (only,) = around.body
        tests = [only.test] if isinstance(only, ast.If) and not only.orelse else []
    first = next((found for test in tests for each in _all_of(test) if (found := _pattern(each, name))), "")
    return made_of(first) if first else ANY


def _gone_through(node: ast.expr, parents: Mapping[ast.AST, ast.AST]) -> tuple[ast.expr, bool]:
    """The expression around a list or mapping of names that gives the same names, and whether in pairs with values."""
    is_pairs = False
    while (around := _giving_the_same(node, parents)) is not None:
        is_pairs = is_pairs or (isinstance(around.func, ast.Attribute) and around.func.attr == "items")
        node = around
    return node, is_pairs


def _giving_the_same(node: ast.expr, parents: Mapping[ast.AST, ast.AST]) -> ast.Call | None:
    """The call around a list or mapping of names that gives the same names; None for anything else."""
    match parents[node]:
        case ast.Call(func=ast.Name(id=function), args=[only], keywords=[]) as around:
            return around if only is node and function in _COPYING else None
        case ast.Attribute(attr=method) as attribute if method in _LISTING:
            around_it = parents[attribute]
            return around_it if isinstance(around_it, ast.Call) and around_it.func is attribute else None
    return None


def _all_of(test: ast.expr) -> Iterator[ast.expr]:
    """The tests that all have to hold for one to."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        for each in test.values:
            yield from _all_of(each)
    else:
        yield test


def _pattern(test: ast.expr, name: str) -> str:
    """The pattern of the names for which a test of a variable holds; empty for any other test."""
    match test:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=variable), attr=method), args=[given]) if variable == name:
            text = written_text(given)
            return _TESTS[method](text) if method in _TESTS and text else ""
    return ""
