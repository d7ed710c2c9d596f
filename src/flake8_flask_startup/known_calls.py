"""Calls of library functions whose results matter to what startup imports: paths, listings, walks over packages."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from . import texts
from .facts import Value
from .objects import MAX_OBJECTS, NOTHING, Items, Object, Objects, Parts, Text

if TYPE_CHECKING:
    from .world import World

_PASS_THROUGH = frozenset(
    {"copy.copy", "dict", "enumerate", "functools.partial", "iter", "list", "reversed", "set", "sorted", "tuple", "zip"}
)


def known_call(world: World, path: str, value: Value, module: str, scope: int) -> Objects | None:
    """Calls whose results matter to what startup imports: paths, partial objects, sequences of their arguments."""
    if path in _PASS_THROUGH and value.items:
        return world.value(value.items[0], module, scope)
    if path in ("pkgutil.iter_modules", "pkgutil.walk_packages", "werkzeug.utils.find_modules"):
        return frozenset({Items(frozenset(_submodules(world, path, value, module, scope)))})
    given = [world.texts(item, module, scope) for item in value.items]
    found: set[Object] = set()
    for arguments in product(*given[:4]):
        if (made := texts.path_call(path, list(arguments))) is not None:
            found.add(Text(made))
        elif arguments and (names := texts.listing(path, arguments[0])) is not None:
            found.add(Items(frozenset(map(Text, names))))
        if len(found) > MAX_OBJECTS:
            break
    return frozenset(found) if found else None


def _submodules(world: World, path: str, value: Value, module: str, scope: int) -> Iterator[Object]:
    """What walking over a package gives: (finder, name, is a package) of pkgutil, dotted names of Werkzeug."""
    for owner in world.union(world.value(item, module, scope) for item in value.items[:1]):
        for each in owner.items if isinstance(owner, Items) else {owner}:
            if not isinstance(each, Text) or texts.UNKNOWN in each.text:
                continue
            if path == "werkzeug.utils.find_modules":
                yield from (Text(name) for name in world.project.children(each.text))
            else:
                names = texts.modules_in(Path(each.text), paths=False)
                yield from (Parts((NOTHING, frozenset({Text(name)}), NOTHING)) for name in names)
