"""Which functions run, given what runs first: calls followed inside one file.

Twice: `loading` and `running` err towards "is called", for whoever asks whether something is surely *not* run;
`surely_loading` and `surely_running` follow only the calls whose callee is certain, for whoever blames what runs.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from .callbacks import keeps_callbacks
from .facts import Call, Facts, Kind, Scope, ScopeKind, Value
from .names import FUNCTIONS, Names
from .scope import Phase

_SELVES = frozenset({"?self", "?cls", "super()", "self", "cls"})
_STORING = frozenset({"append", "add", "setdefault", "insert", "update", "extend", "partial"})
_CONSTRUCTORS = ("__new__", "__init__", "__post_init__")


class Trail(NamedTuple):
    """How a function comes to be called: by what name, on which line of the code that runs first."""

    name: str
    line: int


class Reach:
    """Follows calls in one file."""

    def __init__(self, facts: Facts, names: Names) -> None:
        self.facts = facts
        self.names = names
        self._calls: dict[int, dict[int, list[Call]]] = {}  # by body, then by function
        self._methods_by_name: dict[str, list[int]] = {}
        self._indexed = 0  # scopes whose methods that dictionary has

    def loading(self) -> Mapping[int, Trail]:
        """The function scopes that run while the module loads, each with the call in module code that starts it."""
        calls = [call for call in self._calls_in(0) if call.place.phase is Phase.IMPORT]
        found = self._follow(
            ((number, Trail(_said(call), call.span.line)) for call in calls for number in self._targets(call)),
            self._targets,
        )
        hooks = (
            (number, Trail(f"class {scope.name}", scope.span.line))
            for scope in self.facts.scopes
            if scope.kind is ScopeKind.CLASS and scope.place.phase is Phase.IMPORT
            for number in self._subclass_hooks(scope)
        )
        return {**self._follow(hooks, self._targets), **found}

    def surely_loading(self, without: Collection[int] = ()) -> Mapping[int, Trail]:
        """The function scopes that a module's code calls by name while loading, without those only others call."""
        calls = [call for call in self._calls_in(0) if call.place.phase is Phase.IMPORT]
        starts = ((number, Trail(_said(call), call.span.line)) for call in calls for number in self._certain(call))
        return self._follow(starts, self._certain, without)

    def running(self, function: int) -> Mapping[int, Trail]:
        """The function scopes that run when a function does, itself included."""
        scope = self.facts.scopes[function]
        return self._follow([(function, Trail(scope.name, scope.span.line))], self._targets)

    def surely_running(self, function: int) -> Mapping[int, Trail]:
        """The function scopes that a function calls by name when it runs, itself included."""
        scope = self.facts.scopes[function]
        return self._follow([(function, Trail(scope.name, scope.span.line))], self._certain)

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
        if path == "functools.partial()" or (path.startswith("?") and "." not in path):
            found += self._stored  # a value nobody can name: any function that was put somewhere
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
            if found:
                return found
            return self._methods(owner.removesuffix("()"), member)
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
        return [
            number
            for number in self._method_index.get(member, ())
            if self._related(f":{self.facts.scopes[self.facts.scopes[number].parent].name}", owner)
        ]

    def _related(self, one: str, other: str) -> bool:
        if one == other:
            return True
        for child, ancestor in ((one, other), (other, one)):
            for number in self.names.scopes_by_name.get(child[1:], ()):
                if ancestor in self.names.bases(self.facts.scopes[number]):
                    return True
        return False

    @property
    def _method_index(self) -> Mapping[str, list[int]]:
        """Methods by name, those of classes in functions as soon as these are read."""
        for number in range(self._indexed, len(self.facts.scopes)):
            scope = self.facts.scopes[number]
            if scope.kind is ScopeKind.FUNCTION and self.facts.scopes[scope.parent].kind is ScopeKind.CLASS:
                self._methods_by_name.setdefault(scope.name.rpartition(".")[2], []).append(number)
        self._indexed = len(self.facts.scopes)
        return self._methods_by_name

    def _constructed(self, scope: Scope) -> list[int]:
        """What making an instance may run: special methods and properties, which no call names, of it and its bases."""
        owner = f":{scope.name}"
        return [
            number
            for name, numbers in self._method_index.items()
            for number in numbers
            if (name.startswith("__") or any("property" in each for each in self.facts.scopes[number].decorators))
            and self._related(owner, f":{self.facts.scopes[self.facts.scopes[number].parent].name}")
        ]

    def _subclass_hooks(self, scope: Scope) -> list[int]:
        """Metaclass methods and `__set_name__`, which defining a class runs (PEP 487)."""
        hooks = ("__new__", "__prepare__", "__set_name__")
        if not scope.bases:
            return []
        bases = set(self.names.bases(scope))
        return [
            number
            for name in hooks
            for number in self._method_index.get(name, ())
            if name == "__set_name__" or f":{self.facts.scopes[self.facts.scopes[number].parent].name}" in bases
        ]

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

    @cached_property
    def _stored(self) -> list[int]:
        """Functions that module code puts into variables and containers."""
        values = [
            binding.value
            for number, scope in enumerate(self.facts.scopes)
            if self.facts.function_of(number) == 0
            for bindings in scope.bindings.values()
            for binding in bindings
        ]
        values += [store.value for store in self.facts.bodies[0].stores if store.place.scope == 0]
        values += [
            value for call in self._calls_in(0) if call.path.rpartition(".")[2] in _STORING for value in call.args
        ]
        return [number for value in values for number in self._functions_in(value, 0)]

    def _functions_in(self, value: Value, scope: int) -> list[int]:
        """The local functions and classes that a value holds."""
        if value.kind is Kind.PATH:
            path = self.names.resolve(value.path, scope)
            if not path.startswith(":"):
                return []
            found = []
            for number in self.names.scopes_by_name.get(path[1:], ()):
                each = self.facts.scopes[number]
                found += self._constructed(each) if each.kind is ScopeKind.CLASS else [number]
            return found
        if value.kind in (Kind.SEQUENCE, Kind.MAPPING, Kind.CHOICE, Kind.CALL):
            return [number for item in value.items for number in self._functions_in(item, scope)]
        return []


def _said(call: Call) -> str:
    return f"{call.path}()" if not call.decorates else f"@{call.path}"
