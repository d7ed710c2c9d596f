"""Functions that are given the name of a module or object: what they give, and what they load."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ...model import UNKNOWN
from ...model.access_paths import call_of, is_attribute
from ...syntax.import_statements import named
from ...syntax.values import Value
from ..values.abstract_values import (
    NOTHING,
    Ext,
    Mod,
    Object,
    Objects,
    Parts,
    Record,
    Table,
    Text,
    spelled,
)
from ..values.environment import Env, Evaluator
from ..values.memo import CHOICE

DECLARED = "importlib.metadata.EntryPoint.load"  # of an entry point that the project declares
# Functions that load the module whose name they are given; what the rest give is the object that is named.
MODULE_FUNCTIONS = frozenset(
    {
        "celery.utils.imports.import_from_cwd",
        "importlib.import_module",
        "oslo_utils.importutils.import_module",
        "paste.util.import_string.simple_import",
    }
)
OBJECT_FUNCTIONS = frozenset(
    {
        "celery.utils.imports.symbol_by_name",
        "django.utils.module_loading.import_string",
        DECLARED,
        "jinja2.utils.import_string",
        "kombu.utils.imports.symbol_by_name",
        "oslo_utils.importutils.import_class",
        "oslo_utils.importutils.import_object",
        "paste.util.import_string.eval_import",
        "pkgutil.resolve_name",
        "pydoc.locate",
        "scrapy.utils.misc.load_object",
        "tornado.util.import_object",
        "traitlets.utils.importstring.import_item",
        "twisted.python.reflect.namedAny",
        "uvicorn.importer.import_from_string",
        "werkzeug.utils.import_string",
        "zope.dottedname.resolve.resolve",
    }
)
# Functions that find the specification of a module by its name, and those that make the module of one.
SPEC_FUNCTIONS = frozenset({"importlib.util.find_spec"})
_FROM_SPEC = frozenset({"importlib.util.module_from_spec"})


def _module(env: Env, path: str, value: Value) -> Objects | None:
    """The module that `import_module` gives for a name and the package that a relative name counts from."""
    code = env.world.module(env.module)
    package = code.file.package if code is not None else ""
    if len(value.items) > 1:
        package = env.texts(value.items[1])[0]
    names = _named_by(env, path, value)
    return frozenset(Mod(named(name, package)) for name in names if UNKNOWN not in name) or None


def _spec(env: Env, path: str, value: Value) -> Objects:
    """The specifications of the modules that are named (importlib.machinery.ModuleSpec)."""
    names = env.texts(value.items[0]) if value.items else []
    found = frozenset(_specification(env, name) for name in names if UNKNOWN not in name)
    return found | {Ext(call_of(path))}


def _specification(env: Env, name: str) -> Record:
    file = env.world.project.find(name)
    rows: list[tuple[str, Objects]] = [("name", frozenset({Text(name)}))]
    if file is not None:
        folders = tuple(frozenset[Object]({Text(str(folder))}) for folder in file.folders)
        rows.append(("parent", frozenset({Text(file.package)})))
        rows += [("submodule_search_locations", frozenset({Parts(folders)}))] if folders else []
        rows += [("origin", frozenset({Text(str(file.path))}))] if file.path is not None else []
    return Record(tuple(rows))


def _spec_of_file(env: Env, path: str, value: Value) -> Objects:
    """The specification of a module by its file, under the name that the project has for that."""
    given = value.items[1:2] or tuple(each for name, each in value.keywords if name == "location")
    texts = [text for each in given for text in env.texts(each) if Path(text).is_absolute()]
    names = [name for text in texts if (name := env.world.project.module_at(Path(text)))]
    return frozenset(_specification(env, name) for name in names) | {Ext(call_of(path))}


def _of_spec(env: Env, path: str, value: Value) -> Objects:
    """The module that is made of a specification, if its name is known."""
    specs = env.value(value.items[0]) if value.items else NOTHING
    names = env.world.union(each.at("name") for each in specs if isinstance(each, Record))
    found = frozenset(Mod(each.text) for each in names if isinstance(each, Text))
    return found or frozenset({Ext(call_of(path))})


def _object(env: Env, path: str, value: Value) -> Objects | None:
    """The objects that strings like "package.module:name" stand for."""
    given = _named_by(env, path, value)
    return env.world.union(object_of(env.world, text) for text in given) or None


def _declared(env: Env, path: str, value: Value) -> Objects | None:
    """The object that an entry point leads to which the project declares; another package may be installed instead."""
    found = _object(env, path, value)
    env.world.memory.traits |= CHOICE
    return None if found is None else found | {Ext(call_of(path))}


def _named_by(env: Env, path: str, value: Value) -> list[str]:
    """The names that a call is given, those among them that a setting of the app holds."""
    if not value.items:
        return []
    options = dict(value.keywords)
    aliases = value.items[1] if len(value.items) > 1 else options.get("aliases")
    return spelled(unaliased(env, path, env.world.settled(env.value(value.items[0])), aliases))


def unaliased(env: Env, path: str, given: Objects, aliases: Value | None) -> Objects:
    """Names, or what a mapping of aliases has in their place that `symbol_by_name` is given (Kombu)."""
    if aliases is None or not is_attribute(path, "symbol_by_name"):
        return given
    tables = [each for each in env.value(aliases) if isinstance(each, Table)]
    found = [
        env.world.union(table.at(each.text) for table in tables) if isinstance(each, Text) else NOTHING
        for each in given
    ]
    return env.world.union(held or frozenset({each}) for each, held in zip(given, found, strict=True))


def object_of(world: Evaluator, text: str) -> Objects:
    """The object that "package.module:name", or "package.module.name", stands for."""
    top, *rest = text.replace(":", ".").split(".")
    objects: Objects = frozenset({Mod(top)}) if UNKNOWN not in text else NOTHING
    for name in rest:
        objects = world.union(world.attribute(each, name) for each in objects)
    return objects


# What functions give, by their paths.
RESULTS: dict[str, Callable[[Env, str, Value], Objects | None]] = {
    **dict.fromkeys(MODULE_FUNCTIONS, _module),
    **dict.fromkeys(OBJECT_FUNCTIONS, _object),
    DECLARED: _declared,
    **dict.fromkeys(SPEC_FUNCTIONS, _spec),
    "importlib.util.spec_from_file_location": _spec_of_file,
    **dict.fromkeys(_FROM_SPEC, _of_spec),
}
