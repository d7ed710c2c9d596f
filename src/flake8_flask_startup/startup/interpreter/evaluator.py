"""What names stand for across a project: an abstract evaluation of raw paths, without running anything.

The answer is a set: a name bound in two branches stands for both. An empty set means nothing is known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ...config.flask_objects import APP
from ...model import UNKNOWN
from ...syntax.values import OTHER, Kind, Value
from ..models.flask_config import settled
from ..models.stdlib import known_call, text_method
from ..values import literals, strings
from ..values.abstract_values import (
    MAX_CONTAINERS,
    NOTHING,
    Behind,
    Cls,
    Const,
    Ext,
    Func,
    Generator,
    Gives,
    Inst,
    Items,
    Key,
    Lookup,
    Lost,
    Method,
    Mod,
    Object,
    Objects,
    Parts,
    Table,
    Text,
    TextMethod,
    element,
    is_any_item,
    leaves,
    of_container,
    of_text,
    onward,
    sliced,
)
from ..values.environment import Env
from ..values.memo import CHOICE, UNKNOWN_PART
from ..values.mro import only_base, resolution_order
from ..values.store import is_app, on_self, outside_attribute, subclasses
from .bound_names import BoundNames, call_with
from .reaching import END

_STEP = re.compile(r"\(\)|\.\w+|\[(?:'((?:[^'\\]|\\.)*)'|\"((?:[^\"\\]|\\.)*)\")?\]")
_ROOT = re.compile(r"<lambda \d+:\d+>|\w+")


class World(BoundNames):
    """Evaluates names in the modules of a project. params holds what calls have passed so far."""

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
                return self._items(self.value(value.items[0], env), value.constant)
            case Kind.ENTERED:
                return self.union(map(self._entered, self.value(value.items[0], env)))
            case Kind.SLICE:
                lower, upper = [int(each) if each else None for each in value.keys]
                return self.union(frozenset({sliced(each, lower, upper)}) for each in self.value(value.items[0], env))
            case Kind.DEFINED:
                return frozenset({self._scope_object(env.module, int(value.constant or 0), env.context)})
        read = _LITERALS.get(value.kind)
        return read(env, value) if read is not None else NOTHING

    def _chosen(self, value: Value, env: Env) -> Objects:
        """One of several values, or all of them; of `environ.get(name) or otherwise` the latter: it is unset."""
        items = [literals.item(env, item) for item in value.items]
        if value.constant == "or" and env.is_own:
            items = [each for each in items[:-1] if not each or not all(map(_is_unset, each))] + items[-1:]
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
            self._outside_item(each, f"[{at!r}]") if isinstance(each, Ext) else self.element(each, at)
            for each in owners
            for at in keys
        )

    def settled(self, objects: Objects) -> Objects:
        """Objects, reads of the app's configuration replaced by what the project's code puts there."""
        return settled(self, objects) if any(isinstance(each, Ext) for each in objects) else objects

    def _call_value(self, value: Value, env: Env) -> Objects:
        callees = self._owned(value, env) or self.path(value.path.removesuffix("()"), env)
        return self.union(self._call_of(each, value, env) for each in callees)

    def _call_of(self, callee: Object, value: Value, env: Env) -> Objects:
        known = known_call(env, callee, value)
        if known is not None:
            return known
        if isinstance(callee, (Func, Method)) and value.items and self._makes_closures(callee):
            return self.applied(callee, call_with(value.items), env.value)
        found = self.called(callee)
        if isinstance(callee, Ext) and env.is_own:
            return self.union([found, *self._passed_through(value, env)])
        return found

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
        match = _ROOT.match(raw)
        if match is None:
            return NOTHING
        mark = self.memory.mark()
        found = self.along(raw, match.end(), self._root(match.group(), env))
        if not env.is_own and self.memory.mark() == mark:
            self._paths[key] = found
        return found

    def along(self, raw: str, start: int, objects: Objects) -> Objects:
        """What the attributes, calls and items that a raw path spells from a place on make of objects."""
        for match in _STEP.finditer(raw, start):
            if not objects:
                break
            step = match.group()
            if len(objects) == 1:
                (only,) = objects
                objects = self._step(only, step)
                if len(objects) <= MAX_CONTAINERS:
                    self.budget.spend(len(objects) + 1)
                    continue
                found = [objects]
            else:
                if step.startswith("[") and sum(isinstance(each, Items) for each in objects) > 1:
                    self.memory.traits |= CHOICE
                found = [self._step(each, step) for each in objects]
            objects = self.union(found)
        return objects

    def _step(self, owner: Object, step: str) -> Objects:
        if step == "()":
            return self.called(owner)
        if step.startswith("."):
            return self.attribute(owner, step[1:])
        if isinstance(owner, Ext):
            return self._outside_item(owner, step)
        return self.element(owner, step[2:-2])

    @staticmethod
    def _outside_item(owner: Ext, step: str) -> Objects:
        if owner.path == "sys.modules" and len(step) > 2:
            return frozenset({Mod(step[2:-2])})
        return frozenset({onward(owner, step)})

    def _is_home(self, owner: Cls | Mod) -> bool:
        """Whether a class or module is the project's own."""
        return self.is_told_apart(owner.name if isinstance(owner, Mod) else owner.module)

    def element(self, owner: Object, at: object) -> Objects:
        """What an item of an object is, or what iterating over it gives where at is None."""
        if isinstance(owner, Inst) and self.is_told_apart(owner.cls.module):
            return self._of_instance(owner, at)
        if isinstance(owner, Generator):
            return NOTHING
        if isinstance(owner, (Cls, Mod)) and isinstance(at, str) and self._is_home(owner):
            return self.attribute(owner, at) if at else frozenset({Lost()})
        found = element(owner, at)
        if at is not None and len(found) > 1 and is_any_item(owner, at):
            self.memory.traits |= CHOICE
        return found

    def _items(self, owners: Objects, at: object) -> Objects:
        """An item of each of several objects; at a place in a list that code has added to, one of those it may be."""
        added = sum(isinstance(each, Items) and bool(each.items) for each in owners)
        is_listed = any(isinstance(each, Parts) for each in owners)
        is_set = is_listed and any(isinstance(each, Table) for each in owners)
        if at is not None and (is_set or added > 1 or (added and is_listed)):
            self.memory.traits |= CHOICE
        return self.union(self.element(owner, at) for owner in owners)

    def _entered(self, manager: Object) -> Objects:
        """What a `with` statement binds: what `__enter__` gives, the manager itself where that is not known."""
        if isinstance(manager, Inst) and self.is_told_apart(manager.cls.module):
            methods = self.class_attribute(manager.cls, "__enter__") | self.class_attribute(manager.cls, "__aenter__")
            found = self.union(self.called(each) for each in methods if isinstance(each, Method))
            return found or frozenset({manager})
        return frozenset({manager})

    def _of_instance(self, owner: Inst, at: object) -> Objects:
        """An item of an instance: what its methods say."""
        for name in ("__iter__", "__getitem__") if at is None else ("__getitem__",):
            found = self.union(self.called(each) for each in self.class_attribute(owner.cls, name))
            if name == "__iter__" and found:
                nexts = [each for each in found if isinstance(each, Inst)]
                given = [self.called(one) for each in nexts for one in self.class_attribute(each.cls, "__next__")]
                return self.union([*given, *[self.element(each, None) for each in found if each not in nexts]])
            if found:
                return found
        return frozenset({owner})

    def attribute(self, owner: Object, name: str) -> Objects:
        """What an attribute of an object stands for."""
        if isinstance(owner, Ext):  # most are
            return outside_attribute(self, owner, name)
        match owner:
            case Mod() | Cls() if name == "__dict__" and self._is_home(owner):
                return frozenset({owner})
            case Mod():
                return self._module_attribute(owner.name, name)
            case Cls() if name == "__subclasses__":
                return frozenset({Gives(frozenset({Items(subclasses(self, owner))}))})
            case Cls():
                return self.class_attribute(owner, name)
            case Behind():
                return self.class_attribute(owner.receiver, name, owner.cls)
            case Inst():
                return self._instance_attribute(owner, name)
            case Text():
                return of_text(owner.text, name)
            case Items() | Parts() | Table():
                return of_container(owner, name)
            case Lost():
                return frozenset({owner})
        return NOTHING

    def _module_attribute(self, module: str, name: str) -> Objects:
        code = self.module(module)
        if code is None:
            return frozenset({Ext(f"{module}.{name}")})
        env = Env(self, module, 0, self.reaching.moment(module))
        own = env.is_own
        bound = name in code.facts.scopes[0].bindings or (own and bool(code.stars) and bool(self._stars_of(name, code)))
        if name == "__path__" or (bound and (found := self._root(name, env))):
            return self._root(name, env) if name == "__path__" else found
        if own and (stored := self._with_stored(Mod(module), name, NOTHING)):
            return stored
        if self.project.find(f"{module}.{name}") is not None:
            return frozenset({Mod(f"{module}.{name}")})
        found = self._unbound(name, module, code)
        return NOTHING if found == {Ext(name)} else found

    def class_attribute(self, receiver: Cls, name: str, after: Cls | None = None) -> Objects:
        """What a class has under a name; with after, what the bases that come after that one have."""
        question = f"super({after.module}, {after.scope}).{name}" if after is not None else f"cls.{name}"
        return self.memory.remembered((*receiver, question), lambda: self._inherited(receiver, name, after))

    def _inherited(self, receiver: Cls, name: str, after: Cls | None) -> Objects:
        scope = self.scope(receiver)
        self.missed.add((receiver, name))
        own = name in scope.bindings or (receiver, name) in self.stored
        base = only_base(self, receiver) if after is None and not own else None
        if base is not None:
            return frozenset(_received(each, base, receiver) for each in self.class_attribute(base, name))
        ancestry = resolution_order(self, receiver)
        start = ancestry.index(after) + 1 if after in ancestry else 0
        for each in ancestry[start:]:
            if isinstance(each, Ext):
                if each.path != "object":
                    return frozenset({Ext(f"{each.path}.{name}", receiver)})
                continue
            if name in self.scope(each).bindings or (each, name) in self.stored:
                bound = name in self.scope(each).bindings
                found = self._root(name, Env(self, each.module, each.scope, END)) if bound else NOTHING
                found = self._with_stored(each, name, found)
                return frozenset(Method(one, receiver) if isinstance(one, Func) else one for one in found)
        return NOTHING

    def _instance_attribute(self, inst: Inst, name: str) -> Objects:
        return self._with_stored(inst, name, self._of_class_or_self(inst, name))

    def _of_class_or_self(self, inst: Inst, name: str) -> Objects:
        found = self.class_attribute(inst.cls, name)
        if found and not all(isinstance(each, Ext) for each in found):
            properties = [each for each in found if isinstance(each, Method) and self.is_property(each)]
            self.touched.update(dict.fromkeys(each for each in properties if self.is_told_apart(each.function.module)))
            return self.union(map(self.called, properties)) if properties else found
        if stored := on_self(self, inst.cls, name):
            self._doubt_items(stored)
            return stored
        return frozenset(
            Ext(f"{APP if is_app(self, Ext(f'{each.path}()')) else f'{each.path}()'}.{name}", inst.cls)
            for each in resolution_order(self, inst.cls)
            if isinstance(each, Ext) and each.path != "object"
        )

    def is_property(self, method: Method) -> bool:
        """Whether a method runs when an attribute is read."""
        return any("property" in each for each in self.scope(method.function).decorators)

    def called(self, callee: Object) -> Objects:
        """What a call gives."""
        if isinstance(callee, Ext):
            return frozenset({onward(callee, "()")})
        match callee:
            case Cls():
                return frozenset({Inst(callee)})
            case Func() | Method():
                return self._returned(callee.function if isinstance(callee, Method) else callee)
            case Gives():
                return callee.objects
            case Lookup():
                return callee.table.values
            case TextMethod():
                return text_method(self, callee, [UNKNOWN])
            case Inst():
                return self.union(self.called(each) for each in self.class_attribute(callee.cls, "__call__"))
            case Lost():
                return frozenset({callee})
        return NOTHING


def _as_key(each: Object) -> str | int | None:
    """The key or place that an object is; None for what is neither, or not known."""
    if isinstance(each, Const) and isinstance(each.value, int):
        return each.value
    return each.text if isinstance(each, Text) else None


def _received(each: Object, base: Cls, receiver: Cls) -> Object:
    """What is found on a base, as a class finds it that derives from it."""
    if isinstance(each, Method) and each.cls == base:
        return Method(each.function, receiver)
    return Ext(each.path, receiver) if isinstance(each, Ext) and each.receiver == base else each


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


def _is_unset(each: Object) -> bool:
    """Whether an object is a variable of the environment that is asked for."""
    return isinstance(each, Ext) and each.path in ("os.environ.get()", "os.getenv()")
