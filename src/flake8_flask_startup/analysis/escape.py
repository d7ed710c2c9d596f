"""Functions that escape: code that runs names them without calling them, so an unknown call may be one of them.

A function that a framework keeps does not escape: nothing that runs while loading gets it back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice

from ..config.flask_objects import is_framework
from ..model import access_paths
from ..model.access_paths import callee_of, is_call, is_in_file, last_name, name_in_file, own_path, owner_of, split_last
from ..syntax.resolver import Names
from ..syntax.static_conditions import Phase
from ..syntax.symbol_table import BindingKind, Call, Role, ScopeKind, Use
from ..syntax.values import Kind, Value
from .callback_models import (
    CLASS_KEEPERS,
    KEEPING_FUNCTIONS,
    hands_over,
    is_decorator_of_app,
    registering_owner,
)
from .field_fillings import FieldFillings
from .functions_kept import FunctionsKept, Start
from .generic_functions import GenericFunctions
from .hidden_methods import HiddenMethods
from .live_functions import LiveFunctions
from .made_objects import is_enumeration
from .method_resolution import Methods
from .reflection import Reflection
from .senders import asked_keeper, calls_kept, hooks_called, is_keeper, kept_for

_MEMBER = re.compile(r"[\w)\]]\.(\w+)$")
_ROOT = re.compile(r"\w*")


class Escapes:
    """Gathers what escapes from functions as they are found to run, and which of their calls nobody can name.

    methods has those of a class, all of which escape with it; reflections the places in a function where it may come
    to names of the module without writing them; live which functions a name means on a line; hidden the methods that
    no instance gives.
    """

    def __init__(
        self,
        names: Names,
        methods: Methods,
        reflections: Callable[[int], Iterable[Reflection]],
        live: LiveFunctions,
        hidden: HiddenMethods,
        generic: GenericFunctions,
    ) -> None:
        self.facts = names.facts
        self.names = names
        self.methods = methods
        self.reflections = reflections
        self._live = live
        self._hidden = hidden
        self._generic = generic
        self._functions: dict[int, None] = {}
        self._given = 0  # how many of them `called` has given
        self._gone: dict[str, int] = {}  # what escaped, with the number of scopes that were known then
        self._unknown: list[Start] = []  # calls of anything
        self._kept = FunctionsKept(self._functions)
        self._changed: dict[str, bool] = {}  # names of functions and methods, and whether a decorator changes one
        self._members: dict[str, Start] = {}  # calls of an attribute of anything
        self._exact: dict[str, Start] = {}  # calls of a method that a class of the file surely has
        self._in_place: Start | None = None  # a call of what is put in the place of a method
        self._hiding: set[int] = set()  # those methods
        self._put_off: dict[int, None] = {}  # those of them that escaped
        self._attributes: set[str] = set()  # under which something was put
        self._stored: set[str] = set()  # those of objects
        self._read: set[int] = set()  # the bodies whose stores are among those
        self._fillings = FieldFillings(names, self._functions_at)
        self._passed_to: dict[tuple[int, str], frozenset[str]] = {}  # resolved paths, by function and parameter

    def called(self) -> dict[int, Start]:
        """The functions that escaped since the last time, if an unknown call may be one of them.

        Each comes with the first such call. Those come first that are called by packages that keep them.
        """
        if answering := self._kept.answers():
            return answering
        if self._given == len(self._functions) and not self._put_off:
            return {}
        named = [self._members[name] for name in sorted(self._members.keys() & (self._attributes | self._stored))]
        named += [self._exact[name] for name in sorted(self._exact.keys() & self._stored)]
        starts = [*self._unknown[:1], *named[:1]]
        if not starts and self._in_place is None:
            return {}
        new = dict.fromkeys((*self._put_off, *islice(self._functions, self._given, None)))
        self._given = len(self._functions)
        self._put_off = {} if starts else {each: None for each in new if each in self._hiding}
        start = starts[0] if starts else self._in_place
        return {each: start for each in new if each not in self._put_off and start is not None}

    def enter(self, function: int, calls: Iterable[Call], start: Start | None) -> None:
        """Look at a function that runs (0: the module and its classes) and the calls that it makes.

        start is what began it; None for module code, each of whose calls begins something.
        """
        body = self.facts.body(function)
        if (number := self.facts.scopes[function].body) not in self._read:
            self._read.add(number)
            self._stored.update(last_name(store.path) for store in body.stores)
        kept = self._enter_calls(list(calls), start)
        for call in body.unnamed:
            if self.facts.function_of(call.place.scope) == function:
                self._unknown.append(start or ("a function", call.span.line))
        self._enter_reads(function, kept)
        for each in self.reflections(function):
            if each.by != "dir()":  # which gives names alone
                if not each.is_gone_through:
                    self._unknown.append(start or (each.by, each.line))
                self._let_go_of(each)
        for number in self.facts.scopes_in(function):
            purpose = kept.get(self.facts.scopes[number].span.line)
            if purpose is None:
                self._define(number, function)
            elif self.facts.scopes[number].kind is not ScopeKind.CLASS:
                self.keep([number], purpose)

    def _enter_reads(self, function: int, kept: Mapping[int, str]) -> None:
        """Let what a function reads escape, but for what somebody, which signal, keeps on some lines."""
        for use in self.facts.uses_of(function):
            signal = kept.get(use.line)
            is_given = signal is not None and use.role is Role.DECORATOR
            for path in self._meanings(use) if is_given or _reads(use) else ():
                if signal is not None:
                    self.keep(self._functions_at(path), signal)
                else:
                    self._let_go(path)

    def _enter_calls(self, calls: Sequence[Call], start: Start | None) -> dict[int, str]:
        """Look at the calls of a function; returns the lines on which somebody, which signal, keeps functions."""
        registered = self._registered(calls)
        for number, purpose in registered.items():
            self.keep([number], purpose)
        kept = {self.facts.scopes[number].span.line: purpose for number, purpose in registered.items()}
        for call in calls:
            if call.decorates in registered:
                continue
            path = self.names.resolve(call.path, call.place.scope)
            is_applied = not call.decorates and is_decorator_of_app(path, call.callee)
            if not is_applied:
                self._call(call, path, start or (access_paths.call_of(call.path), call.span.line))
            if not is_applied and not hands_over(path):
                if call.decorates and kept_for(path) and not is_keeper(path):
                    self.keep([call.decorates], kept_for(path))
                continue
            if call.decorates:
                self.keep([call.decorates], self._signal(call, path))
            else:
                kept |= dict.fromkeys(range(call.span.line, call.span.end_line + 1), self._signal(call, path))
        return kept

    def _registered(self, calls: Sequence[Call]) -> Mapping[int, str]:
        """The functions that decorators of one object keep, all of them (`@app.get` over `@app.doc`), and for what."""
        first = {call.span[:2]: call.args[0].constant for call in calls if call.args and not call.decorates}
        paths: dict[int, set[str]] = {}
        owners: dict[int, set[str]] = {}
        for call in calls:
            if call.decorates:
                path = self.names.resolve(call.path, call.place.scope)
                paths.setdefault(call.decorates, set()).add(path)
                owner = registering_owner(path, first.get(call.span[:2])) or self._given_owner(path, call)
                if owner:
                    owners.setdefault(call.decorates, set()).add(owner)
        kept = (number for number, found in owners.items() if all(_is_kept(path, found) for path in paths[number]))
        return {number: _purpose(paths[number]) for number in kept}

    def _given_owner(self, path: str, call: Call) -> str:
        """The parameter whose decorator a call is, where the file passes it a framework's object; else empty."""
        owner, method = split_last(path)
        function = self.facts.function_of(call.place.scope)
        if not access_paths.is_unknown(owner) or name_in_file(owner) not in self.facts.scopes[function].parameters:
            return ""
        key = (function, name_in_file(owner))
        if key not in self._passed_to:  # the calls that come to the function have been read when it is entered
            self._passed_to[key] = frozenset(self._passed(*key))
        found = (f"{each}.{method}" for each in self._passed_to[key])
        return owner if any(is_framework(each.partition(".")[0]) and hands_over(each) for each in found) else ""

    def _passed(self, function: int, name: str) -> Iterator[str]:
        """The resolved paths of what calls in the file pass to a parameter of a function."""
        scope = self.facts.scopes[function]
        place = scope.parameters.index(name)
        for call in self.facts.calls:
            if self.names.resolve(call.path, call.place.scope) == own_path(scope.name):
                values = [value for known, value in call.keywords if known == name] + list(call.args[place : place + 1])
                yield from (self.names.resolve(value.path, call.place.scope) for value in values)

    def _define(self, number: int, function: int) -> None:
        """A lambda escapes where it stands, a nested function when the one around it runs."""
        scope = self.facts.scopes[number]
        if scope.kind is ScopeKind.LAMBDA or (scope.kind is ScopeKind.FUNCTION and function):
            self._functions[number] = None
        elif scope.kind is ScopeKind.CLASS:
            assigned = (name for name, found in scope.bindings.items() if found[0].kind is BindingKind.ASSIGN)
            self._attributes.update(assigned)
            if is_enumeration(self.names, scope):
                self._attributes.update(_OF_MEMBERS)

    def _meanings(self, use: Use) -> Iterator[str]:
        """What a name may mean where it is read, without functions that something else has replaced by then."""
        paths = self.names.meanings(use.name, use.place.scope)
        for path in paths:
            is_function = len(paths) > 1 and any(
                self.facts.scopes[number].kind is ScopeKind.FUNCTION for number in self.names.defined(path)
            )
            if not is_function or self._live.of(path, use.place, use.line):
                yield path

    def _let_go(self, path: str) -> None:
        if self._gone.get(path) == len(self.facts.scopes):
            return
        self._gone[path] = len(self.facts.scopes)
        self._functions.update(dict.fromkeys(self._functions_at(path)))

    def _functions_at(self, path: str) -> Iterable[int]:
        """The function at a resolved path, or the methods of a class."""
        if self.methods.is_class(path):
            yield from self.methods.of_family(path)
        for number in self.names.defined(path):
            if self.facts.scopes[number].kind is not ScopeKind.CLASS:
                yield number
                yield from self._generic.implementations(number)

    def keep(self, numbers: Iterable[int], keeper: str = "") -> None:
        """Take note of functions that somebody keeps, until one of those who keep some calls them."""
        self._kept.keep(numbers, keeper)

    def _send(self, start: Start, keeper: str) -> None:
        self._unknown.append(start)
        self._kept.send(keeper)

    def _signal(self, call: Call, path: str) -> str:
        """Who keeps what a call gives away: the name of a signal (`signal("ready")`), or what `kept_for` says."""
        if not access_paths.is_inside(path, "blinker"):
            return kept_for(path)
        owner, _ = split_last(call.path)
        made = self.names.value(Value(Kind.PATH, path=access_paths.as_raw(owner)), call.place.scope)
        is_signal = made.kind is Kind.CALL and callee_of(made.path).endswith("signal")
        name = made.items[0].constant if is_signal and made.items else None
        return name if isinstance(name, str) else ""

    def _let_go_of(self, asked: Reflection) -> None:
        """Let go what a look-up among the names of the module may find."""
        if self._gone.get(asked.name) != len(self.facts.scopes):
            self._gone[asked.name] = len(self.facts.scopes)
            for name in filter(asked.may_be, self.facts.scopes[0].bindings):
                self._let_go(own_path(name))

    def _call(self, call: Call, path: str, start: Start) -> None:
        self._stored.update(name for name, _ in call.keywords)
        self._stored.update(name for value in call.args for name in _names_in(value))
        if calls_kept(path) or not self._stored.isdisjoint(hooks_called(path)):
            self._send(start, self._signal(call, path))
        elif not call.decorates and (keeper := asked_keeper(path)):
            self._kept.ask([keeper], start)
        self._kept.ask(self._inheriting(path), start)
        if call.decorates and is_in_file(path) and not self._generic.registers(call):
            # a decorator of the file may put what it is given anywhere
            self._functions[call.decorates] = None
        if numbers := self.names.defined(path):
            if filling := self._fillings.at(path, numbers):
                self._functions.update(dict.fromkeys(filling))
                self._unknown.append(start)
            elif self._is_one_changed(path, numbers) and not self._fillings.are_given(call, numbers):
                # then what it was changed into is what runs
                self._unknown.append(start)
                self._kept.ask(self._decorating(numbers), start)
        elif self._is_wrapped(last_name(path)) and self._is_own(path):
            self._unknown.append(start)
        elif call.decorates:
            if path == "functools.partial()" or (is_in_file(path) and not self._is_inherited(path)):
                self._unknown.append(start)
        elif not hands_over(path) and self._is_near(path):
            self._call_near(call, path, start)

    def _inheriting(self, path: str) -> Iterable[str]:
        """The packages from which a class of the file has the method that a callee is."""
        owner, member = split_last(path)
        cls = callee_of(owner)
        if not owner or member.startswith("__") or not self.methods.is_class(cls) or self.methods.of(cls, member):
            return ()
        return map(access_paths.first_of, self.methods.bases_outside(cls))

    def _decorating(self, numbers: Iterable[int]) -> Iterator[str]:
        """The packages that decorate functions, and are not known to call none of those that they are given."""
        for scope in (self.facts.scopes[number] for number in numbers):
            paths = (self.names.resolve(raw, scope.place.scope) for raw in scope.decorators)
            yield from (kept_for(path) for path in paths if not is_keeper(path))

    def _call_near(self, call: Call, path: str, start: Start) -> None:
        """Look at a call of something that may hold functions of the file."""
        member = _MEMBER.search(path)
        if member is not None and self._is_hidden(call, path):
            self._hiding.update(self.methods.of(callee_of(owner_of(path)), member[1]))
            self._in_place = self._in_place or start
        elif member is not None and member[1] != "__call__":
            (self._exact if self._is_exact_call(call, path) else self._members).setdefault(member[1], start)
        elif is_in_file(path) or is_call(path) or access_paths.is_item(path) or member is not None:
            self._unknown.append(start)

    def _is_exact_call(self, call: Call, path: str) -> bool:
        """Whether a call is of a method of an object whose class is known for sure, and surely has it."""
        owner, member = split_last(path)
        cls, scope = callee_of(owner), call.place.scope
        is_exact = self.methods.is_class(cls) and self.methods.is_exact(owner_of(call.path), owner, scope)
        return is_exact and bool(self.methods.surely_of(cls, member)) and not self.methods.may_be_foreign(cls, member)

    def _is_hidden(self, call: Call, path: str) -> bool:
        """Whether a call is of what the constructor put in the place of a method, on an object of a known class."""
        owner, member = split_last(path)
        return self._is_exact_call(call, path) and self._hidden.is_hidden(owner, member)

    def _is_wrapped(self, method: str) -> bool:
        """Whether a decorator may make something else of a method of that name."""
        return self._is_one_changed(method, self.facts.methods_called(method))

    def _is_one_changed(self, name: str, numbers: Iterable[int]) -> bool:
        """Whether a decorator may make something else of one of the functions of a name."""
        if name not in self._changed:
            self._changed[name] = any(map(self._is_changed, numbers))
        return self._changed[name]

    def _is_changed(self, number: int) -> bool:
        """Whether a decorator may make something else of a function or class."""
        scope = self.facts.scopes[number]
        if not scope.decorators:
            return False
        paths = (self.names.resolve(raw, scope.place.scope) for raw in scope.decorators)
        keepers = KEEPING_FUNCTIONS if self._fillings.gives_own(number) else KEEPING_FUNCTIONS | CLASS_KEEPERS
        return any(
            callee_of(path) not in keepers and not path.endswith(_PLAIN) and not self._live.gives_back(path)
            for path in paths
        )

    def _is_own(self, path: str) -> bool:
        """Whether a resolved path leads to an attribute of a class of the file, or of its instance."""
        owner = callee_of(access_paths.name_if_unknown(owner_of(path)))
        if owner in _SELVES:
            return True
        numbers = self.names.defined(owner)
        return any(self.facts.scopes[number].kind is ScopeKind.CLASS for number in numbers)

    def _is_inherited(self, path: str) -> bool:
        """Whether a method of a local object comes from elsewhere: `@group.command()` of what a decorator made."""
        owner = _ROOT.match(name_in_file(path))
        return (
            owner is not None
            and owner[0] in self.names.scopes_by_name
            and _MEMBER.search(access_paths.without_last_calls(path)) is not None
        )

    def _is_near(self, path: str) -> bool:
        """Whether a callee may hold functions of the file: not one of another package's, which was given none."""
        root, rest = access_paths.split_first(path)
        return is_in_file(path) or not rest or access_paths.has_call(root) or root in _HOLDERS


def _is_kept(path: str, owners: Collection[str]) -> bool:
    """Whether a decorator is one of these objects' or a framework's."""
    return owner_of(path).removesuffix(".cli") in owners or hands_over(path)


def _purpose(paths: Iterable[str]) -> str:
    """What all decorators keep a function for; empty if they keep it for several things."""
    first, *others = set(map(kept_for, paths))
    return "" if others else first


# Packages of the standard library that give back what they are given, in another form.
_HOLDERS = frozenset({"collections", "copy", "functools", "itertools", "operator", "types"})


_SELVES = frozenset({"cls", "self", "super"})
_PLAIN = (".abstractmethod", ".final", ".overload", ".override", ".setter", ".getter", ".deleter")  # decorators

_OF_MEMBERS = ("value", "_value_")  # under which an enumeration's member has what the class body assigns


def _reads(use: Use) -> bool:
    return use.role in (Role.BODY, Role.DEFAULT) and use.place.phase in (Phase.IMPORT, Phase.DEFERRED)


def _names_in(value: Value) -> Iterable[str]:
    """The names under which an argument may put something: `setattr(o, "work", f)`, `type("K", (), {"work": f})`."""
    if value.kind is Kind.MAPPING:
        return [each for each in value.keys if isinstance(each, str)]
    return (value.constant,) if value.kind is Kind.CONSTANT and isinstance(value.constant, str) else ()
