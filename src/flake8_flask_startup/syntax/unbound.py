"""Reads of names that nothing has bound when the code comes there, which end by an exception.

In: the facts of a file. Out: the reads that always fail. A name that code may bind without writing it is left out.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator, Set

from .facts import Facts
from .static_conditions import Phase
from .symbol_table import BindingKind, Scope, ScopeKind, Use, binding_scopes

# What binds names of a module that are not written as such.
MEDDLING = re.compile(
    r"\b(?:builtins|exec|execfile|globals|locals|vars|__dict__|setattr|__builtins__)\b|\bsys\.modules\b"
)

# Built-in names, with those that only some platforms, versions, programs or tools have.
_BUILT_IN = frozenset(dir(builtins)) | {
    "BaseExceptionGroup", "EncodingWarning", "ExceptionGroup", "PythonFinalizationError", "WindowsError", "aiter",
    "anext", "copyright", "credits", "display", "exit", "frozendict", "get_ipython", "help", "license", "profile",
    "quit", "reveal_type", "sentinel",
}  # fmt: skip


def unbound(facts: Facts, body: int) -> Iterator[Use]:
    """Yield the reads in a body, which was read, of names that nothing has bound there."""
    scopes = facts.scopes
    module = scopes[0].bindings
    deleted: dict[int, Set[str]] = {}  # by scope
    for use in facts.bodies[body].uses:
        name, number = use.name, use.place.scope
        own = scopes[number].bindings.get(name)
        if own is None:
            is_plain = name in module or name in _BUILT_IN
        else:
            if number not in deleted:
                deleted[number] = _deleted(scopes[number])
            is_plain = (
                own[0].order < use.order and own[0].place.phase is not Phase.TYPING and name not in deleted[number]
            )
        if not is_plain and name[:1] != "_" and use.place.phase is not Phase.TYPING and _is_unbound(use, facts):
            yield use


def _deleted(scope: Scope) -> Set[str]:
    """The names of a scope that some statement deletes."""
    return {name for name, found in scope.bindings.items() if any(each.kind is BindingKind.DELETE for each in found)}


def is_module_name(use: Use) -> bool:
    """Whether a read name of a module is none that Python or the import system provides as well."""
    return use.name[:1] != "_" and use.name not in _BUILT_IN and use.place.phase is not Phase.TYPING


def _is_unbound(use: Use, facts: Facts) -> bool:
    scopes = facts.scopes
    homes = binding_scopes(scopes, use.name, use.place.scope)
    if len(homes) != 1:
        return not homes and use.name not in _BUILT_IN
    home = scopes[homes[0]]
    if home.kind is not ScopeKind.FUNCTION and use.name in _BUILT_IN:
        return False
    flow = facts.function_of(homes[0])
    bound = home.bindings[use.name]
    if facts.function_of(use.place.scope) != flow or any(facts.function_of(each.place.scope) != flow for each in bound):
        return False
    loops = {each for each in use.place.branch if each < 0}
    before = [
        each
        for each in bound
        if each.place.phase is not Phase.TYPING
        if each.order <= use.order or not loops.isdisjoint(each.place.branch)
    ]
    if not before:
        return True
    last = before[-1]
    if last.kind is not BindingKind.DELETE or last.order > use.order:
        return False
    around = last.place.branch
    return around == use.place.branch[: len(around)]
