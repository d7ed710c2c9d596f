"""Functions that evaluate strings that are not known: they may read any name that the module imports.

For the verdict, and while imports are placed, each such call is made to mention the imported names. A name whose import
moves into the function is declared global there: a lambda or comprehension in the string looks names up in the module.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from ..files.parsing import parsed
from ..syntax.tree_walk import nodes_of
from .attempts import names_bound, times_bound
from .chunks import lines_of
from .splices import Places, Splice, spliced

_MARK = "_flask_startup_evaluated_"
_SPELLED = re.compile(rf', \{{"{_MARK}": 0(?:, "\w+": \w+)*\}}')
_EVALUATING = ("eval", "exec")
CALLS = re.compile(r"\b(?:eval|exec)\b")  # in every line that calls one
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_WRITTEN = (ast.BinOp, ast.Constant, ast.JoinedStr, ast.Starred)  # their names are known


@lru_cache(maxsize=16)  # asked for with each statement of a plan
def evaluates(tree: ast.Module) -> bool:
    """Return whether functions of a module evaluate strings that are not known, which may read what it imports."""
    return bool(_calls(tree)) and bool(_names(tree))


def spelled(text: str, tree: ast.Module) -> str:
    """Return source in which such calls mention every name that the module imports."""
    if not evaluates(tree):
        return text
    names = "".join(f', "{each}": {each}' for each in _names(tree))
    ends = map(Places(text).end, (call.args[0] for call in _calls(tree)))
    return spliced(text, (Splice(end, end, f', {{"{_MARK}": 0{names}}}') for end in ends))


def unspelled(text: str) -> str:
    """Restore the calls in such source, and make global the names that their functions now import."""
    tree = parsed(text)
    lines = lines_of(text)
    newline = "\r\n" if "\r\n" in text else "\n"
    for node in sorted(filter(_is_function, nodes_of(tree)), key=lambda each: -getattr(each, "lineno", 0)):
        assert isinstance(node, _FUNCTIONS)  # noqa: S101  # as filtered
        wanted = {name for each in nodes_of(node) if isinstance(each, ast.Dict) for name in _spelled_in(each)}
        imports = (each for each in nodes_of(node) if isinstance(each, (ast.Import, ast.ImportFrom)))
        found = {name: None for each in imports for name in names_bound(each)}
        if names := [name for name in found if name in wanted]:
            first = node.body[int(ast.get_docstring(node, clean=False) is not None)]
            indent = lines[first.lineno - 1][: first.col_offset]
            lines.insert(first.lineno - 1, f"{indent}global {', '.join(names)}{newline}")
    return _SPELLED.sub("", "".join(lines))


def _is_function(node: ast.AST) -> bool:
    return isinstance(node, _FUNCTIONS)


def _spelled_in(node: ast.Dict) -> Iterator[str]:
    """The names in a mapping that `spelled` wrote; none for any other mapping."""
    keys = [each.value for each in node.keys if isinstance(each, ast.Constant)]
    yield from (str(each) for each in keys[1:] if keys[0] == _MARK)


def _calls(tree: ast.Module) -> Sequence[ast.Call]:
    """Calls in functions that evaluate a string of which no part is known, in the namespace of the module."""
    if any(times_bound(tree)[name] for name in _EVALUATING):
        return []
    return [
        call
        for function in nodes_of(tree)
        if isinstance(function, _FUNCTIONS)
        for part in function.body
        for call in nodes_of(part)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in _EVALUATING
        and len(call.args) == 1
        and not call.keywords
        and not isinstance(call.args[0], _WRITTEN)
    ]


def _names(tree: ast.Module) -> Sequence[str]:
    """The names that module code imports; empty unless each is bound once, by a top-level statement."""
    found: list[str] = []
    pending: list[ast.AST] = [*tree.body]
    while pending:
        node = pending.pop(0)
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            if node not in tree.body:
                return []
            if getattr(node, "module", "") != "__future__":
                found += names_bound(node)
        elif not isinstance(node, (*_FUNCTIONS, ast.ClassDef, ast.Lambda)) and not _is_for_checkers(node):
            pending += ast.iter_child_nodes(node)
    return found if all(times_bound(tree)[name] == 1 for name in found) and not times_bound(tree)["*"] else []


def _is_for_checkers(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test).rpartition(".")[2] == "TYPE_CHECKING"
