"""What attributes of objects stand for, and what calls of objects give whose arguments do not matter."""

from __future__ import annotations

from functools import partial

from ...analysis.senders import FUNCTION_ITSELF
from ...config.flask_objects import APP, MADE_BY
from ...model import UNKNOWN
from ...model.access_paths import attribute_of, call_of
from ...model.path_steps import CALL_STEP, attribute_step
from ...project.module_facts import ModuleFacts
from ...syntax.values import Kind, Value
from ..models.data_files import of_file
from ..models.file_names import text_method
from ..models.namespaces import of_mapping
from ..values.abstract_values import (
    NOTHING,
    PROXY,
    STAND_IN,
    Behind,
    Cls,
    Const,
    DataFile,
    Ext,
    Func,
    Gives,
    Inst,
    Items,
    Lookup,
    Lost,
    Member,
    Method,
    Mod,
    Object,
    Objects,
    PartialCall,
    Parts,
    Record,
    Table,
    Text,
    TextMethod,
    onward,
)
from ..values.environment import Env
from ..values.members import of_container, of_text
from ..values.memo import CHOICE, ENVIRONMENT
from ..values.mro import only_base, resolution_order
from ..values.store import (
    all_stores,
    is_app,
    is_made_with,
    on_self,
    outside_attribute,
    stores_on_self,
    subclasses,
)
from . import instances
from .bound_names import SPEC, BoundNames, call_with
from .reaching import END


class Attributes(BoundNames):
    """Answers for attributes and calls."""

    def _is_home(self, owner: Cls | Mod) -> bool:
        """Whether a class or module is the project's own."""
        return self.is_told_apart(owner.name if isinstance(owner, Mod) else owner.module)

    def attribute(self, owner: Object, name: str) -> Objects:
        """What an attribute of an object stands for."""
        if isinstance(owner, Ext):  # most are
            return self._of_outside(owner, name)
        if isinstance(owner, (Cls, Mod)):
            if name == "__dict__" and self._is_home(owner):
                return frozenset({owner})
            return (
                self._attribute_of_class(owner, name) if isinstance(owner, Cls) else self._in_module(owner.name, name)
            )
        match owner:
            case Behind():
                return self.class_attribute(owner.receiver, name, owner.cls)
            case Member():
                return instances.of_member(self.world, owner, name)
            case Record():
                return instances.of_record(self.world, owner, name)
            case Inst():
                return self._instance_attribute(owner, name)
            case DataFile():
                return of_file(self.world, owner, name)
            case Text():
                return of_text(owner.text, name)
            case Items() | Parts() | Table():
                return of_container(owner, name)
            case Lost():
                return frozenset({owner})
        return self._of_callable(owner, name)

    def _of_outside(self, owner: Ext, name: str) -> Objects:
        if name == "parent" and owner.path.endswith(SPEC):
            file = self.project.find(owner.path.removesuffix(f".{SPEC}"))
            return frozenset({Text(file.package)}) if file is not None else NOTHING
        return outside_attribute(self.world, owner, name)

    def stood_for(self, proxy: PartialCall) -> Objects:
        """Return what a proxy stands for, which the function gives that it was given: asking for it calls that."""
        functions = self.world.value(proxy.items[0], Env(self.world, "", 0))
        self.touched.update(dict.fromkeys(each for each in functions if isinstance(each, (Func, Method))))
        return self.union(map(self.called, functions))

    def _of_callable(self, owner: Object, name: str) -> Objects:
        """Return an attribute of what a proxy stands for, or of a function.

        A function has what code assigns to it, and the function that was decorated.
        """
        if isinstance(owner, PartialCall) and owner.function == PROXY:
            return self.union(self.world.attribute(each, name) for each in self.stood_for(owner))
        if not isinstance(owner, Func):
            return NOTHING
        found = self._with_stored(owner, attribute_step(name), NOTHING)
        if found or name not in FUNCTION_ITSELF or not self.is_told_apart(owner.module):
            return found
        decorators = self.scope(owner).decorators
        is_itself = bool(decorators) and not any(each.endswith("wraps") for each in decorators)
        return frozenset({owner}) if is_itself or name == "__call__" else found

    def _attribute_of_class(self, cls: Cls, name: str) -> Objects:
        if name == "__subclasses__":
            return frozenset({Gives(frozenset({Items(subclasses(self.world, cls))}))})
        if (
            self.is_told_apart(cls.module)
            and self.visited.has_enumerations
            and instances.is_enumeration(self.world, cls)
        ):
            found = instances.of_members(self.world, cls, name)
            if found is not None:
                return found
        found = self.class_attribute(cls, name)
        if self.visited.defines("__get__"):
            found = instances.got(self.world, found)
        return found or frozenset(instances.of_metaclass(self.world, cls, name))

    def _in_module(self, module: str, name: str) -> Objects:
        code = self.module(module)
        if code is None:
            return frozenset({Ext(f"{module}.{name}")})
        if self.visited.has_stand_ins and (found := self._of_stand_in(module, name)):
            return found
        env = Env(self.world, module, 0, self.reaching.moment(module))
        own = env.is_own
        bound = name in code.facts.scopes[0].bindings or (own and bool(code.stars) and bool(self._stars_of(name, code)))
        if name == "__path__" or (bound and (found := self._root(name, env))):
            return self._root(name, env) if name == "__path__" else found
        if own and (stored := self._with_stored(Mod(module), name, NOTHING)):
            return stored
        if self.project.find(f"{module}.{name}") is not None:
            return frozenset({Mod(f"{module}.{name}")})
        if own and name in ("items", "keys", "values"):  # of the mapping of its names
            return frozenset({Gives(of_mapping(self.world, module, name))})
        if own and (given := self._given_for(name, module, code)):
            return given
        found = self._unbound(name, module, code)
        return NOTHING if found == {Ext(name)} else found

    def _given_for(self, name: str, module: str, code: ModuleFacts) -> Objects:
        """What a module's `__getattr__` gives for a name (PEP 562)."""
        functions = [Func(module, each) for each in code.names.scopes_by_name.get("__getattr__", ())]
        if len(functions) != 1 or name.startswith("__"):
            return NOTHING
        asked = call_with((Value(Kind.CONSTANT, name),))
        conclude = partial(self.applied, functions[0], asked, lambda _: frozenset({Text(name)}))
        return self.memory.remembered((module, 0, f"__getattr__ {name}"), conclude)

    def _of_stand_in(self, module: str, name: str) -> Objects:
        """Return an attribute of what code has put in the place of a module, in `sys.modules`."""
        stood_in = self._with_stored(Mod(module), STAND_IN, NOTHING)
        return self.union(self.world.attribute(each, name) for each in stood_in if each != Mod(module))

    def class_attribute(self, receiver: Cls, name: str, after: Cls | None = None) -> Objects:
        """What a class has under a name; with after, what the bases that come after that one have."""
        question = f"super({after.module}, {after.scope}).{name}" if after is not None else f"cls.{name}"
        return self.memory.remembered((*receiver, question), lambda: self._inherited(receiver, name, after))

    def _inherited(self, receiver: Cls, name: str, after: Cls | None) -> Objects:
        scope = self.scope(receiver)
        self.missed.add((receiver, name))
        own = name in scope.bindings or (receiver, name) in self.stored
        base = only_base(self.world, receiver) if after is None and not own else None
        if base is not None:
            return frozenset(_received(each, base, receiver) for each in self.class_attribute(base, name))
        ancestry = resolution_order(self.world, receiver)
        start = ancestry.index(after) + 1 if after in ancestry else 0
        for each in ancestry[start:]:
            if isinstance(each, Ext):
                if each.path != "object":
                    return frozenset({Ext(f"{each.path}.{name}", receiver)})
                continue
            if name in self.scope(each).bindings or (each, name) in self.stored:
                bound = name in self.scope(each).bindings
                found = self._root(name, Env(self.world, each.module, each.scope, END)) if bound else NOTHING
                found = self._with_stored(each, name, found)
                return frozenset(Method(one, receiver) if isinstance(one, Func) else one for one in found)
        return NOTHING

    def _instance_attribute(self, inst: Inst, name: str) -> Objects:
        found = self._with_stored(inst, name, self._of_class_or_self(inst, name))
        if self.visited.has_settings and instances.is_filled_by_environment(self.world, inst.cls):
            self.memory.traits |= ENVIRONMENT
        if (inst, name) not in self.filled or not (again := on_self(self.world, inst.cls, name)):
            return found
        self.memory.traits |= CHOICE
        return self.union((again, found))

    def _of_class_or_self(self, inst: Inst, name: str) -> Objects:
        if (
            name in ("value", "name")
            and self.visited.has_enumerations
            and instances.is_enumeration(self.world, inst.cls)
        ):
            return instances.any_value(self.world, inst.cls, name)
        found = self.class_attribute(inst.cls, name)
        if found and self.visited.defines("__get__"):
            found = instances.got(self.world, found)
        if found and all(isinstance(each, (Const, Text)) for each in found):
            return self._of_instance(inst, name, found)
        if found and not all(isinstance(each, Ext) for each in found):
            properties = [each for each in found if isinstance(each, Method) and self.is_property(each)]
            self.touched.update(dict.fromkeys(each for each in properties if self.is_told_apart(each.function.module)))
            if properties:
                return self.union(map(self.called, properties))
            return self._put_before(inst, name, found) if is_made_with(self.world, inst.cls, name) else found
        if stored := on_self(self.world, inst.cls, name):
            self._doubt_items(stored)
            return stored
        if self.visited.defines("__getattr__"):
            methods = [each for each in self.class_attribute(inst.cls, "__getattr__") if isinstance(each, Method)]
            if methods and not name.startswith("__"):
                return self.union(map(self.called, methods))
        if any(isinstance(each, Ext) and each.receiver is None for each in found):  # of a body, not of a base
            return found
        outside = frozenset(
            Ext(
                attribute_of(APP if is_app(self.world, Ext(call_of(each.path))) else call_of(each.path), name), inst.cls
            )
            for each in resolution_order(self.world, inst.cls)
            if isinstance(each, Ext) and each.path != "object"
        )
        if (maker := MADE_BY.get(name)) is None or not outside:
            return outside
        return outside.union(Inst(each) for each in self.class_attribute(inst.cls, maker) if isinstance(each, Cls))

    def _put_before(self, inst: Inst, name: str, methods: Objects) -> Objects:
        """What making an instance assigns to an attribute, which comes before the methods that the class has there."""
        stored = on_self(self.world, inst.cls, name)
        made_of_them = len(stores_on_self(self.world, inst.cls, name)) < len(all_stores(self.world, inst.cls, name))
        return self.union((stored, methods)) if made_of_them or not stored else stored

    def _of_instance(self, inst: Inst, name: str, default: Objects) -> Objects:
        """What methods of a class put in the place of a plain value that the class has."""
        stored = on_self(self.world, inst.cls, name)
        if not stored or is_made_with(self.world, inst.cls, name):
            return stored or default
        self.memory.traits |= CHOICE
        return stored | default

    def is_property(self, method: Method) -> bool:
        """Whether a method runs when an attribute is read."""
        return any("property" in each for each in self.scope(method.function).decorators)

    def _called_outside(self, callee: Ext) -> Objects:
        receiver = callee.receiver
        if receiver is not None and callee.path == "object.__new__":
            return frozenset({Inst(receiver)})
        if receiver is not None and callee.path == "type.__new__":
            return instances.classes_of(self.world, receiver)
        return frozenset({onward(callee, CALL_STEP)})

    def called(self, callee: Object) -> Objects:
        """Return the objects that a call of an object may return."""
        if isinstance(callee, Ext):
            return self._called_outside(callee)
        match callee:
            case Cls() if self.visited.has_enumerations and instances.is_enumeration(self.world, callee):
                known = instances.members(self.world, callee)
                self.memory.traits |= CHOICE if len(known) > 1 else 0
                return frozenset(known)
            case Cls():
                return frozenset({Inst(callee)})
            case PartialCall():
                is_proxy = callee.function == PROXY
                inner = (
                    self.stood_for(callee) if is_proxy else self.world.value(callee.items[0], Env(self.world, "", 0))
                )
                return self.union(map(self.called, inner))
            case Func():
                return self._returned(callee)
            case Method():
                return self._returned(self._inherited_by(callee))
            case Gives():
                return callee.objects
            case Lookup():
                return callee.table.values
            case TextMethod():
                return text_method(self.world, callee, [UNKNOWN])
            case Inst():
                return self.union(self.called(each) for each in self.class_attribute(callee.cls, "__call__"))
            case Lost():
                return frozenset({callee})
        return NOTHING


def _received(each: Object, base: Cls, receiver: Cls) -> Object:
    """What is found on a base, as a class finds it that derives from it."""
    if isinstance(each, Method) and each.cls == base:
        return Method(each.function, receiver)
    return Ext(each.path, receiver) if isinstance(each, Ext) and each.receiver == base else each
