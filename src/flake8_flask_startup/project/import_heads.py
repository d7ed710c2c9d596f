"""What loading a module of the project surely loads besides, by the heads of its files.

A head is what stands before the first function or class; its plain import statements run whenever the module is loaded.
What stands elsewhere may run as well: it is left out, and nothing is claimed of it.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import lru_cache
from typing import NamedTuple

from ..files.trees import optional_tree
from ..syntax.import_statements import folder_above, imported
from .text_index import FileText, Search, search

_HEAD_ENDS = re.compile(rb"^(?:async[ \t]|class\b|def\b|@)", re.MULTILINE)
_LAZY = b"__lazy_modules__"  # PEP 810: which imports wait is then a question of its own


class ImportedName(NamedTuple):
    """What an import statement names: the line, the dotted name, and the number of leading dots."""

    line: int
    dotted: str
    level: int = 0


class Reached(NamedTuple):
    """A module that is loaded along, by the line of the file under lint that leads there; 0 for a package around it."""

    text: FileText
    by: int


@lru_cache(maxsize=1000)  # by content: asked for with every file that leads here
def head(text: FileText) -> Sequence[ImportedName]:
    """The plain import statements of a head, none of one that cannot be parsed: a text may end where it is cut."""
    end = _HEAD_ENDS.search(text.data)
    if _LAZY in text.data:
        return ()
    tree = optional_tree(text.data[: end.start()] if end else text.data)
    return [each for node in tree.body for each in _wanted(node)] if tree is not None else ()


def _wanted(node: ast.stmt) -> Iterable[ImportedName]:
    if getattr(node, "is_lazy", 0):  # of `lazy import`, from Python 3.15 on
        return ()
    return [
        ImportedName(node.lineno, each.dotted, each.level) for each in imported(node) if each.module != "__future__"
    ]


class ImportHeads:
    """The heads of a project's files, and how they lead to each other. roots are the folders of absolute imports."""

    def __init__(self, files: Iterable[FileText], roots: Sequence[str]) -> None:
        self._files: Mapping[str, FileText] = {each.path: each for each in files}
        self._tops = {root: _tops(root, self._files) for root in roots}
        self._next: dict[str, Sequence[str]] = {}
        self._others: dict[str, Sequence[ImportedName]] = {}

    def reached(self, path: str, wanted: Iterable[ImportedName]) -> Iterator[Reached]:
        """What a file with these import statements loads besides itself, nearest first, as far as somebody asks."""
        by = {path: 0, **dict.fromkeys(self._packages(path), 0)}
        for each in wanted:
            by.update((target, each.line) for target in self.files(each, path) if target not in by)
        del by[path]
        order = list(by)
        for here in order:  # grows meanwhile
            yield Reached(self._files[here], by[here])
            news = [target for target in self._loads(here) if target not in by and target != path]
            by.update((target, by[here]) for target in news)
            order += news

    def files(self, wanted: ImportedName, importer: str) -> list[str]:
        """The project's files that an import statement in one of them loads by name; none for another package's."""
        if wanted.level:
            return self._below(folder_above(importer, wanted.level), wanted.dotted)
        top = wanted.dotted.partition(".")[0]
        found = (self._below(root, wanted.dotted) for root, tops in self._tops.items() if top in tops)
        return next(filter(None, found), [])

    def others(self, text: FileText) -> Sequence[ImportedName]:
        """What the head of a file imports that is not of the project."""
        if text.path not in self._others:
            self._others[text.path] = [each for each in head(text) if not self.files(each, text.path)]
        return self._others[text.path]

    def loaded_by(self, paths: Iterable[str]) -> Set[str]:
        """What loading some files loads besides, themselves left out unless another of them loads them."""
        found: set[str] = set()
        pending = list(paths)
        while pending:
            news = [each for each in self._loads(pending.pop()) if each not in found]
            found.update(news)
            pending += news
        return found

    def _below(self, folder: str, dotted: str) -> list[str]:
        """The files of a dotted name and of the packages on the way, below a folder."""
        found: list[str] = []
        for part in dotted.split("."):
            folder = f"{folder}{os.sep}{part}"
            if (package := f"{folder}{os.sep}__init__.py") in self._files:
                found.append(package)
            elif f"{folder}.py" in self._files:
                return [*found, f"{folder}.py"]
        return found

    def _loads(self, path: str) -> Sequence[str]:
        if path not in self._next:
            named = [target for each in head(self._files[path]) for target in self.files(each, path)]
            self._next[path] = list(dict.fromkeys([*self._packages(path), *named]))
        return self._next[path]

    def _packages(self, path: str) -> list[str]:
        """The files of the packages around a file."""
        found = []
        folder = os.path.dirname(path)  # noqa: PTH120  # as above
        while (package := f"{folder}{os.sep}__init__.py") in self._files:
            if package != path:
                found.append(package)
            folder = os.path.dirname(folder)  # noqa: PTH120  # as above
        return found


def heads_of(top: str, roots: tuple[str, ...]) -> ImportHeads:
    """Return the heads of the files in a folder; roots are the folders of absolute imports."""
    return _heads_of(search(top), roots)


@lru_cache(maxsize=8)  # for as long as no file changes: asked for with every file
def _heads_of(found: Search, roots: tuple[str, ...]) -> ImportHeads:
    return ImportHeads(found.texts, roots)


def _tops(root: str, paths: Iterable[str]) -> frozenset[str]:
    """The top-level names that may be imported from a folder."""
    start = f"{root}{os.sep}"
    below = (path[len(start) :].partition(os.sep)[0] for path in paths if path.startswith(start))
    return frozenset(name.removesuffix(".py") for name in below)
