"""Which functions run, given what runs first: calls followed inside one file.

Twice: `loading` and `running` err towards "is called", for whoever asks whether something is surely *not* run;
`surely_loading` and `surely_running` follow only the calls whose callee is certain, for whoever blames what runs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from ..model.access_paths import call_of, callee_of, is_own, is_unknown, name_in_file, own_path, owner_of, split_last
from ..syntax.facts import Facts
from ..syntax.operators import ASKING_ONE, names_of
from ..syntax.resolver import Names
from ..syntax.static_conditions import Phase
from ..syntax.symbol_table import Call, Scope, ScopeKind
from .built_in_types import calls_nothing
from .callback_models import (
    CONTEXT_MANAGERS,
    VIEW_OF_CLASS,
    asks_class,
    calls_when_asked,
    is_decorator_of_app,
    is_made_by_routes,
    keeps_callbacks,
    runs_at_start,
)
from .escape import Escapes
from .finders import asked_by_imports
from .generic_functions import GenericFunctions
from .held_functions import HeldFunctions
from .hidden_methods import HiddenMethods
from .kept_results import KeptResults
from .kept_until_read import KeptUntilRead
from .live_functions import LiveFunctions
from .made_objects import MadeObjects, is_enumeration
from .method_resolution import MAX_REPLACED, Methods
from .reflection import Reflections
from .senders import calls_itself, logs
from .stand_ins import StandIns

_INSTANCES = frozenset({"?self", "?cls", "self", "cls"})
_NEW = ".__new__()"
_SELVES = _INSTANCES | {"super()"}
_OF_EXTENSIONS = "init_app"  # what the constructor calls of an extension that is given the app (Flask's documentation)
_HOOKS = ("__set_name__", "__class_getitem__")  # that no call names

_Group = tuple[str, int, str, tuple[int, ...]]  # functions at a path, how many, of which class, and what they are given


class Trail(NamedTuple):
    """How a function comes to be called: by what name, on which line of the code that runs first."""

    name: str
    line: int


class Running(NamedTuple):
    """A function that runs, with the class of `self` or `cls` where that is known for sure; else ""."""

    function: int
    receiver: str = ""


class Reach:
    """Follows calls in one file.

    reflections are what else may lead to its functions; is_read_elsewhere says of a name of the module whether another
    file may read it, called_elsewhere which methods of its object others call; None if they may do more. outside gives
    the dotted names of what a raw path of module code is in other packages, by way of the project's other files; empty
    if that is unknown.
    """

    def __init__(
        self,
        facts: Facts,
        names: Names,
        reflections: Reflections | None = None,
        is_read_elsewhere: Callable[[str], bool] = lambda _: True,
        called_elsewhere: Callable[[str], Collection[str] | None] = lambda _: None,
        outside: Callable[[str], Collection[str]] = lambda _: (),
    ) -> None:
        self._outside = outside
        self.facts = facts
        self.names = names
        self.methods = Methods(names)
        self.generic = GenericFunctions(names)
        self.held = HeldFunctions(names, self.methods, self.generic)
        self._reflections = reflections.in_function if reflections is not None else lambda _: ()
        self._is_read_elsewhere = is_read_elsewhere
        text = reflections.text if reflections is not None else ""
        self._results = KeptResults(names, is_read_elsewhere, called_elsewhere, text)
        self._hidden = HiddenMethods(facts, self.methods, text)
        self._idle: frozenset[int] = frozenset()  # generator expressions that nothing asks while the module loads
        self._live = LiveFunctions(facts, names, StandIns(facts, names, text, is_read_elsewhere).seen_through)
        self._objects = MadeObjects(names, self.methods, text, is_read_elsewhere, called_elsewhere) if text else None
        self._kept_until_read = KeptUntilRead(
            self.methods, facts, self._results, self._objects, self._reflections, is_read_elsewhere, text
        )
        # What runs when a function does (0: when the module loads), each with how many bodies were still unread then.
        self._known: dict[int, tuple[int, Mapping[int, Trail]]] = {}

    def loading(self) -> Mapping[int, Trail]:
        """The function scopes that run while the module loads, each with the call in module code that starts it."""
        return self._remembered(0, self._loading)

    def _remembered(self, function: int, follow: Callable[[], Mapping[int, Trail]]) -> Mapping[int, Trail]:
        unread, known = self._known.get(function, (-1, {}))
        if unread != len(self.facts.unread):
            known = follow()
            self._known[function] = len(self.facts.unread), known
        return known

    def is_idle(self, scope: int) -> bool:
        """Whether code of a scope stands in a generator expression that nothing asks while the module loads."""
        if not self._results.generators:
            return False
        self._remembered(0, self._loading)
        return self._results.is_inside(scope, self._idle)

    def _loading(self) -> Mapping[int, Trail]:
        idle = frozenset(self._results.idle(()))
        found = self._loaded_without(idle)
        while idle and (left := frozenset(self._results.idle(found))) != idle:
            idle = left
            found = self._loaded_without(idle)
        self._idle = idle
        return found

    def _loaded_without(self, idle: Collection[int]) -> dict[int, Trail]:
        """What runs while the module loads, some generator expressions aside."""
        calls = [call for call in self._live.calls_in(0) if call.place.phase is Phase.IMPORT]
        if idle:
            calls = [call for call in calls if not self._results.is_inside(call.place.scope, idle)]
        starts = [
            (Running(number), Trail(f"class {scope.name}", scope.span.line))
            for scope in self.facts.scopes
            if scope.kind is ScopeKind.CLASS and scope.place.phase is Phase.IMPORT
            for number in self._class_hooks(scope)
        ]
        met: set[_Group] = set()
        starts += [(each, _trail(call)) for call in calls for each in self._targets(call, "", met)]
        asked = asked_by_imports(self.names, self.methods, self.held)
        starts += [(Running(each), Trail(name, line)) for each, name, line in asked]
        released = self._kept_until_read.released(0)
        starts += [(Running(each), Trail(self.facts.scopes[each].name, line)) for line, each in released]
        escapes = Escapes(self.names, self.methods, self._reflections, self._live, self._hidden, self.generic)
        escapes.enter(0, calls, None)
        escapes.keep(self._kept(calls))
        return self._follow_all(starts, escapes)

    def surely_loading(self, without: Collection[int] = ()) -> Mapping[int, Trail]:
        """The function scopes that a module's code calls by name while loading, without those only others call."""
        calls = [call for call in self._live.calls_in(0) if call.place.phase is Phase.IMPORT]
        met: set[_Group] = set()
        starts = ((each, _trail(call)) for call in calls for each in self._certain(call, "", met))
        return self._follow(starts, without)

    def running(self, function: int) -> Mapping[int, Trail]:
        """The function scopes that run when a function does, itself and what decorators made of it included."""
        return self._remembered(function, partial(self._running, function))

    def _running(self, function: int) -> Mapping[int, Trail]:
        scope = self.facts.scopes[function]
        trail = Trail(scope.name, scope.span.line)
        escapes = Escapes(self.names, self.methods, self._reflections, self._live, self._hidden, self.generic)
        starts = [function, *self._wrappers(scope)]
        return self._follow_all([(Running(number), trail) for number in starts], escapes)

    def surely_running(self, function: int) -> Mapping[int, Trail]:
        """The function scopes that a function calls by name when it runs, itself included."""
        scope = self.facts.scopes[function]
        return self._follow([(Running(function), Trail(scope.name, scope.span.line))])

    def _wrappers(self, scope: Scope) -> Iterator[int]:
        """The functions inside the decorators of a function, and the methods of those that are classes."""
        for raw in scope.decorators:
            path = self.names.resolve(callee_of(raw), scope.place.scope)
            for number in self.names.defined(path) if not self._live.gives_back(path) else ():
                if self.facts.scopes[number].kind is ScopeKind.CLASS:
                    yield from self._all_methods(number)
                    continue
                self.facts.read(number)
                inside = f"{self.facts.scopes[number].name}."
                for inner, each in enumerate(self.facts.scopes):
                    if each.name.startswith(inside) and each.kind is not ScopeKind.CLASS:
                        yield inner

    def _follow_all(self, starts: Iterable[tuple[Running, Trail]], escapes: Escapes) -> dict[int, Trail]:
        """What runs, with what escapes from it where something unknown is called."""
        found: dict[int, Trail] = {}
        met: set[Running] = set()
        groups: set[_Group] = set()
        pending = list(starts)
        while pending or (pending := [(Running(n), Trail(*start)) for n, start in escapes.called().items()]):
            each, trail = pending.pop()
            if each in met or Running(each.function) in met:
                continue
            met.add(each)
            calls = [call for call in self._live.calls_in(each.function) if call.place.phase is not Phase.TYPING]
            if each.function not in found:
                found[each.function] = trail
                escapes.enter(each.function, calls, trail)
                escapes.keep(self._kept(calls))
                pending += [(Running(n), trail) for _, n in self._kept_until_read.released(each.function)]
            pending += [(target, trail) for call in calls for target in self._targets(call, each.receiver, groups)]
        return found

    def _kept(self, calls: Sequence[Call]) -> Iterator[int]:
        """What frameworks may call later of the objects that calls make."""
        objects = self._objects
        for call in calls if objects is not None else ():
            path = self.names.resolve(call.path, call.place.scope)
            if objects is not None and self.methods.is_class(path):
                yield from objects.kept(call, self.methods.constructed(path, is_exact=False))

    def _follow(self, starts: Iterable[tuple[Running, Trail]], without: Collection[int] = ()) -> dict[int, Trail]:
        found: dict[int, Trail] = {}
        met: set[Running] = set()
        groups: set[_Group] = set()
        pending = list(starts)
        while pending:
            each, trail = pending.pop()
            if each in met or each.function in without:
                continue
            met.add(each)
            found.setdefault(each.function, trail)
            for call in self._live.calls_in(each.function):
                if call.place.phase is not Phase.TYPING:
                    pending += [(target, trail) for target in self._certain(call, each.receiver, groups)]
        return found

    # what a call runs

    def _targets(self, call: Call, receiver: str, met: set[_Group]) -> list[Running]:
        """The functions that a call may run, made where `self` is of a class; met are the groups that others run."""
        found: list[Running] = []
        paths = self.names.meanings(call.path, call.place.scope)
        for path in paths:
            found += self._scopes(path, call, receiver, met)
        found += map(Running, self.generic.called(call, [each.function for each in found]))
        if call.decorates and any(map(runs_at_start, paths)):
            found.append(Running(call.decorates))
        if any(map(logs, paths)):
            found += map(Running, self.methods.of_derived("logging."))
        asked = {name for path in paths for name in asks_class(path, dict(call.keywords), len(call.args))}
        found += [Running(number) for name in sorted(asked) for number in self.methods.by_name(name)]
        arguments = () if call.decorates else (*call.args, *(value for _, value in call.keywords))
        if any(is_own(path) for path in paths):
            found += map(Running, self.held.called_back([each.function for each in found], call, self._live.calls_in))
        elif not all(keeps_callbacks(path) or is_decorator_of_app(path, call.callee) for path in paths):
            scope = call.place.scope
            held = self.held.given(arguments, scope, paths)
            given = [Running(number) for number in self._answering(paths, held)]
            if given and not self._keeps(call.path):
                found += self._asked(call, given) if all(map(calls_when_asked, paths)) else given
        at_once: list[Running] = []
        later: list[Running] = []
        for each in found:
            (later if self._runs_later(each.function) else at_once).append(each)
        return at_once + self._asked(call, later)

    def _answering(self, paths: Collection[str], numbers: Sequence[int]) -> Sequence[int]:
        """The functions that a callee may call: one special method for a built-in callee, any for another."""
        if not all(path in ASKING_ONE for path in paths):
            return numbers
        asked = {name for path in paths for name in names_of(ASKING_ONE[path])}
        return [each for each in numbers if self.facts.scopes[each].name.rpartition(".")[2] in asked]

    def _asked(self, call: Call, found: Sequence[Running]) -> list[Running]:
        """Those that run as what a call gives is asked, soon."""
        now = self._results.at_once(call, [each.function for each in found])
        return [each for each in found if each.function in now]

    def _keeps(self, path: str) -> bool:
        """Whether what a raw path is in other packages, by way of the project's other files, keeps callables."""
        found = self._outside(path)
        return bool(found) and all(map(keeps_callbacks, found))

    def _certain(self, call: Call, receiver: str, met: set[_Group]) -> list[Running]:
        """The functions that a call surely runs: functions of the file by name, constructors, methods."""
        path = self.names.resolve(call.path, call.place.scope)
        owner, member = split_last(path)
        found: list[Running] = []
        if owner in _SELVES and (around := self.methods.class_around(call.place.scope)):
            cls = receiver or around
            after = around if owner == "super()" else ""
            found = self._any_of(path, self.methods.surely_of(cls, member, after), call, receiver, met)
        elif self.methods.is_class(path):
            found = self._any_of(path, self.methods.surely_constructed(path), call, path, met)
        elif is_own(path):
            cls = callee_of(owner)
            found = self._any_of(path, self._live.of(path, call.place, call.span.line), call, "", met)
            named = () if self._hidden.is_hidden(owner, member) else self.methods.surely_of(cls, member)
            found = found or self._any_of(path, named, call, cls, met)
        return [each for each in found if not self._runs_later(each.function) or self._results.is_asked(call)]

    def _any_of(self, path: str, numbers: Sequence[int], call: Call, receiver: str, met: set[_Group]) -> list[Running]:
        """Functions any of which a call may mean; of many, nothing that a call which gives as much has run before."""
        if len(numbers) > MAX_REPLACED:
            values = (*call.args, *(value for _, value in call.keywords))
            given = [number for value in values for number in self.held.of(value, call.place.scope)]
            group = (path, len(numbers), receiver, tuple(given))
            if group in met:
                return []
            if not any(map(self._runs_later, numbers)):  # which depends on what becomes of what the call gives
                met.add(group)
        return [Running(number, receiver) for number in numbers]

    def _scopes(self, path: str, call: Call, receiver: str, met: set[_Group]) -> list[Running]:
        owner, member = split_last(path)
        if is_own(path):
            return self._local(path, call, receiver, met)
        if owner.endswith(_NEW):  # `super().__new__(cls)`
            owner = "self"
        if owner in _SELVES and (around := self.methods.class_around(call.place.scope)):
            if not receiver:
                return self._any_of(f"{around}.{member}", self.methods.any_of(around, member), call, "", met)
            after = around if owner == "super()" else ""
            return self._of_class(receiver, member, call, met, after)
        if is_unknown(path) and member:
            return self._any_of(f".{member}", self.methods.by_name(member), call, "", met)
        return []

    def _local(self, path: str, call: Call, receiver: str, met: set[_Group]) -> list[Running]:
        """What a call of something that the file defines may run."""
        if self.methods.is_class(path):
            is_exact = self.methods.is_exact(call.path, path, call.place.scope)
            numbers = self.methods.constructed(path, is_exact=is_exact)
            if (call.args or call.keywords) and self.methods.may_be_foreign(path, "__init__"):
                numbers = [*numbers, *self.methods.of(path, _OF_EXTENSIONS)]
            if self._objects is not None and len(self.names.defined(path)) <= MAX_REPLACED:
                numbers = self._objects.at_once(call, path, numbers)
                return [Running(number, path if is_exact else "") for number in numbers]
            return self._any_of(path, numbers, call, path if is_exact else "", met)
        owner, member = split_last(path)
        cls = callee_of(owner)
        if self.methods.is_class(cls) and self.methods.is_exact(owner_of(call.path), owner, call.place.scope):
            return [] if self._hidden.is_hidden(owner, member) else self._of_class(cls, member, call, met)
        live = self._live.of(path, call.place, call.span.line)
        if not live and calls_itself(member):
            live = self._live.of(owner, call.place, call.span.line)
        if len(live) > MAX_REPLACED:
            return self._any_of(path, live, call, "", met)
        if live:
            around = self.facts.function_of(call.place.scope)  # a function in a method sees its `self`
            return [Running(each, receiver if self.facts.scopes[each].parent == around else "") for each in live]
        maker, attribute = split_last(owner)
        is_given = owner != cls or bool(self.methods.any_of(callee_of(maker), attribute))
        if is_given and not self.methods.is_class(cls):  # by a function, method or property of the file
            return self._any_of(f".{member}", self.methods.by_name(member), call, "", met)
        methods = self.methods.any_of(cls, member) or self._left_to_base(owner, member)
        return self._any_of(path, methods, call, "", met)

    def _of_class(self, cls: str, member: str, call: Call, met: set[_Group], after: str = "") -> list[Running]:
        """What a method may run that is called on a class, or an instance of it, that is known for sure."""
        numbers = self.methods.of(cls, member, after) or self.methods.of_metaclass(cls, member)
        if self.methods.may_be_foreign(cls, member, after):
            numbers = [*numbers, *self._left_to_base(cls, member)]
        return self._any_of(f"{cls}.{member} {after}", numbers, call, cls, met)

    def _runs_later(self, function: int) -> bool:
        """Whether calling a function runs nothing of its body: that of a generator runs when somebody asks it."""
        scope = self.facts.scopes[function]
        self.facts.read(function)
        return scope.runs_later and all(
            callee_of(self.names.resolve(raw, scope.place.scope)) in CONTEXT_MANAGERS for raw in scope.decorators
        )

    def _left_to_base(self, owner: str, member: str) -> list[int]:
        """What a method that only a base from elsewhere has may call: `Loader().start()` of a thread calls `run`."""
        is_kept = not member or member.startswith("__") or keeps_callbacks(f"{owner}.{member}")
        is_kept = is_kept or calls_nothing(self.methods.bases_outside(callee_of(owner)), member)
        numbers = () if is_kept else self.names.scopes_by_name.get(name_in_file(callee_of(owner)), ())
        classes = [number for number in numbers if self.facts.scopes[number].kind is ScopeKind.CLASS]
        if classes and member == VIEW_OF_CLASS:  # which makes an object, at once or for each request
            return self.methods.surely_constructed(owner) if self.methods.may_be_shared(owner) else []
        return [method for number in classes for method in self._all_methods(number)]

    def _all_methods(self, number: int) -> list[int]:
        """All that an instance of a class may be asked to run, that of its local bases and subclasses included."""
        return self.methods.of_family(own_path(self.facts.scopes[number].name))

    def _class_hooks(self, scope: Scope) -> list[int]:
        """What defining a class runs (PEP 487), or naming it does: metaclass methods, `__set_name__`, enum members."""
        bases = self.names.bases(scope)
        if is_enumeration(self.names, scope):
            return self._objects.at_definition(scope) if self._objects is not None else self.methods.defined(scope)
        of_bases = [number for name in ("__new__", "__prepare__") for number in self.methods.by_name(name)]
        of_bases = [number for number in of_bases if self.methods.class_of(number) in bases]
        of_bases += self.methods.run_by_mapping(bases)
        of_bases += self.methods.of(own_path(scope.name), "__init__") if is_made_by_routes(bases) else ()
        return of_bases + [each for name in _HOOKS for each in self.methods.by_name(name)]


def _trail(call: Call) -> Trail:
    return Trail(f"@{call.path}" if call.decorates else call_of(call.path), call.span.line)
