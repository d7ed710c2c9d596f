"""What calling a function of the project runs: its body, or not yet, and what its decorators put in its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...syntax.symbol_table import Call
from .abstract_values import Func, Inst, Method, in_order

if TYPE_CHECKING:
    from .evaluator import World


def wrappers(world: World, function: Func) -> Iterator[Func]:
    """The functions that a call of a function of the project runs, as its decorators return them."""
    scope = world.scope(function)
    if not scope.decorators or not world.is_told_apart(function.module):
        return
    for raw in scope.decorators:
        for decorator in in_order(world.path(raw, function.module, scope.place.scope)):
            for made in in_order(world.called(decorator)):
                if isinstance(made, Func) and isinstance(decorator, Func) and _is_inside(world, made, decorator):
                    yield made
                elif isinstance(made, Inst):
                    calls = in_order(world.attribute(made, "__call__"))
                    yield from (each.function for each in calls if isinstance(each, Method))


def runs_later(world: World, function: Func, call: Call) -> bool:
    """Whether a call makes a generator or coroutine that nothing ever asks to run."""
    module = world.module(function.module)
    if module is None or call.keeper is None or not world.is_told_apart(function.module):
        return False
    module.facts.read(function.scope)
    scope = world.scope(function)
    return scope.runs_later and not scope.decorators and not call.keeper


def _is_inside(world: World, function: Func, outer: Func) -> bool:
    """Whether a function is defined in another one."""
    module = world.module(outer.module)
    if module is None or function.module != outer.module:
        return False
    scopes = module.facts.scopes
    number = function.scope
    while number and number != outer.scope:
        number = scopes[number].parent
    return bool(number) and function.scope != outer.scope
