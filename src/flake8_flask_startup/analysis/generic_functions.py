"""Generic functions: which implementations a call may run, by the type of its first argument (`functools`)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from ..model.access_paths import (
    NO_PATH,
    RawPath,
    as_raw,
    callee_of,
    is_attribute,
    is_call,
    is_in_file,
    own_path,
    owner_of,
)
from ..syntax.resolver import Names
from ..syntax.symbol_table import Call, Scope, ScopeKind
from ..syntax.values import ANNOTATED, Kind, Value
from .built_in_types import BUILT_IN_TYPES

_GENERIC = frozenset({"functools.singledispatch", "functools.singledispatchmethod"})
_MADE_AS: Mapping[Kind, Collection[type]] = {
    Kind.MAPPING: (dict,),
    Kind.SEQUENCE: (list, set, tuple),
    Kind.TEMPLATE: (str,),
}


def may_dispatch(kind: str, given: Collection[type]) -> bool:
    """Return whether the implementation for a type, a resolved path, may be that for one of some built-in types.

    Without any, the type of what a call gives is not known.
    """
    known = BUILT_IN_TYPES.get(kind)
    return known is None or not given or any(issubclass(each, known) for each in given)


def types_of(value: Value) -> Collection[type]:
    """Return the built-in types of which a value is one; none where it may be of any."""
    if value.kind is Kind.CONSTANT:
        return (type(value.constant),)
    return _MADE_AS.get(value.kind, ())


def annotated_type(function: Scope, place: int) -> RawPath:
    """Return the raw path of the type that annotates the parameter at a place of a function; empty for none."""
    name = function.parameters[place] if len(function.parameters) > place else ""
    for binding in function.bindings.get(name, ())[:1]:
        if binding.value.keys == ANNOTATED:
            return as_raw(callee_of(binding.value.path))
    return NO_PATH


class Implementation(NamedTuple):
    """A function that is registered for a type: its resolved path, empty where the file does not spell it."""

    function: int
    kind: str


class GenericFunctions:
    """The generic functions of one file, with the implementations that its module code and classes register."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._facts = names.facts
        self._known: tuple[int, dict[int, list[Implementation]]] = (-1, {})  # with how many scopes were read then

    def registers(self, call: Call) -> bool:
        """Return whether a call registers the function that it decorates."""
        return bool(call.decorates) and any(
            each.function == call.decorates for found in self._all.values() for each in found
        )

    def implementations(self, function: int) -> Iterator[int]:
        """Yield the functions that calling a function may run besides, if it is a generic one."""
        yield from (each.function for each in self._all.get(function, ()))

    def called(self, call: Call, functions: Collection[int]) -> Iterator[int]:
        """Yield the implementations that a call of some functions may run."""
        for function in functions if self._all else ():
            is_method = self._facts.scopes[self._facts.scopes[function].parent].kind is ScopeKind.CLASS
            given = types_of(call.args[0]) if call.args and not is_method else ()
            yield from (each.function for each in self._all.get(function, ()) if may_dispatch(each.kind, given))

    @property
    def _all(self) -> Mapping[int, Sequence[Implementation]]:
        """The implementations by generic function."""
        if self._known[0] != len(self._facts.scopes):
            found: dict[int, list[Implementation]] = {}
            for call in self._facts.bodies[0].calls:
                if call.decorates and is_attribute(callee_of(call.path), "register"):
                    for generic in self._generic(call):
                        found.setdefault(generic, []).append(Implementation(call.decorates, self._kind(call)))
            self._known = len(self._facts.scopes), found
        return self._known[1]

    def _generic(self, call: Call) -> Iterator[int]:
        """The generic functions that a decorator registers for."""
        path = self._names.resolve(owner_of(callee_of(call.path)), call.place.scope)
        for number in self._names.defined(path) if is_in_file(path) else ():
            scope = self._facts.scopes[number]
            paths = [self._names.resolve(raw, scope.place.scope) for raw in scope.decorators]
            if paths and path == own_path(scope.name) and _GENERIC.issuperset(paths):
                yield number

    def _kind(self, call: Call) -> str:
        """The type that a decorator registers for; empty where the file does not spell it."""
        if not is_call(call.path):
            scope = self._facts.scopes[call.decorates]
            is_method = self._facts.scopes[scope.parent].kind is ScopeKind.CLASS
            raw = annotated_type(scope, int(is_method))
            return self._names.resolve(raw, scope.place.scope) if raw else ""
        given = [each.args for each in self._facts.bodies[0].calls if _makes(each, call)]
        values = given[0] if len(given) == 1 else ()
        return self._names.resolve(values[0].path, call.place.scope) if len(values) == 1 else ""


def _makes(call: Call, decorator: Call) -> bool:
    """Whether a call gives a decorator."""
    return not call.decorates and call.span[:2] == decorator.span[:2] and call.path == callee_of(decorator.path)
