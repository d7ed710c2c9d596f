"""What other files of the project need of a module's names: imports and reads of them, and tests that patch them.

Asked only about names that could go otherwise. Files are searched as text first; what has both the module's last name
and the name in it is parsed. A file that cannot be read says nothing; one that cannot be parsed is searched as text.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

from ..files.identity import digest
from ..files.parsing import parsed
from ..files.printing import encoded
from ..files.ttl import while_fresh
from ..syntax.binder import awaits_import_error
from ..syntax.lowering import raw_path
from .modules import import_roots
from .text_index import Search, Text, files, search

_PATCHING = frozenset({"patch", "object", "multiple", "setattr", "delattr", "spy", "stub"})  # of mock and pytest


@dataclass(frozen=True)  # no slots: names and roots are worked out once
class Neighbourhood:
    """A module among the files of its project. folders are further import roots, relative to the working directory."""

    filename: str
    folders: tuple[str, ...] = ()

    def need(self, name: str) -> str:
        """Why another file needs a name that the module binds, with that file and line; empty if none is seen to."""
        bound = encoded(name)
        mentioning = self._mentioning()
        using = search(str(self.top)).narrowed(mentioning, bound)
        for text in mentioning:
            may_use = text in using or text.has_star
            if may_use and _names_of(text, self).may_be(bound, text.data) and (reason := self._reason(text, name)):
                return f"{self._shown(text)} {reason}"
        return ""

    def missed(self) -> str:
        """Which file awaits that the module cannot be imported, and on which line; empty if none is seen to.

        An import in the module that waits would no longer tell that file that a package is missing.
        """
        return self._missed

    @cached_property
    def _missed(self) -> str:
        for text in self._mentioning():
            if _Neighbour(self, text).may_miss() and (reason := self._missing(text)):
                return f"{self._shown(text)} {reason}"
        return ""

    def is_named(self) -> bool:
        """Whether another file has the module's last name in its text."""
        return bool(self._mentioning())

    def _mentioning(self) -> Sequence[Text]:
        """The other files that may come to the module's names."""
        own = str(self.path)
        return [each for each in _mentioning(search(str(self.top)), self.last, self.inside) if each.path != own]

    def _shown(self, text: Text) -> str:
        return f"'{Path(os.path.relpath(text.path, self.top)).as_posix()}'"

    @cached_property
    def inside(self) -> str:
        """How paths begin of a package's own modules, which name it by dots alone."""
        return f"{self.location}{os.sep}"

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

    def _reason(self, text: Text, name: str) -> str:
        nodes = _nodes(text.data)
        if nodes is None:
            used = _names_of(text, self).names
            return "cannot be parsed, and may use it" if encoded(name) in used else ""
        return next(_Reader(_Neighbour(self, text), nodes).needs(name), "")

    def _missing(self, text: Text) -> str:
        tree = _tree(text.data)
        return "" if tree is None else next(_Neighbour(self, text).misses(tree), "")


class _Neighbour:
    """A file beside the module, as its import statements see the module."""

    def __init__(self, module: Neighbourhood, text: Text) -> None:
        self.module = module
        self._text = text

    def may_miss(self) -> bool:
        """Whether an import statement in a block is of the module."""
        last = encoded(self.module.last)
        return any(last in each and self._may_import(each) for each in self._text.imports_in_blocks)

    def misses(self, tree: ast.Module) -> Iterator[str]:
        """Where this file awaits that the module cannot be imported."""
        for node in filter(awaits_import_error, _statements(tree)):
            for statement in node.body if isinstance(node, _GUARDS) else ():
                if any(map(self.imports, _statements(statement))):
                    yield f"awaits on line {statement.lineno} that this module cannot be imported"

    def _may_import(self, statement: bytes) -> bool:
        tree = _statement(statement)
        return tree is None or any(map(self.imports, tree.body))

    def imports(self, node: ast.AST) -> bool:
        """Whether a node is an import of the module."""
        if isinstance(node, ast.Import):
            return any(not self.named(alias.name, 0) for alias in node.names)
        if not isinstance(node, ast.ImportFrom):
            return False
        dotted = [".".join(filter(None, (node.module, alias.name))) for alias in node.names]
        return any(not self.named(each, node.level) for each in (node.module or "", *dotted))

    def named(self, dotted: str, level: int) -> str:
        """A dotted name as an import statement has it; empty if that is the module."""
        if not level:
            return "" if dotted in self.module.names else dotted
        above = Path(self._text.path).parents
        folder = above[min(level, len(above)) - 1]
        location = folder.joinpath(*dotted.split(".")) if dotted else folder
        return "" if location == self.module.location else "." * level + dotted


class _Reader:
    """Reads one neighbour."""

    def __init__(self, neighbour: _Neighbour, nodes: Sequence[ast.AST]) -> None:
        self.neighbour = neighbour
        self.module = neighbour.module
        self.nodes = nodes
        self.imported: dict[str, str] = {}  # dotted names by what they are bound to; the module itself is ""
        for node in self.nodes:
            if isinstance(node, ast.Import):
                for alias in node.names:
                    dotted = alias.name if alias.asname else alias.name.partition(".")[0]
                    self.imported[alias.asname or dotted] = neighbour.named(dotted, 0)
            elif isinstance(node, ast.ImportFrom):
                for alias in node.names:
                    dotted = f"{node.module}.{alias.name}" if node.module else alias.name
                    self.imported[alias.asname or alias.name] = neighbour.named(dotted, node.level)

    def needs(self, name: str) -> Iterator[str]:
        """The reasons why this file needs a name of the module."""
        for node in self.nodes:
            if isinstance(node, ast.ImportFrom) and not self.neighbour.named(node.module or "", node.level):
                yield from self._taken(node, name)
            elif isinstance(node, ast.Attribute) and node.attr == name and self._is_module(node.value):
                yield f"uses '{self.module.last}.{name}' on line {node.lineno}"
            elif isinstance(node, ast.Call):
                yield from self._called(node, name)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and self._spells(node.value, name):
                yield f"names '{node.value}' on line {node.lineno}"

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


@lru_cache(maxsize=4)  # asked for with every name of a file
def _mentioning(found: Search, last: str, inside: str) -> Sequence[Text]:
    """The files with a module's last name in them, and those inside it if it is a package."""
    naming = set(found.having(encoded(last)))
    return [each for each in found.texts if each in naming or each.path.startswith(inside)]


# What follows a module's name: a name of it; what is imported from it; another name for it; that it is handed on.
_AFTER = re.compile(
    rb"(?:[ \t]*\.[ \t]*(\w+))"
    rb"|(?:[ \t]+import[ \t]*(\([^)]*\)?|[^\n\\]*(?:\\\r?\n[^\n\\]*)*))"
    rb"|(?:[ \t]+as[ \t]+(\w+))|(\s*[,)}\]])"
)
_FROM_DOTS = re.compile(rb"from[ \t]+\.+[ \t]*import[ \t]*(\([^)]*\)?|[^\n\\]*(?:\\\r?\n[^\n\\]*)*)")


class _Named(NamedTuple):
    """What a file has of a module, as far as a text tells."""

    names: frozenset[bytes]  # behind the module's name and a dot, or imported from something of that name
    aliases: frozenset[bytes]  # other names for it
    is_spelled: bool  # in a string, so that any call may give it
    is_value: bool  # handed on

    def may_be(self, bound: bytes, data: bytes) -> bool:
        """Whether a name of the module may be among it."""
        if bound in self.names or b"*" in self.names or (self.is_spelled and b"." + bound in data):
            return True
        if any(re.search(rb"\b%s[\s)]*\.\s*%s\b" % (alias, bound), data) for alias in self.aliases):
            return True
        may_be_given = self.is_value or self.is_spelled or self.aliases
        return bool(may_be_given) and any(form % bound in data for form in (b'"%s"', b"'%s'", b"%s="))


@lru_cache(maxsize=1000)  # asked for with every name of a file
def _names_of(text: Text, module: Neighbourhood) -> _Named:
    names: set[bytes] = set()
    aliases: set[bytes] = set()
    is_value = False
    for spelled in re.finditer(re.escape(encoded(module.last)), text.data):
        match = _AFTER.match(text.data, spelled.end())
        if match is not None:
            attribute, imported, alias, value = match.groups()
            names.update([attribute] if attribute else _WORD.findall(imported or b""))
            aliases.update([alias] if alias else ())
            is_value = is_value or value is not None
    for imported in _FROM_DOTS.findall(text.data) if text.path.startswith(module.inside) else ():
        names.update(_WORD.findall(imported))
    quoted = (form % encoded(name) for name in module.names for form in (b'"%s"', b"'%s'"))
    return _Named(frozenset(names), frozenset(aliases), any(each in text.data for each in quoted), is_value)


_WORD = re.compile(rb"\w+|\*")


def identity_of_all(filename: str) -> str:
    """What changes when a file does that may need a name of a module, or when one comes or goes."""
    return _identity_of(str(Neighbourhood(filename).top))


@while_fresh()  # as `files`
def _identity_of(folder: str) -> str:
    return digest(encoded(repr([(path, *identity) for path, identity in files(folder)])))


_GUARDS = (ast.Try, ast.TryStar, ast.With, ast.AsyncWith)
_TELLING = (ast.Import, ast.ImportFrom, ast.Attribute, ast.Call, ast.Constant)


@lru_cache(maxsize=10_000)  # asked of the same statements for every module of that name
def _statement(text: bytes) -> ast.Module | None:
    """An import statement; None for prose, or a statement cut off at a bracket in a comment."""
    try:
        return parsed(text)
    except SyntaxError:
        return None


@lru_cache(maxsize=16)  # more would keep the garbage collector busy
def _tree(text: bytes) -> ast.Module | None:
    """What a text says; None if it cannot be parsed."""
    try:
        return parsed(text)
    except SyntaxError:
        return None


@lru_cache(maxsize=16)  # as above
def _nodes(text: bytes) -> Sequence[ast.AST] | None:
    """What a text holds of imports, attributes, calls and constants; None if it cannot be parsed."""
    tree = _tree(text)
    return None if tree is None else [node for node in ast.walk(tree) if isinstance(node, _TELLING)]


_BLOCKS = ("body", "orelse", "finalbody", "handlers", "cases")


def _statements(tree: ast.AST) -> Iterator[ast.AST]:
    """A statement or module, then the statements in it, outer ones first; handlers and cases too, no expressions."""
    found = [tree]
    for node in found:  # grows meanwhile
        yield node
        for name in _BLOCKS:
            found += getattr(node, name, ())
