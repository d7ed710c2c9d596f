"""What the functions of a startup are passed: what is learned of a parameter, and which functions that concerns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from ...config.flask_objects import FlaskObjects
from ...files.paths import shown
from ...model import UNKNOWN
from ...model.access_paths import first_of
from ...project.module_facts import ModuleFacts
from ...project.module_finder import Origin
from ...project.modules import Project
from ...syntax.symbol_table import Call, Store
from ...syntax.values import Kind, Value
from ..graph.trace import Statement
from ..values.abstract_values import (
    MAX_OBJECTS,
    NO_CONTEXT,
    NOTHING,
    Cls,
    Const,
    Func,
    Generator,
    Inst,
    Key,
    Objects,
    has_container,
)
from ..values.arguments import given, goes_on, reached
from ..values.environment import Env
from ..values.memo import ExhaustedError
from ..values.mro import resolution_order
from .code import Part
from .evaluator import World
from .homes import Homes
from .instances import is_metaclass
from .recorder import Recording
from .variants import Variants

MAX_THIRD_PARTY = 16  # objects that a parameter of third-party code may stand for: libraries are called with everything

_OF_CLASSES = ("__new__", "__init_subclass__", "__class_getitem__")  # methods whose first argument is a class


class Parameters:
    """Learns what parameters stand for, and which functions have to run once more for it."""

    def __init__(self, project: Project, flask: FlaskObjects) -> None:
        self.project = project
        self.world = World(project, flask)
        self.seen = Recording()
        self.ran: dict[Func, set[Part]] = {}
        self.grown: dict[Func, None] = {}  # functions that have run with less than their parameters stand for now
        self.homes = Homes(self.world)
        self.variants = Variants(self.world)
        self._files: dict[str, str] = {}
        self._troubles = 0  # questions that were given up

    def _unbound_from(self, function: Func) -> Func:
        """A function without what is known of its own parameters: it is the one that learns what calls pass."""
        if function.context is NO_CONTEXT:
            return function
        outer = self.world.within(function.context, function.module, self.world.scope(function).parent)
        if outer is not function.context:
            self.variants.add(function._replace(context=outer), function)
        return function._replace(context=outer)

    def _receive(self, function: Func, cls: Cls) -> None:
        """Tell a method what `self`, or `cls`, is of."""
        scope = self.world.scope(function)
        if scope.parameters:
            of_class = "classmethod" in scope.decorators or scope.name.endswith(_OF_CLASSES)
            if not of_class and self.world.visited.has_metaclasses:
                of_class = is_metaclass(self.world, Cls(function.module, scope.parent))
            self._learn(function, scope.parameters[0], frozenset({cls if of_class else Inst(cls)}))

    def _pass(self, function: Func, call: Call, here: Env, bound: int = 0) -> None:
        """Tell a function what a call passes it; of calls of itself, nothing that goes on from what it was passed."""
        scope = self.world.scope(function)
        is_own_call = (here.module, here.scope) == function[:2]
        self._give(function, given(scope, call, bound))
        own = self.world.is_told_apart(function.module)
        evaluate = partial(self._value, here=here, line=call.span.line)
        for name, objects, value in reached(scope, call, bound, evaluate, tells_apart=own):
            if has_container(objects) and value.kind is Kind.PATH and value.path and self._adds_to(function, name):
                is_new = self.homes.take(function, name, value, here)
                if is_new:
                    self._grow(function)
            if is_own_call:
                known = self.world.params.get((*function, name), NOTHING)
                objects = frozenset(each for each in objects if not goes_on(each, known))
            self._learn(function, name, objects)

    def _adds_to(self, function: Func, parameter: str) -> bool:
        """Whether a function adds to a container that it is passed."""
        code = self.world.module(function.module)
        return code is not None and self.world.is_told_apart(function.module) and bool(code.additions_to(parameter))

    def _give(self, function: Func, names: set[str]) -> None:
        """Take note of the parameters that a call gives: the defaults of those that every call gives do not count."""
        before = self.world.given.get(function)
        self.world.given[function] = names if before is None else before & names
        for name in names if before is None else before - names:
            self.world.memory.forget((*function, name))
            self._grow(function)

    def _grow(self, function: Func) -> None:
        """More is known of a parameter: what has run of a function runs once more, behind what still grows."""
        for each in (function, *self.variants.all_of(function)):
            if each in self.ran:
                self.grown.pop(each, None)
                self.grown[each] = None

    def _learn(self, function: Func, parameter: str, objects: Objects) -> None:
        key = (*function, parameter)
        known = self.world.params.get(key, NOTHING)
        objects = frozenset(each for each in objects if not isinstance(each, Const))
        limit = MAX_OBJECTS
        if self.project.origin(function.module) is not Origin.FIRST_PARTY:
            limit = MAX_THIRD_PARTY
            objects = frozenset(each for each in objects if not isinstance(each, Generator))
        if not objects <= known and len(known) < limit:
            self.world.params[key] = known | objects
            contexts = self.world.learned.setdefault((function.module, function.scope), {})
            if function.context not in contexts:
                contexts[function.context] = None
                self.world.memory.forget((function.module, function.scope, "contexts"))
            dropped = self.world.memory.forget(key)
            self._grow(function)
            for each in self._reading(function, dropped) if known else ():
                self._grow(each)

    def _reading(self, function: Func, dropped: Iterable[Key]) -> Iterator[Func]:
        """The methods that have read what a method puts on `self`, in whose events conclusions are dropped."""
        code = self.world.module(function.module)
        events = code.events_in(function.scope) if code is not None else ()
        if not any(isinstance(each, Store) and first_of(each.path) == "self" for each in events):
            return
        owner = Cls(function.module, self.world.scope(function).parent)
        for each in dict.fromkeys(node for kind, node, *_ in dropped if kind == "event"):
            cls = Cls(each.module, self.world.scope(each).parent) if isinstance(each, Func) else owner
            if isinstance(each, Func) and each not in self.grown and owner in resolution_order(self.world, cls):
                yield each

    # helpers

    def _path(self, path: str, here: Env, line: int) -> Objects:
        self.world.budget.renew()
        try:
            return self.world.path(path, here)
        except ExhaustedError:
            return self._exhausted(here, line)

    def _value(self, value: Value, here: Env, line: int) -> Objects:
        self.world.budget.renew()
        try:
            return self.world.value(value, here)
        except ExhaustedError:
            return self._exhausted(here, line)

    def _exhausted(self, here: Env, line: int) -> Objects:
        code = self.world.module(here.module)
        if code is not None:
            self._given_up(code, line)
        return NOTHING

    def _given_up(self, code: ModuleFacts, line: int) -> None:
        """Say of a place that what is called there takes too many steps to tell."""
        self._troubles += 1
        self.world.memory.open_read()
        if code.file.origin is Origin.FIRST_PARTY:
            reason = "what is called here takes too long to tell"
            self.seen.note(Statement(self._shown(code), line), reason, (UNKNOWN,))

    def _shown(self, code: ModuleFacts) -> str:
        """A module's file as people see it, worked out once: paths are slow."""
        name = code.file.name
        if name not in self._files:
            self._files[name] = shown(str(code.file.path))
        return self._files[name]
