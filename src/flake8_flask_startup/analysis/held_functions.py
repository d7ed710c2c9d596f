"""Which functions of a file a value holds, so that whoever is given it may call them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence

from ..model.access_paths import callee_of, is_own, owner_of, split_last
from ..syntax.resolver import Names
from ..syntax.symbol_table import Call, ScopeKind
from ..syntax.values import Kind, Value
from .callback_models import calls_when_asked, takes_over
from .generic_functions import GenericFunctions
from .method_resolution import Methods

_HOLDING = frozenset(
    {Kind.ADDED, Kind.CALL, Kind.CHOICE, Kind.MAPPING, Kind.SEQUENCE, Kind.SPREAD, Kind.TEMPLATE}
)  # values that what they are made of lies in


class HeldFunctions:
    """The functions that the values of one file hold."""

    def __init__(self, names: Names, methods: Methods, generic: GenericFunctions) -> None:
        self._names = names
        self._generic = generic
        self._methods = methods

    def of(self, value: Value, scope: int) -> list[int]:
        """The local functions that a value holds, and those that making or using what it holds may run."""
        path = self._names.resolve(value.path, scope)
        found: list[int] = []
        if is_own(path):
            owner = callee_of(path)
            if self._methods.is_class(owner):
                is_class = owner == path
                found += (
                    self._methods.constructed(owner, is_exact=False) if is_class else self._methods.of_family(owner)
                )
            if owner == path:
                scopes = self._names.facts.scopes
                named = [each for each in self._names.defined(path) if scopes[each].kind is not ScopeKind.CLASS]
                found += named
                found += [each for number in named for each in self._generic.implementations(number)]
            if not found:
                found += self._method(value.path, owner, scope)
        if value.kind in _HOLDING:
            found += [number for item in value.items for number in self.of(item, scope)]
        return found

    def given(self, values: Iterable[Value], scope: int, callees: Collection[str]) -> list[int]:
        """The local functions that callees, resolved paths, may run of those that the arguments of a call hold."""
        held_by = self._gone_through if all(map(takes_over, callees)) else self.of
        return [number for value in values for number in held_by(value, scope)]

    def _gone_through(self, value: Value, scope: int) -> list[int]:
        """The local functions that going through a value may run: not those that lie in its displays as they are.

        Nor those of a `map` in it, whose own call runs them.
        """
        if value.kind in (Kind.MAPPING, Kind.SEQUENCE):
            return [number for item in value.items for number in self._gone_through(item, scope)]
        path = self._names.resolve(value.path, scope)
        if value.kind is Kind.CALL and calls_when_asked(callee_of(path)):
            return []
        is_taken = value.kind is Kind.PATH and callee_of(path) == path and bool(self._names.defined(path))
        return [] if is_taken else self.of(value, scope)

    def called_back(
        self, callees: Iterable[int], call: Call, calls_in: Callable[[int], Iterable[Call]]
    ) -> Sequence[int]:
        """Return the functions that a call passes to local functions which call that parameter in their own body."""
        found: list[int] = []
        scopes = self._names.facts.scopes
        for callee in callees:
            scope = scopes[callee]
            skipped = 1 if scopes[scope.parent].kind is ScopeKind.CLASS else 0
            given = dict(zip(scope.parameters[skipped:], call.args, strict=False)) | dict(call.keywords)
            called = {each.path for each in calls_in(callee)}
            for name, value in given.items():
                if name in called or not value.path:
                    found += self.of(value, call.place.scope)
        return found

    def _method(self, raw: str, path: str, scope: int) -> Sequence[int]:
        """The methods that a path may lead to from a class or its instance."""
        owner, member = split_last(path)
        if self._methods.is_exact(owner_of(raw), owner, scope):
            return self._methods.of(callee_of(owner), member)
        return self._methods.any_of(callee_of(owner), member)
