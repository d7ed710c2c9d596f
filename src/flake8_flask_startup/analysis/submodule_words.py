"""What the text of a file says, before anybody parses it, of submodules that it may read off their packages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from functools import lru_cache

from ..files.printing import encoded
from ..project.text_index import has_word


def looks_up(data: bytes, submodule: str) -> bool:
    """Return whether a text may look a submodule up among the modules that are loaded."""
    return b"modules" in data and encoded(submodule) in data


def may_read_off(data: bytes, submodule: str) -> bool:
    """Return whether a text may import the package of a submodule and read the submodule off it."""
    return _may_import_package(data, submodule) and (_has_text(data, submodule) or _may_read(data, submodule))


def _has_text(data: bytes, submodule: str) -> bool:
    """Whether the last name of a submodule begins a text: `attrgetter("dates.num2date")`, `vars(package)["dates"]`."""
    return encoded(submodule.rpartition(".")[2]) in _begun(data)


@lru_cache(maxsize=100)  # as below
def _begun(data: bytes) -> Set[bytes]:
    """The names that texts begin with."""
    return frozenset(re.findall(rb"[\"']([\w\x80-\xff]+)(?=[.\"'])", data))


@lru_cache(maxsize=100)  # as below
def _given_to_getattr(data: bytes) -> Sequence[bytes]:
    """What stands where `getattr` has the object that it asks."""
    return [each[1] for each in _ASKED.finditer(data)]


@lru_cache(maxsize=100)  # as below
def _renamed(data: bytes) -> Set[bytes]:
    """The names that stand behind `as`."""
    return frozenset(re.findall(rb"\bas[\s\\]+([\w\x80-\xff]+)", data))


_CONTINUED = re.compile(rb"\\(?:\r\n|\r|\n)")


def _may_import_package(data: bytes, submodule: str) -> bool:
    """Whether a text may bind a package around a submodule; a top-level one is named behind `import` on its line."""
    top, _, inside = submodule.partition(".")
    return "." in inside or may_bind(data, encoded(top))


@lru_cache(maxsize=100)  # asked of the same files for each submodule of a package
def may_bind(data: bytes, top: bytes) -> bool:
    """Return whether a text has a top-level name behind `import`."""
    lines = (line.partition(b"import")[2] for line in _CONTINUED.sub(b" ", data).splitlines())
    return any(has_word(names, top) for names in lines)


MAX_OWNER = 200  # bytes looked at before a dot: a name and the blanks behind it are shorter
_OWNER = re.compile(rb"([\w\x80-\xff]+)[ \t]*\Z")  # a name on the line of the dot
# An element, a text, what a call gives; no `(name)`.
_NO_NAME = re.compile(rb"(?:[\]}\"']|\w\((?:[^()]*[^\w\s.()][^()]*)?\))[ \t]*\Z")
_WORD_PART = re.compile(rb"[\w\x80-\xff]")
_ASKED = re.compile(rb"\bgetattr\s*\(([^,]*)")
# An import statement up to where its names of modules end, as far as it stands on one line.
_HEAD = re.compile(rb"[ \t]*(?:from[ \t]+[\w.\x80-\xff]+[ \t]+import\b|import[ \t]+[\w.,\x80-\xff \t]+)")


def _may_read(data: bytes, submodule: str) -> bool:
    """Whether a text may read a submodule off its package, by what stands before the dot or is asked for the name.

    That is the last name of the package, another name for that, or something that only a parser can tell.
    """
    parent, _, last = submodule.rpartition(".")
    package = encoded(parent.rpartition(".")[2])
    before = [*_before_dots(data, encoded(last)), *_given_to_getattr(data)]
    named = [(text, _OWNER.search(text)) for text in before]
    if not all(name or _NO_NAME.search(text) for text, name in named):
        return True
    owners = {name[1] for _, name in named if name}
    return package in owners or not _renamed(data).isdisjoint(owners)


def _before_dots(data: bytes, name: bytes) -> Iterator[bytes]:
    """What stands before a dot and a name, wherever an import statement does not name a module so."""
    end_of_line = head_ends = -1  # a line is looked at once, as it may be long and have many
    for dot in _dots(data, name):
        if dot > end_of_line:
            head = _HEAD.match(data, data.rfind(b"\n", 0, dot) + 1)
            head_ends = head.end() if head is not None else -1
            found = data.find(b"\n", dot)
            end_of_line = found if found >= 0 else len(data)
        if head_ends <= dot:
            yield data[max(dot - MAX_OWNER, 0) : dot]


def _dots(data: bytes, name: bytes) -> Iterator[int]:
    """Where a dot stands before a name, be there blanks between: from one name to the next, as most files have few."""
    at = data.find(name)
    while at >= 0:
        behind = _WORD_PART.match(data, at + len(name))
        start = max(at - MAX_OWNER, 0)
        before = data[start:at].rstrip()
        if not behind and before.endswith(b"."):
            yield start + len(before) - 1
        at = data.find(name, at + 1)
