"""The turns of loops and comprehensions: what code knows in each of the names that the loop binds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ...model import UNKNOWN
from ...model.access_paths import callee_of, is_item
from ...syntax.places import Point, Test
from ...syntax.symbol_table import Call, Loop, Store
from ...syntax.values import OTHER, Kind, Value
from ..models.naming import is_third_party
from ..values import literals
from ..values.abstract_values import (
    NO_CONTEXT,
    NOTHING,
    ClosureContext,
    Cls,
    Const,
    Ext,
    Func,
    Items,
    Member,
    Method,
    Mod,
    Object,
    Objects,
    PartialCall,
    Parts,
    Table,
    Text,
    in_order,
    leaves,
)
from ..values.environment import Env
from ..values.members import in_turn
from ..values.memo import CHOICE, DOUBT, SIFTED, TAKEN, UNKNOWN_PART
from .closures import Closures
from .conditions import Truth, judged

MAX_ROWS = 2_000  # turns of loops that put something into a container: the modules below a folder
MAX_TURNS = 64  # of one loop, which are gone through one by one


class Turns(Closures):
    """Tells the turns of a loop apart, as contexts of the code in it."""

    def turns(self, loop: Loop, env: Env, limit: int = MAX_TURNS) -> list[ClosureContext]:
        """What each turn of a loop knows of the names that it binds; one for all where that is not known."""
        if loop.element.kind is Kind.CHOICE:
            objects = [each for item in loop.element.items for each in in_order(literals.item(env, item))]
        else:
            elements, traits = self.memory.observed(lambda: self.world.value(loop.element, env))
            if traits & TAKEN or (traits & DOUBT and not self.doubtful.isdisjoint(elements)):
                return [env.context]
            is_all = loop.element.kind is Kind.ELEMENT and loop.element.constant is None
            owners = self.world.settled(self.world.value(loop.element.items[0], env)) if is_all else NOTHING
            objects = in_turn(in_order(owners), elements)
        if not objects and env.context is not NO_CONTEXT and self.is_empty(loop.element, env):
            return []
        if not 1 < len(objects) <= limit or not all(map(_is_plain, leaves(frozenset(objects)))):
            return [env.context]
        code = self.module(env.module)
        found = []
        for each in objects:
            known = dict(env.context.known)
            for name, places in loop.names:
                held: Objects = frozenset({each})
                for at in places:
                    held = self.union(self.world.element(one, at) for one in held)
                home = code.names.bindings(name, env.scope)[0] if code is not None else 0
                known[env.module, home, name] = held
            found.append(self.made(known))
            if loop.breaks is not None and judged(loop.breaks.value, env._replace(context=found[-1])) is Truth.YES:
                if loop.element.kind is Kind.CHOICE:  # in the order that they are written in
                    break
                return [env.context]
        return found

    def in_turns(self, event: Call | Store, env: Env) -> Sequence[Env]:
        """The environments of the turns of loops that something happens in, as far as they are known; else the one.

        A turn in which a test around it fails is none.
        """
        code = self.module(env.module)
        if not env.is_own or code is None:
            return [env]
        at = Point(event.order, event.place.branch)
        loops = [each for each in event.place.branch if each in code.facts.loops]
        if not loops:
            return [env] if self._may_pass(event.place.tests, env._replace(at=at)) else []
        if not any(code.rests_on_turns(event, each) for each in loops):
            return [env]
        turns = self._turns_of([code.facts.loops[each] for each in loops], env)
        if turns is None:
            return [env]
        return [each for each in (turn._replace(at=at) for turn in turns) if self._may_pass(event.place.tests, each)]

    def passes(self, function: Object, item: Object) -> bool | None:
        """Whether a function of the project lets an item through that it is asked about; None if that is open."""
        code = self.module(function.module) if isinstance(function, Func) else None
        if not isinstance(function, Func) or code is None or not self.is_told_apart(function.module):
            return None
        scope, returned = self.scope(function), code.facts.returns(function.scope)
        if len(scope.parameters) != 1 or len(returned) != 1 or scope.return_points[0].branch or scope.runs_later:
            return None
        known = {**function.context.known, (function.module, function.scope, scope.parameters[0]): frozenset({item})}
        inside = Env(self.world, function.module, function.scope, None, self.made(known))
        truth = judged(returned[0], inside)
        return None if truth is Truth.UNKNOWN else truth in (Truth.YES, Truth.USUALLY)

    def gathering(self, env: Env) -> Sequence[Env]:
        """The environments of the turns of a comprehension whose items pass its tests; else the one."""
        code = self.module(env.module)
        scope = code.facts.scopes[env.scope] if code is not None else None
        loop = code.facts.loops.get(scope.loop) if code is not None and scope is not None else None
        if loop is None or scope is None:
            return [env]
        turns = self._turns_of([loop], env)
        if any(_is_left_to_others(test.value, env) for test in scope.tests):
            self.memory.traits |= CHOICE | TAKEN | SIFTED
        return [env] if turns is None else [each for each in turns if self._may_pass(scope.tests, each)]

    def _turns_of(self, loops: Iterable[Loop], env: Env) -> list[Env] | None:
        """The environments of the turns of loops, one in the other; None where they are not known, or too many."""
        contexts = [env.context]
        for loop in loops:
            inside = env._replace(scope=loop.place.scope, at=Point(loop.order, loop.place.branch))
            contexts = [turn for each in contexts for turn in self.turns(loop, inside._replace(context=each), MAX_ROWS)]
            if len(contexts) > MAX_ROWS:
                return None
        return None if contexts == [env.context] else [env._replace(context=each) for each in contexts]

    def holds(self, event: Call | Store, env: Env) -> bool:
        """Whether all tests around something that happens hold while the environment is unset."""
        inside = env._replace(at=Point(event.order, event.place.branch))
        traits = self.memory.traits
        try:
            return all(judged(test.value, inside) in (Truth.YES, Truth.USUALLY) for test in event.place.tests)
        finally:
            self.memory.traits = traits

    def _may_pass(self, tests: Iterable[Test], env: Env) -> bool:
        """Whether none of some tests fails; what cannot be decided counts as passed."""
        traits = self.memory.traits
        try:
            return all(test.value is OTHER or judged(test.value, env) is not Truth.NO for test in tests)
        finally:
            self.memory.traits = traits

    def is_empty(self, element: Value, env: Env) -> bool:
        """Whether what a loop goes over is known to be empty, as a row of a walk may be."""
        if element.kind is not Kind.ELEMENT:
            return False
        owners, traits = self.memory.observed(lambda: self.world.value(element.items[0], env))
        return (
            bool(owners)
            and not traits & UNKNOWN_PART
            and all(isinstance(each, (Items, Parts, Table)) and not each[0] for each in owners)
        )

    def is_unsure(self, element: Value, env: Env) -> bool:
        """Whether a loop may not iterate: its iterable is known to be empty, or comes from outside the project."""
        if element.kind is not Kind.ELEMENT:
            return False
        (owner,) = element.items
        owners, held = self.world.value(owner, env), leaves(self.world.value(element, env))
        if held and all(isinstance(each, Text) and not each.text.strip(UNKNOWN) for each in held):
            return owner.kind is Kind.CALL and any(isinstance(each, Ext) for each in env.path(callee_of(owner.path)))
        is_outside = any(isinstance(each, Ext) for each in (held or owners))
        return self.is_empty(element, env) or (is_outside and all(map(_is_somewhere_outside, held)))


def _is_somewhere_outside(item: Object) -> bool:
    """Whether an object is an item of something that lies outside the project."""
    return isinstance(item, Ext) and is_item(item.path)


def _is_left_to_others(test: Value, env: Env) -> bool:
    """Whether third-party code says what a test gives, so that any item may fail it."""
    while test.kind is Kind.NOT:
        (test,) = test.items
    callees = env.path(callee_of(test.path)) if test.kind is Kind.CALL and not test.owner else NOTHING
    return any(isinstance(each, Ext) and is_third_party(env, each.path) for each in callees)


def _is_plain(each: Object) -> bool:
    """Whether an object is a constant, or code of the project."""
    if isinstance(each, Text):
        return UNKNOWN not in each.text
    return isinstance(each, (Cls, Const, Func, Member, Method, Mod, PartialCall))
