"""What statements make objects do without a call in their text, and what code puts where other code finds it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from ...model.access_paths import (
    NO_PATH,
    as_raw,
    is_dotted,
    is_item,
    last_name,
    mapping_of,
    names_along,
    owner_of,
    split_last,
)
from ...model.path_steps import attribute_step
from ...project.module_facts import ModuleFacts
from ...syntax.operators import ASKING_KEYS, LOOKING_UP, REFLECTED, answering, names_of
from ...syntax.places import Place
from ...syntax.symbol_table import Call, Effect, Implicit, Store
from ...syntax.text_prefilter import ADDING_METHODS
from ...syntax.values import OTHER, Kind, Value
from ..models.handed import makes_objects_of, makes_objects_of_items
from ..values.abstract_values import (
    PROXY,
    STAND_IN,
    Cls,
    Ext,
    Func,
    Generator,
    Inst,
    Method,
    Mod,
    Object,
    Objects,
    PartialCall,
    acting,
    in_order,
)
from ..values.environment import Env
from ..values.memo import CHOICE, DOUBT
from ..values.store import nested, on_self, put_by, stores_on_self
from ..values.trampoline import Steps
from .class_statements import ClassStatements
from .code import Part
from .functions import unsure
from .homes import base_of, is_self, is_setter, module_of
from .instances import of_metaclass
from .recorder import Node

# What effects call, the first that there is.
_METHODS: Mapping[Effect, tuple[str, ...]] = {
    Effect.ENTER: ("__enter__", "__aenter__"),
    Effect.LEAVE: ("__exit__", "__aexit__", "close", "aclose"),  # those of contextlib.closing come last
    Effect.ITERATE: ("__iter__", "__aiter__", "__getitem__"),
    Effect.ITERATED: ("__iter__", "__aiter__"),
}


class Effects(ClassStatements):
    """Follows context managers, iteration, items, properties and assignments to attributes."""

    def _is_idle(self, event: Implicit) -> bool:
        """Whether nothing that is loaded so far runs for what a statement does: most attributes are no properties."""
        visited = self.world.visited
        match event.effect:
            case Effect.CLASS:
                is_asked = visited.has_metaclasses or visited.defines("__mro_entries__", "__set_name__")
                return not (is_asked or visited.has_mixins or self.waiting)
            case Effect.ITEM:
                return not visited.defines("__getitem__", "__missing__", "__class_getitem__", "__hash__", "__index__")
            case Effect.OPERATE:
                return not visited.defines(*answering(str(event.value.constant)))
            case Effect.READ if not self.waiting:
                may_run = visited.has_proxies or visited.defines("__get__", "__getattr__", "__getattribute__")
                is_asked = bool(visited.answering) and is_dotted(event.value.path)
                return not (may_run or is_asked or self._properties_in(event.value.path, _attribute(event.value)))
        return False

    def _effect(self, event: Implicit, code: ModuleFacts, node: Node, here: Env) -> Steps:
        if event.effect is Effect.READ:
            yield from self._read_along(owner_of(event.value.path), event, here, node)
            yield from self._read(event, here, node)
        elif event.effect in (Effect.OPERATE, Effect.ITEM):
            yield from self._operate(event, node, here)
        elif event.effect is Effect.RAISE:
            for each in in_order(self._value(event.value, here, event.span.line)):
                if isinstance(each, Cls):  # Python makes an instance of it (language reference, 7.8)
                    yield from self._invoke(each, None, node, conditional=event.place.doubt)
        elif event.effect is Effect.CLASS:
            yield from self._class_made(event, code, here, node)
            made = Cls(code.file.name, int(event.value.constant or 0))
            yield from self._mapped(made, node, conditional=event.place.doubt)
        else:
            conditional = event.place.doubt
            for each in acting(self._value(event.value, here, event.span.line)):
                yield from self._used(each, event.effect, node, conditional=conditional)

    def _operate(self, event: Implicit, node: Node, here: Env) -> Steps:
        """What an operator, or reading an item, calls: a method of the left operand, else one of the right one."""
        name, line = str(event.value.constant), event.span.line
        (left,), right = event.value.owner, event.value.items
        owners, traits = self.world.memory.observed(lambda: self._value(left, here, line))
        found = [(each, right) for owner in acting(owners) for each in self._answers(owner, names_of(name))]
        reflected = REFLECTED.get(names_of(name)[-1])
        if not found and right and reflected is not None and self.world.visited.defines(reflected):
            operands = acting(self._value(right[0], here, line))
            found = [(each, (left,)) for operand in operands for each in self._answers(operand, (reflected,))]
        place = unsure(event.place, line) if len(owners) > 1 and traits & (CHOICE | DOUBT) else event.place
        for method, args in found:
            function = method.function
            if self._is_generator(function):
                self._receive(function, method.cls)
                yield from self._consume(function, Part.ALL, node, conditional=place.doubt)
            else:
                call = Call(NO_PATH, args, (), event.span, place, event.order)
                yield from self._invoke(method, call, node, here=here)
        if not found and name in LOOKING_UP and self.world.visited.defines(*ASKING_KEYS):
            yield from self._looked_up(right[0], node, here, event)

    def _looked_up(self, key: Value, node: Node, here: Env, event: Store | Implicit) -> Steps:
        """What a container asks an object that is its key, or may be its item."""
        for each in acting(self._value(key, here, event.span.line)):
            for method in ASKING_KEYS:
                doubt = event.place.doubt if method == "__hash__" else 1
                for found in self._answers(each, (method,)):
                    yield from self._invoke(found, None, node, conditional=doubt)

    def _used(self, used: Object, effect: Effect, node: Node, *, conditional: int) -> Steps:
        """What entering, leaving, iterating over or taking an item of an object runs."""
        part = Part.TAIL if effect in (Effect.LEAVE, Effect.ITERATED) else Part.HEAD
        if isinstance(used, Generator):
            yield from self._consume(used.function, part, node, conditional=conditional)
        elif isinstance(used, Cls) and effect is Effect.ITERATE and self.world.is_told_apart(used.module):
            for method in of_metaclass(self.world, used, "__iter__"):
                yield from self._iterated(method, effect, node, conditional=conditional)
        elif isinstance(used, Inst) and self.world.is_told_apart(used.cls.module):
            for name in _METHODS[effect]:
                methods = [each for each in self.world.attribute(used, name) if isinstance(each, Method)]
                for method in methods:
                    if effect in (Effect.ITERATE, Effect.ITERATED):
                        yield from self._iterated(method, effect, node, conditional=conditional)
                    else:
                        yield from self._invoke(method, None, node, conditional=conditional)
                if methods:
                    break

    def _iterated(self, method: Method, effect: Effect, node: Node, *, conditional: int) -> Steps:
        """What iterating over what `__iter__` gives runs."""
        function = method.function
        if self._is_generator(function):
            self._receive(function, method.cls)
            part = Part.TAIL if effect is Effect.ITERATED else Part.HEAD
            yield from self._consume(function, part, node, conditional=conditional)
            return
        if effect is Effect.ITERATE:
            yield from self._invoke(method, None, node, conditional=conditional)
        for each in in_order(self.world.called(method)):
            if isinstance(each, Generator):
                yield from self._used(each, effect, node, conditional=conditional)
            elif isinstance(each, Inst) and effect is Effect.ITERATE:
                for step in in_order(self.world.attribute(each, "__next__") | self.world.attribute(each, "__anext__")):
                    if isinstance(step, Method):
                        yield from self._invoke(step, None, node, conditional=conditional)

    def _consume(self, function: Func, part: Part, node: Node, *, conditional: int) -> Steps:
        """Run the body of a generator function, or a part of it."""
        if part is not Part.HEAD:
            doubt = conditional if part is Part.TAIL else 0
            if doubt < (known := self.tails.get(function, doubt)):
                for cache in (self.ran, self._done, self._steady):
                    cache.pop(function, None)
            self.tails[function] = min(doubt, known)
        self.seen.link(node, function, conditional=conditional)
        self.seen.callers.setdefault(function, (node, 0))
        yield from self._function(function, node, part)

    def _properties_in(self, path: str, *names: str) -> bool:
        """Whether a property may be read on the way along a path, or has one of some names."""
        properties = self.world.visited.properties
        return bool(properties) and not properties.isdisjoint([*names, *names_along(path)])

    def _read_along(self, path: str, event: Call | Implicit, here: Env, node: Node) -> Steps:
        """The properties that are read on the way along a raw path."""
        for match in _READ.finditer(path) if self._properties_in(path) else ():
            if match[1] in self.world.visited.properties:
                value = Value(Kind.PATH, path=as_raw(path[: match.end()]))
                yield from self._read(Implicit(Effect.READ, value, event.span, event.place, event.order), here, node)

    def _read(self, event: Implicit, here: Env, node: Node) -> Steps:
        """Reading an attribute runs a property, or asks a module for what it does not bind."""
        value = event.value
        conditional = event.place.doubt
        yield from self.code.read_through(value.path, here, event.span.line, node, conditional=conditional)
        name = _attribute(value)
        owner = value.owner[0] if value.owner else Value(Kind.PATH, path=owner_of(value.path))
        found = self._value(owner, here, event.span.line)
        yield from self._ask_proxies(found, node, conditional=conditional)
        for module in sorted({self._answering(one, name) for one in found} - {""}):
            yield from self.code.module_getattr(module, name, node, conditional=conditional, line=event.span.line)
        for each in in_order(frozenset(one for one in found if isinstance(one, (Cls, Inst)))):
            for method in self._readers(each, name):
                yield from self._invoke(method, None, node, conditional=event.place.doubt)

    def _ask_proxies(self, owners: Objects, node: Node, *, conditional: int) -> Steps:
        """Call what proxies were given, as they do whenever they are asked for something."""
        for each in [one for one in owners if isinstance(one, PartialCall) and one.function == PROXY]:
            for function in in_order(self._value(each.items[0], self._env(node[0]), 0)):
                if isinstance(function, (Func, Method)):
                    yield from self._invoke(function, None, node, conditional=conditional)

    def _answering(self, owner: Object, name: str) -> str:
        """The module that an object is, if it may be asked for a name that it does not bind; empty for any other."""
        module = owner.name if isinstance(owner, Mod) else owner.path if isinstance(owner, Ext) else ""
        visited = self.world.visited
        is_asked = isinstance(owner, Mod) or module in visited.answering
        return "" if not is_asked or name.startswith("__") or visited.has(f"{module}.{name}") else module

    def _readers(self, owner: Object, name: str) -> Iterator[Method]:
        """The methods that reading an attribute of an instance, or a class, calls."""
        cls = owner.cls if isinstance(owner, Inst) else owner
        if not isinstance(cls, Cls):
            return
        world = self.world
        found = in_order(world.class_attribute(cls, name))
        for each in found:
            if isinstance(each, Method) and isinstance(owner, Inst) and world.is_property(each):
                yield each
            elif isinstance(each, Inst) and world.visited.defines("__get__"):
                yield from (one for one in world.class_attribute(each.cls, "__get__") if isinstance(one, Method))
        if isinstance(owner, Inst) and world.is_told_apart(cls.module):
            found = [each for each in found if not (isinstance(each, Ext) and each.path.startswith(_BARE))]
            asked = ["__getattribute__", *([] if found or on_self(world, cls, name) else ["__getattr__"])]
            for method in asked:
                yield from (each for each in world.class_attribute(cls, method) if isinstance(each, Method))

    def _store(self, event: Store, node: Node, here: Env) -> Steps:
        """An assignment to an attribute or item of something that other code reads."""
        if is_item(event.path):
            yield from self._item_set(event, here, node)
            return
        owner, name = split_last(event.path)
        if self.world.visited.defines("__setattr__", "__set__") or name in self.world.visited.properties:
            yield from self._attribute_set(event, owner, name, node, here)
        if not is_self(self.world.module(here.module), owner, here):
            line = event.span.line
            owners = self._value(event.key, here, line) if event.key is not OTHER else self._path(owner, here, line)
            own = self._own_among(owners)
            if own:
                self._put_on(own, name, self._value(event.value, here, line), event.place)
            elif not owners:
                self.open_calls.escape(self._value(event.value, here, line))
            else:
                self._put_in_place(owners, name, self._value(event.value, here, line))
                if name == "__import__" and any(isinstance(each, Ext) and each.path == "builtins" for each in owners):
                    yield from self._made_of(event.value, here, line, node)  # which each import statement calls
                if any(isinstance(each, Ext) and makes_objects_of(here, each.path, name) for each in owners):
                    yield from self._made_of(event.value, here, line, node)

    def _made_of(self, value: Value, here: Env, line: int, node: Node) -> Steps:
        """A library may make an object of a class that it is given for that, or call a factory."""
        for each in in_order(self._value(value, here, line)):
            if isinstance(each, (Cls, Func)):
                yield from self._invoke(each, None, node, conditional=True)

    def _attribute_set(self, event: Store, owner: str, name: str, node: Node, here: Env) -> Steps:
        """What assigning to an attribute runs: `__setattr__` of the object, `__set__` of a descriptor, a setter."""
        call = Call(
            NO_PATH, (Value(Kind.PATH, path=as_raw(owner)), event.value), (), event.span, event.place, event.order
        )
        for each in in_order(self._path(owner, here, event.span.line)):
            if isinstance(each, Inst) and self.world.is_told_apart(each.cls.module):
                of_class = self.world.class_attribute(each.cls, name)
                held = [one.cls for one in of_class if isinstance(one, Inst)]
                for setter in in_order(of_class):
                    if isinstance(setter, Method) and is_setter(self.world.scope(setter.function)):
                        yield from self._invoke(setter, call._replace(args=(event.value,)), node, here=here)
                for cls, method in [(each.cls, "__setattr__"), *[(one, "__set__") for one in held]]:
                    for found in in_order(self.world.class_attribute(cls, method)):
                        if isinstance(found, Method):
                            given = call.args if method == "__set__" else (Value(Kind.CONSTANT, name), event.value)
                            yield from self._invoke(found, call._replace(args=given), node, here=here)

    def _own_among(self, owners: Objects) -> Sequence[Cls | Func | Inst | Mod]:
        """Those of some objects whose attributes code of the project reads again."""
        found = [each for each in owners if isinstance(each, (Cls, Func, Inst, Mod))]
        return [each for each in found if self.world.is_told_apart(module_of(each))]

    def _put_on(self, own: Sequence[Cls | Func | Inst | Mod], name: str, objects: Objects, place: Place) -> None:
        """Take note of what code puts on an attribute; it takes the place of what was there where that is certain."""
        alone = len(own) == 1 and not place.doubt
        for each in own:
            is_one = not isinstance(each, Inst) or len(self._sites.get(each.cls, ())) == 1
            key = attribute_step(name) if isinstance(each, Func) else name  # as its variables have names, too
            self.world.put(each, key, objects, replaces=alone and is_one)

    def _item_set(self, event: Store, here: Env, node: Node) -> Steps:
        self._put_elsewhere(event.path, event, here, node)
        if self.world.visited.defines("__hash__"):
            yield from self._looked_up(event.key, node, here, event)
        owners = self._path(mapping_of(event.path), here, event.span.line)
        if any(isinstance(each, Ext) and each.path == "sys.modules" for each in owners):
            for module in here.texts(event.key):
                self.world.put(Mod(module), STAND_IN, self._value(event.value, here, event.span.line), replaces=False)
        if any(isinstance(each, Ext) and makes_objects_of_items(each.path) for each in owners):
            yield from self._made_of(event.value, here, event.span.line, node)
        if any(isinstance(each, Inst) for each in owners) and not self.world.visited.defines("__setitem__"):
            self.open_calls.escape(self._value(event.value, here, event.span.line))
        if self.world.visited.defines("__setitem__"):
            for each in in_order(owners):
                if isinstance(each, Inst):
                    for method in in_order(self.world.attribute(each, "__setitem__")):
                        if isinstance(method, Method):
                            args = (event.key, event.value)
                            call = Call(NO_PATH, args, (), event.span, event.place, event.order)
                            yield from self._invoke(method, call, node, here=here)

    def _adds(self, call: Call, here: Env, callees: Objects, node: Node) -> None:
        """A call that adds to a container of another file or name, or to an attribute."""
        owner, method = split_last(call.path)
        if method in ADDING_METHODS and owner:
            self._put_elsewhere(owner, call, here, node)
        elif not any(isinstance(each, (Cls, Ext, Func, Inst, Method)) for each in callees):
            for path, where in self._renamed(call.path, here):
                self._put_elsewhere(owner_of(path), call._replace(path=as_raw(path)), here, node, where)

    def _renamed(self, path: str, here: Env) -> Iterator[tuple[str, Env]]:
        """Methods that add, of which a path is another name, `add = STEPS.append`; each with where it is spelled so."""
        owner, name = split_last(path)
        code = self.world.module(here.module)
        if owner:
            classes = [each.cls for each in in_order(self._path(owner, here, 1)) if isinstance(each, Inst)]
            stores = [(each.module, one) for each in classes for one in stores_on_self(self.world, each, name)]
            found = [(one.value.path, Env(self.world, module, one.place.scope)) for module, one in stores]
        else:
            bindings = code.names.bindings(name, here.scope)[1] if code is not None else ()
            found = [(each.value.path, here) for each in bindings[-1:]]
        yield from [each for each in found if each[0].rpartition(".")[2] in ADDING_METHODS]

    def _put_elsewhere(self, path: str, event: Call | Store, here: Env, node: Node, where: Env | None = None) -> None:
        """Take note of what is added to a container that this file does not bind by the name, or an attribute of self.

        Of what has that name here, `put_into` finds the same, unless the method that adds is renamed: where says where
        it is spelled out then.
        """
        base = base_of(path)
        homes = list(self.homes.of(base, where or here, is_renamed=where is not None))
        for home in homes:
            added = nested(home.keys, put_by(here, event, base))
            self.world.put(home.owner, home.name, added, replaces=False)
            self._adding.add(node)
        if not homes and not self._path(base, where or here, event.span.line):
            self.open_calls.escape(put_by(here, event, base))


_BARE = ("object.", "types.ModuleType.", "types.SimpleNamespace.")  # bases whose instances have no names of their own
_READ = re.compile(r"\.(\w+)")


def _attribute(value: Value) -> str:
    """The name of the attribute that a value reads."""
    return str(value.constant) if value.owner else last_name(value.path)
