"""The environment that expressions are evaluated in, and what the evaluator answers to those that are handed one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

from ...config.flask_objects import FlaskObjects
from ...model.access_paths import Steps
from ...project.module_facts import ModuleFacts
from ...project.modules import Project
from ...syntax.places import Point
from ...syntax.symbol_table import Call, Scope, Store
from ...syntax.values import Value
from .abstract_values import NO_CONTEXT, ClosureContext, Cls, Ext, Func, Method, Object, Objects, spelled
from .memo import Budget, Memory
from .visited import Visited


class Evaluator(Protocol):
    """What names stand for across a project. Answers are sets; an empty one means that nothing is known."""

    project: Project
    flask: FlaskObjects
    visited: Visited
    memory: Memory
    budget: Budget
    orders: dict[Cls, list[Cls | Ext]]  # method resolution orders, where they rest on nothing that changes
    doubtful: set[Object]  # what only some of the answers have that a name may stand for

    def module(self, name: str) -> ModuleFacts | None:
        """What a module of the project or environment says."""

    def value(self, value: Value, env: Env) -> Objects:
        """What a value stands for."""

    def path(self, raw: str, env: Env) -> Objects:
        """What a raw path stands for."""

    def along(self, steps: Steps, objects: Objects) -> Objects:
        """What attributes, calls and items make of objects, one after the other."""

    def attribute(self, owner: Object, name: str) -> Objects:
        """What an attribute of an object stands for."""

    def in_turns(self, event: Call | Store, env: Env) -> Sequence[Env]:
        """The environments of the turns of loops that something happens in, as far as they are known; else the one."""

    def contexts_of(self, module: str, scope: int) -> Sequence[ClosureContext]:
        """What was known around a function in the calls of it that have passed something."""

    def holds(self, event: Call | Store, env: Env) -> bool:
        """Whether all tests around something that happens hold while the environment is unset."""

    def passes(self, function: Object, item: Object) -> bool | None:
        """Whether a function of the project lets an item through that it is asked about; None if that is open."""

    def gathering(self, env: Env) -> Sequence[Env]:
        """The environments of the turns of a comprehension whose items pass its tests; else the one."""

    def class_attribute(self, receiver: Cls, name: str, after: Cls | None = None) -> Objects:
        """What a class has under a name; with after, what the bases that come after that one have."""

    def received(self, method: Method, owner: Object) -> Func:
        """The function of a method as it is for one owner, which its first parameter stands for."""

    def hold(self, value: Value, env: Env) -> Value:
        """A value that stands for the same wherever it is evaluated."""

    def called(self, callee: Object) -> Objects:
        """What a call gives whose arguments do not matter."""

    def element(self, owner: Object, at: object) -> Objects:
        """What an item of an object is, or what iterating over it gives where at is None."""

    def union(self, sets: Iterable[Objects]) -> Objects:
        """All of the sets together, up to a bound."""

    def settled(self, objects: Objects) -> Objects:
        """Objects, reads of the app's configuration, and of files of options, replaced by what is there."""

    def scope(self, where: Func | Cls) -> Scope:
        """The scope of a function or class."""

    def is_told_apart(self, module: str) -> bool:
        """Return whether a module's rows and mappings are tracked item by item."""

    def answers(self, module: str, scope: int) -> bool:
        """Return whether code is part of how a module answers for names, whose tables are tracked too."""


class Env(NamedTuple):
    """Where an expression is evaluated: in a scope of a module, at a point of its code, and for which closure.

    Without a point a name stands for all that its scope ever binds to it.
    """

    world: Evaluator
    module: str
    scope: int
    at: Point | None = None
    context: ClosureContext = NO_CONTEXT

    def value(self, value: Value) -> Objects:
        """What a value stands for here."""
        return self.world.value(value, self)

    def path(self, raw: str) -> Objects:
        """What a raw path stands for here."""
        return self.world.path(raw, self)

    def texts(self, value: Value) -> list[str]:
        """The strings a value may be or hold, unknown parts marked; one wholly unknown string if nothing is known."""
        return spelled(self.world.value(value, self))

    @property
    def is_own(self) -> bool:
        """Whether the rows and mappings of the code are kept apart: that of the project, and what answers for names."""
        return self.world.is_told_apart(self.module) or self.world.answers(self.module, self.scope)
