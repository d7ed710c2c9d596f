"""Which functions run, given what runs first: calls followed inside one file.

Twice: `loading` and `running` err towards "is called", for whoever asks whether something is surely *not* run;
`surely_loading` and `surely_running` follow only the calls whose callee is certain, for whoever blames what runs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from ..syntax.resolver import FUNCTIONS, Names
from ..syntax.static_conditions import Phase
from ..syntax.symbol_table import Call, Facts, Kind, Scope, ScopeKind, Value
from .callback_models import keeps_callbacks
from .escape import Escapes
from .reflection import Reflections

_SELVES = frozenset({"?self", "?cls", "super()", "self", "cls"})
_HOOKS = ("__set_name__", "__class_getitem__")  # that no call names
_HOLDING = frozenset(
    {Kind.ADDED, Kind.CALL, Kind.CHOICE, Kind.MAPPING, Kind.SEQUENCE, Kind.SPREAD, Kind.TEMPLATE}
)  # values that what they are made of lies in
_CONSTRUCTORS = ("__new__", "__init__", "__post_init__")


class Trail(NamedTuple):
    """How a function comes to be called: by what name, on which line of the code that runs first."""

    name: str
    line: int


class Reach:
    """Follows calls in one file; reflections are what else may lead to its functions."""

    def __init__(self, facts: Facts, names: Names, reflections: Reflections | None = None) -> None:
        self.facts = facts
        self.names = names
        self._reflections = reflections.in_function if reflections is not None else lambda _: ()
        self._calls: dict[int, dict[int, list[Call]]] = {}  # by body, then by function
        self._methods_by_name: dict[str, list[int]] = {}
        self._methods_by_class: dict[str, list[tuple[int, int]]] = {}  # each with the place of its name among all names
        self._places: dict[str, int] = {}  # of the names of methods, in the order of the file
        self._special: set[int] = set()  # methods that no call names
        self._children: dict[str, dict[str, None]] = {}  # local classes by what they name as a base
        self._families: dict[str, list[str]] = {}
        self._indexed = 0  # scopes that those have

    def loading(self) -> Mapping[int, Trail]:
        """The function scopes that run while the module loads, each with the call in module code that starts it."""
        calls = [call for call in self._calls_in(0) if call.place.phase is Phase.IMPORT]
        starts = [
            (number, Trail(f"class {scope.name}", scope.span.line))
            for scope in self.facts.scopes
            if scope.kind is ScopeKind.CLASS and scope.place.phase is Phase.IMPORT
            for number in self._class_hooks(scope)
        ]
        starts += [(number, Trail(_said(call), call.span.line)) for call in calls for number in self._targets(call)]
        escapes = Escapes(self.facts, self.names, self._all_methods, self._reflections)
        escapes.enter(0, calls, None)
        return self._follow_all(starts, escapes)

    def surely_loading(self, without: Collection[int] = ()) -> Mapping[int, Trail]:
        """The function scopes that a module's code calls by name while loading, without those only others call."""
        calls = [call for call in self._calls_in(0) if call.place.phase is Phase.IMPORT]
        starts = ((number, Trail(_said(call), call.span.line)) for call in calls for number in self._certain(call))
        return self._follow(starts, self._certain, without)

    def running(self, function: int) -> Mapping[int, Trail]:
        """The function scopes that run when a function does, itself included."""
        scope = self.facts.scopes[function]
        escapes = Escapes(self.facts, self.names, self._all_methods, self._reflections)
        return self._follow_all([(function, Trail(scope.name, scope.span.line))], escapes)

    def surely_running(self, function: int) -> Mapping[int, Trail]:
        """The function scopes that a function calls by name when it runs, itself included."""
        scope = self.facts.scopes[function]
        return self._follow([(function, Trail(scope.name, scope.span.line))], self._certain)

    def _follow_all(self, starts: Iterable[tuple[int, Trail]], escapes: Escapes) -> dict[int, Trail]:
        """What runs, with what escapes from it where something unknown is called."""
        found: dict[int, Trail] = {}
        pending = list(starts)
        while pending or (pending := [(n, Trail(*start)) for n, start in escapes.called().items() if n not in found]):
            number, trail = pending.pop()
            if number not in found:
                found[number] = trail
                calls = [call for call in self._calls_in(number) if call.place.phase is not Phase.TYPING]
                escapes.enter(number, calls, trail)
                pending += [(target, trail) for call in calls for target in self._targets(call)]
        return found

    def _follow(
        self,
        starts: Iterable[tuple[int, Trail]],
        targets: Callable[[Call], list[int]],
        without: Collection[int] = (),
    ) -> dict[int, Trail]:
        found: dict[int, Trail] = {}
        pending = list(starts)
        while pending:
            number, trail = pending.pop()
            if number in found or number in without:
                continue
            found[number] = trail
            for call in self._calls_in(number):
                if call.place.phase is not Phase.TYPING:
                    pending += [(target, trail) for target in targets(call)]
        return found

    def _calls_in(self, function: int) -> Sequence[Call]:
        """The calls that a function makes; 0 stands for module and class bodies."""
        number = self.facts.scopes[function].body
        if number not in self._calls:
            found: dict[int, list[Call]] = {}
            for call in self.facts.body(function).calls:
                found.setdefault(self.facts.function_of(call.place.scope), []).append(call)
            self._calls[number] = found
        return self._calls[number].get(function, ())

    def _targets(self, call: Call) -> list[int]:
        """The function scopes that a call may run."""
        path = self.names.resolve(call.path, call.place.scope)
        found = self._scopes(path, call)
        arguments = () if call.decorates else (*call.args, *(value for _, value in call.keywords))
        if path.startswith(":"):
            found += self._called_back(found, call)
        elif not keeps_callbacks(path):
            found += [number for value in arguments for number in self._functions_in(value, call.place.scope)]
        return found

    def _certain(self, call: Call) -> list[int]:
        """The function scopes that a call surely runs: functions of the file by name, constructors, methods."""
        path = self.names.resolve(call.path, call.place.scope)
        owner, _, member = path.rpartition(".")
        if owner in _SELVES:
            return self._inherited(self._class_around(call.place.scope), member)
        if not path.startswith(":"):
            return []
        numbers = self.names.scopes_by_name.get(path[1:], ())
        if any(self.facts.scopes[number].kind is ScopeKind.CLASS for number in numbers):
            return [found for name in _CONSTRUCTORS for found in self._inherited(path, name)]
        return list(numbers) or self._inherited(owner.removesuffix("()"), member)

    def _inherited(self, owner: str, member: str) -> list[int]:
        """The methods that a local class has under a name, its own or its local bases'."""
        return [
            number
            for name in (owner, *self._bases_of(owner))
            for number in self.names.scopes_by_name.get(f"{name[1:]}.{member}", ())
            if name.startswith(":") and self.facts.scopes[number].kind in FUNCTIONS
        ]

    def _bases_of(self, owner: str) -> list[str]:
        numbers = self.names.scopes_by_name.get(owner[1:], ())
        return [base for number in numbers for base in self.names.bases(self.facts.scopes[number])]

    def _scopes(self, path: str, call: Call) -> list[int]:
        owner, _, member = path.rpartition(".")
        if path.startswith(":"):
            found: list[int] = []
            for number in self.names.scopes_by_name.get(path[1:], ()):
                scope = self.facts.scopes[number]
                found += self._constructed(scope) if scope.kind is ScopeKind.CLASS else [number]
            return found or self._methods(owner.removesuffix("()"), member) or self._left_to_base(owner, member)
        if owner in _SELVES:
            return self._methods(self._class_around(call.place.scope), member)
        if path.startswith("?") and member:
            return list(self._method_index.get(member, ()))
        return []

    def _class_around(self, number: int) -> str:
        while number and self.facts.scopes[number].kind is not ScopeKind.CLASS:
            number = self.facts.scopes[number].parent
        return f":{self.facts.scopes[number].name}"

    def _methods(self, owner: str, member: str) -> list[int]:
        """The methods of a local class or its local bases under a name; and of its subclasses, which may override."""
        if member not in self._method_index:
            return []
        place = self._places[member]
        of_family = (method for each in self._family(owner) for method in self._methods_by_class.get(each, ()))
        return sorted(number for at, number in of_family if at == place)

    def _class_of(self, method: int) -> str:
        return f":{self.facts.scopes[self.facts.scopes[method].parent].name}"

    def _left_to_base(self, owner: str, member: str) -> list[int]:
        """What a method that only a base from elsewhere has may call: `Loader().start()` of a thread calls `run`."""
        is_kept = not member or member.startswith("__") or keeps_callbacks(f"{owner}.{member}")
        numbers = () if is_kept else self.names.scopes_by_name.get(owner.removesuffix("()")[1:], ())
        classes = [number for number in numbers if self.facts.scopes[number].kind is ScopeKind.CLASS]
        return [method for number in classes for method in self._all_methods(number)]

    def _family(self, owner: str) -> list[str]:
        """A class with its bases and the classes of the file that derive from it."""
        self._index()
        if owner not in self._families:
            found = dict.fromkeys([owner, *self._bases_of(owner)])
            pending = [owner]
            while pending:
                new = [each for each in self._children.get(pending.pop(), ()) if each not in found]
                found.update(dict.fromkeys(new))
                pending += new
            self._families[owner] = list(found)
        return self._families[owner]

    @property
    def _method_index(self) -> Mapping[str, list[int]]:
        """Methods by name, those of classes in functions as soon as these are read."""
        self._index()
        return self._methods_by_name

    def _index(self) -> None:
        """Take note of the classes and methods that were read since the last time."""
        if self._indexed < len(self.facts.scopes):
            self._families.clear()
        for number in range(self._indexed, len(self.facts.scopes)):
            scope = self.facts.scopes[number]
            if scope.kind is ScopeKind.CLASS:
                for base in self.names.direct_bases(scope):
                    self._children.setdefault(base, {})[f":{scope.name}"] = None
            elif scope.kind is ScopeKind.FUNCTION and self.facts.scopes[scope.parent].kind is ScopeKind.CLASS:
                name = scope.name.rpartition(".")[2]
                place = self._places.setdefault(name, len(self._places))
                self._methods_by_name.setdefault(name, []).append(number)
                self._methods_by_class.setdefault(self._class_of(number), []).append((place, number))
                if name.startswith("__") or any("property" in each for each in scope.decorators):
                    self._special.add(number)
        self._indexed = len(self.facts.scopes)

    def _constructed(self, scope: Scope) -> list[int]:
        """What making an instance may run: special methods and properties, which no call names, of it and its bases."""
        return [number for number in self._of_family(f":{scope.name}") if number in self._special]

    def _all_methods(self, number: int) -> list[int]:
        """All that an instance of a class may be asked to run, that of its local bases and subclasses included."""
        return self._of_family(f":{self.facts.scopes[number].name}")

    def _of_family(self, owner: str) -> list[int]:
        """The methods of a class and those related to it, by their names in the order in which the file has these."""
        methods = [each for name in self._family(owner) for each in self._methods_by_class.get(name, ())]
        return [number for _, number in sorted(methods)]

    def _class_hooks(self, scope: Scope) -> list[int]:
        """What defining a class runs (PEP 487), or naming it does: metaclass methods, `__set_name__`, enum members."""
        bases = self.names.bases(scope)
        if any(base.startswith("enum.") for base in bases):
            return self._constructed(scope)
        of_bases = [
            number
            for name in ("__new__", "__prepare__")
            for number in self._method_index.get(name, ())
            if f":{self.facts.scopes[self.facts.scopes[number].parent].name}" in bases
        ]
        return of_bases + [each for name in _HOOKS for each in self._method_index.get(name, ())]

    def _called_back(self, callees: list[int], call: Call) -> list[int]:
        """Functions passed to local functions that call that parameter in their own body."""
        found = []
        for callee in callees:
            scope = self.facts.scopes[callee]
            skipped = 1 if self.facts.scopes[scope.parent].kind is ScopeKind.CLASS else 0
            given = dict(zip(scope.parameters[skipped:], call.args, strict=False)) | dict(call.keywords)
            called = {each.path for each in self._calls_in(callee)}
            for name, value in given.items():
                if name in called or not value.path:
                    found += self._functions_in(value, call.place.scope)
        return found

    def _functions_in(self, value: Value, scope: int) -> list[int]:
        """The local functions that a value holds, and those that making or using what it holds may run."""
        path = self.names.resolve(value.path, scope)
        found: list[int] = []
        if path.startswith(":"):
            owner = path.removesuffix("()")
            for number in self.names.scopes_by_name.get(owner[1:], ()):
                each = self.facts.scopes[number]
                if each.kind is ScopeKind.CLASS:
                    found += self._constructed(each) if owner == path else self._all_methods(number)
                elif owner == path:
                    found.append(number)
            if not found:
                found = self._methods(owner.rpartition(".")[0].removesuffix("()"), owner.rpartition(".")[2])
        if value.kind in _HOLDING:
            found += [number for item in value.items for number in self._functions_in(item, scope)]
        return found


def _said(call: Call) -> str:
    return f"{call.path}()" if not call.decorates else f"@{call.path}"
