"""Names of a module that its own texts have code ask for: dotted names, and the examples of docstrings.

doctest runs an example with the names of the module, so an import of the module serves it too.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from functools import cached_property

from ..files.trees import optional_tree
from ..project.doctests import PROMPT, are_examples_run
from ..project.references import Neighbourhood
from ..project.text_index import has_word
from ..syntax.import_statements import imported
from ..syntax.tree_walk import nodes_of
from .module import Module

_RUNNER = b"doctest"
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


class TextNames:
    """What the texts of one module name of it."""

    def __init__(self, module: Module) -> None:
        self._reflections = module.reflections
        self._place = module.place

    def reason(self, name: str) -> str:
        """Return which text of the file has code ask for a name of the module; empty if none does."""
        if self._reflections is None:
            return ""
        if (line := self._reflections.named_in_texts.get(name)) is not None:
            return f"the text on line {line} names it"
        line = self._examples.get(name)
        return f"the docstring on line {line} has an example that uses it" if line is not None else ""

    @cached_property
    def _examples(self) -> Mapping[str, int]:
        found = self._reflections
        return {} if found is None else _names_in_examples(found.tree(), found.text, self._place)


def _names_in_examples(tree: ast.Module, text: str, place: Neighbourhood | None) -> Mapping[str, int]:
    """The names that the examples of a module read and do not bind, each with the first line of its docstring.

    Nothing where neither code nor settings of the project name doctest.
    """
    found: dict[str, int] = {}
    if PROMPT not in text or not _are_run(text, place):
        return found
    for node in nodes_of(tree):
        docstring = node.body[0] if isinstance(node, _DOCUMENTED) and node.body else None
        if isinstance(docstring, ast.Expr) and isinstance(docstring.value, ast.Constant):
            for name in _read(docstring.value.value):
                found.setdefault(name, docstring.lineno)
    return found


def _are_run(text: str, place: Neighbourhood | None) -> bool:
    if has_word(text.encode(errors="replace"), _RUNNER):
        return True
    return place is not None and are_examples_run(str(place.top))


def _read(docstring: object) -> Iterator[str]:
    """The names that the examples of a docstring read, without those that they bind: one runs after the other."""
    if not isinstance(docstring, str) or PROMPT not in docstring:
        return
    from doctest import DocTestParser  # brings in pdb and unittest, and few files have examples

    try:
        examples = DocTestParser().get_examples(docstring)
    except ValueError:  # which doctest says as well
        return
    bound: set[str] = set()
    for example in examples:
        tree = optional_tree(example.source.encode(errors="replace"))
        nodes = nodes_of(tree) if tree is not None else []
        names = [node for node in nodes if isinstance(node, ast.Name)]
        bound.update(
            each.bound for node in nodes if isinstance(node, (ast.Import, ast.ImportFrom)) for each in imported(node)
        )
        yield from (each.id for each in names if isinstance(each.ctx, ast.Load) and each.id not in bound)
        bound.update(each.id for each in names if isinstance(each.ctx, ast.Store))
