"""Circles of modules that take all names of one another by star imports: each of them has the names of all."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ...project.module_facts import ModuleFacts
from ...syntax.import_statements import absolute
from ...syntax.symbol_table import Import


class Circle(NamedTuple):
    """Some modules that have all names of one another."""

    first: str  # the name of one of them
    owners: Mapping[str, Sequence[str]]  # by name, those that bind it themselves
    leaving: Mapping[str, tuple[Import, ModuleFacts]]  # other modules that some take names from, each with the first


class StarCircles:
    """The circles of a project. module gives what a module says, None where it is not known.

    A module with `__all__` is in none, as it may hand on less than it has.
    """

    def __init__(self, module: Callable[[str], ModuleFacts | None]) -> None:
        self._module = module
        self._circles: dict[str, Circle | None] = {}

    def of(self, module: str) -> Circle | None:
        """Return the circle that a module is in, if it is in one."""
        if module not in self._circles:
            for together in self._components(module):
                circle = self._made(together) if len(together) > 1 else None
                self._circles.update(dict.fromkeys(together, circle))
        return self._circles[module]

    def _components(self, start: str) -> Iterator[Sequence[str]]:
        """The strongly connected components of what a module takes names from, by Tarjan's algorithm."""
        numbers = {start: 0}
        lowest = {start: 0}
        open_ones = [start]
        path = [(start, self._following(start))]
        while path:
            here, following = path[-1]
            for each in following:
                if each in self._circles:
                    continue
                if each not in numbers:
                    numbers[each] = lowest[each] = len(numbers)
                    open_ones.append(each)
                    path.append((each, self._following(each)))
                    break
                lowest[here] = min(lowest[here], numbers[each])
            else:
                path.pop()
                if path:
                    lowest[path[-1][0]] = min(lowest[path[-1][0]], lowest[here])
                if lowest[here] == numbers[here]:
                    at = open_ones.index(here) if open_ones[-1] != here else len(open_ones) - 1
                    together = open_ones[at:]
                    del open_ones[at:]
                    yield together

    def _following(self, module: str) -> Iterator[str]:
        code = self._module(module)
        stars = (
            [absolute(each.module, each.level, code.file.package) for each in code.stars] if code is not None else ()
        )
        for starred in stars:
            other = self._module(starred)
            if other is not None and "__all__" not in other.facts.scopes[0].bindings:
                yield starred

    def _made(self, together: Sequence[str]) -> Circle:
        owners: dict[str, list[str]] = {}
        leaving: dict[str, tuple[Import, ModuleFacts]] = {}
        members = set(together)
        for module in sorted(together):
            code = self._module(module)
            assert code is not None, "a module with star imports is there"  # noqa: S101  # narrows the type
            for name in code.facts.scopes[0].bindings:
                owners.setdefault(name, []).append(module)
            for each in code.stars:
                starred = absolute(each.module, each.level, code.file.package)
                if starred not in members:
                    leaving.setdefault(starred, (each, code))
        return Circle(min(together), owners, leaving)
