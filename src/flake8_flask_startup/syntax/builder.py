"""Facts in the making: what the walk hands in."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import reduce

from ..files.fresh_stack import need_room
from ..model import Span
from ..model.access_paths import NO_PATH, AccessPath
from .control_flow import either
from .facts import Body, Facts
from .lowering import value_of
from .places import Place, Point, Test
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
    binding_scopes,
)
from .values import OTHER, Value, made

_LASTING = (ScopeKind.MODULE, ScopeKind.FUNCTION, ScopeKind.LAMBDA)  # whose names what stands inside sees
ROOM = 30  # frames that it takes to undo half a walk
# What a body counts begins at its number times this, so that nothing rests on which body was read first; in the
# module's own code, whose number is 0, at 0.
COUNTED = 2**32


class Draft:
    """Writes facts, and holds on to none of them whole: what is postponed would then hold on to itself."""

    def __init__(self, facts: Facts, *, follows: bool = True) -> None:
        self.follows = follows  # whether what the startup trace alone asks is written too
        self.scopes = facts.scopes
        self.exports = facts.exports
        self.postponed: dict[int, Callable[[], None]] = {}  # by the function's scope
        self._scopes_by_name = facts.scopes_by_name
        self._bodies = facts.bodies
        self.classes: dict[int, set[str]] = {}  # that are being walked, with what they have surely bound
        self.is_sure = True  # whether what is bound now surely is, when the class body comes there
        self.body = 0  # whose body is being walked
        self._exhaustive = facts.exhaustive
        self.attempts: dict[int, Attempt] = facts.attempts
        self._loops = facts.loops
        self._branches = 0
        self._order = 0
        self._turn_to(0)

    def _turn_to(self, body: int) -> None:
        self.body = body
        into = self._bodies.setdefault(body, Body())
        self.imports: list[Import] = into.imports
        self.calls: list[Call] = into.calls
        self.unnamed: list[Call] = into.unnamed
        self.stores: list[Store] = into.stores
        self.implicit: list[Implicit] = into.implicit
        self._uses: list[Use] = into.uses

    def tick(self) -> int:
        """The next number, in source order within a body, behind all of the module's own code."""
        self._order += 1
        return self._order

    def branch(self) -> int:
        """A number for a block that need not run."""
        self._branches += 1
        return self._branches

    def loop(self, number: int, target: ast.expr, element: Value, place: Place) -> None:
        """A loop whose block has a number takes what an element stands for apart into a target."""
        names = tuple(_places(target)) if self.follows else ()
        if names and element is not OTHER and all(name for name, _ in names):
            self._loops[number] = Loop(element, names, place, self.tick())

    def broken_off(self, number: int, tests: Sequence[Test]) -> None:
        """A loop whose block has a number ends where one of some tests holds."""
        if tests and number in self._loops:
            self._loops[number] = self._loops[number]._replace(breaks=reduce(either, tests))

    def exhaustive(self, blocks: Iterable[int]) -> None:
        """Blocks of which one runs, whatever happens."""
        together = frozenset(blocks)
        self._exhaustive.update(dict.fromkeys(together, together))

    def open(self, kind: ScopeKind, name: str, span: Span, place: Place) -> int:
        """Begin a scope inside the place's; returns its number."""
        outer = self.scopes[place.scope].name
        qualified = f"{outer}.{name}" if outer else name
        number = len(self.scopes)
        self.scopes.append(Scope(kind, qualified, place.scope, span, place, self.body))
        self._scopes_by_name.setdefault(qualified, []).append(number)
        return number

    def postpone(self, number: int, walk: Callable[[], None]) -> None:
        """Leave the body of an outermost function to be walked when somebody asks for it."""
        self.scopes[number].body = number

        def read() -> None:
            need_room(ROOM)
            count = len(self.scopes)
            bound = dict(self.scopes[number].bindings)  # type parameters
            before = self._order, self._branches
            self._order = self._branches = number * COUNTED
            self._turn_to(number)
            try:
                walk()
            except RecursionError:  # whoever asked stood deep in the stack already: as if nobody had
                self._forget(number, count)
                self.scopes[number].bindings = bound
                self.classes.clear()
                self.is_sure = True
                raise
            finally:
                self._order, self._branches = before
                self._turn_to(0)

        self.postponed[number] = read

    def _forget(self, number: int, count: int) -> None:
        """Undo half a walk of a body: its facts, and the scopes beyond the first count."""
        del self._bodies[number]
        scope = self.scopes[number]
        scope.returns.clear()
        scope.return_points.clear()
        scope.return_tests.clear()
        scope.yields = 0
        scope.elsewhere.clear()
        for inner in self.scopes[count:]:
            self._scopes_by_name[inner.name].pop()
        del self.scopes[count:]

    def bind(
        self,
        name: str,
        kind: BindingKind,
        place: Place,
        line: int,
        path: AccessPath = NO_PATH,
        value: Value = OTHER,
        within: int | None = None,
    ) -> None:
        """Bind a name where a scope binds names: not in a comprehension, and elsewhere when declared so.

        The scope is the place's, or within, where a value is read in another scope than it is bound in.
        """
        number = place.scope if within is None else within
        scope = self.scopes[number]
        while scope.kind is ScopeKind.COMPREHENSION and kind is not BindingKind.PARAM:
            number = scope.parent
            scope = self.scopes[number]
        if name in scope.elsewhere:
            scope = self.scopes[self._declared(name, number)]
        elif number in self.classes:
            self._bound_in_class(number, name, kind)
        binding = made(Binding, (kind, path, value, line, place, self.tick()))
        if name in scope.bindings:
            scope.bindings[name].append(binding)
        else:
            scope.bindings[name] = [binding]

    def _declared(self, name: str, scope: int) -> int:
        """The scope that a name declared global or nonlocal is bound in."""
        if homes := binding_scopes(self.scopes, name, scope):
            return homes[0]
        number = self.scopes[scope].elsewhere[name]
        while self.scopes[number].kind not in _LASTING:
            number = self.scopes[number].parent
        return number

    def _bound_in_class(self, number: int, name: str, kind: BindingKind) -> None:
        if kind is BindingKind.DELETE:
            self.classes[number].discard(name)
        elif self.is_sure:
            self.classes[number].add(name)

    def sure_inside(self, scope: int, names: Iterable[str]) -> Callable[[], None]:
        """Count names as bound while a block of a class body is walked; return what ends that behind the block."""
        known = self.classes.get(scope, set())
        added = {name for name in names if name not in known} if scope in self.classes else set()
        known |= added
        return lambda: known.difference_update(added)

    def declare(self, names: Iterable[str], place: Place, home: int) -> None:
        """`global` or `nonlocal`: names that the scope at place binds in home instead, if that is another."""
        if home != place.scope:
            self.scopes[place.scope].elsewhere.update(dict.fromkeys(names, home))

    def returns(self, number: int, value: Value, place: Place) -> None:
        """A value that a function gives, by `return` or `yield`."""
        scope = self.scopes[number]
        scope.returns.append(value)
        scope.return_points.append(made(Point, (self.tick(), place.branch)))
        scope.return_tests.append(place.tests)

    def test(self, node: ast.expr, likely: bool | None = None) -> Test:
        """What has to hold; likely says whether it does where the environment is unset."""
        return Test(value_of(node) if self.follows else OTHER, likely)

    def effect(self, effect: Effect, value: Value, node: ast.expr | ast.stmt, place: Place) -> None:
        """Something that a statement makes an object do without a call in its text."""
        if self.follows and value is not OTHER:
            span = made(Span, (node.lineno, node.col_offset, node.end_lineno or node.lineno))
            self.implicit.append(made(Implicit, (effect, value, span, place, self.tick())))

    def use(self, name: str, line: int, place: Place, role: Role, owner: int) -> None:
        """A name that is read."""
        if place.scope in self.classes and name not in self.classes[place.scope]:
            self.scopes[place.scope].early.add(name)
        self._uses.append(made(Use, (name, line, place, role, owner or place.scope, 0, self._order)))


def _places(target: ast.expr, before: tuple[int, ...] = ()) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The names in a target, each with the places that lead to it; "" for what is no name."""
    if isinstance(target, (ast.Tuple, ast.List)):
        for at, each in enumerate(target.elts):
            yield from _places(each, (*before, at))
    else:
        yield target.id if isinstance(target, ast.Name) else "", before
