"""Objects of module code that other files read: which of those files could ask for one when a function needs it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from ..config.settings import Settings
from ..files.paths import shown
from ..files.trees import optional_tree
from ..project.module_place import place_of
from ..project.references import Neighbourhood, neighbourhood
from ..project.text_index import FileText
from ..startup.graph.trace import Statement
from ..syntax.import_statements import imported
from .refusal import Refused


def readers(path: str, name: str, settings: Settings) -> list[tuple[Statement, str]]:
    """Return the import statements of other files' module code that take a name of a module, with what they bind it to.

    Files that read it as an attribute of the module need no edit: the module's `__getattr__` gives it to them.

    Raises:
        Refused: where one has it in a way that a `__getattr__` would not serve.
    """
    around = neighbourhood(path, settings.roots)
    if not around.need(name):
        return []
    if around.handed_on:
        raise Refused(f"{around.handed_on} hands the module on")
    return [found for text in around.mentioning() if around.why(text, name) for found in _taken(around, text, name)]


def tree_beside(around: Neighbourhood, text: FileText) -> ast.Module:
    """Return the tree of a file that mentions a module.

    Raises:
        Refused: if it has none: nobody knows what such a file takes of the module.
    """
    tree = optional_tree(text.data)
    if tree is None:
        raise Refused(f"{around.shown(text)} mentions it, and cannot be parsed")
    return tree


def _taken(around: Neighbourhood, text: FileText, name: str) -> Iterator[tuple[Statement, str]]:
    spelled = re.compile(rf"\b{re.escape(name)}\b")
    tree = tree_beside(around, text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and spelled.search(node.value):
            raise Refused(f"{around.shown(text)} spells '{name}' on line {node.lineno}")
        if isinstance(node, ast.Attribute) and node.attr == name and not isinstance(node.ctx, ast.Load):
            raise Refused(f"{around.shown(text)} binds '{name}' on line {node.lineno}")
        if isinstance(node, ast.ImportFrom) and not place_of(text.path, node.module or "", node.level, around):
            for each in imported(node):
                if each.name == "*":
                    raise Refused(f"{around.shown(text)} imports all its names on line {node.lineno}")
                if each.name == name and node in tree.body:
                    yield Statement(shown(text.path), node.lineno), each.bound
