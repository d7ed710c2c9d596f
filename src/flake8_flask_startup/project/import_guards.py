"""Files that do without a module of the project where it cannot be imported: the module, and what it alone loads.

An import in such a module that waits would no longer tell that file that a package is missing.
"""

from __future__ import annotations

import ast
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

from ..files.trees import optional_tree
from ..syntax.import_errors import awaits_import_error
from ..syntax.import_statements import imported
from .file_nodes import statements
from .import_heads import ImportedName, ImportHeads, heads_of
from .text_index import FileText, Search, search

_GUARDS = (ast.Try, ast.TryStar, ast.With, ast.AsyncWith)


class _Guard(NamedTuple):
    """A statement that awaits that an import in it fails; via is the module that it imports."""

    text: FileText
    line: int
    via: str


class Guards:
    """The guarded imports among the files of a project. is_startup tells which files a server could load."""

    def __init__(self, heads: ImportHeads, files: Sequence[FileText], is_startup: Callable[[str], bool]) -> None:
        self._heads = heads
        self._files = files
        self._is_startup = is_startup

    def reason(self, path: str, top: Path) -> str:
        """Which file awaits that a module cannot be imported, and on which line; empty if none is seen to."""
        if guard := self._direct.get(path):
            return f"{_shown(guard.text.path, top)} awaits on line {guard.line} that this module cannot be imported"
        if guard := self._along.get(path):
            via = _shown(guard.via, top)
            awaits = f"{_shown(guard.text.path, top)} awaits on line {guard.line} that {via}"
            return f"{awaits}, which loads this module, cannot be imported"
        return ""

    @cached_property
    def _direct(self) -> Mapping[str, _Guard]:
        """By the path of the module that a guarded statement names, the first of its guards."""
        found: dict[str, _Guard] = {}
        for guard, wanted in self._guarded:
            if named := self._heads.files(wanted, guard.text.path):
                found.setdefault(named[-1], guard._replace(via=named[-1]))
        return found

    @cached_property
    def _along(self) -> Mapping[str, _Guard]:
        """By path, the modules that are loaded for guarded statements alone, as far as the heads of files tell."""
        found: dict[str, _Guard] = {}
        for guard, wanted in self._guarded:
            named = self._heads.files(wanted, guard.text.path)
            for each in self._heads.reached(guard.text.path, [wanted]) if named else ():
                if each.by:  # what leads there is the statement, not a package around the file
                    found.setdefault(each.text.path, guard._replace(via=named[-1]))
        if not found:
            return found
        others = [each.path for each in self._files if each.path not in found and self._is_startup(each.path)]
        loaded = self._heads.loaded_by(others)
        return {path: guard for path, guard in found.items() if path not in loaded}

    @cached_property
    def _guarded(self) -> Sequence[tuple[_Guard, ImportedName]]:
        """The guarded statements that import modules of the project."""
        found: list[tuple[_Guard, ImportedName]] = []
        for text in self._files:
            if any(self._heads.files(each, text.path) for each in _in_blocks(text)):
                found += [each for each in _guarded_in(text) if self._heads.files(each[1], text.path)]
        return found


def _in_blocks(text: FileText) -> Iterator[ImportedName]:
    """What import statements in blocks of a file name, those that only look like some among them."""
    for each in text.imports_in_blocks:
        if (tree := optional_tree(each)) is not None:  # no prose, nor a statement that is cut off
            yield from _wanted(tree.body)


def _guarded_in(text: FileText) -> Iterator[tuple[_Guard, ImportedName]]:
    tree = optional_tree(text.data)
    for node in filter(awaits_import_error, statements(tree)) if tree is not None else ():
        for statement in node.body if isinstance(node, _GUARDS) else ():
            guard = _Guard(text, statement.lineno, "")
            yield from ((guard, each) for each in _wanted(statements(statement)))


def _wanted(nodes: Iterable[ast.AST]) -> Iterator[ImportedName]:
    for node in nodes:
        line = getattr(node, "lineno", 1)
        yield from (ImportedName(line, each.dotted, each.level) for each in imported(node))


def _shown(path: str, top: Path) -> str:
    return f"'{Path(os.path.relpath(path, top)).as_posix()}'"


def guards_of(top: str, roots: tuple[str, ...], is_startup: Callable[[str], bool]) -> Guards:
    """Return the guarded imports of the project in a folder; roots are the folders of absolute imports."""
    return _guards_of(search(top), heads_of(top, roots), is_startup)


@lru_cache(maxsize=8)  # for as long as no file changes: asked for with every import that could wait
def _guards_of(found: Search, heads: ImportHeads, is_startup: Callable[[str], bool]) -> Guards:
    return Guards(heads, found.texts, is_startup)
