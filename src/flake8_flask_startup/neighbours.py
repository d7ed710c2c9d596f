"""What other files of the project need of a module's names: imports and reads of them, and tests that patch them.

Asked only about names that could go otherwise. Files are searched as text first; what has both the module's last name
and the name in it is parsed. A file that cannot be read says nothing; one that cannot be parsed is searched as text.
"""

from __future__ import annotations

import ast
import hashlib
import os
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

from .project import INSTALLED, import_roots
from .values import raw_path
from .walk import awaits_import_error

MAX_FILES = 20_000  # and folders, of one project: more is no project but a disk
_SKIPPED = INSTALLED | {"__pycache__", "node_modules"}
_PATCHING = frozenset({"patch", "object", "multiple", "setattr", "delattr", "spy", "stub"})  # of mock and pytest


@dataclass(frozen=True)  # no slots: names and roots are worked out once
class Neighbourhood:
    """A module among the files of its project. folders are further import roots, relative to the working directory."""

    filename: str
    folders: tuple[str, ...] = ()

    def need(self, name: str) -> str:
        """Why another file needs a name that the module binds, with that file and line; empty if none is seen to."""
        inside = f"{self.location}{os.sep}"  # a package's own modules name it by dots alone
        for each in _mentioning(str(self.top), self.last, inside, moment()):
            if each.path != str(self.path) and each.may_use(name) and (reason := self._reason(each, name)):
                return f"'{Path(os.path.relpath(each.path, self.top)).as_posix()}' {reason}"
        return ""

    def missed(self) -> str:
        """Which file awaits that the module cannot be imported, and on which line; empty if none is seen to.

        An import in the module that waits would no longer tell that file that a package is missing.
        """
        inside = f"{self.location}{os.sep}"
        for each in _mentioning(str(self.top), self.last, inside, moment()):
            if each.path != str(self.path) and each.may_miss(self.last) and (reason := self._missing(each)):
                return f"'{Path(os.path.relpath(each.path, self.top)).as_posix()}' {reason}"
        return ""

    def is_named(self) -> bool:
        """Whether another file has the module's last name in its text."""
        inside = f"{self.location}{os.sep}"
        return any(each.path != str(self.path) for each in _mentioning(str(self.top), self.last, inside, moment()))

    @cached_property
    def path(self) -> Path:
        """The module's file."""
        return Path(self.filename).absolute()

    @cached_property
    def location(self) -> Path:
        """The module's place, without a suffix."""
        return self.path.parent if self.path.name == "__init__.py" else self.path.with_suffix("")

    @cached_property
    def last(self) -> str:
        """The last part of the module's dotted name."""
        return self.location.name

    @cached_property
    def top(self) -> Path:
        """The folder of the project: the working directory, or what the file is imported from if it lies elsewhere."""
        return Path.cwd() if self.path.is_relative_to(Path.cwd()) else import_roots(self.path)[-1]

    @cached_property
    def names(self) -> frozenset[str]:
        """The dotted names that the module may be imported by."""
        roots = [*import_roots(self.path), *map(Path.absolute, map(Path, self.folders))]
        above = self.location.parents
        return frozenset(".".join(self.location.relative_to(root).parts) for root in roots if root in above)

    def _reason(self, each: Mention, name: str) -> str:
        nodes = _nodes(each.path, each.text)
        if nodes is None:
            return "cannot be parsed, and may use it" if name.encode() in each.names else ""
        return next(_Reader(self, Path(each.path), nodes).needs(name), "")

    def _missing(self, each: Mention) -> str:
        nodes = _nodes(each.path, each.text)
        return "" if nodes is None else next(_Reader(self, Path(each.path), nodes).misses(), "")


class _Reader:
    """Reads one neighbour."""

    def __init__(self, module: Neighbourhood, path: Path, nodes: Sequence[ast.AST]) -> None:
        self.module = module
        self.path = path
        self.nodes = nodes
        self.imported: dict[str, str] = {}  # dotted names by what they are bound to; the module itself is ""
        for node in self.nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    if alias.asname:
                        self.imported[alias.asname] = self._named(alias.name, 0)
                    else:
                        top = alias.name.partition(".")[0]
                        self.imported[top] = self._named(top, 0)
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    dotted = f"{node.module}.{alias.name}" if node.module else alias.name
                    self.imported[alias.asname or alias.name] = self._named(dotted, node.level)

    def needs(self, name: str) -> Iterator[str]:
        """The reasons why this file needs a name of the module."""
        for node in self.nodes:
            if isinstance(node, ast.ImportFrom) and self._named(node.module or "", node.level) == "":
                yield from self._taken(node, name)
            elif isinstance(node, ast.Attribute) and node.attr == name and self._is_module(node.value):
                yield f"uses '{self.module.last}.{name}' on line {node.lineno}"
            elif isinstance(node, ast.Call):
                yield from self._called(node, name)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and self._spells(node.value, name):
                yield f"names '{node.value}' on line {node.lineno}"

    def misses(self) -> Iterator[str]:
        """Where this file awaits that the module cannot be imported."""
        for node in filter(awaits_import_error, self.nodes):
            for statement in node.body if isinstance(node, _GUARDS) else ():
                if any(map(self._imports, ast.walk(statement))):
                    yield f"awaits on line {statement.lineno} that this module cannot be imported"

    def _imports(self, node: ast.AST) -> bool:
        if isinstance(node, ast.Import):
            return any(not self._named(alias.name, 0) for alias in node.names)
        if not isinstance(node, ast.ImportFrom):
            return False
        dotted = [".".join(filter(None, (node.module, alias.name))) for alias in node.names]
        return any(not self._named(each, node.level) for each in (node.module or "", *dotted))

    def _taken(self, node: ast.ImportFrom, name: str) -> Iterator[str]:
        for alias in node.names:
            if alias.name == name:
                yield f"imports '{name}' from it on line {node.lineno}"
            elif alias.name == "*" and not name.startswith("_") and name not in self.imported:
                yield f"imports all its names on line {node.lineno}"

    def _called(self, node: ast.Call, name: str) -> Iterator[str]:
        """`patch("app.reports.pd")`, `patch.object(reports, "pd")`, `patch.multiple("app.reports", pd=...)`."""
        verb = "patches" if raw_path(node.func).rpartition(".")[2] in _PATCHING else "names"
        texts = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        for text in texts:
            if self._spells(text, name):
                yield f"{verb} '{text}' on line {node.lineno}"
        names = {*texts, *(keyword.arg for keyword in node.keywords)}
        if name in names and (not names.isdisjoint(self.module.names) or any(map(self._is_module, node.args))):
            yield f"{verb} '{self.module.last}.{name}' on line {node.lineno}"

    def _spells(self, text: str, name: str) -> bool:
        """Whether a string is the name's path, or the end of one that is put together: `f"{MODULE}.pd"`."""
        return any(f"{text}.".startswith(f"{each}.{name}.") for each in (*self.module.names, ""))

    def _is_module(self, node: ast.expr) -> bool:
        """Whether an expression is the module, as far as can be told: what ends in its name is, unless imported."""
        path = raw_path(node)
        if not path or "(" in path or "[" in path:
            texts = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)]
            return any(text in self.module.names for text in texts)
        root, _, rest = path.partition(".")
        if root not in self.imported:
            return path.rpartition(".")[2] == self.module.last
        dotted = self.imported[root]
        return f"{dotted}.{rest}" in self.module.names if dotted and rest else not dotted and not rest

    def _named(self, dotted: str, level: int) -> str:
        """A dotted name as an import statement has it; empty if that is the module."""
        if not level:
            return "" if dotted in self.module.names else dotted
        folder = self.path.parents[min(level, len(self.path.parents)) - 1]
        location = folder.joinpath(*dotted.split(".")) if dotted else folder
        return "" if location == self.module.location else "." * level + dotted


class Mention(NamedTuple):
    """A file with a module's last name in its text: how it may come to the module's names, as far as a text tells."""

    path: str
    text: bytes
    names: frozenset[bytes]  # behind the module's name and a dot, or imported from something of that name
    is_open: bool  # all its names are imported, or it has another name here
    is_value: bool  # handed on, or patched somehow, so that a string or keyword may name the name

    def may_use(self, name: str) -> bool:
        """Whether the file may use a name of the module."""
        bound = name.encode()
        if bound in self.names or (self.is_open and b"." + bound in self.text) or b"*" in self.names:
            return True
        return self.is_value and any(form % bound in self.text for form in (b'"%s"', b"'%s'", b"%s="))

    def may_miss(self, last: str) -> bool:
        """Whether the file may import a module of this last name in a `try` or the like."""
        if b"except" not in self.text and b"suppress" not in self.text:
            return False
        return re.search(_INDENTED % re.escape(last.encode()), self.text) is not None


@lru_cache(maxsize=4)  # asked for with every name of a file; the moment is a part of the key, as in `_texts`
def _mentioning(folder: str, last: str, inside: str, when: int) -> Sequence[Mention]:
    found = []
    for path, text in _texts(folder, when):
        if last.encode() in text or path.startswith(inside):
            found.append(_mention(path, text, last.encode(), is_inside=path.startswith(inside)))
    return found


# What follows a module's name: a name of it; what is imported from it; another name for it, or the end of a string.
_AFTER = re.compile(
    rb"(?:[ \t]*\.[ \t]*(\w+))"
    rb"|(?:[ \t]+import[ \t]*(\([^)]*\)?|[^\n\\]*(?:\\\r?\n[^\n\\]*)*))"
    rb"|([ \t]+as\b|[\"'])|([,)}\]])"
)
_FROM_DOTS = re.compile(rb"from[ \t]+\.+[ \t]*import[ \t]*(\([^)]*\)?|[^\n\\]*(?:\\\r?\n[^\n\\]*)*)")
_PATCHES = (b"patch", b"setattr", b"delattr", b"spy", b"stub")


def _mention(path: str, text: bytes, last: bytes, *, is_inside: bool) -> Mention:
    names: set[bytes] = set()
    is_open = False
    is_value = any(word in text for word in _PATCHES)
    at = text.find(last)
    while at >= 0:
        match = _AFTER.match(text, at + len(last))
        if match is not None:
            attribute, imported, other, value = match.groups()
            names.update([attribute] if attribute else _WORD.findall(imported or b""))
            is_open = is_open or other is not None
            is_value = is_value or value is not None
        at = text.find(last, at + len(last))
    for imported in _FROM_DOTS.findall(text) if is_inside else ():
        names.update(_WORD.findall(imported))
    return Mention(path, text, frozenset(names), is_open, is_value)


_WORD = re.compile(rb"\w+|\*")
_INDENTED = rb"\n[ \t]+(?:from|import)\b(?:[^\n(]|\([^)]*)*?\b%s\b"  # an import statement with a module's name
FRESH_S = 5  # files are looked at again as often as that


def moment() -> int:
    """The time, as exact as files are looked at again."""
    return int(time.monotonic()) // FRESH_S


def identity_of_all(filename: str) -> str:
    """What changes when a file does that may need a name of a module, or when one comes or goes."""
    return _identity_of(str(Neighbourhood(filename).top), moment())


@lru_cache(maxsize=1)  # as `_texts`
def _identity_of(folder: str, when: int) -> str:
    said = repr(_files(folder, when))
    return hashlib.blake2b(said.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


@lru_cache(maxsize=1)  # asked for with every name: the moment is a part of the key, so that files are looked at again
def _texts(folder: str, when: int) -> Sequence[tuple[str, bytes]]:
    """The Python files below a folder with their texts, by path; not those of installed packages."""
    return [(path, _text(path, modified, size)) for path, modified, size in _files(folder, when)]


@lru_cache(maxsize=1)  # as above
def _files(folder: str, _: int) -> Sequence[tuple[str, int, int]]:
    """The Python files below a folder with their times and sizes."""
    found: list[tuple[str, int, int]] = []
    pending = [folder]
    count = 0
    while pending and count < MAX_FILES:
        here = pending.pop()
        files, folders = _listing(here, *_identity(here))
        found += [(path, *_identity(path)) for path in files]
        count += 1 + len(files)
        pending += reversed(folders)
    return found


@lru_cache(maxsize=MAX_FILES)  # by its time: a folder's changes when a name in it does
def _listing(folder: str, _: int, __: int) -> tuple[Sequence[str], Sequence[str]]:
    try:
        with os.scandir(folder) as entries:
            found = sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return (), ()
    if any(entry.name == "pyvenv.cfg" for entry in found):
        return (), ()
    folders = [entry.path for entry in found if _is_searched(entry)]
    return [entry.path for entry in found if entry.name.endswith(".py")], folders


def _is_searched(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False) and entry.name not in _SKIPPED and not entry.name.startswith(".")
    except OSError:
        return False


def _identity(path: str) -> tuple[int, int]:
    try:
        status = os.stat(path)  # noqa: PTH116  # asked of every file of the project: text costs a tenth of paths here
    except OSError:
        return (0, 0)
    return (status.st_mtime_ns, status.st_size)


@lru_cache(maxsize=MAX_FILES)  # by time and size: an editor keeps the process for hours
def _text(path: str, _: int, size: int) -> bytes:
    try:
        return Path(path).read_bytes() if size else b""
    except OSError:
        return b""


_GUARDS = (ast.Try, ast.TryStar, ast.With, ast.AsyncWith)
_TELLING = (ast.Import, ast.ImportFrom, ast.Attribute, ast.Call, ast.Constant, *_GUARDS)


@lru_cache(maxsize=16)  # more would keep the garbage collector busy
def _nodes(_: str, text: bytes) -> Sequence[ast.AST] | None:
    """What a text holds of imports, attributes, calls, constants and blocks; None if it cannot be parsed."""
    try:
        return [node for node in ast.walk(ast.parse(text)) if isinstance(node, _TELLING)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
