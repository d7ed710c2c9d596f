"""What the bodies of classes give to their fields, which the making of an object may call."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from ..model.access_paths import callee_of, is_in_file
from ..syntax.resolver import Names
from ..syntax.symbol_table import Call, ScopeKind
from .callback_models import CLASS_KEEPERS, fills_objects

_FIELD = "dataclasses.field"  # whose function makes a value where none is given


class FieldFillings:
    """The functions that the classes of one file give to fields; functions_at gives those at a resolved path."""

    def __init__(self, names: Names, functions_at: Callable[[str], Iterable[int]]) -> None:
        self._names = names
        self._facts = names.facts
        self._functions_at = functions_at
        self._known: dict[str, tuple[int, Sequence[int]]] = {}  # by path, each with how many classes and functions

    def are_given(self, call: Call, numbers: Sequence[int]) -> bool:
        """Whether a call gives all fields of a class that would make their values by something of the file."""
        scopes = [self._facts.scopes[number] for number in numbers]
        if not all(scope.kind is ScopeKind.CLASS and not scope.bases for scope in scopes):
            return False
        paths = [self._names.resolve(raw, scope.place.scope) for scope in scopes for raw in scope.decorators]
        return all(callee_of(path) in CLASS_KEEPERS for path in paths) and not any(
            self.gives_own(number, dict(call.keywords)) for number in numbers
        )

    def gives_own(self, number: int, given: Collection[str] = ()) -> bool:
        """Whether the body of a class gives something of the file to a call: what a field runs to make its value.

        Those that are given make none (dataclasses).
        """
        bound = self._facts.scopes[number].bindings
        lines = {each.line for name in given for each in bound.get(name, ()) if len(bound[name]) == 1}
        calls = [call for call in self._facts.body(number).calls if call.place.scope == number]
        calls = [
            call for call in calls if call.span.line not in lines or self._names.resolve(call.path, number) != _FIELD
        ]
        passed = [value.path for call in calls for value in (*call.args, *dict(call.keywords).values()) if value.path]
        paths = [*(call.path for call in calls), *passed]
        return any(is_in_file(self._names.resolve(path, number)) for path in paths)

    def at(self, path: str, numbers: Sequence[int]) -> Sequence[int]:
        """What the classes at a path give to their fields."""
        count, known = self._known.get(path, (0, ()))
        if count != len(numbers):
            known = [function for number in numbers for function in self._filling(number)]
            self._known[path] = len(numbers), known
        return known

    def _filling(self, number: int) -> Iterator[int]:
        """What a class gives to its fields, which a framework may call while it makes an object of the class."""
        scope = self._facts.scopes[number]
        if scope.kind is not ScopeKind.CLASS or not any(map(fills_objects, self._names.bases(scope))):
            return
        for call in self._facts.body(number).calls:
            if call.place.scope == number:
                values = () if call.decorates else (*call.args, *(value for _, value in call.keywords))
                yield from (
                    each for value in values for each in self._functions_at(self._names.resolve(value.path, number))
                )
                yield from [call.decorates] if call.decorates else ()
