"""What the text of a file has of a module: names of it, other names for it, and whether it may have more.

Told without a parser, but for import statements: it errs towards having more.
"""

from __future__ import annotations

import ast
import os
import re
import string
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from ..files.printing import encoded
from ..files.trees import optional_tree
from ..syntax.import_statements import folder_above, imported
from .module_place import ModulePlace, place_of
from .spelled import OWN_NAMES
from .text_index import MAX_DEPTH, FileText

# What follows a module's name: a name of it; what is imported from it; another name for it; and that is all.
_AFTER = re.compile(
    rb"(?:(?:[\"'][ \t]*\])?[ \t]*[.:][ \t]*(\w+))"
    rb"|(?:[ \t]+import[ \t]*(\([^)]{0,20000}\)?|[^\n\\]*(?:\\\r?\n[^\n\\]*)*))"
    rb"|(?:[ \t]+as[ \t]+(\w+))"
)
_FROM_DOTS = re.compile(rb"from[ \t]+\.+[ \t]*import[ \t]*(\([^)]{0,20000}\)?|[^\n\\]*(?:\\\r?\n[^\n\\]*)*)")
_ASKS = frozenset({
    b"__dict__", b"__getattribute__", b"attrgetter", b"delattr", b"dir", b"getattr", b"getmembers", b"hasattr",
    b"setattr", b"vars",
})  # fmt: skip
_OF_FUNCTIONS = frozenset({b"__globals__", b"func_globals", b"__module__", b"getmodule"})  # what knows its module
_NAMING = frozenset({b"patch", b"setattr", b"delattr", b"import_string", b"resolve_name", b"symbol_by_name", b"locate"})
# Functions that run or load a file, or a module by its name, and give what it has.
_RUNNING = frozenset({
    b"exec", b"exec_module", b"from_object", b"from_pyfile", b"load_module", b"load_source", b"module_from_spec",
    b"run_module", b"run_path",
})  # fmt: skip
_WALKING = frozenset({b"attrgetter", b"getattr"})  # come from one object to the next
ASKING = _ASKS | _OF_FUNCTIONS | _NAMING | _RUNNING  # without a word of these, no file is one that `Named.may_ask`


class Importer:
    """A file beside the module, as its import statements see the module."""

    def __init__(self, module: ModulePlace, text: FileText) -> None:
        self.module = module
        self._text = text

    def may_import(self) -> bool:
        """Whether an import statement is of the module."""
        statements = self._text.imports
        is_inside = self._text.path.startswith(self.module.inside)  # dots alone may lead to the module
        found = (*statements.naming(encoded(self.module.last)), *(statements.of_dots if is_inside else ()))
        trees = map(optional_tree, found)  # none of prose, nor of a statement cut off at a bracket in a comment
        return any(tree is None or any(map(self.imports, tree.body)) for tree in trees)

    def imports(self, node: ast.AST) -> bool:
        """Whether a node is an import of the module."""
        found = imported(node)
        modules = {(each.module, each.level) for each in found if each.module or each.level}
        return any(not self.named(*each) for each in {*modules, *((each.dotted, each.level) for each in found)})

    def named(self, dotted: str, level: int) -> str:
        """A dotted name as an import statement has it; empty if that is the module."""
        return place_of(self._text.path, dotted, level, self.module)


class Named(NamedTuple):
    """What a file has of a module, as far as a text tells."""

    names: frozenset[bytes]  # behind the module's name and a dot, or imported from something of that name
    aliases: frozenset[bytes]  # other names for it
    is_spelled: bool  # in a string, so that any call may give it
    is_value: bool  # kept elsewhere or handed on, outside of import statements
    may_ask: bool  # asked for a name that the text need not spell

    def may_be(self, bound: bytes, data: bytes) -> bool:
        """Whether a name of the module may be among it."""
        if bound in self.names or b"*" in self.names:
            return True
        if any(re.search(rb"\b%s[\s)]*\.\s*%s\b" % (alias, bound), data) for alias in self.aliases):
            return True
        if (self.is_value or self.is_spelled) and re.search(rb"[.:][\s\\]*%s\b" % re.escape(bound), data):
            return True
        may_be_given = self.is_value or self.is_spelled or self.aliases
        return bool(may_be_given) and any(form % bound in data for form in (b'"%s"', b"'%s'", b'"%s.', b"'%s.", b"%s="))


@lru_cache(maxsize=1000)  # asked for with every name of a file
def names_of(text: FileText, module: ModulePlace) -> Named:
    """Return what a file has of a module, by its text alone."""
    names: set[bytes] = set()
    aliases: set[bytes] = set()
    for spelled in re.finditer(re.escape(encoded(module.last)), text.data):
        match = _AFTER.match(text.data, spelled.end())
        if match is not None:
            attribute, imported, alias = match.groups()
            names.update([attribute] if attribute else _WORD.findall(imported or b""))
            aliases.update([alias] if alias else ())
    for imported in _FROM_DOTS.findall(text.data) if text.path.startswith(module.inside) else ():
        names.update(_WORD.findall(imported))
    is_quoted = any(encoded(name) in text.quoted or _is_joined(name, text) for name in module.names)
    is_imported_by_name = text.imports_by_name and (
        is_quoted or _is_relative(text.data, module.last) or begins_name(text, module)
    )
    is_run = not _RUNNING.isdisjoint(text.words) and (is_quoted or _is_file(text, module))
    is_begun = _is_begun(text, module)
    is_spelled = is_quoted or is_imported_by_name or is_run or is_begun or b"__name__" in names
    is_value = is_imported_by_name or is_run or bool(aliases) or _is_value(text, module.last)
    asks = (is_value or _is_asked(text.data, module.last)) and not (_ASKS | _RUNNING).isdisjoint(text.words)
    asks = asks or (bool(names) and not _OF_FUNCTIONS.isdisjoint(text.words))
    asks = asks or (bool(names) and b"patch" in text.words and _BEGINS_WITH_DOT.search(text.data) is not None)
    may_ask = asks or (is_spelled and not _NAMING.isdisjoint(text.words))
    return Named(frozenset(names), frozenset(aliases), is_spelled, is_value, may_ask)


def _is_file(text: FileText, module: ModulePlace) -> bool:
    """Whether a string of a text ends in the name of the module's file, or is its last name."""
    last = re.escape(encoded(module.last))
    return re.search(rb"[\"'/\\]%s(?:\.py)?[\"']" % last, text.data) is not None


_BEFORE_VALUE = re.compile(rb"(?:[=(\[{,:]|\bmatch\b|\breturn\b|\byield\b|\bin\b|\bor\b|\belse\b)\s*(?:[\w.]*\.)?\Z")
_BEHIND_VALUE = re.compile(rb"\s*(?:[,)\]}:\r\n#;]|for\b|if\b|or\b|\Z)")
_WORD_PART = re.compile(rb"\w")
MAX_BEFORE = 400  # bytes looked at before a name: a dotted name and the blanks around it are shorter


def _is_value(text: FileText, last: str) -> bool:
    """Whether a module's name stands where a value does: assigned, in a container, as an argument, returned."""
    rest = text.without_imports
    return any(
        _BEHIND_VALUE.match(rest, end) and _BEFORE_VALUE.search(rest[max(at - MAX_BEFORE, 0) : at])
        for at, end in word_places(rest, last)
    )


def word_places(data: bytes, last: str) -> Iterator[tuple[int, int]]:
    """Where a name begins and ends: from one to the next, as most files have few, and a pattern tries every place."""
    name = encoded(last)
    at = data.find(name)
    while at >= 0:
        end = at + len(name)
        if not _WORD_PART.match(data, end) and not _WORD_PART.match(data[max(at - 1, 0) : at]):
            yield at, end
        at = data.find(name, end)


@lru_cache(maxsize=1000)  # asked for with every name of a file
def may_have(text: FileText, module: ModulePlace) -> bool:
    """Whether a file may have the module: imported, as part of a package, or by a name, whole or put together."""
    if text.has_star or b"import_module" in text.data or names_of(text, module).is_spelled:
        return True
    if Importer(module, text).may_import():
        return True
    rest = text.without_imports
    return any(rest[max(at - MAX_BEFORE, 0) : at].rstrip().endswith(b".") for at, _ in word_places(rest, module.last))


def _is_begun(text: FileText, module: ModulePlace) -> bool:
    """Whether a string begins with a name of the module, so that what is put behind it may be any name of it."""
    return any(encoded(".".join(name.split(".")[:MAX_DEPTH])) in text.begun for name in module.names)


_BEHIND_ASKED = re.compile(rb"\s*(?:[,)]|(\.\s*__))")
_BEFORE_ASKED = re.compile(rb"\(\s*[\w.]*\Z")


_OF_ITSELF = frozenset(map(encoded, OWN_NAMES))


def begins_name(text: FileText, module: ModulePlace) -> bool:
    """Return whether a string in a file may begin the module's name, perhaps relative or behind `__name__`."""
    names = [encoded(each) for each in module.names]
    for begun in text.unfinished:
        rest = begun.lstrip(b".")
        level = len(begun) - len(rest)
        if not level and any(each.startswith(begun) for each in names):
            return True
        if level and _behind(text, module, level).startswith(rest):
            return True
    return not _OF_ITSELF.isdisjoint(text.words) and bool(_behind(text, module, 1))


def _behind(text: FileText, module: ModulePlace, level: int) -> bytes:
    """Return the module's path below the package that some dots lead to from a file; empty if it lies elsewhere."""
    folder = f"{folder_above(text.path, level).rstrip(os.sep)}{os.sep}"
    return encoded(module.inside[len(folder) :]) if module.inside.startswith(folder) else b""


_BEGINS_WITH_DOT = re.compile(rb"[\"'}][.:]\w+[\"']")  # a string, or what is behind a part of one: `MODULE + ".pd"`


def _is_joined(name: str, text: FileText) -> bool:
    """Whether the parts of a dotted name may be put together, or followed one after the other.

    `".".join(("app", "reports", "pd"))`, `"app.%s.pd" % "reports"`, `reduce(getattr, ["reports", "pd"], app)`,
    `attrgetter("reports.pd")(app)`.
    """
    *packages, last = map(encoded, name.split("."))
    is_walked = not _WALKING.isdisjoint(text.words)
    if last not in text.quoted:
        return is_walked and (b'"%s.' % last in text.data or b"'%s." % last in text.data)
    begins = b".".join(packages[:MAX_DEPTH])
    is_joined = b"join" in text.words and all(each in text.quoted for each in packages)
    return is_joined or is_walked or (bool(packages) and begins in text.begun)


def _is_asked(data: bytes, last: str) -> bool:
    """Whether a module's name is the first argument of a call, or its namespace is read."""
    for at, end in word_places(data, last):
        behind = _BEHIND_ASKED.match(data, end)
        if behind and (behind[1] or _BEFORE_ASKED.search(data[max(at - MAX_BEFORE, 0) : at])):
            return True
    return False


_OF_PATHS = b"._" + (string.ascii_letters + string.digits).encode()


def _is_relative(data: bytes, last: str) -> bool:
    """Whether a text ends in a dot and the module's name: `import_module(".core", __name__)`, `f"{PACKAGE}.core"`."""
    for at, end in word_places(data, last):
        if data[end : end + 1] not in (b'"', b"'"):
            continue
        before = data[max(at - MAX_BEFORE, 0) : at]
        path = before[len(before.rstrip(_OF_PATHS)) :]
        is_begun = path.startswith(b".") and before.removesuffix(path).endswith((b'"', b"'", b"}"))
        if path.endswith(b".") and (is_begun or b"s." in path):  # as "%s.core" has it
            return True
    return False


_WORD = re.compile(rb"\w+|\*")
