"""Files that import what they find in a folder, and ask it for all its names or for one.

In: the text of a file. Out: whether some function of it, with those that it mentions, does all three.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence, Set
from functools import lru_cache

from ..files.trees import optional_tree
from ..syntax.tree_walk import nodes_of

FINDS = frozenset({"iter_modules", "walk_packages", "listdir", "scandir", "iterdir", "glob", "rglob", "walk"})
IMPORTS = frozenset({"import_module"})
ASKS_ALL = frozenset({"__dict__", "vars", "dir", "getmembers"})
_OF_SOMETHING, _AS_TEXT = ".", "'"  # stand before attributes, and before texts that may be asked for
_MODULE = ""  # the code of the module itself, among the names of functions and classes


@lru_cache(maxsize=200)  # by content: asked for with every module in the packages around
def asks_what_it_finds(data: bytes, asked: str = "") -> bool:
    """Return whether a file may ask modules that it finds for a name, "" for all; True where it cannot be parsed.

    What stands in functions that have nothing to do with each other says nothing.
    """
    tree = optional_tree(data)
    if tree is None:
        return True
    mentioned = _mentioned(tree)
    by: dict[str, list[str]] = {}
    for name, names in mentioned.items():
        for each in names & mentioned.keys():
            by.setdefault(each, []).append(name)
    asks = _asks(asked) if asked else ASKS_ALL
    finding, importing, asking = (_coming_to(kind, mentioned, by) for kind in (FINDS, IMPORTS, asks))
    return bool(finding & importing & asking)


def _mentioned(tree: ast.Module) -> Mapping[str, Set[str]]:
    """The names that functions and classes of a module, and its own code, mention; `as` counts for what it renames."""
    called = {
        each.asname: each.name.rpartition(".")[2]
        for node in nodes_of(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for each in node.names
        if each.asname
    }
    found: dict[str, set[str]] = {_MODULE: set()}
    for statement in tree.body:
        name = _MODULE
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            name = statement.name
        names = found.setdefault(name, set())
        names.update(called.get(each, each) for each in _names(statement))
    return found


def _names(statement: ast.stmt) -> Iterator[str]:
    for node in nodes_of(statement):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield from (node.attr, _OF_SOMETHING + node.attr)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield _AS_TEXT + node.value


def _asks(name: str) -> Set[str]:
    return {_OF_SOMETHING + name, _AS_TEXT + name}


def _coming_to(kind: Set[str], mentioned: Mapping[str, Set[str]], by: Mapping[str, Sequence[str]]) -> Set[str]:
    """The functions that mention one of some names, or others that do; by gives those that mention a function."""
    pending = [name for name, names in mentioned.items() if kind & names]
    found = set(pending)
    while pending:
        new = [each for each in by.get(pending.pop(), ()) if each not in found]
        found.update(new)
        pending += new
    return found
