"""Calls of library functions whose results matter to what startup imports: paths, listings, walks over packages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice, product
from pathlib import Path
from typing import TYPE_CHECKING

from ...model import UNKNOWN
from ...project import folders
from ...syntax.symbol_table import Value
from ..interpreter.abstract_values import (
    MAX_OBJECTS,
    NOTHING,
    Ext,
    Inst,
    Items,
    Lookup,
    Mod,
    Object,
    Objects,
    Parts,
    Table,
    Text,
    TextMethod,
    container,
    element,
    named,
    of_method,
    row,
)
from . import strings

if TYPE_CHECKING:
    from ..interpreter.evaluator import World

_PASS_THROUGH = frozenset(
    {
        "collections.deque",
        "copy.copy",
        "dict",
        "functools.partial",
        "iter",
        "list",
        "reversed",
        "set",
        "sorted",
        "tuple",
    }
)


_CONTAINERS = frozenset({"collections.deque", "list", "set", "tuple"})

# Functions that load the module whose name they are given; what the rest give is the object that is named.
MODULE_FUNCTIONS = frozenset({"importlib.import_module"})
OBJECT_FUNCTIONS = frozenset(
    {
        "celery.utils.imports.symbol_by_name",
        "kombu.utils.imports.symbol_by_name",
        "pkgutil.resolve_name",
        "werkzeug.utils.import_string",
    }
)
MAX_TRIED = 4 * MAX_OBJECTS  # ways to put the arguments of a call together
_ITEM_OR_DEFAULT = (".get", ".pop", ".setdefault")  # of a mapping that is not known: `app.config.get(key, otherwise)`
_CONFIGURATIONS = frozenset({"flask.Flask().config", "flask.current_app.config"})
_DEFAULTING = frozenset({"os.environ.get", "os.getenv"})


def known_call(world: World, callee: Object, value: Value, module: str, scope: int) -> Objects | None:
    """What a call gives whose result matters to what startup imports; None for any other."""
    if isinstance(callee, Ext) and callee.path in _RESULTS:
        return _RESULTS[callee.path](world, callee.path, value, module, scope)
    if isinstance(callee, Ext) and callee.path.endswith(_ITEM_OR_DEFAULT) and world.is_told_apart(module):
        return _item_or_default(world, callee, value, module, scope)
    if isinstance(callee, Lookup):
        return _looked_up(world, callee.table, value, module, scope)
    if isinstance(callee, TextMethod) and callee.name == "join":
        return _strung(world, callee.text, value, module, scope)
    if isinstance(callee, TextMethod) or (isinstance(callee, Ext) and _is_of_texts(callee.path)):
        return _made(world, callee, [world.texts(item, module, scope) for item in value.items])
    return None


def _item_or_default(world: World, callee: Ext, value: Value, module: str, scope: int) -> Objects | None:
    """`mapping.get(key, otherwise)` of a mapping that is not known; of an app's configuration, an item."""
    if not value.items:
        return None
    owner, _, method = callee.path.rpartition(".")
    keys = world.texts(value.items[0], module, scope) if method == "get" and owner in _CONFIGURATIONS else []
    known = [Ext(f"{owner}[{key!r}]") for key in keys if UNKNOWN not in key]
    found = frozenset(known) if known else world.called(callee)
    return found.union(*(world.value(each, module, scope) for each in value.items[1:2]))


def _is_of_texts(function: str) -> bool:
    return strings.knows(function) or function in folders.FUNCTIONS


def _made(world: World, callee: TextMethod | Ext, given: list[list[str]]) -> Objects | None:
    """What a method of a string, or a function that is given strings, makes of those that its arguments may be."""
    if isinstance(callee, Ext) and callee.path == "os.path.join" and len(given) == 2:
        folders, names = given
        if len(folders) * len(names) > MAX_OBJECTS:  # of a walk, which does not tell what lies in which folder
            return _all(world.project.folders.there(folders, names))
    found: set[Object] = set()
    for arguments in islice(product(*given[:4]), MAX_TRIED):
        if isinstance(callee, TextMethod):
            found |= text_method(world, callee, list(arguments))
        elif (made := strings.path_call(callee.path, list(arguments))) is not None:
            found.add(Text(strings.bounded(made)))
        elif arguments and (listed := world.project.folders.listing(callee.path, arguments[0])) is not None:
            found.add(Items(_all(listed)))
        if len(found) > MAX_OBJECTS:
            break
    return frozenset(found) or None


def text_method(world: World, method: TextMethod, arguments: list[str]) -> Objects:
    """What a method of a string or path gives for arguments."""
    listed = world.project.folders.of_method(method.text, method.name, arguments[0] if arguments else UNKNOWN)
    return of_method(method, arguments) if listed is None else frozenset({Items(_all(listed))})


def _strung(world: World, separator: str, value: Value, module: str, scope: int) -> Objects | None:
    """`separator.join(row)`, of rows whose places are known."""
    rows = world.value(value.items[0], module, scope) if value.items else NOTHING
    found: set[Object] = set()
    for each in rows:
        places = [world.spelled(objects) for objects in each.parts] if isinstance(each, Parts) else [[UNKNOWN]]
        found.update(Text(strings.bounded(separator.join(pieces))) for pieces in islice(product(*places), MAX_OBJECTS))
    return frozenset(found) or None


def _looked_up(world: World, table: Table, value: Value, module: str, scope: int) -> Objects:
    """`table.get(key, otherwise)`."""
    keys = world.texts(value.items[0], module, scope) if value.items else [UNKNOWN]
    found = world.union(table.values if UNKNOWN in key else table.at(key) for key in keys)
    return found.union(*(world.value(each, module, scope) for each in value.items[1:]))


def _first(world: World, path: str, value: Value, module: str, scope: int) -> Objects | None:
    """A call that gives, one way or another, what it is given."""
    if value.items:
        return world.value(value.items[0], module, scope)
    return frozenset({Items(NOTHING)}) if path in _CONTAINERS and world.is_told_apart(module) else None


def _one_after_another(world: World, path: str, value: Value, module: str, scope: int) -> Objects:
    """What `chain` gives: the containers that it is given, or that lie in the one that it is given."""
    owners = world.union(world.value(given, module, scope) for given in value.items)
    if path.endswith(".from_iterable"):
        return world.union(element(owner, None) for owner in owners)
    return owners


def _last(world: World, _: str, value: Value, module: str, scope: int) -> Objects | None:
    """`filter(test, items)`: some of the items."""
    return world.value(value.items[-1], module, scope) if len(value.items) > 1 else None


def _mapped(world: World, _: str, value: Value, module: str, scope: int) -> Objects | None:
    """`map(function, items)`: what calls give."""
    functions = world.value(value.items[0], module, scope) if value.items else NOTHING
    return frozenset({container(world.union(world.called(each) for each in functions))})


def _side_by_side(world: World, path: str, value: Value, module: str, scope: int) -> Objects | None:
    """Rows of an item of each container that a call is given; `enumerate` puts a number before each."""
    if not world.is_told_apart(module):
        return _first(world, path, value, module, scope)
    each_item = [NOTHING] if path == "enumerate" else []
    for given in value.items[:1] if path == "enumerate" else value.items:
        owners = world.value(given, module, scope)
        each_item.append(world.union(element(owner, None) for owner in owners))
    return frozenset({Items(frozenset({row(each_item)}))})


def _default(world: World, _: str, value: Value, module: str, scope: int) -> Objects | None:
    """What reading a variable gives where the environment is unset."""
    return world.value(value.items[1], module, scope) if len(value.items) > 1 else None


def _member(world: World, _: str, value: Value, module: str, scope: int) -> Objects | None:
    """`getattr(object, "name")`."""
    if len(value.items) < 2:
        return None
    owners = world.value(value.items[0], module, scope)
    names = world.texts(value.items[1], module, scope)
    return world.union(world.attribute(owner, name) for owner in owners for name in names) or None


def _class(world: World, _: str, value: Value, module: str, scope: int) -> Objects | None:
    """The class of an object, or a new one with a name, bases and members, as `types.new_class` makes it."""
    if len(value.items) != 1:
        return frozenset({Ext("types.new_class()")})
    return frozenset(each.cls for each in world.value(value.items[0], module, scope) if isinstance(each, Inst))


def _module(world: World, _: str, value: Value, module: str, scope: int) -> Objects | None:
    """The module that `import_module` gives for a name and the package that a relative name counts from."""
    said = world.module(module)
    package = said.file.package if said is not None else ""
    if len(value.items) > 1:
        package = world.texts(value.items[1], module, scope)[0]
    names = world.texts(value.items[0], module, scope) if value.items else []
    return frozenset(Mod(named(name, package)) for name in names if UNKNOWN not in name) or None


def _object(world: World, _: str, value: Value, module: str, scope: int) -> Objects | None:
    """The objects that strings like "package.module:name" stand for."""
    given = world.texts(value.items[0], module, scope) if value.items else []
    return world.union(object_of(world, text) for text in given) or None


def object_of(world: World, text: str) -> Objects:
    """The object that "package.module:name", or "package.module.name", stands for."""
    top, *rest = text.replace(":", ".").split(".")
    objects: Objects = frozenset({Mod(top)}) if UNKNOWN not in text else NOTHING
    for name in rest:
        objects = world.union(world.attribute(each, name) for each in objects)
    return objects


def _submodules(world: World, path: str, value: Value, module: str, scope: int) -> Objects:
    """What walking over a package gives: (finder, name, is a package) of pkgutil, dotted names of Werkzeug."""
    folders, *rest = [world.texts(item, module, scope) for item in value.items] or [[]]
    known = [folder for folder in folders if UNKNOWN not in folder]
    if path == "werkzeug.utils.find_modules":
        return frozenset({Items(frozenset(Text(name) for each in known for name in world.project.children(each)))})
    prefixes = rest[0] if rest else [""]
    names = [
        strings.bounded(prefix + name)
        for prefix in prefixes
        for each in known
        for name in world.project.folders.names_below(Path(each), deep=path == "pkgutil.walk_packages")
    ]
    return frozenset({Items(frozenset(Parts((NOTHING, frozenset({Text(name)}), NOTHING)) for name in names))})


def _walked(world: World, _: str, value: Value, module: str, scope: int) -> Objects | None:
    """The rows of `os.walk`: a folder, the names of the folders in it and those of the modules."""
    tops = [top for top in (world.texts(value.items[0], module, scope) if value.items else []) if UNKNOWN not in top]
    rows = [
        row([_all([folder]), frozenset({Items(_all(names))}), frozenset({Items(_all(modules))})])
        for top in tops
        for folder, names, modules in world.project.folders.walked(Path(top))
    ]
    return frozenset({Items(frozenset(rows))}) if tops else None


def _all(strings: Iterable[str]) -> Objects:
    return frozenset(map(Text, strings))


_Result = Callable[["World", str, Value, str, int], Objects | None]
_RESULTS: dict[str, _Result] = {
    **dict.fromkeys(_PASS_THROUGH, _first),
    **dict.fromkeys(_DEFAULTING, _default),
    **dict.fromkeys(("enumerate", "zip"), _side_by_side),
    **dict.fromkeys(MODULE_FUNCTIONS, _module),
    **dict.fromkeys(OBJECT_FUNCTIONS, _object),
    **dict.fromkeys(("pkgutil.iter_modules", "pkgutil.walk_packages", "werkzeug.utils.find_modules"), _submodules),
    **dict.fromkeys(("itertools.chain", "itertools.chain.from_iterable"), _one_after_another),
    "filter": _last,
    "getattr": _member,
    "map": _mapped,
    "os.walk": _walked,
    "type": _class,
}
