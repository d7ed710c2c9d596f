"""Whether another file may read a name of a module before startup is done: while it loads, or where a factory runs.

What only requests or commands read is not asked for anything meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set
from functools import cache, partial
from typing import NamedTuple

from ..analysis.call_graph import Reach
from ..analysis.glances import OF_CONTAINER, is_only_compared
from ..analysis.outside_calls import comes_to
from ..config.settings import Settings
from ..project.module_place import place_of
from ..project.references import Neighbourhood, neighbourhood
from ..project.text_index import FileText, search
from ..syntax.resolver import Names
from ..syntax.symbol_table import Import
from .near_files import callers, factories_in, names_in, reach_of, reading
from .put_aside import is_put_aside

MAX_STEPS = 2  # from file to file that hands a name on


def may_be_read(place: Neighbourhood, name: str, settings: Settings, steps: int = MAX_STEPS) -> bool:
    """Return whether another file may read a name of a module before startup is done; true if nobody can tell."""
    texts = reading(search(str(place.top)), place, settings, name)
    if texts is not None and not texts and not place.handed_on:
        return False
    if not place.need(name):  # asks all files of the project
        return False
    if texts is None or place.handed_on:
        return True
    return any(_may_read(text, name, place, settings, steps) for text in texts)


def methods_called(place: Neighbourhood, name: str, settings: Settings) -> frozenset[str] | None:
    """Return the methods that other files call on an object of the module before startup is done.

    With them those attributes, each behind a dot, that they only read. None where they may use it otherwise.
    """
    texts = reading(search(str(place.top)), place, settings, name)
    if texts is None or place.handed_on:
        return None
    found: set[str] = set()
    for text in texts:
        reader = _reader(text, name, place, settings)
        if reader is None or reader.is_left_to_others(settings, 0):
            return None
        for each in reader.used(place, settings):
            methods = each.methods()
            if methods is None:
                return None
            found.update(methods)
    return frozenset(found)


class _Read(NamedTuple):
    """Where a function reads a name of a module: path is what a line has for it, "rates" or "shop.rates"."""

    function: int
    path: str
    line: bytes

    def methods(self) -> Sequence[str] | None:
        """Return the methods that a line calls on the object, and the attributes that it reads; None for more."""
        *way, name = map(re.escape, self.path.encode().split(b"."))
        before = rb"%s(?:\.\w+)*\." % b".".join(way) if way else b""
        within = re.compile(rb"\bin[ \t]+%s%s\b(?![ \t]*[.(\[])" % (before, name))
        line, looks = within.subn(b"", self.line)
        asked = re.compile(rb"(?<![\w.])%s%s\.(\w+)\b(?:(\()|(?![ \t]*[-+*/|&^@%%:]?=(?!=)))" % (before, name))
        if re.search(rb"\b%s\b" % name, asked.sub(b"", line)):
            return None
        found = [("" if call else ".") + each.decode() for each, call in asked.findall(line)]
        return [*found, *(OF_CONTAINER if looks else ())]


class _Reader(NamedTuple):
    """A file that may read a name of a module, and which of its functions run before startup is done."""

    near: Neighbourhood
    found: Sequence[Import]  # of the name, of the module or of a package around it
    reads: Sequence[_Read]
    reach: Reach
    running: Set[int]

    def used(self, place: Neighbourhood, settings: Settings) -> Iterator[_Read]:
        """Yield the reads before startup is done, but for those that ask the object for nothing.

        They compare it by identity, or put it where nobody asks for it.
        """
        for each in self.reads:
            is_left = is_only_compared(each.path, each.line.decode(errors="replace"))
            if each.function in self.running and not (is_left or is_put_aside(each.line, each.path, place, settings)):
                yield each

    def is_left_to_others(self, settings: Settings, steps: int) -> bool:
        """Return whether other files may import the name from this one, or call functions here that read it."""
        if any(not each.place.scope and _may_be_taken(self.near, each.bound, settings, steps) for each in self.found):
            return True
        later = {each.function for each in self.reads} - self.running
        calls = cache(partial(comes_to, self.reach, later))
        return bool(later) and any(True for _ in callers(self.near, settings, calls))


def _may_read(text: FileText, name: str, place: Neighbourhood, settings: Settings, steps: int) -> bool:
    reader = _reader(text, name, place, settings)
    if reader is None or any(True for _ in reader.used(place, settings)):
        return True
    return reader.is_left_to_others(settings, steps)


def _reader(text: FileText, name: str, place: Neighbourhood, settings: Settings) -> _Reader | None:
    """Return how a file may read a name; None if it may do anything with it."""
    names = names_in(text, settings.target_version)
    if names is None:
        return None
    names.facts.read_all()
    found = [each for each in names.facts.imports if _leads_to(each, text, name, place)]
    if any(each.name == "*" for each in found):
        return None
    reach = reach_of(names)
    building = (each for number in factories_in(names, text, settings) for each in reach.running(number))
    running = {0, *reach.loading(), *building}
    near = neighbourhood(text.path, place.folders)
    return _Reader(near, found, list(_reading(found, names, text, name)), reach, running)


def _may_be_taken(near: Neighbourhood, bound: str, settings: Settings, steps: int) -> bool:
    """Return whether other files may import a name from this file, and read it before startup is done."""
    return may_be_read(near, bound, settings, steps - 1) if steps > 0 else bool(near.need(bound))


def _leads_to(each: Import, text: FileText, name: str, place: Neighbourhood) -> bool:
    """Whether an import is of the module, of a package around it, or of the name in it."""
    if each.name in (name, "*") and not place_of(text.path, each.module, each.level, place):
        return True
    if not place_of(text.path, each.dotted, each.level, place):
        return True
    return not each.level and any(f"{other}.".startswith(f"{each.dotted}.") for other in place.names)


def _reading(found: list[Import], names: Names, text: FileText, name: str) -> Iterator[_Read]:
    """Yield each read, in a function, of the imported name or of the name as an attribute of the module."""
    lines = text.data.split(b"\n")
    facts = names.facts
    for each in found:
        path = each.bound if each.name == name else f"{each.bound}.{name}"
        for body in facts.bodies_reading(each.bound):
            for use in facts.uses_in(body, each.bound):
                line = lines[min(use.line, len(lines)) - 1]
                if each.name == name or name.encode() in line:
                    yield _Read(facts.function_of(use.place.scope), path, line)
