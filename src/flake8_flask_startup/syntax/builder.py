"""Facts in the making: what the walk hands in."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..model import Span
from .symbol_table import (
    OTHER,
    Binding,
    BindingKind,
    Body,
    Call,
    Facts,
    Import,
    Place,
    Role,
    Scope,
    ScopeKind,
    Store,
    Use,
    Value,
    made,
)

ROOM = 30  # frames that it takes to undo half a walk


def _need_room(frames: int) -> None:
    """Raise RecursionError unless so many calls can be nested from here."""
    if frames:
        _need_room(frames - 1)


class Draft:
    """Writes facts, and holds on to none of them whole: what is postponed would then hold on to itself."""

    def __init__(self, facts: Facts) -> None:
        self.scopes = facts.scopes
        self.postponed: dict[int, Callable[[], None]] = {}  # by the function's scope
        self._scopes_by_name = facts.scopes_by_name
        self._bodies = facts.bodies
        self.body = 0  # whose body is being walked
        self._order = 0
        self._turn_to(0)

    def _turn_to(self, body: int) -> None:
        self.body = body
        said = self._bodies.setdefault(body, Body())
        self.imports: list[Import] = said.imports
        self.calls: list[Call] = said.calls
        self.unnamed: list[Call] = said.unnamed
        self.stores: list[Store] = said.stores
        self._uses: list[Use] = said.uses

    def tick(self) -> int:
        """The next number, in source order within a body."""
        self._order += 1
        return self._order

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
            _need_room(ROOM)
            count = len(self.scopes)
            bound = dict(self.scopes[number].bindings)  # type parameters
            self._turn_to(number)
            try:
                walk()
            except RecursionError:  # whoever asked stood deep in the stack already: as if nobody had
                self._forget(number, count)
                self.scopes[number].bindings = bound
                raise
            finally:
                self._turn_to(0)

        self.postponed[number] = read

    def _forget(self, number: int, count: int) -> None:
        """Undo half a walk of a body: its facts, and the scopes beyond the first count."""
        del self._bodies[number]
        scope = self.scopes[number]
        scope.returns.clear()
        scope.elsewhere.clear()
        for inner in self.scopes[count:]:
            self._scopes_by_name[inner.name].pop()
        del self.scopes[count:]

    def bind(self, name: str, kind: BindingKind, place: Place, line: int, path: str = "", value: Value = OTHER) -> None:
        """Bind a name where the place's scope binds names: not in a comprehension, and elsewhere when declared so."""
        scope = self.scopes[place.scope]
        while scope.kind is ScopeKind.COMPREHENSION and kind is not BindingKind.PARAM:
            scope = self.scopes[scope.parent]
        if name in scope.elsewhere:
            scope = self.scopes[scope.elsewhere[name]]
        binding = made(Binding, (kind, path, value, line, place))
        if name in scope.bindings:
            scope.bindings[name].append(binding)
        else:
            scope.bindings[name] = [binding]

    def declare(self, names: Iterable[str], place: Place, home: int) -> None:
        """`global` or `nonlocal`: names that the scope at place binds in home instead."""
        self.scopes[place.scope].elsewhere.update(dict.fromkeys(names, home))

    def use(self, name: str, line: int, place: Place, role: Role, owner: int) -> None:
        """A name that is read."""
        self._uses.append(made(Use, (name, line, place, role, owner or place.scope, 0)))
