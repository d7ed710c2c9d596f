"""What names of a module keep until code reads them: results that run when they are asked, and idle objects."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from ..model.access_paths import own_path
from ..syntax.facts import Facts
from ..syntax.symbol_table import BindingKind, Role, Use
from ..syntax.values import Kind
from .kept_results import KeptResults
from .made_objects import MadeObjects
from .method_resolution import Methods
from .reflection import Reflection


class KeptUntilRead:
    """Gives what may run where a function reads names of the module; reflections are what else it may come to."""

    def __init__(
        self,
        methods: Methods,
        facts: Facts,
        results: KeptResults,
        objects: MadeObjects | None,
        reflections: Callable[[int], Iterable[Reflection]],
        is_read_elsewhere: Callable[[str], bool],
        text: str,
    ) -> None:
        self._methods = methods
        self._facts = facts
        self._results = results
        self._objects = objects
        self._reflections = reflections
        self._is_read_elsewhere = is_read_elsewhere
        self._lines = text.splitlines()

    def released(self, function: int) -> Iterator[tuple[int, int]]:
        """Give the functions that may run where a function (0: module code) reads what keeps them, with the lines."""
        objects = self._objects
        kept = [self._results.names, *([objects.names] if objects is not None else ())]
        if not any(kept):
            return
        uses = [use for use in self._facts.uses_of(function) if use.role is not Role.ANNOTATION]
        asking = [
            use
            for use in uses
            if not self._asks_nothing(use.name, use.line, function)
            if function or not self._is_put(use.name, use.line)
        ]
        held: dict[str, int] = {}
        for use in uses:
            if use.name in self._held and not self._asks_list_alone(use.name, use.line):
                held |= dict.fromkeys(self._held[use.name], use.line)
        for each in self._reflections(function):
            held |= dict.fromkeys((name for names in kept for name in filter(each.may_be, names)), each.line)
            in_lists = (name for holder in filter(each.may_be, self._held) for name in self._held[holder])
            held |= dict.fromkeys(in_lists, each.line)
        lines = {use.name: use.line for use in asking} | held
        asked = self._asked(use for use in asking if objects is not None and use.name in objects.names)
        asked |= dict.fromkeys(held)
        for name in sorted(name for name in lines if any(name in names for names in kept)):
            numbers = {*self._results.released(name), *(objects.released(name, asked.get(name)) if objects else ())}
            yield from ((lines[name], number) for number in sorted(numbers))

    def _asked(self, uses: Iterable[Use]) -> dict[str, frozenset[str] | None]:
        """The special methods of its object that reading each name may run; None for any."""
        found: dict[str, frozenset[str] | None] = {}
        for use in uses:
            asked = self._objects.asked(use.name, use.line) if self._objects is not None else None
            before = found.get(use.name, frozenset())
            found[use.name] = None if asked is None or before is None else before | asked
        return found

    def _asks_list_alone(self, name: str, line: int) -> bool:
        """Whether a line does no more with a list or mapping of the module than take its length."""
        asked = self._objects.asked(name, line) if self._objects is not None else None
        return asked is not None and asked <= {"__bool__", "__len__"}

    def _is_put(self, name: str, line: int) -> bool:
        """Whether module code on a line does no more with a name than put it into a list or mapping that has a name."""
        return (name, line) in self._put and self._put[name, line] == sum(
            use.line == line for use in self._facts.uses_in(0, name)
        )

    @cached_property
    def _put(self) -> Mapping[tuple[str, int], int]:
        """How often names stand in lists and mappings of the module that no other file reads, by line."""
        return Counter((name, line) for name, line, _ in self._displays)

    @cached_property
    def _held(self) -> Mapping[str, Sequence[str]]:
        """The names in each of those lists and mappings."""
        found: dict[str, list[str]] = {}
        for name, _, holder in self._displays:
            found.setdefault(holder, []).append(name)
        return found

    @cached_property
    def _displays(self) -> Sequence[tuple[str, int, str]]:
        return [
            (each.path, binding.line, holder)
            for holder, bindings in self._facts.scopes[0].bindings.items()
            for binding in bindings
            if binding.kind is BindingKind.ASSIGN and not binding.place.scope
            if binding.value.kind in (Kind.MAPPING, Kind.SEQUENCE)
            if self._only_holds(binding.line, has_braces=binding.value.kind is Kind.MAPPING)
            for each in binding.value.items
            if each.kind is Kind.PATH
            if holder not in self._facts.exports and not self._is_read_elsewhere(holder)
        ]

    def _only_holds(self, line: int, *, has_braces: bool) -> bool:
        """Whether what a line binds is kept, and no more: neither used by a walrus at once, nor hashed by a set."""
        text = self._lines[line - 1] if line <= len(self._lines) else ":="
        return ":=" not in text and (has_braces or "{" not in text)

    def _asks_nothing(self, name: str, line: int, function: int) -> bool:
        """Whether code on a line of a function names what is kept, and asks it for nothing."""
        if name in self._results.names:
            return self._results.asks_nothing(name, line)
        is_class = self._methods.is_class(own_path(name))
        return self._objects is not None and not (function and is_class) and self._objects.asks_nothing(name, line)
