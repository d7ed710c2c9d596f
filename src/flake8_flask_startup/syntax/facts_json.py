"""The facts of a file as JSON takes them, the head of a file and each body that was read apart, and back.

The head is what `binder.glance` finds. The bodies of functions are texts of their own, so that those are read alone
that somebody asks for; what they say is numbered as it is when the source is walked, whichever body was read before.
Tables hold what many facts share: a value or place is the same object in all of them, as the walk made it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any

from .builder import COUNTED
from .facts import Body, Facts
from .places import Condition, Place, Test
from .static_conditions import Phase
from .symbol_table import (
    Binding,
    BindingKind,
    Call,
    Effect,
    Implicit,
    Import,
    Loop,
    Role,
    Scope,
    ScopeKind,
    Store,
    Use,
)
from .values import OTHER, Kind, Literal, Value

LONG = 2**60  # from which on an integer is written in hexadecimal: decimal ones are read up to 4,300 digits
Row = list[Any]  # what JSON holds has no type before it is read
ENUMS: tuple[type[Enum], ...] = (BindingKind, Effect, Kind, Phase, Role, ScopeKind)
MEMBERS: Mapping[type[Enum], Sequence[Any]] = {each: tuple(each) for each in ENUMS}
_NUMBERS = {member: number for members in MEMBERS.values() for number, member in enumerate(members)}


def frozen_head(facts: Facts) -> str:
    """Return what a glance has found as JSON: of facts of which nothing was read since."""
    return json.dumps(_Part(0, len(facts.scopes)).whole(facts))


def frozen_bodies(facts: Facts, numbers: Iterable[int]) -> dict[int, str]:
    """Return the bodies of some outermost functions that were read, each as JSON."""
    inner: dict[int, list[int]] = {}
    for number, scope in enumerate(facts.scopes):
        if scope.body not in (0, number):
            inner.setdefault(scope.body, []).append(number)
    blocks: dict[int, list[int]] = {}
    for block in (*facts.loops, *facts.attempts, *facts.exhaustive):
        blocks.setdefault(abs(block) // COUNTED, []).append(block)
    found = {}
    for number in numbers:
        scopes = inner.get(number, ())
        part = _Part(number, scopes[0] if scopes else len(facts.scopes))
        found[number] = json.dumps(part.body(facts, number, scopes, set(blocks.get(number, ()))))
    return found


class _Part:
    """What one text says. Numbers of scopes that begin in it are written as -1, -2, ..., and its orders from 0 on."""

    def __init__(self, number: int, first: int) -> None:
        self._shift = number * COUNTED
        self._first = first
        self._values: list[Row] = []
        self._conditions: list[Row] = []
        self._places: list[Row] = []
        # by identity: what two facts share is one object again, and what is only equal is not
        self._known: dict[int, int] = {id(OTHER): 0}

    def whole(self, facts: Facts) -> dict[str, object]:
        """Return the head of a file's facts."""
        return {
            "scopes": [self._scope(each) for each in facts.scopes],
            "exports": sorted(facts.exports),
            "bodies": {number: self._body(body) for number, body in facts.bodies.items()},
            "unread": list(facts.unread),
            **self._blocks(facts, {*facts.loops, *facts.attempts, *facts.exhaustive}),
            **self._tables(),
        }

    def body(self, facts: Facts, number: int, inner: Sequence[int], blocks: set[int]) -> dict[str, object]:
        """Return the body of an outermost function."""
        return {
            "own": self._own(facts.scopes[number]),
            "scopes": [self._scope(facts.scopes[each]) for each in inner],
            "body": self._body(facts.bodies[number]),
            **self._blocks(facts, blocks),
            **self._tables(),
        }

    def _tables(self) -> dict[str, object]:
        return {"values": self._values, "conditions": self._conditions, "places": self._places}

    def _blocks(self, facts: Facts, blocks: set[int]) -> dict[str, object]:
        together = {id(group): group for block, group in facts.exhaustive.items() if block in blocks}
        return {
            "exhaustive": [sorted(group) for group in together.values()],
            "attempts": [
                (block, sorted(each.names), each.otherwise, each.goes_on, sorted(each.exits))
                for block, each in facts.attempts.items()
                if block in blocks
            ],
            "loops": [(block, *self._loop(each)) for block, each in facts.loops.items() if block in blocks],
        }

    def _loop(self, loop: Loop) -> Row:
        breaks = None if loop.breaks is None else self._test(loop.breaks)
        return [self._value(loop.element), loop.names, self._place(loop.place), loop.order - self._shift, breaks]

    def _number(self, scope: int) -> int:
        return scope if scope < self._first or not self._shift else self._first - 1 - scope

    def _own(self, scope: Scope) -> Row:
        """What reading a body writes into the scope of its function."""
        bindings = {
            name: kept for name, each in scope.bindings.items() if (kept := [one for one in each if self._is_new(one)])
        }
        return [self._bindings(bindings), *self._inside(scope), scope.raises, scope.runs_later]

    def _is_new(self, binding: Binding) -> bool:
        return binding.order > self._shift

    def _inside(self, scope: Scope) -> Row:
        return [
            self._named(scope.defaults),
            [self._value(each) for each in scope.returns],
            [(each.order - self._shift, each.branch) for each in scope.return_points],
            [list(map(self._test, each)) for each in scope.return_tests],
            scope.yields - self._shift if scope.yields else 0,
            {name: self._number(home) for name, home in scope.elsewhere.items()},
        ]

    def _scope(self, scope: Scope) -> Row:
        return [
            _NUMBERS[scope.kind],
            scope.name,
            self._number(scope.parent),
            scope.span,
            self._place(scope.place),
            scope.body,
            self._bindings(scope.bindings),
            *self._inside(scope),
            scope.parameters,
            scope.gathering,
            scope.decorators,
            [self._value(each) for each in scope.decorated_by],
            scope.bases,
            scope.metaclass,
            scope.raises,
            scope.runs_later,
            scope.loop,
            [self._test(each) for each in scope.tests],
            sorted(scope.early),
        ]

    def _bindings(self, bindings: Mapping[str, Sequence[Binding]]) -> dict[str, list[Row]]:
        return {name: [self._binding(each) for each in found] for name, found in bindings.items()}

    def _binding(self, each: Binding) -> Row:
        place = self._place(each.place)
        return [_NUMBERS[each.kind], each.path, self._value(each.value), each.line, place, each.order - self._shift]

    def _body(self, body: Body) -> Row:
        """A body: rows, and of what names are read, which is most of it, columns."""
        uses = zip(*map(self._use, body.uses), strict=True) if body.uses else ()
        return [
            [self._import(each) for each in body.imports],
            [self._call(each) for each in body.calls],
            [self._call(each) for each in body.unnamed],
            [self._store(each) for each in body.stores],
            [self._implicit(each) for each in body.implicit],
            list(uses),
        ]

    def _use(self, each: Use) -> Row:
        place, order = self._place(each.place), each.order - self._shift
        return [each.name, each.line, place, _NUMBERS[each.role], self._number(each.owner), each.home, order]

    def _import(self, each: Import) -> Row:
        how = [each.module, each.name, each.bound, each.explicit, each.level, each.span, self._place(each.place)]
        return [*how, each.lazy, sorted(each.listed), each.can_wait, each.order - self._shift]

    def _call(self, each: Call) -> Row:
        return [
            each.path,
            [self._value(one) for one in each.args],
            self._named(each.keywords),
            each.span,
            self._place(each.place),
            each.order - self._shift,
            self._number(each.decorates),
            self._value(each.callee),
            each.keeper,
        ]

    def _store(self, each: Store) -> Row:
        place, key = self._place(each.place), self._value(each.key)
        return [each.path, self._value(each.value), each.span, place, each.order - self._shift, key]

    def _implicit(self, each: Implicit) -> Row:
        place, order = self._place(each.place), each.order - self._shift
        return [_NUMBERS[each.effect], self._value(each.value), each.span, place, order]

    def _named(self, pairs: Iterable[tuple[str, Value]]) -> list[Row]:
        return [[name, self._value(each)] for name, each in pairs]

    def _value(self, value: Value) -> int:
        """The place of a value in the table, behind those that it is made of; 0 for OTHER."""
        known = self._known.get(id(value))
        if known is None:
            items, owner = [self._value(each) for each in value.items], [self._value(each) for each in value.owner]
            constant = value.constant
            if value.kind is Kind.DEFINED and isinstance(constant, int):
                constant = self._number(constant)
            keys = [_plain(each) for each in value.keys]
            rest = [value.path, items, keys, owner, self._named(value.keywords)]
            while len(rest) > 1 and not rest[-1]:
                rest.pop()
            self._values.append([_NUMBERS[value.kind], _plain(constant), *rest])
            known = self._known[id(value)] = len(self._values)
        return known

    def _place(self, place: Place) -> int:
        known = self._known.get(id(place))
        if known is None:
            condition = None if place.condition is None else self._condition(place.condition)
            tests = [self._test(each) for each in place.tests]
            scope, phase = self._number(place.scope), _NUMBERS[place.phase]
            known = self._known[id(place)] = len(self._places)
            self._places.append([scope, phase, condition, place.optional, tests, place.branch])
        return known

    def _condition(self, condition: Condition) -> int:
        known = self._known.get(id(condition))
        if known is None:
            known = self._known[id(condition)] = len(self._conditions)
            self._conditions.append(list(condition))
        return known

    def _test(self, test: Test) -> Row:
        return [self._value(test.value), test.usual, test.raises]


def _plain(constant: Literal) -> Literal | list[str]:
    return [hex(constant)] if type(constant) is int and abs(constant) >= LONG else constant
