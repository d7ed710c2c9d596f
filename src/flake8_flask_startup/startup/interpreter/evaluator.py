"""What names stand for across a project: an abstract evaluation of raw paths, without running anything.

The answer is a set: a name bound in two branches stands for both. An empty set means nothing is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ...config.flask_objects import KNOWN, FlaskObjects
from ...model import UNKNOWN
from ...model.access_paths import Steps, callee_of, split_root
from ...model.path_steps import (
    attribute_in,
    attribute_step,
    each_step,
    is_call_step,
    is_item_step,
    is_keyed_step,
    key_in,
    key_step,
)
from ...project.modules import Project
from ...syntax.operators import names_of
from ...syntax.places import Test
from ...syntax.values import OTHER, Kind, Value
from ..models import file_names
from ..models.data_files import lines
from ..models.flask_config import settled
from ..models.stdlib import known_call
from ..values import literals, strings
from ..values.abstract_values import (
    MAX_CONTAINERS,
    NOTHING,
    Cls,
    Const,
    DataFile,
    Ext,
    Func,
    Generator,
    Inst,
    Items,
    Key,
    Lost,
    Method,
    Mod,
    Object,
    Objects,
    PartialCall,
    Parts,
    Table,
    Text,
    TextMethod,
    leaves,
)
from ..values.environment import Env
from ..values.members import are_alternatives, element, is_any_item, of_length, sliced
from ..values.memo import CHOICE, TAKEN, UNKNOWN_PART
from ..values.mro import is_generic
from ..values.store import outside_item
from . import instances
from .attributes import Attributes
from .bound_names import call_with


class World(Attributes):
    """Evaluates names in the modules of a project. params holds what calls have passed so far."""

    def __init__(self, project: Project, flask: FlaskObjects = KNOWN) -> None:
        super().__init__(self, project, flask)

    def value(self, value: Value, env: Env) -> Objects:
        """What a value stands for in an environment."""
        if value is OTHER:
            self.memory.traits |= UNKNOWN_PART
            return NOTHING
        if self._is_asked or value.kind is Kind.CONSTANT or self.memory.is_asked:
            return self._evaluated(value, env)
        key = (id(value), *env[1:])
        return self._answered(key, value, lambda: self._evaluated(value, env))

    def _answered(self, key: Key, about: object, conclude: Callable[[], Objects]) -> Objects:
        """The answer to what code that is followed asks, which asks again and again."""
        self._is_asked = True
        try:
            return self.memory.answered(key, self.now(), about, conclude)
        finally:
            self._is_asked = False

    def _evaluated(self, value: Value, env: Env) -> Objects:
        self.budget.spend(1)
        found = self._valued(value, env)
        if not found:
            self.memory.traits |= UNKNOWN_PART
        return found

    def _valued(self, value: Value, env: Env) -> Objects:
        match value.kind:
            case Kind.CONSTANT:
                return self._constant(value, env)
            case Kind.PATH:
                if value.items:
                    return self._item(value, env)
                return self._owned(value, env) or self.path(value.path, env)
            case Kind.CALL:
                return self._call_value(value, env)
            case Kind.CHOICE:
                return self._chosen(value, env)
            case Kind.ELEMENT | Kind.SPREAD:
                owners = self.value(value.items[0], env)
                return self._items(of_length(owners, value.keys) if value.keys else owners, value.constant)
            case Kind.ENTERED:
                return self.union(instances.entered(self, each) for each in self.value(value.items[0], env))
            case Kind.SLICE:
                lower, upper = [int(each) if each else None for each in value.keys]
                return self.union(frozenset({sliced(each, lower, upper)}) for each in self.value(value.items[0], env))
            case Kind.DEFINED:
                return frozenset({self._scope_object(env.module, int(value.constant or 0), env.context)})
            case Kind.HELD | Kind.RETURNED:
                return self._from_elsewhere(value, env)
            case Kind.ADDED | Kind.TEMPLATE if made := self._operated(value, env):
                return made
        read = _LITERALS.get(value.kind)
        return read(env, value) if read is not None else NOTHING

    def _from_elsewhere(self, value: Value, env: Env) -> Objects:
        """A value that another place has: one that is held, or what a generator returns."""
        if value.kind is Kind.HELD:
            inner, where = self.held[int(value.constant or 0)]
            return self.value(inner, where)
        generators = (each for each in self.value(value.items[0], env) if isinstance(each, Generator))
        return self.union(map(self._returned_by, generators))

    def _returned_by(self, generator: Generator) -> Objects:
        """What the `return` statements of a generator function give."""
        function = generator.function
        code = self.module(function.module)
        if code is None:
            return NOTHING
        inside = Env(self, function.module, function.scope, None, function.context)
        yielded = Kind.SEQUENCE  # what a `yield` gives is a sequence of one
        return self.union(
            self.value(each, inside) for each in code.facts.returns(function.scope) if each.kind is not yielded
        )

    def _operated(self, value: Value, env: Env) -> Objects:
        """What `+`, `|`, `/` or `+=` gives where the left operand is of a class of the project that says so."""
        methods = _IN_PLACE if value.kind is Kind.ADDED else (_OPERATORS.get(value.constant or len(value.items), ""),)
        for each in [one for method in methods for one in names_of(method)] if env.is_own and value.items else ():
            if self.visited.defines(each) and (made := instances.operated(self, self.value(value.items[0], env), each)):
                return made
        return NOTHING

    def _chosen(self, value: Value, env: Env) -> Objects:
        """One of several values, or all of them; of `environ.get(name) or otherwise` the latter: it is unset."""
        if value.constant == "|" and (made := self._operated(value, env)):
            return made
        if value.owner and env.is_own:  # `one if test else other`
            return self._of_ways(
                [(each, env, (test,)) for each, test in zip(value.items, _ways(value.owner[0]), strict=True)]
            )
        items = [literals.item(env, item) for item in value.items]
        if value.constant == "or" and env.is_own:
            items = [each for each in items[:-1] if not each or not all(map(_is_false, each))] + items[-1:]
        if value.constant != "|" and len(items) > 1:
            self.memory.traits |= CHOICE
        return self.union(items)

    @staticmethod
    def _constant(value: Value, env: Env) -> Objects:
        if isinstance(value.constant, str):
            return frozenset({Text(strings.bounded(value.constant))})
        return frozenset({Const(value.constant)}) if env.is_own else NOTHING

    def _owned(self, value: Value, env: Env) -> Objects:
        """What a value is, or calls, of an owner that is more than a name: its attribute, or the owner itself."""
        if not value.owner:
            return NOTHING
        owners = self.union(self.value(owner, env) for owner in value.owner)
        if value.constant is None:
            return owners
        return self.union(self.attribute(owner, str(value.constant)) for owner in owners)

    def _item(self, value: Value, env: Env) -> Objects:
        """An item of a container under a key that is not written there: `TABLE[name]`."""
        owner, key = value.items
        owners = self.value(owner, env)
        keys = [at for each in self.value(key, env) if (at := _as_key(each)) is not None]
        if not keys or any(UNKNOWN in each for each in keys if isinstance(each, str)):
            self.memory.traits |= CHOICE
            return self.union(self.element(each, "") for each in owners)
        return self.union(
            self._outside_item(each, key_step(at)) if isinstance(each, Ext) else self.element(each, at)
            for each in owners
            for at in keys
        )

    def settled(self, objects: Objects) -> Objects:
        """Objects, reads of the app's configuration, and of files of options, replaced by what is there."""
        return settled(self, objects) if any(isinstance(each, Ext) for each in objects) else objects

    def _call_value(self, value: Value, env: Env) -> Objects:
        callees = self.settled(self._owned(value, env) or self.path(callee_of(value.path), env))
        methods = [each for each in callees if isinstance(each, TextMethod)] if len(callees) > 1 else []
        if len(methods) > 1 and file_names.are_too_many(env, methods, value.items):
            return self.union(self._call_of(each, value, env) for each in callees.difference(methods)) | {Text(UNKNOWN)}
        return self.union(self._call_of(each, value, env) for each in callees)

    def _call_of(self, callee: Object, value: Value, env: Env) -> Objects:
        known = known_call(env, callee, value)
        if known is not None:
            return known
        if isinstance(callee, PartialCall):
            return self._of_applied(callee, value, env)
        if isinstance(callee, Cls) and env.is_own and self.is_told_apart(callee.module):
            record = instances.record(callee, value, env)
            if record is not None:
                return frozenset({record})
        if isinstance(callee, Inst):
            methods = self.class_attribute(callee.cls, "__call__")
            return self.union(self._call_of(each, value, env) for each in methods if not isinstance(each, Inst))
        if isinstance(callee, (Func, Method)) and self._is_told_apart_by(value, callee):
            return self.applied(callee, call_with(value.items, value.keywords), env.value, env)
        found = self.called(callee)
        if isinstance(callee, Ext) and env.is_own:
            return self.union([found, *self._passed_through(value, env)])
        return found

    def _is_told_apart_by(self, value: Value, callee: Func | Method) -> bool:
        """Whether what a function gives may rest on what a call passes it, or leaves at its default."""
        scope = self.scope(callee.function if isinstance(callee, Method) else callee)
        return bool(value.items or value.keywords or scope.defaults) and self._makes_closures(callee)

    def _of_applied(self, callee: PartialCall, value: Value, env: Env) -> Objects:
        """What a call gives of what a function of functools or operator has made."""
        first, *rest = callee.items
        given = value.items[:1]
        match callee.function.rpartition(".")[2]:
            case "partial" | "partialmethod":
                keywords = (*callee.keywords, *value.keywords)
                whole = value._replace(items=(*rest, *value.items), keywords=keywords)
                return self.union(self._call_of(each, whole, env) for each in env.value(first))
            case "itemgetter":
                owners = self.union(map(env.value, given))
                keys = [at for each in env.value(first) if (at := _as_key(each)) is not None]
                return self.union(self.element(owner, at) for owner in owners for at in keys)
            case "attrgetter":
                owners = self.union(map(env.value, given))
                return self.union(self.along(attribute_step(name), owners) for name in env.texts(first))
            case "methodcaller":
                owners = self.union(map(env.value, given))
                methods = self.union(self.attribute(owner, name) for owner in owners for name in env.texts(first))
                whole = value._replace(items=tuple(rest), keywords=callee.keywords)
                return self.union(self._call_of(each, whole, env) for each in methods)
        return NOTHING

    def _passed_through(self, value: Value, env: Env) -> Iterator[Objects]:
        """What a function that nobody knows may give of the containers of names that it is given."""
        for each in value.items:
            held = self.value(each, env)
            rows = frozenset(one for one in held if isinstance(one, (Items, Parts, Table)) and _names(one))
            if rows:
                self.memory.traits |= CHOICE
                yield rows

    def path(self, raw: str, env: Env) -> Objects:
        """What a raw path stands for in an environment."""
        key = (env.module, env.scope, raw)
        known = self._paths.get(key)
        if known is not None:
            return known
        split = split_root(raw)
        if split is None:
            return NOTHING
        root, steps = split
        mark = self.memory.mark()
        found = self.along(steps, self._root(root, env))
        if not env.is_own and self.memory.mark() == mark:
            self._paths[key] = found
        return found

    def along(self, steps: Steps, objects: Objects) -> Objects:
        """What attributes, calls and items make of objects, one after the other."""
        for step in each_step(steps):
            if not objects:
                break
            if len(objects) == 1:
                (only,) = objects
                objects = self._step(only, step)
                if len(objects) <= MAX_CONTAINERS:
                    self.budget.spend(len(objects) + 1)
                    continue
                found = [objects]
            else:
                if is_item_step(step) and are_alternatives(objects):
                    self.memory.traits |= CHOICE | (TAKEN if is_keyed_step(step) else 0)
                found = [self._step(each, step) for each in objects]
            objects = self.union(found)
        return objects

    def _step(self, owner: Object, step: Steps) -> Objects:
        if name := attribute_in(step):
            return self.attribute(owner, name)
        if is_call_step(step):
            return self.called(owner)
        if isinstance(owner, Ext):
            return self._outside_item(owner, step)
        return self.element(owner, key_in(step))

    def _outside_item(self, owner: Ext, step: Steps) -> Objects:
        if owner.path == "sys.modules" and is_keyed_step(step):
            return frozenset({Mod(key_in(step))})
        return outside_item(self, owner, step)

    def element(self, owner: Object, at: object) -> Objects:
        """What an item of an object is, or what iterating over it gives where at is None."""
        if isinstance(owner, Inst) and self.is_told_apart(owner.cls.module):
            return instances.item(self, owner, at)
        if isinstance(owner, Cls) and self.is_told_apart(owner.module) and (found := self._of_class(owner, at)):
            return found
        if isinstance(owner, Generator):
            return NOTHING
        if isinstance(owner, DataFile) and at is None:
            return frozenset(lines(self, owner))
        if isinstance(owner, (Cls, Mod)) and isinstance(at, str) and self._is_home(owner):
            found = self.attribute(owner, at) if at else frozenset({Lost()})
            is_argument = not (at and found) and isinstance(owner, Cls) and is_generic(self, owner)
            return frozenset({owner}) if is_argument else found
        found = element(owner, at)
        if at is not None and len(found) > 1 and is_any_item(owner, at):
            self.memory.traits |= CHOICE
        elif at and isinstance(owner, Table) and len(leaves(found)) > 1 and is_any_item(owner, at):
            self.memory.traits |= CHOICE | TAKEN  # all in a container that stands under a key that nobody knows
        return found

    def _of_class(self, cls: Cls, at: object) -> Objects:
        """An item of a class: a member of an enumeration, or what `__class_getitem__` or its metaclass gives."""
        if instances.is_enumeration(self, cls):
            known = instances.members(self, cls)
            return frozenset(each for each in known if at is None or each.name == at)
        methods: list[Object] = [*instances.of_metaclass(self, cls, "__iter__" if at is None else "__getitem__")]
        if at is not None:
            methods += [each for each in self.class_attribute(cls, "__class_getitem__") if isinstance(each, Method)]
        found = self.union(map(self.called, methods))
        return self.union(self.element(each, None) for each in found) if at is None else found

    def _items(self, owners: Objects, at: object) -> Objects:
        """An item of each of several objects; at a place in a list that code has added to, one of those it may be."""
        owners = self.settled(owners)
        added = sum(isinstance(each, Items) and bool(each.items) for each in owners)
        is_listed = any(isinstance(each, Parts) for each in owners)
        is_set = is_listed and any(isinstance(each, Table) for each in owners)
        if at is not None and (is_set or added > 1 or (added and is_listed)):
            self.memory.traits |= CHOICE
        return self.union(self.element(owner, at) for owner in owners)


# Operators whose values are no calls, by the constant of the value or the number of its parts.
_OPERATORS: dict[object, str] = {"|": "__or__", 2: "__add__", 3: "__truediv__"}
_IN_PLACE = ("__iadd__", "__ior__")  # of `+=` and `|=`, whose values are alike


def _as_key(each: Object) -> str | int | None:
    """The key or place that an object is; None for what is neither, or not known."""
    if isinstance(each, Const) and isinstance(each.value, int):
        return each.value
    return each.text if isinstance(each, Text) else None


_LITERALS = {
    Kind.SEQUENCE: literals.sequence,
    Kind.MAPPING: literals.mapping,
    Kind.TEMPLATE: literals.template,
    Kind.GATHERED: literals.gathered,
    Kind.ADDED: literals.added,
}


def _names(container: Object) -> bool:
    """Whether a container holds strings that may be names of modules, and nothing else."""
    held = leaves(frozenset({container}))
    return bool(held) and all(isinstance(each, Text) for each in held)


def _ways(test: Value) -> tuple[Test, Test]:
    """What has to hold for either side of `one if test else other`."""
    return Test(test), Test(Value(Kind.NOT, items=(test,)))


def _is_false(each: Object) -> bool:
    """Whether an object is false; a variable of the environment is taken to be unset."""
    if isinstance(each, Const):
        return not each.value
    return each == Text("") or (isinstance(each, Ext) and each.path in ("os.environ.get()", "os.getenv()"))
