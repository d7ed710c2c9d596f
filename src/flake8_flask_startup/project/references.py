"""What other files of the project need of a module's names: imports and reads of them, and tests that patch them.

Asked only about names that could go otherwise. Files are searched as text first; what has both the module's last name
and the name in it is parsed. A file that cannot be read says nothing; one that cannot be parsed is searched as text.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from pathlib import Path
from typing import cast

from ..files.printing import encoded
from ..files.trees import optional_tree
from ..model import UNREADABLE
from ..syntax.import_statements import folder_above
from .data_files import DataFiles
from .file_nodes import IMPORTING, Nodes
from .import_guards import guards_of
from .listed_modules import ASKS_ALL, FINDS, asks_what_it_finds
from .module_place import ModulePlace
from .named_in_text import ASKING, Importer, begins_name, may_have, names_of, word_places
from .neighbour import Neighbour
from .text_index import FileText, Search, search, templates

MAX_IN_PARTS = 20  # files examined that build module names from parts; most projects have only a few
MAX_READ = 50  # files that read a name of something unknown: each is parsed
_ASKS_ALL = frozenset(map(str.encode, ASKS_ALL))
# What stands before a name on its line: all of it in the definition of a function or class, how it begins in an import.
_DEFINING = re.compile(rb"[ \t]*(?:(?:async[ \t]+)?def|class)[ \t]+")
_IMPORTING = re.compile(rb"[ \t]*(?:from\b[^\n]*?\bimport\b|import\b)")
_BEFORE_IMPORTED = (b" ", b"\t", b",", b"(")
_DOTTED_TO = rb"(?<![\w.])([^\W\d][\w.]*%s)\b"
_LISTING = frozenset(map(str.encode, FINDS))
# A package by the end of a path or dotted name in a string, or its beginning; by another name; asked where it lies.
_IN_STRING = rb"[\"'](?:[\w./\\]*[./\\])?%s(?=[./\\]*[\"'{%%*])"
_CALLED = rb"\b%s[ \t]+as[ \t]+(\w+)"
_OF_PACKAGE = rb"\b%s\s*\.\s*__(?:file|name|package|path|spec)__"


@dataclass(frozen=True)  # no slots: what is found is kept
class Neighbourhood(ModulePlace):
    """A module among the files of its project, asked what those need of it."""

    @cached_property
    def names(self) -> frozenset[str]:
        """The dotted names that the module may be imported by, those of a package that its folder is installed as."""
        own = super().names
        found: set[str] = set()
        for name in (each for each in own if "." in each):
            tail = encoded(f".{name}")
            for text in (each for each in self.mentioning() if tail in each.data):
                found.update(
                    each.decode(errors="replace") for each in re.findall(_DOTTED_TO % re.escape(tail), text.data)
                )
        tops = {each.partition(".")[0] for each in found}
        others = {
            top for top in tops if top not in sys.stdlib_module_names and not self.has(top) and self._imported(top)
        }
        return own | {each for each in found if each.partition(".")[0] in others}

    def _imported(self, top: str) -> bool:
        """Whether an import statement of the project begins with a name."""
        begins = re.compile(rb"^[ \t]*(?:from|import)[ \t]+%s\b" % re.escape(encoded(top)), re.MULTILINE)
        return any(begins.search(each.data) for each in search(str(self.top)).having(encoded(top)))

    def has(self, top: str) -> bool:
        """Whether a top-level name is a module or package of the project."""
        return any((root / top).is_dir() or (root / f"{top}.py").is_file() for root in self.roots)

    def need(self, name: str, *, is_starred: bool = True) -> str:
        """Why another file needs a name that the module binds, with that file and line; empty if none is seen to.

        is_starred says that a star import of the module takes the name.
        """
        answers = search(str(self.top)).answers
        key = (self, name, is_starred)
        if key not in answers:
            answers[key] = self._need(name, is_starred=is_starred)
        return answers[key]

    def _need(self, name: str, *, is_starred: bool) -> str:
        reason = self._needed_by(self._having_last, name, is_starred=is_starred) or self._taken_by_entry(name)
        reason = reason or self._found_and_asked(name)
        reason = reason or self._needed_by(self._naming_in_parts, name, is_starred=is_starred)
        return reason or self._read_elsewhere(name, encoded(name)) or self._named_by(name, is_starred=is_starred)

    def _needed_by(self, texts: Sequence[FileText], name: str, *, is_starred: bool) -> str:
        """The first of the files that needs the name, with the reason."""
        bound = encoded(name)
        using = search(str(self.top)).narrowed(texts, bound)
        for text in texts:
            has_name = text in using or text.has_star
            if not has_name and ASKING.isdisjoint(text.words):  # as with most: it takes no look at what it has
                continue
            named = names_of(text, self)
            may_use = has_name and named.may_be(bound, text.data)
            is_about = (may_use or named.may_ask) and may_have(text, self)
            if is_about and (reason := self._reason(text, name, is_starred=is_starred)):
                return f"{self.shown(text)} {reason}"
        return ""

    def _named_by(self, name: str, *, is_starred: bool) -> str:
        """Which file of settings or data names an object of the module, as entry points and tables of loggers do."""
        found = DataFiles(str(self.top), self.names, self.path).naming(name, is_starred=is_starred)
        return "" if found is None else f"{self.shown(found.text)} names '{found.path}' on line {found.line}"

    def _taken_by_entry(self, name: str) -> str:
        """Where a file imports the name from what another one has put the module into `sys.modules` as."""
        for entry in self._entries:
            for text in search(str(self.top)).having(encoded(entry.rpartition(".")[2])):
                nodes = _nodes(text.data)
                for (module, level), taking in nodes.taking.items() if nodes is not None else ():
                    lines = [node.lineno for _, node in taking if any(each.name in (name, "*") for each in node.names)]
                    if lines and _may_be(entry, text.path, module, level):
                        return f"{self.shown(text)} imports '{name}' from '{entry}', which is it, on line {lines[0]}"
        return ""

    @cached_property
    def _entries(self) -> Sequence[str]:
        """The other names of the module in `sys.modules`, as far as files write them out."""
        setting = (each for each in self.mentioning() if b"sys.modules" in each.data and may_have(each, self))
        return sorted({entry for each in setting for entry in _neighbour(each, self).entries if entry})

    def _read_elsewhere(self, name: str, bound: bytes) -> str:
        """Where a file reads the name off something unknown, if another one hands the module on."""
        everywhere = search(str(self.top)).reading(bound)
        reading = list(islice((each for each in everywhere if each.path != str(self.path)), MAX_READ + 1))
        shown = templates(str(self.top)).asking(bound)
        if not (reading or shown) or not self.handed_on:
            return self._asked_elsewhere(name) or self._read_renamed(name, reading)
        if len(reading) > MAX_READ:
            return f"{self.handed_on} hands the module on, and many files read '.{name}' of something"
        for text in reading:
            nodes = _nodes(text.data)
            found = "" if nodes is None else next(_neighbour(text, self).may_read(name, self._kept_as), "")
            if found:
                return f"{self.shown(text)} {found}"
        if shown:
            return f"{self.shown(shown[0])} reads '.{name}', and {self.handed_on} hands the module on"
        return self._asked_elsewhere(name) or self._read_renamed(name, reading)

    def _read_renamed(self, name: str, reading: Sequence[FileText]) -> str:
        """Where a file reads the name off what another one has imported the module as; reading are files to look at."""
        for text in dict.fromkeys((*reading, *self._asking_renamed)) if self._renamed else ():
            nodes = _nodes(text.data)
            found = "" if nodes is None else next(_neighbour(text, self).reads_renamed(name, self._renamed), "")
            if found:
                return f"{self.shown(text)} {found}"
        return ""

    def _asked_elsewhere(self, name: str) -> str:
        """Where a function that the module is passed to, or who has what keeps it, asks for a name that may be any."""
        for text in self._receiving:
            nodes = _nodes(text.data)
            found = "" if nodes is None else next(_neighbour(text, self).may_ask(name, self._kept_as), "")
            if found:
                return f"{self.shown(text)} {found}"
        return ""

    @cached_property
    def _receiving(self) -> Sequence[FileText]:
        """The other files with functions that the module is passed to, or with names of what keeps it."""
        found = search(str(self.top))
        passed = ((text, word) for text in self._handing for word in sorted(_neighbour(text, self).given_to))
        having = (
            each
            for text, word in passed
            for each in found.having(encoded(word))
            if each is not text and each.path != str(self.path) and not ASKING.isdisjoint(each.words)
            if _receives(each.data, word)
        )
        return list(islice(dict.fromkeys(having), MAX_READ))

    @property
    def handed_on(self) -> str:
        """The first file that keeps the module elsewhere or gives it away as a value; empty if none is seen to."""
        return self.shown(self._handing[0]) if self._handing else ""

    @cached_property
    def _kept_as(self) -> frozenset[str]:
        """The attributes and keys of objects that files keep the module under."""
        return frozenset(word for text in self._handing for word in _neighbour(text, self).kept_as)

    @cached_property
    def _handing(self) -> Sequence[FileText]:
        """The files that keep the module elsewhere or give it away as a value."""
        return [text for text in self._having_as_value if _neighbour(text, self).hands_on]

    @cached_property
    def _renamed(self) -> frozenset[str]:
        """The other names that import statements of files give the module."""
        return frozenset(name for text in self._having_as_value for name in _neighbour(text, self).renamed)

    @cached_property
    def _asking_renamed(self) -> Sequence[FileText]:
        """The other files with one of those names that ask something for names."""
        found = search(str(self.top))
        having = (text for name in sorted(self._renamed) for text in found.having(encoded(name)))
        asking = (each for each in having if each.path != str(self.path) and not ASKING.isdisjoint(each.words))
        return list(islice(dict.fromkeys(asking), MAX_READ))

    @cached_property
    def _having_as_value(self) -> Sequence[FileText]:
        """The files that, by their text, have the module as a value or by another name."""
        near = (text for text in self.mentioning() if names_of(text, self).is_value and may_have(text, self))
        return [text for text in near if _nodes(text.data) is not None]

    def _found_and_asked(self, name: str) -> str:
        """Where a file imports what it finds in a package around the module, and asks it for a name or for all."""
        for text in self._finding:
            if not _ASKS_ALL.isdisjoint(text.words) and asks_what_it_finds(text.data):
                return f"{self.shown(text)} asks modules that it finds for all their names"
            if encoded(name) in text.words and asks_what_it_finds(text.data, name):
                return f"{self.shown(text)} asks modules that it finds for '{name}'"
        return ""

    @cached_property
    def _finding(self) -> Sequence[FileText]:
        """The files that import what they find in a package around the module."""
        found = search(str(self.top)).having(b"import_module")
        listing = [each for each in found if not _LISTING.isdisjoint(each.words) and each.path != str(self.path)]
        around = {str(folder / "__init__.py") for folder in self.path.parents}
        return [each for each in listing if each.path in around or self._is_folder_named(each)]

    def _is_folder_named(self, text: FileText) -> bool:
        """Whether a file has a package around the module by its name in a string, or asks it where it lies.

        The last part of the name alone tells something only in a string of a file that lies above the package.
        """
        is_above = Path(text.path).parent in self.path.parents
        is_beside = Path(text.path).parent == self.path.parent and b"__file__" in text.data
        for package in {name.rpartition(".")[0] for name in self.names} - {""}:
            parts = [re.escape(encoded(each)) for each in package.split(".")]
            whole, last = rb"[./\\]+".join(parts), parts[-1]
            called = [last, *map(re.escape, re.findall(_CALLED % last, text.data))]
            forms = [
                _IN_STRING % whole,
                *(_OF_PACKAGE % each for each in called),
                *([_IN_STRING % last] if is_above else ()),
            ]
            if is_beside or any(re.search(form, text.data) for form in forms):
                return True
        return False

    def missed(self, is_startup: Callable[[str], bool]) -> str:
        """Which file awaits that the module cannot be imported, and on which line; empty if none is seen to.

        is_startup tells which files a server could load.
        """
        roots = tuple(str(each) for each in self.roots)
        return guards_of(str(self.top), roots, is_startup).reason(str(self.path), self.top)

    def why(self, text: FileText, name: str) -> str:
        """Why one other file needs a name of the module; empty if it is not seen to."""
        named, bound = names_of(text, self), encoded(name)
        may_use = text.has_star or named.may_be(bound, text.data)
        return self._reason(text, name, is_starred=True) if (may_use or named.may_ask) and may_have(text, self) else ""

    def mentioning(self) -> Sequence[FileText]:
        """The other files that may come to the module's names."""
        return [*self._having_last, *self._naming_in_parts]

    @property
    def _having_last(self) -> Sequence[FileText]:
        """The other files with the module's last name in them, and those inside it if it is a package."""
        own = str(self.path)
        return [each for each in _mentioning(search(str(self.top)), self.last, self.inside) if each.path != own]

    @cached_property
    def _naming_in_parts(self) -> Sequence[FileText]:
        """Other files that do not contain the module's last name, but import by a string that begins its name."""
        found = search(str(self.top))
        having = {*_mentioning(found, self.last, self.inside)}
        importing = dict.fromkeys(each for word in sorted(IMPORTING) for each in found.having(encoded(word)))
        others = (each for each in importing if each not in having and each.path != str(self.path))
        return list(islice((each for each in others if begins_name(each, self)), MAX_IN_PARTS))

    def importing(self) -> Sequence[FileText]:
        """The other files whose import statements are of the module, or may be."""
        return [each for each in self.mentioning() if each.has_star or Importer(self, each).may_import()]

    def shown(self, text: FileText) -> str:
        """Return how messages name another file of the project."""
        return f"'{Path(os.path.relpath(text.path, self.top)).as_posix()}'"

    def _reason(self, text: FileText, name: str, *, is_starred: bool) -> str:
        nodes = _nodes(text.data)
        if nodes is None:
            used = names_of(text, self).names
            return f"{UNREADABLE}, and may use it" if encoded(name) in used else ""
        return next(_neighbour(text, self).needs(name, is_starred=is_starred), "")


def _receives(data: bytes, name: str) -> bool:
    """Whether a text defines or imports a name: from one to the next, as a pattern tries every line."""
    line, importing = -1, None
    for at, _ in word_places(data, name):
        start = data.rfind(b"\n", 0, at) + 1
        if start != line:
            line, importing = start, _IMPORTING.match(data, start)
        is_imported = importing is not None and importing.end() <= at and data[at - 1 : at] in _BEFORE_IMPORTED
        if is_imported or _DEFINING.fullmatch(data, start, at):
            return True
    return False


def _may_be(dotted: str, path: str, module: str, level: int) -> bool:
    """Whether what an import statement of a file names may be a module of this dotted name."""
    if not level:
        return module == dotted
    parts = (*Path(folder_above(path, level)).parts, *module.split("."))
    return parts[-dotted.count(".") - 1 :] == tuple(dotted.split("."))


@lru_cache(maxsize=4)  # asked for with every name of a file
def _mentioning(found: Search, last: str, inside: str) -> Sequence[FileText]:
    """The files with a module's last name in them, and those inside it if it is a package."""
    return found.having_or_below(encoded(last), inside)


def neighbourhood(filename: str, folders: tuple[str, ...] = ()) -> Neighbourhood:
    """Return the neighbourhood of a module: the same object until one of the project's files changes."""
    place = Neighbourhood(str(Path(filename).absolute()), folders)
    return cast(Neighbourhood, search(str(place.top)).places.setdefault(place, place))


@lru_cache(maxsize=64)  # more would keep the garbage collector busy
def _nodes(text: bytes) -> Nodes | None:
    """The nodes of a text's syntax tree; None if it cannot be parsed."""
    tree = optional_tree(text)
    return None if tree is None else Nodes(tree)


@lru_cache(maxsize=32)  # asked for with every name of a module
def _neighbour(text: FileText, module: Neighbourhood) -> Neighbour:
    return Neighbour(module, text.path, _nodes(text.data) or Nodes(ast.Module([], [])))
