"""Files of settings and data that name an object of a module, as entry points, tables of loggers and pickles do.

The path of an object stands there whole, or its module and its name stand near each other, for code that imports
modules by their names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from ..files.printing import encoded
from .text_index import TEMPLATES, FileText, Search, data_files, search, settings_files, templates

MAX_APART = 200  # bytes between the name of a module and that of an object of it
# Files that say what tools do with modules; each may list packages beside them.
_OF_TOOLS = frozenset(
    {"mypy.ini", "package.json", "pyproject.toml", "pyrightconfig.json", "pytest.ini", "setup.cfg", "tox.ini"}
)
_PATH = rb"(?<![\w./])%s[.:#]%s(?![\w/])"
_WORD = rb"(?<![\w./-])%s(?![\w/-])"
_WHOLE = rb"(?<![\w./-])%s(?![\w./-])"
# The opcodes GLOBAL and STACK_GLOBAL of pickle, as bytes and as a literal of Python has them.
_PICKLED = rb"%s(?:\r?\n|\\n|(?:\\x94|\x94)?(?:\\x8c|\x8c)(?:\\x\w\w|\\?.))%s(?!\w)"
_TAKEN = rb"\bfrom[ \t]+%s[ \t]+import\b[^\n]{0,300}(?<![\w.])%s(?!\w)"  # in examples, notebooks, and scripts
_STARRED = rb"\bfrom[ \t]+%s[ \t]+import[ \t]*\*"  # in the same
# In an example of doctest, or as no prose has a name.
_USED = rb"^[ \t]*(?:>>>|\.\.\.)[ \t][^\n]*(?<![\w.])%s\b|(?<![\w.])%s(?:\.\w|[(\[])"
_READABLE = (".ipynb", ".md", ".rst", ".sh")
_IMPORTING = (b"import_string", b"resolve_name", b"locate", b"symbol_by_name")
_OF_PACKAGE = frozenset({b"__name__", b"__package__"})


class Mention(NamedTuple):
    """Where a file names an object, and how."""

    text: FileText
    path: str
    line: int


class DataFiles:
    """The files of settings and data of a project, asked for objects of one module.

    top is the project's folder, names are the dotted names that the module may be imported by, file is where it lies.
    """

    def __init__(self, top: str, names: Set[str], file: Path) -> None:
        self._top = top
        self._names = sorted(names)
        self._file = file

    def naming(self, name: str, *, is_starred: bool) -> Mention | None:
        """Return where a file names an object of the module; None if none is seen to.

        is_starred says that a star import of the module takes the name.
        """
        return next(self._mentions(name, encoded(name), is_starred=is_starred), None)

    def _mentions(self, name: str, bound: bytes, *, is_starred: bool) -> Iterator[Mention]:
        searches = (settings_files(self._top), data_files(self._top), templates(self._top))
        having = [each for found in searches for each in found.having(bound)]
        for text in having:
            for module in self._names:
                if encoded(module.rpartition(".")[2]) not in text.data:  # a hundredth of a search for the expressions
                    continue
                parts = re.escape(encoded(module)), re.escape(bound)
                found = re.search(_PATH % parts, text.data) or re.search(_TAKEN % parts, text.data)
                found = found or (_starred(text.data, *parts) if is_starred else None)
                if found is not None:
                    yield _mention(text, f"{module}.{name}", found.start())
                elif (at := self._apart(text, module, bound)) is not None:
                    yield _mention(text, f"{module}.{name}", at)
        for text in (*search(self._top).having(b"pickle"), *data_files(self._top).texts):
            for module in self._names if bound in text.data else ():
                found = re.search(_PICKLED % (re.escape(encoded(module)), re.escape(bound)), text.data, re.DOTALL)
                if found is not None:
                    yield _mention(text, f"{module}.{name}", found.start())

    def _apart(self, text: FileText, module: str, bound: bytes) -> int | None:
        """Where a name stands near that of its module, if code may import the module by it; None if it does not."""
        if Path(text.path).name in _OF_TOOLS or text.path.endswith((*_READABLE, *TEMPLATES)):
            return None
        package, _, last = module.rpartition(".")
        for spelled in dict.fromkeys((module, last)):
            if encoded(spelled) not in text.data:
                continue
            for found in re.finditer(_WHOLE % re.escape(encoded(spelled)), text.data):
                near = text.data[max(found.start() - MAX_APART, 0) : found.end() + MAX_APART]
                asked = package if spelled == last else ""
                if re.search(_WORD % re.escape(bound), near) and _may_import(search(self._top), asked, self._file):
                    return found.start()
        return None


def _starred(data: bytes, module: bytes, bound: bytes) -> re.Match[bytes] | None:
    """Return where a name is used that a star import of a module took before; None if it is not."""
    taking = re.search(_STARRED % module, data)
    return None if taking is None else re.compile(_USED % (bound, bound), re.MULTILINE).search(data, taking.end())


@lru_cache(maxsize=64)  # asked for with every place where a name stands near its module's
def _may_import(found: Search, package: str, file: Path) -> bool:
    """Whether code imports what a text that it does not spell names: anything, or a module of a package."""
    for text in found.texts:
        if not (text.imports_by_name or any(each in text.data for each in _IMPORTING)):
            continue
        is_inside = Path(text.path).parent in file.parents and not _OF_PACKAGE.isdisjoint(text.words)
        if not package or encoded(package) in text.begun or is_inside:
            return True
    return False


def _mention(text: FileText, path: str, at: int) -> Mention:
    return Mention(text, path, text.data.count(b"\n", 0, at) + 1)
