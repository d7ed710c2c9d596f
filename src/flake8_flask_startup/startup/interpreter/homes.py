"""Where a container lives that code adds to: the names and attributes that lead to it, whatever it is called there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ...model.access_paths import callee_of, container_in, is_call
from ...model.path_steps import attribute_step
from ...project.module_facts import ModuleFacts
from ...syntax.import_statements import named
from ...syntax.places import Point
from ...syntax.symbol_table import Binding, BindingKind, Scope, ScopeKind
from ...syntax.values import Kind, Value
from ..values.abstract_values import ClosureContext, Cls, Func, Inst, Method, Mod, Object, in_order
from ..values.environment import Env, Evaluator
from ..values.mro import resolution_order
from ..values.store import keys_behind

MAX_ALIASES = 4  # names for one container, one behind the other
_MADE = frozenset({Kind.ADDED, Kind.CALL, Kind.CHOICE, Kind.GATHERED, Kind.MAPPING, Kind.SEQUENCE})


class Home(NamedTuple):
    """A name or attribute of something, and the keys that lead from what stands there to a container."""

    owner: Cls | Func | Inst | Mod
    name: str
    keys: tuple[str, ...]


class Homes:
    """Finds the homes of containers."""

    def __init__(self, world: Evaluator) -> None:
        self._world = world
        self._passed: dict[tuple[str, int, ClosureContext, str], dict[tuple[Value, Env], None]] = {}  # by parameter

    def take(self, function: Func, parameter: str, value: Value, here: Env) -> bool:
        """Take note that a call passes a container that has a name; returns whether that is new."""
        known = self._passed.setdefault((*function, parameter), {})
        is_new = (value, here) not in known
        known[value, here] = None
        return is_new

    def of(self, path: str, here: Env, *, is_renamed: bool = False) -> Iterator[Home]:
        """The homes of the container at a raw path, but for those that the path itself names if it is written there."""
        yield from self._found(path, here, (), int(is_renamed))

    def _found(self, path: str, here: Env, keys: tuple[str, ...], depth: int) -> Iterator[Home]:
        if depth > MAX_ALIASES:
            return
        base = base_of(path)
        keys = (*keys_behind(path, base), *keys)
        owner, _, name = base.rpartition(".")
        if is_call(base):
            yield from self._given(base, here, keys, depth)
        elif owner:
            of_self = not depth and is_self(self._world.module(here.module), owner, here)
            for each in in_order(here.path(owner)):
                if isinstance(each, Func) and self._world.is_told_apart(each.module):
                    yield Home(each, attribute_step(name), keys)  # as its variables have names, too
                elif isinstance(each, (Cls, Inst, Mod)) and self._world.is_told_apart(module_of(each)):
                    binder = self._binder(each, name)
                    if not of_self or isinstance(binder, Cls):
                        yield Home(binder, name, keys)
        elif (code := self._world.module(here.module)) is not None:
            home, bindings = code.names.bindings(name, here.scope)
            for binding in bindings:
                yield from self._bound(binding, name, home, code, here, keys, depth)

    def _binder(self, owner: Cls | Inst | Mod, name: str) -> Cls | Inst | Mod:
        """The class that has what a container is found by on one that derives from it, or on an instance."""
        cls = owner.cls if isinstance(owner, Inst) else owner
        if isinstance(cls, Mod):
            return owner
        order = [each for each in resolution_order(self._world, cls) if isinstance(each, Cls)]
        return next((each for each in order if name in self._world.scope(each).bindings), owner)

    def _bound(
        self, binding: Binding, name: str, home: int, code: ModuleFacts, here: Env, keys: tuple[str, ...], depth: int
    ) -> Iterator[Home]:
        """The homes of what a binding of a name stands for."""
        value = binding.value
        if binding.kind is BindingKind.IMPORT:
            module, _, last = named(binding.path, code.file.package).rpartition(".")
            if module:
                yield Home(Mod(module), last, keys)
        elif binding.kind is BindingKind.PARAM and code.facts.scopes[home].kind is not ScopeKind.COMPREHENSION:
            context = here.context if home == here.scope else Func(code.file.name, home).context
            for given, where in list(self._passed.get((code.file.name, home, context, name), ())):
                yield from self._found(given.path, where, keys, depth + 1)
        elif binding.kind is BindingKind.ASSIGN and value.kind is Kind.PATH and value.path:
            before = Point(binding.order - 1, binding.place.branch)
            where = here._replace(scope=binding.place.scope, at=before)
            yield from self._found(value.path, where, keys, depth + 1)
        elif binding.kind is BindingKind.ASSIGN and value.kind in _MADE:
            owner = Func(code.file.name, home) if code.facts.function_of(home) else Mod(code.file.name)
            if not home or owner != Mod(code.file.name):
                bound = code.facts.scopes[home].bindings.items() if code.shares_values(home) else ()
                beside = [other for other, each in bound if other != name and each[0].value is value]
                for each in (*([name] if depth else []), *beside):
                    yield Home(owner, each, keys)

    def _given(self, base: str, here: Env, keys: tuple[str, ...], depth: int) -> Iterator[Home]:
        """The homes of what a call gives."""
        for callee in in_order(here.path(callee_of(base))):
            function = callee.function if isinstance(callee, Method) else callee
            code = self._world.module(function.module) if isinstance(function, Func) else None
            if isinstance(function, Func) and code is not None and self._world.is_told_apart(function.module):
                inside = Env(self._world, function.module, function.scope, None, function.context)
                for value in code.facts.returns(function.scope):
                    if value.kind is Kind.PATH and value.path:
                        yield from self._found(value.path, inside, keys, depth + 1)


def base_of(path: str) -> str:
    """The raw path of the container that a raw path of items leads into."""
    return container_in(path)


def module_of(each: Object) -> str:
    """The module of a class, of an instance's class, or that a module is."""
    match each:
        case Mod(name=name):
            return name
        case Inst(cls=Cls(module=name)) | Cls(module=name) | Func(module=name):
            return name
    return ""


def is_setter(method: Scope) -> bool:
    """Whether a method runs when the property of its name is assigned to."""
    return any(each.endswith(".setter") for each in method.decorators)


def is_self(code: ModuleFacts | None, owner: str, here: Env) -> bool:
    """Whether a path is the `self` of a method, whose attributes are found by its class."""
    if code is None or owner != "self":
        return False
    home, _ = code.names.bindings(owner, here.scope)
    scope = code.facts.scopes[home]
    return scope.parameters[:1] == (owner,) and code.facts.scopes[scope.parent].kind is ScopeKind.CLASS
