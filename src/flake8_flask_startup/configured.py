"""What the code of a project puts into an app's configuration (Flask documentation, Configuration Handling)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from .facts import Call
from .known_calls import object_of
from .objects import Cls, Ext, Inst, Mod, Object, Objects, Table, Text
from .project import ModuleFacts
from .stored import APPS, is_app

if TYPE_CHECKING:
    from .world import World

_READ = re.compile(rf"(?:{'|'.join(map(re.escape, sorted(APPS)))})\.config\['((?:[^'\\]|\\.)*)'\]")
_SETTERS = ("config.from_object", "config.from_mapping", "config.update")


def settled(world: World, objects: Objects) -> Objects:
    """Objects, with what the project's code puts under a key of the configuration in place of each read of that key."""
    return world.union(_settled(world, each) for each in objects)


def _settled(world: World, each: Object) -> Objects:
    if not isinstance(each, Ext) or (match := _READ.match(each.path)) is None:
        return frozenset({each})
    world.memory.open_read()  # modules loaded later may say more
    found = world.union(each for said in world.visited.modules for each in _put(world, said, match[1]))
    return world.along(each.path, match.end(), found) or frozenset({each})


def _put(world: World, said: ModuleFacts, key: str) -> Iterator[Objects]:
    """What a module's code puts under a key."""
    name = said.file.name
    for store in said.stores_to(f"config['{key}']"):
        if _is_of_app(world, store.path.rpartition(".config[")[0], said, store.place.scope):
            yield world.value(store.value, name, store.place.scope)
    said.facts.read_at(said.source.lines_with(_SETTERS))
    for call in said.facts.calls:
        owner, _, method = call.path.rpartition(".config.")
        if f"config.{method}" in _SETTERS and owner and _is_of_app(world, owner, said, call.place.scope):
            yield _given(world, call, name, key)


def _is_of_app(world: World, owner: str, said: ModuleFacts, scope: int) -> bool:
    return any(is_app(world, each) for each in world.path(owner, said.file.name, scope))


def _given(world: World, call: Call, module: str, key: str) -> Objects:
    """What a call that is given a whole configuration puts under a key."""
    owners = world.union(world.value(each, module, call.place.scope) for each in call.args)
    found = [world.value(value, module, call.place.scope) for name, value in call.keywords if name == key]
    for each in owners:
        match each:
            case Table():
                found += [objects for known, objects in each.rows if known == key]
            case Text() if call.path.endswith(".from_object"):
                found += [world.attribute(one, key) for one in object_of(world, each.text)]
            case Mod() | Cls() | Inst():
                found.append(world.attribute(each, key))
    return world.union(found)
