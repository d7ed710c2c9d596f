"""Whether another file may read a name of a module before startup is done: while it loads, or where a factory runs.

What only requests or commands read is not asked for anything meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial

from ..analysis.outside_calls import comes_to
from ..config.settings import Settings
from ..project.module_place import place_of
from ..project.references import Neighbourhood, neighbourhood
from ..project.text_index import FileText, search
from ..syntax.resolver import Names
from ..syntax.symbol_table import Import
from .near_files import callers, factories_in, names_in, reach_of, reading

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


def _may_read(text: FileText, name: str, place: Neighbourhood, settings: Settings, steps: int) -> bool:
    names = names_in(text, settings.target_version)
    if names is None:
        return True
    near = neighbourhood(text.path, place.folders)
    names.facts.read_all()
    found = [each for each in names.facts.imports if _leads_to(each, text, name, place)]
    if any(each.name == "*" for each in found):
        return True
    functions = set(_reading(found, names, text, name))
    reach = reach_of(names)
    building = (each for number in factories_in(names, text, settings) for each in reach.running(number))
    running = {0, *reach.loading(), *building}
    if not functions.isdisjoint(running):
        return True
    if any(not each.place.scope and _may_be_taken(near, each.bound, settings, steps) for each in found):
        return True
    return bool(functions) and any(True for _ in callers(near, settings, cache(partial(comes_to, reach, functions))))


def _may_be_taken(near: Neighbourhood, bound: str, settings: Settings, steps: int) -> bool:
    """Whether others may take a name from the file that imports it, and read it before startup is done."""
    return may_be_read(near, bound, settings, steps - 1) if steps > 0 else bool(near.need(bound))


def _leads_to(each: Import, text: FileText, name: str, place: Neighbourhood) -> bool:
    """Whether an import is of the module, of a package around it, or of the name in it."""
    if each.name in (name, "*") and not place_of(text.path, each.module, each.level, place):
        return True
    if not place_of(text.path, each.dotted, each.level, place):
        return True
    return not each.level and any(f"{other}.".startswith(f"{each.dotted}.") for other in place.names)


def _reading(found: list[Import], names: Names, text: FileText, name: str) -> Iterator[int]:
    """The functions that read what is imported as the name, or the name off what is the module or around it."""
    lines = text.data.split(b"\n")
    facts = names.facts
    for each in found:
        for body in facts.bodies_reading(each.bound):
            for use in facts.uses_in(body, each.bound):
                if each.name == name or name.encode() in lines[min(use.line, len(lines)) - 1]:
                    yield facts.function_of(use.place.scope)
