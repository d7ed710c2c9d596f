"""What statements make objects do without a call in their text, and what code puts where other code finds it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from ...project.module_facts import ModuleFacts
from ...syntax.import_statements import named
from ...syntax.places import Place
from ...syntax.symbol_table import BindingKind, Call, Effect, Implicit, ScopeKind, Store
from ...syntax.text_prefilter import ADDING_METHODS
from ...syntax.values import Kind, Value
from ..values.abstract_values import (
    NOTHING,
    Cls,
    Func,
    Generator,
    Inst,
    Method,
    Mod,
    Object,
    Objects,
    in_order,
)
from ..values.environment import Env
from ..values.store import put_by
from ..values.trampoline import Steps
from .functions import Functions, Part
from .reaching import END
from .recorder import Node

# What effects call, the first that there is.
_METHODS: Mapping[Effect, tuple[str, ...]] = {
    Effect.ENTER: ("__enter__", "__aenter__"),
    Effect.LEAVE: ("__exit__", "__aexit__"),
    Effect.ITERATE: ("__iter__", "__aiter__", "__getitem__"),
    Effect.ITERATED: ("__iter__", "__aiter__"),
    Effect.ITEM: ("__getitem__",),
}


class Effects(Functions):
    """Follows context managers, iteration, items, properties and assignments to attributes."""

    def _is_idle(self, event: Implicit) -> bool:
        """Whether nothing that is loaded so far runs for what a statement does: most attributes are no properties."""
        visited = self.world.visited
        match event.effect:
            case Effect.CLASS:
                return not visited.defines("__set_name__")
            case Effect.ITEM:
                return not visited.defines("__getitem__")
            case Effect.OPERATE:
                return not visited.defines(str(event.value.constant))
            case Effect.READ if not self.waiting:
                return _attribute(event.value) not in visited.properties
        return False

    def _effect(self, event: Implicit, code: ModuleFacts, node: Node, here: Env) -> Steps:
        if event.effect is Effect.READ:
            yield from self._read(event, here, node)
        elif event.effect is Effect.OPERATE:
            for each in in_order(self._value(event.value, here, event.span.line)):
                if isinstance(each, Method):
                    yield from self._invoke(each, None, node, conditional=event.place.doubt)
        elif event.effect is Effect.RAISE:
            for each in in_order(self._value(event.value, here, event.span.line)):
                if isinstance(each, Cls):  # Python makes an instance of it (language reference, 7.8)
                    yield from self._invoke(each, None, node, conditional=event.place.doubt)
        elif event.effect is Effect.CLASS:
            yield from self._class_made(event, code, here, node)
        else:
            conditional = event.place.doubt
            for each in in_order(self._value(event.value, here, event.span.line)):
                yield from self._used(each, event.effect, node, conditional=conditional)

    def _used(self, used: Object, effect: Effect, node: Node, *, conditional: int) -> Steps:
        """What entering, leaving, iterating over or taking an item of an object runs."""
        part = Part.TAIL if effect in (Effect.LEAVE, Effect.ITERATED) else Part.HEAD
        if isinstance(used, Generator):
            if effect is not Effect.ITEM:
                yield from self._consume(used.function, part, node, conditional=conditional)
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
        self.seen.link(node, function, conditional=conditional)
        yield from self._function(function, part)

    def _read(self, event: Implicit, here: Env, node: Node) -> Steps:
        """Reading an attribute runs a property."""
        value = event.value
        conditional = event.place.doubt
        yield from self._read_through(value.path, here, event.span.line, node, conditional=conditional)
        name = _attribute(value)
        if name not in self.world.visited.properties:
            return
        owner = value.owner[0] if value.owner else Value(Kind.PATH, path=value.path.rpartition(".")[0])
        found = self._value(owner, here, event.span.line)
        for each in in_order(frozenset(one for one in found if isinstance(one, Inst))):
            for method in in_order(self.world.class_attribute(each.cls, name)) if isinstance(each, Inst) else ():
                if isinstance(method, Method) and self.world.is_property(method):
                    yield from self._invoke(method, None, node, conditional=event.place.doubt)

    def _class_made(self, event: Implicit, code: ModuleFacts, here: Env, node: Node) -> Steps:
        """Making a class tells the objects in it their names (PEP 487)."""
        number = int(event.value.constant or 0)
        inside = here._replace(scope=number, at=END)
        for name, bindings in code.facts.scopes[number].bindings.items():
            if bindings[-1].value.kind is not Kind.CALL:
                continue
            args = (Value(Kind.DEFINED, number), Value(Kind.CONSTANT, name))
            call = Call("", args, (), event.span, event.place, event.order)
            for each in in_order(self._path(name, inside, event.span.line)):
                for method in in_order(self.world.attribute(each, "__set_name__")) if isinstance(each, Inst) else ():
                    if isinstance(method, Method):
                        yield from self._invoke(method, call, node, here=here)

    def _store(self, event: Store, node: Node, here: Env) -> Steps:
        """An assignment to an attribute or item of something that other code reads."""
        if event.path.endswith("]"):
            yield from self._item_set(event, here, node)
            return
        owner, _, name = event.path.rpartition(".")
        if not self._is_self(owner, here):
            line = event.span.line
            own = self._own_among(self._path(owner, here, line))
            if own:
                self._put_on(own, name, self._value(event.value, here, line), event.place)

    def _own_among(self, owners: Objects) -> Sequence[Cls | Inst | Mod]:
        """Those of some objects whose attributes code of the project reads again."""
        found = [each for each in owners if isinstance(each, (Cls, Inst, Mod))]
        return [each for each in found if self.world.is_told_apart(each.name if isinstance(each, Mod) else _home(each))]

    def _put_on(self, own: Sequence[Cls | Inst | Mod], name: str, objects: Objects, place: Place) -> None:
        """Take note of what code puts on an attribute; it takes the place of what was there where that is certain."""
        alone = len(own) == 1 and not place.doubt
        for each in own:
            is_one = not isinstance(each, Inst) or len(self._sites.get(each.cls, ())) == 1
            self.world.put(each, name, objects, replaces=alone and is_one)

    def _item_set(self, event: Store, here: Env, node: Node) -> Steps:
        base = _base(event.path)
        self._put_elsewhere(base, event, here)
        if self.world.visited.defines("__setitem__"):
            for each in in_order(self._path(event.path.rpartition("[")[0], here, event.span.line)):
                if isinstance(each, Inst):
                    for method in in_order(self.world.attribute(each, "__setitem__")):
                        if isinstance(method, Method):
                            yield from self._invoke(method, None, node, conditional=event.place.doubt)

    def _adds(self, call: Call, here: Env) -> None:
        """A call that adds to a container of another file, or to an attribute."""
        owner, _, method = call.path.rpartition(".")
        if method in ADDING_METHODS and owner:
            self._put_elsewhere(_base(owner), call, here)

    def _put_elsewhere(self, base: str, event: Call | Store, here: Env) -> None:
        """Take note of what is added to a container that this file does not bind by a name or an attribute of self."""
        owner, _, name = base.rpartition(".")
        if owner:
            if self._is_self(owner, here):
                return
            owners = self._path(owner, here, event.span.line)
        else:
            owners, name = self._imported_from(base, here)
        for each in owners:
            if isinstance(each, (Cls, Inst, Mod)) and self.world.is_told_apart(
                each.name if isinstance(each, Mod) else _home(each)
            ):
                self.world.put(each, name, put_by(here, event, base), replaces=False)

    def _imported_from(self, name: str, here: Env) -> tuple[Objects, str]:
        """The module that a name is imported from, and its name there."""
        code = self.world.module(here.module)
        bindings = code.names.bindings(name, here.scope)[1] if code is not None else ()
        if code is None or not bindings or bindings[-1].kind is not BindingKind.IMPORT:
            return NOTHING, ""
        module, _, last = named(bindings[-1].path, code.file.package).rpartition(".")
        return frozenset({Mod(module)}) if module else NOTHING, last

    def _is_self(self, owner: str, here: Env) -> bool:
        """Whether a path is the first parameter of a method, whose attributes are found by its class."""
        code = self.world.module(here.module)
        if code is None or not owner.isidentifier():
            return False
        home, _ = code.names.bindings(owner, here.scope)
        scope = code.facts.scopes[home]
        return scope.parameters[:1] == (owner,) and code.facts.scopes[scope.parent].kind is ScopeKind.CLASS


def _attribute(value: Value) -> str:
    """The name of the attribute that a value reads."""
    return str(value.constant) if value.owner else value.path.rpartition(".")[2]


def _home(each: Cls | Inst) -> str:
    """The module of a class, or of an instance's."""
    return each.cls.module if isinstance(each, Inst) else each.module


def _base(path: str) -> str:
    """The raw path of the container that a raw path of items leads into."""
    return re.split(r"\[|\.(?:setdefault|get)\(\)", path, maxsplit=1)[0]
