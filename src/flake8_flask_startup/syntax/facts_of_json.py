"""Facts out of the JSON that `facts_json` made of them: no source is parsed, and a body is read when it matters."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from sys import intern
from typing import Any

from ..files.parsing import json_value
from ..model import Span
from .builder import COUNTED
from .facts import Body, Facts
from .facts_json import MEMBERS
from .places import Condition, Place, Point, Test
from .static_conditions import Phase
from .symbol_table import (
    Attempt,
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
from .values import OTHER, Kind, Value, made

_Text = str | bytes
_BINDINGS, _EFFECTS, _KINDS = MEMBERS[BindingKind], MEMBERS[Effect], MEMBERS[Kind]
_PHASES, _ROLES, _SCOPES = MEMBERS[Phase], MEMBERS[Role], MEMBERS[ScopeKind]
_VALUE: list[Any] = [(), (), (), ()]  # of one that is made of nothing; what JSON holds has no type before


def thawed(head: _Text, body_of: Callable[[int], _Text]) -> Facts:
    """Return the facts of a head; body_of gives the text of a function's body, by its number, when it is read.

    Raises:
        ValueError, KeyError, TypeError, IndexError, AttributeError: if the head is none.
    """
    data = json_value(head)
    part = _Part(data, 0, 0)
    facts = Facts()
    facts.scopes = [part.scope(row) for row in data["scopes"]]
    facts.scopes_by_name = {}
    _note_names(facts.scopes_by_name, facts.scopes, 0)
    facts.exports = set(data["exports"])
    facts.bodies = {int(number): part.body(rows) for number, rows in data["bodies"].items()}
    part.blocks(facts.exhaustive, facts.attempts, facts.loops)
    reader = _Reader(facts, body_of)
    facts.unread = {number: partial(reader.read, number) for number in data["unread"]}
    facts.postponed = frozenset(facts.unread)
    return facts


def _note_names(names: dict[str, list[int]], scopes: Sequence[Scope], first: int) -> None:
    for number, scope in enumerate(scopes, first):
        names.setdefault(scope.name, []).append(number)


class _Reader:
    """Reads bodies into facts, and holds on to none of these whole: what is unread would then hold on to itself."""

    def __init__(self, facts: Facts, body_of: Callable[[int], _Text]) -> None:
        self._body_of = body_of
        self._scopes = facts.scopes
        self._names = facts.scopes_by_name
        self._bodies = facts.bodies
        self._blocks = facts.exhaustive, facts.attempts, facts.loops

    def read(self, number: int) -> None:
        """Read the body of an outermost function."""
        data = json_value(self._body_of(number))
        first = len(self._scopes)
        part = _Part(data, number, first)
        inner = [part.scope(row) for row in data["scopes"]]
        body = part.body(data["body"])
        part.own(data["own"], self._scopes[number])
        part.blocks(*self._blocks)
        self._scopes += inner
        _note_names(self._names, inner, first)
        self._bodies[number] = body


class _Part:
    """What one text says, its tables first. first is the number that its first scope gets."""

    def __init__(self, data: Any, number: int, first: int) -> None:  # what JSON holds has no type before it is read
        self._shift = number * COUNTED
        self._before = first - 1  # -1 stands for the first
        self._data = data
        self._values: list[Value] = [OTHER]
        for row in data["values"]:
            self._values.append(self._value(row))
        self._conditions = [Condition(line, tuple(names), usual) for line, names, usual in data["conditions"]]
        self._places = [self._place(*row) for row in data["places"]]

    def _number(self, scope: int) -> int:
        return scope if scope >= 0 else self._before - scope

    def _value(self, row: Any) -> Value:
        kind, constant, path, *rest = row
        found = _KINDS[kind]
        if type(constant) is list or found is Kind.DEFINED:
            constant = self._number(constant) if type(constant) is int else _plain(constant)
        if not rest:
            return made(Value, (found, constant, intern(path), (), (), (), ()))
        items, keys, owner, keywords = rest + _VALUE[len(rest) :]
        inside = self._all_of(items), tuple(map(_plain, keys)), self._all_of(owner), tuple(self._named(keywords))
        return made(Value, (found, constant, path, *inside))

    def _all_of(self, places: Sequence[int]) -> tuple[Value, ...]:
        return tuple([self._values[at] for at in places]) if places else ()

    def _named(self, pairs: Sequence[tuple[str, int]]) -> list[tuple[str, Value]]:
        return [(name, self._values[at]) for name, at in pairs]

    def _test(self, row: tuple[int, bool | None, bool]) -> Test:
        return Test(self._values[row[0]], *row[1:])

    def _place(
        self, scope: int, phase: int, condition: int | None, optional: bool, tests: Any, branch: Sequence[int]
    ) -> Place:
        around = None if condition is None else self._conditions[condition]
        weighed = tuple([self._test(each) for each in tests])
        return made(Place, (self._number(scope), _PHASES[phase], around, optional, weighed, tuple(branch)))

    def blocks(
        self, exhaustive: dict[int, frozenset[int]], attempts: dict[int, Attempt], loops: dict[int, Loop]
    ) -> None:
        """Note the blocks that need not run."""
        for group in self._data["exhaustive"]:
            exhaustive.update(dict.fromkeys(group, frozenset(group)))
        for block, names, otherwise, goes_on, exits in self._data["attempts"]:
            attempts[block] = Attempt(frozenset(names), otherwise, goes_on, frozenset(exits))
        for block, element, names, place, order, breaks in self._data["loops"]:
            bound = tuple([(name, tuple(places)) for name, places in names])
            end = None if breaks is None else self._test(breaks)
            loops[block] = Loop(self._values[element], bound, self._places[place], order + self._shift, end)

    def own(self, row: Any, scope: Scope) -> None:
        """Write what a body says of the scope of its function."""
        bindings, *inside, raises, runs_later = row
        for name, found in self._bindings(bindings).items():
            scope.bindings[name] = [*scope.bindings.get(name, ()), *found]
        self._inside(inside, scope)
        scope.raises, scope.runs_later = raises, runs_later

    def _inside(self, row: Any, scope: Scope) -> None:
        defaults, returns, points, tests, yields, elsewhere = row
        scope.defaults = tuple(self._named(defaults))
        scope.returns = [self._values[at] for at in returns]
        scope.return_points = [Point(order + self._shift, tuple(branch)) for order, branch in points]
        scope.return_tests = [tuple(map(self._test, each)) for each in tests]
        scope.yields = yields + self._shift if yields else 0
        scope.elsewhere = {name: self._number(home) for name, home in elsewhere.items()}

    def scope(self, row: Any) -> Scope:
        """A scope that begins here."""
        kind, name, parent, span, place, body, bindings = row[:7]
        parameters, gathering, decorators, decorated_by, bases, metaclass = row[13:19]
        raises, runs_later, loop, tests, early = row[19:]
        found = Scope(
            _SCOPES[kind],
            name,
            self._number(parent),
            made(Span, span),
            self._places[place],
            body,
            self._bindings(bindings),
            tuple(parameters),
            tuple(gathering),
            (),
            tuple(decorators),
            self._all_of(decorated_by),
            tuple(bases),
            metaclass,
            raises=raises,
            runs_later=runs_later,
            loop=loop,
            tests=tuple([self._test(each) for each in tests]),
            early=set(early),
        )
        self._inside(row[7:13], found)
        return found

    def _bindings(self, data: Mapping[str, Any]) -> dict[str, list[Binding]]:
        values, places, shift = self._values, self._places, self._shift
        return {
            intern(name): [
                made(Binding, (_BINDINGS[kind], path, values[value], line, places[place], order + shift))
                for kind, path, value, line, place, order in rows
            ]
            for name, rows in data.items()
        }

    def body(self, data: Any) -> Body:
        """Return the facts of a body."""
        imports, calls, unnamed, stores, implicit, uses = data
        return Body(
            [self._import(*row) for row in imports],
            list(self._calls(calls)),
            list(self._calls(unnamed)),
            [self._store(*row) for row in stores],
            [self._implicit(*row) for row in implicit],
            self._uses(uses),
        )

    def _uses(self, columns: Any) -> list[Use]:
        if not columns:
            return []
        names, lines, places, roles, owners, homes, orders = columns
        rows = zip(
            map(intern, names),
            lines,
            map(self._places.__getitem__, places),
            map(_ROLES.__getitem__, roles),
            map(self._number, owners),
            homes,
            map(self._shift.__add__, orders),
            strict=True,
        )
        return [made(Use, row) for row in rows]

    def _import(self, module: str, name: str, bound: str, explicit: bool, level: int, *rest: Any) -> Import:
        span, place, lazy, listed, can_wait, order = rest
        where = made(Span, span), self._places[place], lazy, frozenset(listed), can_wait, order + self._shift
        return made(Import, (module, name, bound, explicit, level, *where))

    def _calls(self, rows: Any) -> Iterator[Call]:
        values, places, shift, number = self._values, self._places, self._shift, self._number
        for path, args, keywords, span, place, order, decorates, callee, keeper in rows:
            given = tuple([values[at] for at in args]) if args else ()
            named = tuple([(name, values[at]) for name, at in keywords]) if keywords else ()
            where = made(Span, span), places[place], order + shift, number(decorates)
            yield made(Call, (path, given, named, *where, values[callee], keeper))

    def _store(self, path: str, value: int, span: Any, place: int, order: int, key: int) -> Store:
        where = made(Span, span), self._places[place], order + self._shift
        return made(Store, (path, self._values[value], *where, self._values[key]))

    def _implicit(self, effect: int, value: int, span: Any, place: int, order: int) -> Implicit:
        where = made(Span, span), self._places[place], order + self._shift
        return made(Implicit, (_EFFECTS[effect], self._values[value], *where))


def _plain(constant: Any) -> Any:  # as above
    return int(constant[0], 16) if type(constant) is list else constant
