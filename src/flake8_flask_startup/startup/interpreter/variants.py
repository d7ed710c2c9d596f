"""Functions as they are for one call: what a call says outright of the parameters that tests in them are about.

A guard such as `if not config.REPORTS: return` is decided for each call by itself, and not by all calls together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from ...model import UNKNOWN
from ...syntax.symbol_table import Call, Scope
from ...syntax.values import Kind, Value, names_in
from ..values.abstract_values import Cls, Const, Func, Member, Mod, Objects, Text
from ..values.arguments import given, passed
from ..values.environment import Env
from .evaluator import World

_DECIDED = (Cls, Const, Func, Member, Mod, Text)
MAX_VARIANTS = 2  # of one function: each is run by itself


class Variants:
    """Makes a function one of its own for each set of arguments that decides a test in it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._tested: dict[tuple[str, int], frozenset[str]] = {}
        self._made: dict[Func, dict[Func, None]] = {}

    def all_of(self, function: Func) -> Iterable[Func]:
        """The functions that have been made of one."""
        return self._made.get(function, ())

    def add(self, function: Func, made: Func) -> None:
        """Take note of a function that something else has made of one."""
        self._made.setdefault(function, {})[made] = None

    def of(self, function: Func, call: Call, bound: int, evaluate: Callable[[Value], Objects]) -> Func:
        """The function as it is for a call; itself where the call decides nothing in it, or leaves open what it gives.

        bound is the number of parameters that are bound already, as `self` is.
        """
        world = self._world
        if not world.is_told_apart(function.module) or not (tested := self._tested_in(function)):
            return function
        if any(each.kind is Kind.SPREAD for each in call.args) or any(not name for name, _ in call.keywords):
            return function
        scope = world.scope(function)
        known = {}
        by_default = tested - given(scope, call, bound)
        for name, value in scope.defaults:
            if name in by_default and (objects := self._decided(partial(self._default, value, scope, function))):
                known[function.module, function.scope, name] = objects
        arguments = [*call.args, *[value for _, value in call.keywords]]
        plain = [each for each in arguments if self._decided(partial(evaluate, each))]
        for name, objects in passed(scope, call, bound, lambda each: evaluate(each) if each in plain else frozenset()):
            if name in tested:
                known[function.module, function.scope, name] = objects
        context = world.context({**function.context.known, **known}, function) if known else None
        if context is None:
            return function
        made, others = function._replace(context=context), self._made.setdefault(function, {})
        if made not in others and len(others) >= MAX_VARIANTS:
            return function
        others[made] = None
        return made

    def _default(self, value: Value, scope: Scope, function: Func) -> Objects:
        outer = Env(self._world, function.module, scope.place.scope, None, function.context)
        return self._world.value(value, outer)

    def _decided(self, evaluate: Callable[[], Objects]) -> Objects:
        """The one object that a value is; nothing where it may be others as well."""
        found, traits = self._world.memory.observed(evaluate)
        if traits or len(found) != 1:
            return frozenset()
        is_decided = all(
            UNKNOWN not in each.text if isinstance(each, Text) else isinstance(each, _DECIDED) for each in found
        )
        return found if is_decided else frozenset()

    def _tested_in(self, function: Func) -> frozenset[str]:
        """The parameters of a function that tests in it are about."""
        key = (function.module, function.scope)
        if key not in self._tested:
            code = self._world.module(function.module)
            scope = self._world.scope(function)
            found: set[str] = set()
            for event in code.events_in(function.scope) if code is not None and scope.parameters else ():
                for test in event.place.tests:
                    found.update(names_in(test.value))
            self._tested[key] = frozenset(found.intersection(scope.parameters))
        return self._tested[key]
