"""What calls give that runs when somebody asks it: generators, coroutines, `map` objects, threads that are not started.

A name of the module that has one releases what it would run where code that runs reads the name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cached_property

from ..model.access_paths import is_call
from ..syntax.resolver import Names
from ..syntax.symbol_table import BindingKind, Call, Role, ScopeKind
from ..syntax.values import Kind
from .callback_models import CONTEXT_MANAGERS, makes_items
from .glances import NO_DEFAULT, OF_CONTAINER, Glances


class KeptResults:
    """The results that names of one file keep.

    is_read_elsewhere says of a name of the module whether another file may read it, called_elsewhere which methods of
    its object others call, None if they may do more; text is that of the file.
    """

    def __init__(
        self,
        names: Names,
        is_read_elsewhere: Callable[[str], bool],
        called_elsewhere: Callable[[str], Collection[str] | None],
        text: str,
    ) -> None:
        self._names = names
        self._facts = facts = names.facts
        self._glances = Glances(facts, text)
        self._is_read_elsewhere = is_read_elsewhere
        self._called_elsewhere = called_elsewhere
        self._waiting: dict[str, dict[int, None]] = {}  # functions by the name that has what would run them
        self._mappings: set[str] = set()  # names of mappings that call one for a key that they lack

    def at_once(self, call: Call, functions: Sequence[int]) -> Sequence[int]:
        """Return those of some functions that a call runs by way of its result, soon; the others wait for its name."""
        call = self._kept_with_decorated(call, functions)
        if call.keeper and makes_items(self._names.resolve(call.path, call.place.scope)):
            self._mappings.add(call.keeper)
        if not functions or self.is_asked(call):
            return functions
        if call.keeper:
            self._waiting.setdefault(call.keeper, {}).update(dict.fromkeys(functions))
        return ()

    def _kept_with_decorated(self, call: Call, functions: Sequence[int]) -> Call:
        """A call with the name of the function that its result decorates, if that only enters a context when called."""
        name = self._decorated.get(call.span[:2], "") if call.keeper is None else ""
        if not name or not functions or not all(map(self._is_context, functions)):
            return call
        return call._replace(keeper=name)

    def _is_context(self, number: int) -> bool:
        scope = self._facts.scopes[number]
        return any(self._names.resolve(raw, scope.place.scope) in CONTEXT_MANAGERS for raw in scope.decorators)

    @cached_property
    def _decorated(self) -> Mapping[tuple[int, ...], str]:
        """The functions of the module that only the result of a call decorates, by where that call begins."""
        scopes = self._facts.scopes
        made = [call for call in self._facts.bodies[0].calls if call.decorates and is_call(call.path)]
        alone = [
            each for each in made if not scopes[each.decorates].parent and len(scopes[each.decorates].decorators) == 1
        ]
        return {each.span[:2]: scopes[each.decorates].name for each in alone}

    def released(self, name: str) -> Collection[int]:
        """The functions that may run where code reads a name of the module."""
        return self._waiting.get(name, {}).keys()

    def asks_nothing(self, name: str, line: int) -> bool:
        """Whether a line asks what a name of the module keeps for nothing."""
        if name in self._mappings and len(self._facts.scopes[0].bindings.get(name, ())) == 1:
            return self._glances.makes_no_item(name, line)
        return self._glances.looks_or_closes(name, line)

    @property
    def names(self) -> Collection[str]:
        """The names of the module whose values run functions when they are asked."""
        return self._waiting.keys()

    def is_asked(self, call: Call) -> bool:
        """Whether anything may ask what a call gives, functions that read a name of the module aside."""
        if not call.keeper:
            return call.keeper is None
        if not call.place.scope:
            return self._is_open(call.keeper)
        if self._facts.scopes[call.place.scope].kind is ScopeKind.CLASS:
            return True  # by an attribute
        self._facts.read_all()
        is_read = any(use.name == call.keeper for body in self._facts.bodies.values() for use in body.uses)
        return is_read or self._is_read_elsewhere(call.keeper)

    def _is_open(self, name: str) -> bool:
        """Whether module code, a class or another file may read a name of the module."""
        reads = (use for use in self._facts.uses_in(0, name) if use.role is not Role.DELETE)
        here = any(
            not self._facts.function_of(use.place.scope) and not self.asks_nothing(name, use.line) for use in reads
        )
        return here or name in self._facts.exports or (self._is_read_elsewhere(name) and self._is_asked_elsewhere(name))

    def _is_asked_elsewhere(self, name: str) -> bool:
        """Return whether other files may ask what a name keeps for something that runs functions."""
        called = self._called_elsewhere(name) if name in self._mappings else None
        return called is None or not {*NO_DEFAULT, *OF_CONTAINER}.issuperset(called)

    # generator expressions

    def is_inside(self, scope: int, generators: Collection[int]) -> bool:
        """Whether a scope is one of some generator expressions, or stands in one."""
        while scope and scope not in generators:
            scope = self._facts.scopes[scope].parent
        return bool(scope)

    def idle(self, running: Collection[int]) -> Iterator[int]:
        """The scopes of generator expressions that nobody asks where module code and some functions run."""
        for scope, name in self.generators.items():
            bodies = (use for body in self._facts.bodies_reading(name) for use in self._facts.uses_in(body, name))
            if not any(self._facts.function_of(use.place.scope) in running for use in bodies):
                yield scope

    @cached_property
    def generators(self) -> Mapping[int, str]:
        """The generator expressions that only a name of the module has, and that no module code asks."""
        scopes = self._facts.scopes
        found: dict[str, str] = {}
        for name, bindings in scopes[0].bindings.items():
            made = [each for each in bindings if each.kind is BindingKind.ASSIGN and each.value.kind is Kind.GATHERED]
            found.update((each.value.path, name) for each in made if not each.place.scope)
        kept = {name: self._facts.scopes_by_name.get(name, ()) for name in found}
        return {
            number: found[name]
            for name, numbers in kept.items()
            for number in numbers
            if scopes[number].runs_later and scopes[number].kind is ScopeKind.COMPREHENSION
            if not self._is_open(found[name])
        }
