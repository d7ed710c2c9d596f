"""What the code of a project puts into an app's configuration (Flask documentation, Configuration Handling)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...config.flask_objects import APP
from ...syntax.symbol_table import Call, Store
from ..interpreter.abstract_values import Cls, Ext, Inst, Mod, Object, Objects, Table, Text
from ..interpreter.store import is_app
from .stdlib import object_of

if TYPE_CHECKING:
    from ..interpreter.evaluator import World

_READ = re.compile(rf"{re.escape(APP)}\.config\['((?:[^'\\]|\\.)*)'\]")


def settled(world: World, objects: Objects) -> Objects:
    """Objects, with what the project's code puts under a key of the configuration in place of each read of that key."""
    return world.union(_settled(world, each) for each in objects)


def _settled(world: World, each: Object) -> Objects:
    if not isinstance(each, Ext) or (match := _READ.match(each.path)) is None:
        return frozenset({each})
    world.memory.open_read()  # modules loaded later may say more
    found = world.union(_put(world, match[1]))
    return world.along(each.path, match.end(), found) or frozenset({each})


def _put(world: World, key: str) -> Iterator[Objects]:
    """What the project's code puts under a key."""
    for said, each in world.visited.configuring(f"[{key!r}]"):
        module, scope = said.file.name, each.place.scope
        owner = each.path.rpartition(".config")[0]
        if any(is_app(world, one) for one in world.path(owner, module, scope)):
            yield (
                world.value(each.value, module, scope) if isinstance(each, Store) else _given(world, each, module, key)
            )


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
