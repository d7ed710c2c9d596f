"""What code stores where the trace finds it again: on apps, on `self`, in containers."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from ...config.flask_objects import APP
from ...project.modules import ModuleFacts, Origin
from ...syntax.symbol_table import Call, Store, mentions
from ...syntax.text_prefilter import item_of
from .abstract_values import NOTHING, Cls, Ext, Inst, Object, Objects, Table, container, mapped, onward, table
from .literals import item
from .mro import resolution_order

if TYPE_CHECKING:
    from .evaluator import World

_OF_ALL = frozenset({"extend", "update"})  # methods that add all that a container holds


# Methods of a configuration that take many settings at once (Flask API, Config).
_CONFIGURING = (".config.from_mapping", ".config.from_object", ".config.update")


INDEXED_AFTER = 25  # attributes: until then, a search through the texts is quicker
_WORD = re.compile(r"\w+")


class _OnName(NamedTuple):
    """An assignment to an attribute of what a name stands for."""

    said: ModuleFacts
    store: Store
    owner: str


class Visited:
    """The modules that startup has loaded so far, and what they assign to attributes of names."""

    def __init__(self) -> None:
        self.modules: list[ModuleFacts] = []
        self._configured = 0  # modules that were searched for what they put into a configuration
        self._configuring: list[tuple[ModuleFacts, Call | Store]] = []
        self._putting: dict[str, list[int]] = {}  # the places of those by the path behind ".config"; of calls under ""
        self._found: dict[str, tuple[int, list[_OnName]]] = {}  # by attribute, with how many modules were searched
        self._words: dict[str, list[int]] = {}  # the modules that have a word
        self._indexed = 0  # modules whose words are in there

    def add(self, said: ModuleFacts) -> None:
        """Take note of a module that is loaded."""
        self.modules.append(said)

    def stores_to(self, name: str) -> Sequence[_OnName]:
        """Assignments to an attribute of a name other than `self` and `cls`."""
        searched, found = self._found.get(name, (0, []))
        for said in self._mentioning(name, searched):
            for store in said.stores_to(name):
                owner = store.path.removesuffix(f".{name}")
                if owner.isidentifier() and owner not in ("self", "cls"):
                    found.append(_OnName(said, store, owner))
        self._found[name] = (len(self.modules), found)
        return found

    def _mentioning(self, name: str, start: int) -> Sequence[ModuleFacts]:
        """The modules from the one with a number on that may assign to an attribute.

        The first few attributes are searched for, those after them looked up among the words of all modules.
        """
        attribute = name.partition("[")[0]
        if len(self._found) < INDEXED_AFTER or not attribute.isidentifier():
            return self.modules[start:]
        for number in range(self._indexed, len(self.modules)):
            for word in set(_WORD.findall(self.modules[number].source.text)):
                self._words.setdefault(word, []).append(number)
        self._indexed = len(self.modules)
        numbers = self._words.get(attribute, [])
        return [self.modules[number] for number in numbers[bisect_left(numbers, start) :]]

    def configuring(self, item: str) -> Sequence[tuple[ModuleFacts, Call | Store]]:
        """What the project's own modules put under an item, such as "['KEY']", of a configuration, or many at once."""
        for said in self.modules[self._configured :]:
            if said.file.origin is Origin.FIRST_PARTY and ".config" in said.source.text:
                said.facts.read_at(said.source.lines_with((*_CONFIGURING, ".config[")))
                for call in said.facts.calls:
                    if call.path.endswith(_CONFIGURING):
                        self._put("", said, call)
                for store in said.facts.stores:
                    if ".config[" in store.path:
                        self._put(store.path.rpartition(".config")[2], said, store)
        self._configured = len(self.modules)
        places = sorted([*self._putting.get("", ()), *self._putting.get(item, ())])
        return [self._configuring[at] for at in places]

    def _put(self, item: str, said: ModuleFacts, fact: Call | Store) -> None:
        self._putting.setdefault(item, []).append(len(self._configuring))
        self._configuring.append((said, fact))


def on_apps(world: World, name: str) -> Objects:
    """What startup has stored on the app under a name: `current_app.name` stands for it too."""
    world.memory.open_read()
    return world.union(
        world.value(store.value, said.file.name, store.place.scope)
        for said, store, owner in world.visited.stores_to(name)
        if any(is_app(world, each) for each in world.path(owner, said.file.name, store.place.scope))
    ) or frozenset({Ext(f"{APP}.{name}")})


def is_app(world: World, owner: Object) -> bool:
    """Whether an object is the app, or an instance of a class of it."""
    if isinstance(owner, Inst):
        return any(world.flask.is_app(f"{_dotted(world, each)}()") for each in resolution_order(world, owner.cls))
    return isinstance(owner, Ext) and world.flask.is_app(owner.path)


def _dotted(world: World, each: Cls | Ext) -> str:
    return each.path if isinstance(each, Ext) else f"{each.module}.{world.scope(each).name}"


def outside_attribute(world: World, owner: Ext, name: str) -> Objects:
    """What an attribute of something outside the project is: whatever holds the app, the app itself."""
    path = f"{owner.path}.{name}"
    if world.flask.is_app(path):
        return frozenset({Ext(APP)})
    return on_apps(world, name) if world.flask.is_app(owner.path) else frozenset({onward(owner, f".{name}")})


def on_self(world: World, cls: Cls, name: str) -> Objects:
    """What methods of a class and its bases assign to `self.name`."""
    return world.memory.remembered((cls.module, cls.scope, f"self.{name}"), lambda: _assigned(world, cls, name))


def _assigned(world: World, cls: Cls, name: str) -> Objects:
    ancestry = [each for each in resolution_order(world, cls) if isinstance(each, Cls)]
    assigned = world.union(
        world.value(store.value, each.module, store.place.scope)
        for each in ancestry
        if (said := world.module(each.module)) is not None
        for store in said.stores_to(name)
        if store.path == f"self.{name}"
        if said.facts.scopes[store.place.scope].parent == each.scope and not mentions(store.value, store.path)
    )
    return assigned | world.union(
        put_into(world, f"self.{name}", module) for module in {each.module for each in ancestry}
    )


def subclasses(world: World, base: Cls) -> Objects:
    """The classes of the project, of modules loaded so far, that come of one of its own, whatever is between them."""
    world.memory.open_read()
    return frozenset(
        cls
        for said in (world.visited.modules if world.is_told_apart(base.module) else ())
        if said.file.origin is Origin.FIRST_PARTY
        for number, scope in enumerate(said.facts.scopes)
        if scope.bases and base in resolution_order(world, cls := Cls(said.file.name, number))[1:]
    )


def put_into(world: World, path: str, module: str) -> Objects:
    """What code of a module puts into the container at a raw path: containers of what is added to it."""
    said = world.module(module)
    added = said.additions_to(path) if said is not None else ()
    if not added:
        return NOTHING
    return world.memory.remembered((module, -1, f"in {path}"), lambda: _put_together(world, added, path, module))


def _put_together(world: World, added: Sequence[Call | Store], path: str, module: str) -> Objects:
    if world.is_told_apart(module):
        return world.union(_added(world, each, path, module) for each in added)
    values = ((value, call.place.scope) for call in added if isinstance(call, Call) for value in call.args)
    return frozenset({container(world.union(world.value(value, module, scope) for value, scope in values))})


def _added(world: World, addition: Call | Store, path: str, module: str) -> Objects:
    scope = addition.place.scope
    if isinstance(addition, Store):
        key = item_of(addition.path, path) or ""
        return frozenset({table([(key, item(world, addition.value, module, scope))])})
    method = addition.path.rpartition(".")[2]
    if method == "setdefault" and len(addition.args) > 1:
        keys = world.value(addition.args[0], module, scope)
        return frozenset({mapped(keys, item(world, addition.args[1], module, scope))})
    if method in _OF_ALL:
        given = world.union(world.value(each, module, scope) for each in addition.args)
        named = table((name, item(world, each, module, scope)) for name, each in addition.keywords)
        tables = {each for each in (*given, named) if isinstance(each, Table)}
        return frozenset({*tables, container(given - tables)})
    return frozenset({container(world.union(item(world, each, module, scope) for each in addition.args))})
