"""A module of the project or an environment: its file, and what that file says, as the trace asks for it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

from ..files.line_index import SourceText
from ..model import Span
from ..model.access_paths import as_raw, before_item, inside_of, last_name
from ..syntax.control_flow import EXCEPTIONALLY
from ..syntax.facts import Facts
from ..syntax.overwrites import Overwrites, overwrites
from ..syntax.places import Condition, Place, Point
from ..syntax.resolver import Names
from ..syntax.symbol_table import Binding, BindingKind, Call, Effect, Implicit, Import, Role, ScopeKind, Store, Use
from ..syntax.text_prefilter import ADDED_TO, ANYTHING, ASSIGNED, adds, sets_item
from ..syntax.unbound import MEDDLING, is_module_name, unbound
from ..syntax.values import Kind, Value, mentions_name
from .module_finder import ModuleFile, Origin

_TAKING = re.compile(  # what begins it is looked for fast
    r"\.\s*(?:clear|difference_update|discard|get_nowait|pop|popitem|popleft|remove)\s*\("
)

ANSWERING = "__getattr__"  # the function of a module that is asked for names that it does not bind
_REORDERING = re.compile(r"\.(?:insert|reverse|sort)\(")


_LAST_NAME = re.compile(r"\w+(?=\s*\Z)")


MAX_NAME = 200  # characters of a name, with the space behind it


_PLAIN = (BindingKind.DEF, BindingKind.IMPORT)


Event = Import | Call | Implicit | Store


_ROOTS = re.compile(r"(?=([^.\[]+))([^.\[]+\.[^.\[]+)?")


def _roots(path: str) -> list[str]:
    """The first name of a raw path, and that with the second: "self" and "self.parts" of "self.parts[].append"."""
    match = _ROOTS.match(path)
    return [each for each in match.groups() if each] if match is not None else []


def _when_read(use: Use) -> Place:
    """Return the place of a name that is read; an `except` clause reads its names where something has been raised."""
    if use.role is not Role.EXCEPT:
        return use.place
    condition = Condition(use.line, (), usual=False).within(use.place.condition)
    return use.place.under(EXCEPTIONALLY)._replace(condition=condition)


def _name_error(use: Use) -> Implicit:
    """What reading a name does that nothing has bound."""
    value = Value(Kind.CONSTANT, "NameError", path=as_raw(use.name))
    return Implicit(Effect.FAILS, value, Span(use.line), use.place, use.order)


@dataclass
class ModuleFacts:
    """What a module's file says; problem is the reason if it says nothing."""

    file: ModuleFile
    facts: Facts
    source: SourceText
    problem: str = ""

    def __post_init__(self) -> None:
        self._events: dict[int, dict[int, list[Event]]] = {}  # by body, then by function
        self._unbound: dict[int, dict[int, list[Implicit]]] = {}  # by body, then by function
        # By body and function, with what binds each name.
        self._late: dict[int, dict[int, list[tuple[Sequence[Binding], Implicit]]]] = {}
        self._plain: tuple[int, Set[str]] = (0, frozenset())  # of how many scopes
        self._bound_in: dict[int, set[str]] = {}  # names, by loop
        self._makers: dict[int, bool] = {}
        self._sharing: dict[int, bool] = {}  # by scope
        self._givers: dict[int, bool] = {}
        self._stores: dict[str, list[Store]] = {}  # by the attribute that is assigned to
        self._on_self: dict[str, dict[int, list[Store]]] = {}  # by the attribute, then by the class around
        self._additions: dict[str, list[Call | Store]] = {}
        self._overwriting: dict[int, Overwrites] = {}  # by body
        self._rooted: dict[str, list[Call | Store]] = {}  # by the root of the path
        self._readers: dict[str, tuple[frozenset[int], int]] = {}  # functions by name, and in how many bodies
        self._rooted_in = 0  # bodies that those are from
        self._deriving: list[int] = []  # classes with bases
        self._deriving_in = 0  # scopes that those are from

    @property
    def deriving(self) -> Sequence[int]:
        """The scopes of the classes that have bases, as far as bodies were read."""
        scopes = self.facts.scopes
        self._deriving += [number for number in range(self._deriving_in, len(scopes)) if scopes[number].bases]
        self._deriving_in = len(scopes)
        return self._deriving

    def events_in(self, function: int) -> Sequence[Event]:
        """What a function does in source order, imports and calls above all; for 0 module and class bodies.

        Of a library's code these are all: what it stores and what its objects do unnamed is not followed.
        """
        number = self.facts.scopes[function].body
        if number not in self._events:
            body = self.facts.body(function)
            events: list[Event] = [*body.imports, *body.calls, *body.unnamed]
            if self.file.origin is Origin.FIRST_PARTY:
                events += [*body.implicit, *body.stores]
            found = self._events[number] = {}
            for event in sorted(events, key=lambda each: each.order):
                found.setdefault(self.facts.function_of(event.place.scope), []).append(event)
        return self._events[number].get(function, ())

    def reads_in(self, function: int, names: Collection[str]) -> Sequence[Implicit]:
        """Where a function reads some names of the module, annotations aside; for 0 module and class bodies."""
        body = self.facts.scopes[function].body
        self.facts.read(function)
        return [
            Implicit(Effect.NAME, Value(Kind.PATH, path=as_raw(name)), Span(use.line), _when_read(use), use.order)
            for name in self.facts.reads_by_name(body)
            if name in names
            for use in self.facts.uses_in(body, name)
            if use.home == 0 and use.role not in (Role.ANNOTATION, Role.DELETE, Role.TYPE)
            if self.facts.function_of(use.place.scope) == function
        ]

    def unbound_in(self, function: int) -> Sequence[Implicit]:
        """Where a function of the project reads names that nothing has bound; for 0 module and class bodies."""
        if self.file.origin is not Origin.FIRST_PARTY:
            return ()
        body = self.facts.scopes[function].body
        if body not in self._unbound:
            found = self._unbound[body] = {}
            for use in unbound(self.facts, body) if not self.binds_unseen else ():
                found.setdefault(self.facts.function_of(use.place.scope), []).append(_name_error(use))
        return self._unbound[body].get(function, ())

    def unbound_before(self, function: int, moment: Point) -> Sequence[Implicit]:
        """Where a function reads names that its module, which has run up to a moment, binds later."""
        body = self.facts.scopes[function].body
        if body not in self._late:
            self.facts.read(function)
            late = self._late[body] = {}
            for use in self.facts.uses_in(body) if not self.binds_unseen else ():
                if use.home == 0 and is_module_name(use):
                    event = (self.facts.scopes[0].bindings[use.name], _name_error(use))
                    late.setdefault(self.facts.function_of(use.place.scope), []).append(event)
        loops = {each for each in moment.branch if each < 0}
        return [
            event
            for bindings, event in self._late[body].get(function, ())
            if all(
                each.order > moment.order and each.place.scope == 0 and loops.isdisjoint(each.place.branch)
                for each in bindings
            )
        ]

    @property
    def may_be_none(self) -> Set[str]:
        """The names that are bound to constants, functions or modules of the project, as far as bodies were read."""
        if self._plain[0] != len(self.facts.scopes):
            found = {
                name
                for scope in self.facts.scopes
                for name, bindings in scope.bindings.items()
                if any(each.value.kind is Kind.CONSTANT or each.kind in _PLAIN for each in bindings)
            }
            self._plain = len(self.facts.scopes), found
        return self._plain[1]

    @cached_property
    def binds_unseen(self) -> bool:
        """Whether names of the module may be bound without being written as such."""
        return any(each.name == "*" for each in self.facts.imports) or bool(MEDDLING.search(self.source.text))

    def stores_to(self, name: str) -> Sequence[Store]:
        """Assignments to an attribute of whatever object, anywhere in the module."""
        if name not in self._stores:
            attribute = before_item(name)  # an item's key may be written in either kind of quotes
            if attribute in self.source.text:
                self.facts.read_at(self.source.lines_with_next(attribute, ASSIGNED if attribute == name else ANYTHING))
            self._stores[name] = [store for store in self.facts.stores if store.path.endswith(f".{name}")]
        return self._stores[name]

    def stores_on_self(self, scope: int, name: str) -> Sequence[Store]:
        """Assignments to an attribute of `self` in the methods of a class."""
        if name not in self._on_self:
            found = self._on_self[name] = {}
            for store in self.stores_to(name):
                if store.path == f"self.{name}":
                    found.setdefault(self.facts.scopes[store.place.scope].parent, []).append(store)
        return self._on_self[name].get(scope, ())

    def additions_to(self, path: str) -> Sequence[Call | Store]:
        """Calls and assignments that put something into the container at a raw path, anywhere in the module."""
        if path not in self._additions:
            last = before_item(last_name(path))
            self.facts.read_at(self.source.lines_with_next(last, ADDED_TO if last == last_name(path) else ANYTHING))
            inside = inside_of(path)
            events = [each for each in self._by_root(path) if each.path.startswith(inside)]
            calls = [each for each in events if isinstance(each, Call) and adds(each.path, path)]
            stores = [each for each in events if isinstance(each, Store) and sets_item(each.path, path)]
            self._additions[path] = [*calls, *stores]
        return self._additions[path]

    def overwriting(self, name: str, home: int) -> Sequence[tuple[Binding, Call | Store]]:
        """Assignments to items of a name's mapping that overwrite what it has, in the code that binds the name."""
        return self._overwritten(home).get((home, name), ())

    def _overwritten(self, home: int) -> Overwrites:
        body = self.facts.scopes[home].body
        if body not in self._overwriting:
            self.facts.read(home)
            self._overwriting[body] = overwrites(self.facts, self.names, body)
        return self._overwriting[body]

    def _by_root(self, path: str) -> Sequence[Call | Store]:
        """The calls and assignments, of those that were read, whose paths begin with the first names of a raw path."""
        if self._rooted_in != len(self.facts.bodies):
            self._rooted_in = len(self.facts.bodies)
            self._rooted.clear()
            events: list[Call | Store] = [*self.facts.calls, *self.facts.stores]
            for each in events:
                for root in _roots(each.path):
                    self._rooted.setdefault(root, []).append(each)
        return self._rooted.get((_roots(path) or [""])[-1], ())

    @cached_property
    def stars(self) -> Sequence[Import]:
        """The star imports of the module."""
        return [each for each in self.facts.bodies[0].imports if each.name == "*"]

    def rests_on_turns(self, event: Call | Import | Store, loop: int) -> bool:
        """Whether something in a loop, or a test around it, mentions a name that the loop binds anew in each turn."""
        if loop not in self._bound_in:
            bindings = (
                (name, each) for scope in self.facts.scopes for name, found in scope.bindings.items() for each in found
            )
            names = {name for name, each in bindings if loop in each.place.branch}
            self._bound_in[loop] = names.union(name for name, _ in self.facts.loops[loop].names)
        names = self._bound_in[loop]
        values = [test.value for test in event.place.tests]
        if isinstance(event, Call):
            values += [
                Value(Kind.PATH, path=event.path),
                event.callee,
                *event.args,
                *[each for _, each in event.keywords],
            ]
        elif isinstance(event, Store):
            values += [event.value, event.key]
        return any(mentions_name(value, names) for value in values)

    @cached_property
    def taken_from(self) -> frozenset[str]:
        """The names that stand before a call of a method that takes something out of a container."""
        return self._before(_TAKING)

    @cached_property
    def reordered(self) -> frozenset[str]:
        """The names that stand before a call of a method that changes the order of a list."""
        return self._before(_REORDERING)

    def _before(self, method: re.Pattern[str]) -> frozenset[str]:
        text = self.source.text
        before = [text[max(0, each.start() - MAX_NAME) : each.start()] for each in method.finditer(text)]
        return frozenset(match.group() for each in before if (match := _LAST_NAME.search(each)) is not None)

    @cached_property
    def bound_again(self) -> Sequence[tuple[int, str]]:
        """Names of the module that are bound more than once, each time with where, in that order."""
        bindings = self.facts.scopes[0].bindings.items()
        again = {name: [each.order for each in found] for name, found in bindings if len(found) > 1}
        items = [
            (each.order, name)
            for (home, name), found in self._overwritten(0).items()
            for each, _ in (found if not home else ())
        ]
        return sorted([*items, *[(order, name) for name, orders in again.items() for order in orders]])

    def shares_values(self, scope: int) -> bool:
        """Whether names of a scope are bound to one value by one statement: `first = second = []`."""
        if scope not in self._sharing:
            bound = [found[0].value for found in self.facts.scopes[scope].bindings.values()]
            values = [id(each) for each in bound if each.kind not in (Kind.CONSTANT, Kind.OTHER, Kind.PATH)]
            self._sharing[scope] = len(set(values)) < len(values)
        return self._sharing[scope]

    def reading(self, names: Iterable[str]) -> set[int]:
        """The functions, of those that were read, that read one of some names of the module."""
        found: set[int] = set()
        for name in names:
            readers, known = self._readers.get(name, (frozenset(), 0))
            bodies = self.facts.bodies_reading(name)
            if known < len(bodies):
                uses = [use for body in bodies[known:] for use in self.facts.uses_in(body, name)]
                readers |= {self.facts.function_of(use.place.scope) for use in uses}
                self._readers[name] = readers, len(bodies)
            found |= readers
        return found

    def makes_functions(self, function: int) -> bool:
        """Whether there are functions inside a function, which it may give."""
        if function not in self._makers:
            self.facts.read(function)
            inside = (each for each in self.facts.scopes if each.parent == function)
            self._makers[function] = any(each.kind in (ScopeKind.FUNCTION, ScopeKind.LAMBDA) for each in inside)
        return self._makers[function]

    def gives_parameters(self, function: int) -> bool:
        """Whether what a function returns is made of something that it is passed, also by way of its local names."""
        if function not in self._givers:
            scope = self.facts.scopes[function]
            returned = self.facts.returns(function)
            names = set(scope.parameters[self._is_method(function) :])
            count = 0
            while len(names) > count:
                count = len(names)
                names.update(
                    name
                    for name, bindings in scope.bindings.items()
                    if name not in names and any(mentions_name(each.value, names) for each in bindings)
                )
            self._givers[function] = any(mentions_name(each, names) for each in returned)
        return self._givers[function]

    def _is_method(self, function: int) -> bool:
        return self.facts.scopes[self.facts.scopes[function].parent].kind is ScopeKind.CLASS

    @property
    def gives_names(self) -> bool:
        """Whether a function of the module answers for the names that it does not bind (PEP 562)."""
        return ANSWERING in self.facts.scopes_by_name

    @cached_property
    def names(self) -> Names:
        """The resolver of the names in the file."""
        return Names(self.facts)
