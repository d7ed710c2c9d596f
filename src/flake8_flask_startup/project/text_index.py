"""The Python files of a project as bytes, for questions that a search answers or rules out. Nothing here is parsed."""

from __future__ import annotations

import os
import re
from bisect import bisect_left
from collections.abc import Hashable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import accumulate, islice
from typing import Any

from ..files.identity import Identity, identity_of
from ..files.notices import say_once
from ..files.own_files import is_own
from ..files.source_file import MAX_SOURCE_BYTES, optional_bytes, shown_name
from ..files.ttl import while_fresh
from ..files.walking import ENVIRONMENT_MARK
from .folders import INSTALLED

MAX_FILES = 20_000  # and folders, of one project: more is no project but a disk
MAX_DATA_FILES = 500  # of one project: what names its objects is written by hand
MAX_DATA_BYTES = 256_000  # of each, likewise
MAX_BYTES = 300_000_000  # of all files together, which are kept in memory
INDEXED_AFTER = 25  # searches: the index takes as long as so many (MLflow's 15 MB: 190 and 7 ms)
_SKIPPED = INSTALLED | {"__pycache__", "node_modules"}
IMPORT = re.compile(rb"^[ \t]*(?:from[^\n]*?import[ \t]*\([^)]*\)|(?:from|import)\b(?:\\\r?\n|[^\n])*)", re.MULTILINE)
_STAR = re.compile(rb"import[\s\\]*\*")
# An import statement in a block. Prose that looks like one is for the reader of the statement to tell.
_IN_BLOCK = re.compile(rb"(?:\n[ \t]+|:[ \t]+)((?:from|import)\b(?:\\\r?\n|\([^)]{0,20000}\)|[^\n(])*)")


_BY_NAME = (b"import_module", b"__import__", b"sys.modules")
_ASKING = re.compile(rb"\b(?:getattr|hasattr|attrgetter|vars|dir|__dict__|__getattribute__|modules)\b")
_FROM_DOTS = re.compile(rb"from[ \t]+\.+[ \t]*import\b")
# The end of one string may begin another, so it is not consumed; logging's "ext://a.b" names an object as "a.b" does.
_QUOTED = re.compile(rb"([\"'])(?:\w+://)?(?=([\w.\x80-\xff]+)(\1|:)?)")
_UNFINISHED = re.compile(rb"[\"'](?=([\w.\x80-\xff]+)([\"'{%]))")
MAX_DEPTH = 20  # parts of a dotted name: what begins with more is not looked up


class ImportStatements:
    """Import statements of a file, found by the words in them."""

    def __init__(self, statements: Sequence[bytes]) -> None:
        self._statements = statements

    def naming(self, word: bytes) -> Sequence[bytes]:
        """Return the statements that have a word, in their order; letters outside ASCII count as parts of words."""
        return self._by_word.get(word, ())

    @cached_property
    def of_dots(self) -> Sequence[bytes]:
        """The statements that import from nothing but dots."""
        return [each for each in self._statements if _FROM_DOTS.match(each)]

    @cached_property
    def _by_word(self) -> Mapping[bytes, Sequence[bytes]]:
        found: dict[bytes, list[bytes]] = {}
        for each in self._statements:
            for word in set(each.translate(_SPACED).split()):
                found.setdefault(word, []).append(each)
        return found


@dataclass(frozen=True, eq=False)  # no slots: what a search finds is kept
class FileText:
    """A file and what it holds, empty if it cannot be read."""

    path: str
    data: bytes

    @cached_property
    def has_star(self) -> bool:
        """Whether something may import all names of a module."""
        return _STAR.search(self.data) is not None

    @cached_property
    def imports(self) -> ImportStatements:
        """The import statements, those in blocks and texts that look like some among them."""
        return ImportStatements([each.strip() for each in IMPORT.findall(self.data)])

    @cached_property
    def imports_in_blocks(self) -> Sequence[bytes]:
        """Import statements in blocks, if a block of the file may await that one fails."""
        awaits = b"except" in self.data or b"suppress" in self.data
        return [each.strip() for each in _IN_BLOCK.findall(self.data)] if awaits else ()

    @cached_property
    def without_imports(self) -> bytes:
        """The text without its import statements."""
        return IMPORT.sub(b"", self.data)

    @cached_property
    def imports_by_name(self) -> bool:
        """Whether something may import a module by a text, or look one up among those that are loaded."""
        return any(each in self.data for each in _BY_NAME)

    @cached_property
    def asks_by_text(self) -> bool:
        """Whether something may ask for an attribute, or a module that is loaded, by a text."""
        return _ASKING.search(self.data) is not None

    @cached_property
    def quoted(self) -> Set[bytes]:
        """The dotted names that are the whole of a string, as far as a search tells."""
        return {name for quote, name, end in _QUOTED.findall(self.data) if end == quote}

    @cached_property
    def begun(self) -> Set[bytes]:
        """What strings begin with before a dot or colon, as far as a search tells; of MAX_DEPTH parts at most."""
        found: set[bytes] = set()
        for _, name, end in _QUOTED.findall(self.data):
            parts = name.split(b".", MAX_DEPTH)
            found.update(accumulate(parts if end == b":" else parts[:-1], _dotted))
        return found

    @cached_property
    def unfinished(self) -> Set[bytes]:
        """The beginnings of strings that code may append to: up to a trailing dot, or up to a placeholder."""
        found = _UNFINISHED.findall(self.data)
        return {begun for begun, end in found if end in b"{%" or begun.endswith(b".")}

    @cached_property
    def words(self) -> Set[bytes]:
        """The words of the text; letters outside ASCII count as parts of words."""
        return set(self.data.translate(_SPACED).split())


def _dotted(one: bytes, other: bytes) -> bytes:
    return one + b"." + other


class Search:
    """Which of some texts have a word. The first few searches go through the texts, later ones through an index."""

    def __init__(self, texts: Sequence[FileText]) -> None:
        self.texts = texts
        self.answers: dict[Hashable, str] = {}  # of those who ask the same about the texts again
        self.places: dict[Hashable, Any] = {}  # modules among the texts, with what was found out about each
        self._count = 0
        self._sets: dict[bytes, frozenset[FileText]] = {}  # of the index, for words that were looked up
        self._reading: dict[bytes, Sequence[FileText]] = {}  # the texts that read a name of something

    def having(self, word: bytes) -> Sequence[FileText]:
        """The texts that have a word, in their order; letters outside ASCII count as parts of words."""
        self._count += 1
        return self._indexed(word) if self._pays(word) else self._searched(word, self.texts)

    def narrowed(self, texts: Sequence[FileText], word: bytes) -> Set[FileText]:
        """Those of a few of the texts that have a word."""
        if not self._pays(word):
            return set(self._searched(word, texts))
        if word not in self._sets:
            self._sets[word] = frozenset(self._indexed(word))
        return self._sets[word].intersection(texts)

    def at(self, path: str) -> FileText | None:
        """The text of a path; None if it is not among the texts."""
        return self._at.get(path)

    @cached_property
    def _at(self) -> Mapping[str, FileText]:
        return {each.path: each for each in self.texts}

    def reading(self, name: bytes) -> Sequence[FileText]:
        """The texts that read a name as an attribute, in their order."""
        if name not in self._reading:
            read = re.compile(rb"\.\s*%s\b" % re.escape(name))
            self._reading[name] = [each for each in self.having(name) if read.search(each.data)]
        return self._reading[name]

    def asking(self, name: bytes) -> Sequence[FileText]:
        """The texts that read a name as an attribute, or have it as the beginning of a text, in their order."""
        read = re.compile(rb"(?:\.\s*|[\"'])%s\b" % re.escape(name))
        return [each for each in self.having(name) if read.search(each.data)]

    def having_or_below(self, word: bytes, start: str) -> Sequence[FileText]:
        """The texts that have a word, and those whose paths begin with a start, in their order."""
        paths, by_path = self._by_path
        end = start[:-1] + chr(ord(start[-1]) + 1)
        below = by_path[bisect_left(paths, start) : bisect_left(paths, end)]
        if not below:
            return self.having(word)
        return sorted({*self.having(word), *below}, key=self._places.__getitem__)

    @cached_property
    def _by_path(self) -> tuple[list[str], list[FileText]]:
        """The paths in alphabetical order, and the texts in that order."""
        found = sorted(self.texts, key=lambda each: each.path)
        return [each.path for each in found], found

    @cached_property
    def _places(self) -> Mapping[FileText, int]:
        return {each: at for at, each in enumerate(self.texts)}

    def _pays(self, word: bytes) -> bool:
        return self._count > INDEXED_AFTER and word.translate(_SPACED) == word

    def _indexed(self, word: bytes) -> Sequence[FileText]:
        return self._index.get(word, ())

    @staticmethod
    def _searched(word: bytes, texts: Sequence[FileText]) -> Sequence[FileText]:
        return [each for each in texts if has_word(each.data, word)]

    @cached_property
    def _index(self) -> Mapping[bytes, Sequence[FileText]]:
        found: dict[bytes, list[FileText]] = {}
        for each in self.texts:
            for word in each.words:
                found.setdefault(word, []).append(each)
        return found


_SPACED = bytes(each if re.match(rb"[\w\x80-\xff]", bytes([each])) else ord(" ") for each in range(256))


def has_word(data: bytes, word: bytes) -> bool:
    """Return whether a text has a word; letters outside ASCII count as parts of words."""
    at = data.find(word)
    while at >= 0:
        end = at + len(word)
        if not (data[max(at - 1, 0) : at] + data[end : end + 1]).translate(_SPACED).strip():
            return True
        at = data.find(word, at + 1)
    return False


DATA = (".csv", ".ipynb", ".json", ".jsonl", ".md", ".pickle", ".pkl", ".rst", ".sh")
SETTINGS = (
    ".cfg", ".conf", ".env", ".flaskenv", ".ini", ".properties", ".service", ".toml", ".yaml", ".yml", "Dockerfile",
    "Procfile",
)  # fmt: skip
TEMPLATES = (".html", ".htm", ".jinja", ".jinja2", ".j2", ".txt", ".xml")


class ProjectFiles(tuple[tuple[str, Identity], ...]):
    """Files with their identities. Who is kept by them is asked for with every name, so their hash is kept too."""

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return super().__hash__()


def templates(folder: str) -> Search:
    """A search of the files below a folder that templates may stand in, by path."""
    return _templates(files(folder))


@lru_cache(maxsize=1)  # for as long as no file changes
def _templates(identities: ProjectFiles) -> Search:
    return Search([_text(path, identity) for path, identity in identities if path.endswith(TEMPLATES)])


def settings_files(folder: str) -> Search:
    """A search of the files below a folder that settings stand in, by path."""
    return _settings_files(files(folder))


@lru_cache(maxsize=1)  # for as long as no file changes
def _settings_files(identities: ProjectFiles) -> Search:
    return Search([_text(path, identity) for path, identity in identities if path.endswith(SETTINGS)])


def data_files(folder: str) -> Search:
    """A search of the files of data below a folder, by path; not of large ones."""
    return _data_files(files(folder))


@lru_cache(maxsize=1)  # for as long as no file changes
def _data_files(identities: ProjectFiles) -> Search:
    return Search([_text(path, identity) for path, identity in identities if _is_data(path, identity)])


def _is_data(path: str, identity: Identity) -> bool:
    return path.endswith(DATA) and identity.size <= MAX_DATA_BYTES


def texts(folder: str) -> Sequence[FileText]:
    """The Python files below a folder, by path; not those of installed packages."""
    return search(folder).texts


def search(folder: str) -> Search:
    """A search of the Python files below a folder, by path; not of those of installed packages."""
    return _search(files(folder))


@lru_cache(maxsize=1)  # for as long as no file changes
def _search(identities: ProjectFiles) -> Search:
    return Search([_text(path, identity) for path, identity in identities if path.endswith(".py")])


@while_fresh()  # asked for with every name
def files(folder: str) -> ProjectFiles:
    """The Python files, templates and files of settings and data below a folder with their identities."""
    found: list[tuple[str, Identity]] = []
    data: list[tuple[str, Identity]] = []
    pending = [folder]
    count = size = 0
    while pending and count < MAX_FILES and size < MAX_BYTES:
        here = pending.pop()
        names, folders = _listing(here, identity_of(here))
        known = ((path, identity_of(path)) for path in names if path.endswith(DATA))
        data += islice(known, MAX_DATA_FILES - len(data))
        names = [each for each in names if not each.endswith(DATA)]
        news = [(path, identity_of(path)) for path in names[:MAX_FILES]]
        sizes = accumulate((known.size if known.size <= MAX_SOURCE_BYTES else 0 for _, known in news), initial=size)
        found += [each for each, before in zip(news, sizes, strict=False) if before < MAX_BYTES]
        size += sum(known.size for _, known in news if known.size <= MAX_SOURCE_BYTES)
        count += 1 + len(names)
        pending += reversed(folders)
    if size >= MAX_BYTES:
        say_once(
            f"{shown_name(folder)}: only {len(found):,} files are searched for uses of a file's names: there are more"
        )
    return _as_before(ProjectFiles((*found, *data)))


@lru_cache(maxsize=1)  # one object, while nothing changes: to compare two takes as long as there are files
def _as_before(found: ProjectFiles) -> ProjectFiles:
    return found


@lru_cache(maxsize=MAX_FILES)  # a folder changes when a name in it does
def _listing(folder: str, _: Identity) -> tuple[Sequence[str], Sequence[str]]:
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return (), ()
    if any(entry.name == ENVIRONMENT_MARK for entry in found):
        return (), ()
    folders = [entry.path for entry in found if _is_searched(entry)]
    return [entry.path for entry in found if entry.name.endswith((".py", *DATA, *SETTINGS, *TEMPLATES))], folders


def _is_searched(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False) and entry.name not in _SKIPPED and not entry.name.startswith(".")
    except OSError:
        return False


@lru_cache(maxsize=MAX_FILES)  # an editor keeps the process for hours
def _text(path: str, identity: Identity) -> FileText:
    data = optional_bytes(path) if identity.size else b""
    return FileText(path, b"" if not path.endswith(".py") and is_own(data) else data)
