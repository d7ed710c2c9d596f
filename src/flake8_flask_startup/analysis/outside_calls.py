"""Calls from other files: whether what one calls of a module comes to functions of it that matter."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..model.access_paths import before_item, root_of
from ..syntax.symbol_table import Scope, ScopeKind
from .call_graph import Reach
from .made_objects import INERT_BASES


def comes_to(reach: Reach, wanted: Collection[int], path: str) -> bool:
    """Whether a call of a path in a module, "load" or "Store().open", may run one of the wanted functions of it.

    What a decorator makes, and so what is called later, stands inside it.
    """
    head = root_of(path)
    facts = reach.facts
    starts: list[int] = []
    numbers = reach.names.scopes_by_name.get(head, ())
    for number in numbers:
        classes = _family(reach, number)
        if classes is None:
            return True  # what it inherits may be anything
        starts += [each for each, scope in enumerate(facts.scopes) if scope.parent in classes] or [number]
    if len(facts.scopes[0].bindings.get(head, ())) > len(numbers) or not head:
        return True  # the name is bound to something else as well
    functions = [each for each in starts if _is_function(facts.scopes[each])]
    functions += [each for number in functions for each in reach.generic.implementations(number)]
    if any(not reach.running(each).keys().isdisjoint(wanted) for each in functions):
        return True
    inside = {inner for each in functions for inner in _inside(reach, each)}
    return any(not reach.running(each).keys().isdisjoint(wanted) for each in inside)


def _family(reach: Reach, number: int) -> Collection[int] | None:
    """Return a class and its bases in the file, nothing for a function; None if an unknown base or metaclass counts."""
    scope = reach.facts.scopes[number]
    if scope.kind is not ScopeKind.CLASS:
        return ()
    found = {number}
    for base in reach.names.bases(scope):
        own = reach.names.defined(base)
        if not own and before_item(base) not in INERT_BASES:
            return None
        found.update(own)
    return None if any(reach.facts.scopes[each].metaclass for each in found) else found


def _inside(reach: Reach, function: int) -> Iterator[int]:
    """The functions that stand in another one."""
    for number in reach.facts.scopes_in(function):
        if _is_function(reach.facts.scopes[number]):
            yield number
            yield from _inside(reach, number)


def _is_function(scope: Scope) -> bool:
    return scope.kind in (ScopeKind.FUNCTION, ScopeKind.LAMBDA)
