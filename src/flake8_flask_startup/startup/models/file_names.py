"""What code makes of paths and finds in folders: listings, walks, files of packages."""

from __future__ import annotations

import os.path
from collections.abc import Callable, Collection, Iterable
from itertools import islice, product
from math import prod
from pathlib import Path

from ...model import UNKNOWN
from ...model.access_paths import as_raw, attribute_of, call_of
from ...project import folders
from ...syntax.values import Kind, Value
from ..values import strings
from ..values.abstract_values import (
    MAX_OBJECTS,
    Const,
    Ext,
    Items,
    Object,
    Objects,
    PartialCall,
    Parts,
    Record,
    Text,
    TextMethod,
    row,
)
from ..values.environment import Env, Evaluator
from ..values.members import of_method
from .data_files import opened

_FILES = frozenset(
    {
        "flask.helpers.get_root_path",
        "flask.sansio.scaffold.get_root_path",
        "flask.scaffold.get_root_path",
        "importlib.resources.files",
        "importlib_resources.files",
    }
)
MAX_TRIED = 4 * MAX_OBJECTS  # ways to put the arguments of a call together
MAX_PUT_TOGETHER = 4 * MAX_TRIED  # with the strings whose method it is: `s = s.replace("b", s)`, again


# Functions that take a path in two.
_SPLITTING: dict[str, Callable[[str], tuple[str, str]]] = {
    "os.path.split": os.path.split,
    "os.path.splitext": os.path.splitext,
}


def is_known(function: str) -> bool:
    """Return whether a function makes something of strings, or lists a folder."""
    return strings.knows(function) or function in _SPLITTING or function in folders.FUNCTIONS


def made(env: Env, callee: TextMethod | Ext, given: list[list[str]]) -> Objects | None:
    """What a method of a string, or a function that is given strings, makes of those that its arguments may be."""
    if isinstance(callee, Ext) and callee.path == "os.path.join" and len(given) == 2:
        folders, names = given
        if len(folders) * len(names) > MAX_OBJECTS:  # of a walk, which does not tell what lies in which folder
            return _all(env.world.project.folders.there(folders, names))
    found: set[Object] = set()
    for arguments in islice(product(*given[:4]), MAX_TRIED):
        if isinstance(callee, TextMethod):
            found |= text_method(env.world, callee, list(arguments))
        elif (made := strings.path_call(callee.path, list(arguments))) is not None:
            found.add(Text(strings.bounded(made)))
        elif arguments and callee.path in _SPLITTING:
            pair = _SPLITTING[callee.path](arguments[0])
            found.add(Parts(tuple(frozenset({Text(strings.bounded(each))}) for each in pair)))
        elif arguments and (listed := env.world.project.folders.listing(callee.path, arguments[0])) is not None:
            found.add(Items(_all(listed)))
        if len(found) > MAX_OBJECTS:
            break
    return frozenset(found) or None


def are_too_many(env: Env, methods: Collection[Object], given: Iterable[Value]) -> bool:
    """Whether methods of strings and what they are given can be put together in more ways than are gone through."""
    return len(methods) * prod(len(env.texts(each)) for each in [*given][:4]) > MAX_PUT_TOGETHER


def text_method(world: Evaluator, method: TextMethod, arguments: list[str]) -> Objects:
    """What a method of a string or path gives for arguments."""
    if method.name == "walk" and UNKNOWN not in method.text:
        return frozenset({_rows(world, method.text)})
    if method.name in strings.READING:
        return opened(world.project, method.text) or frozenset(
            {Ext(call_of(attribute_of("pathlib.Path()", method.name)))}
        )
    listed = world.project.folders.of_method(method.text, method.name, arguments[0] if arguments else UNKNOWN)
    return of_method(method, arguments) if listed is None else frozenset({Items(_all(listed))})


def _modules_found(env: Env, _: str, value: Value) -> Objects:
    """The dotted names that `find_modules` gives of a package: modules, and what is asked for besides (Werkzeug)."""
    options = {**dict(zip(("import_path", "include_packages", "recursive"), value.items, strict=False))}
    options.update(value.keywords)
    is_with_packages, is_deep = [
        name in options and options[name].constant is not False for name in ("include_packages", "recursive")
    ]
    project = env.world.project
    found = [
        f"{package}.{name}"
        for package in (env.texts(options["import_path"]) if "import_path" in options else ())
        if (file := project.find(package)) is not None
        for folder in file.folders
        for name in project.folders.names_below(folder, deep=is_deep)
        if is_with_packages or not project.folders.is_package(folder, name)
    ]
    return frozenset({Parts(tuple(frozenset({Text(name)}) for name in folders.first_names(found)))})


def _submodules(env: Env, path: str, value: Value) -> Objects:
    """What pkgutil tells of the modules in a folder."""
    options = dict(value.keywords)
    items = [*value.items[:2], *[options[name] for name in ("path", "prefix")[len(value.items) :] if name in options]]
    given, *rest = [env.texts(item) for item in items] or [[]]
    known = [each for each in given if UNKNOWN not in each]
    project = env.world.project
    prefixes = rest[0] if rest else [""]
    found = [
        (strings.bounded(prefix + name), project.folders.is_package(Path(each), name))
        for prefix in prefixes
        for each in known
        for name in project.folders.names_below(Path(each), deep=path == "pkgutil.walk_packages")
        if "." not in name or project.find(prefix + name.rpartition(".")[0]) is not None  # which it has to import
    ]
    names = folders.first_names(name for name, _ in found)
    packages = {name for name, is_package in found if is_package}
    return frozenset({Parts(tuple(frozenset({_module_info(name, name in packages)}) for name in names))})


_FIND = PartialCall("functools.partial", (Value(Kind.PATH, path=as_raw("importlib.util.find_spec")),), ())


def _module_info(name: str, is_package: bool) -> Record:
    """What pkgutil tells of a module (pkgutil.ModuleInfo)."""
    finder = Record(tuple((method, frozenset({_FIND})) for method in ("find_module", "find_spec")))
    held: list[Objects] = [frozenset({finder}), frozenset({Text(name)}), frozenset({Const(is_package)})]
    return Record(tuple(zip(("module_finder", "name", "ispkg"), held, strict=True)))


def _walked(env: Env, _: str, value: Value) -> Objects | None:
    """The rows of `os.walk`: a folder, the names of the folders in it and those of the modules."""
    tops = [top for top in (env.texts(value.items[0]) if value.items else []) if UNKNOWN not in top]
    return frozenset(_rows(env.world, top) for top in tops) or None


def _rows(world: Evaluator, top: str) -> Items:
    rows = [
        row([_all([folder]), frozenset({Items(_all(names))}), frozenset({Items(_all(modules))})])
        for folder, names, modules in world.project.folders.rows(Path(top))
    ]
    return Items(frozenset(rows))


def _files(env: Env, _: str, value: Value) -> Objects | None:
    """The folders of a package, as `importlib.resources.files` gives them, or `get_root_path` of Flask."""
    names = env.texts(value.items[0]) if value.items else []
    found = [file for name in names if (file := env.world.project.find(name)) is not None]
    places = {str(folder) for file in found for folder in file.folders or ([file.path.parent] if file.path else [])}
    return _all(sorted(places)) or None


def _all(strings: Iterable[str]) -> Objects:
    return frozenset(map(Text, strings))


# What functions give, by their paths.
RESULTS: dict[str, Callable[[Env, str, Value], Objects | None]] = {
    **dict.fromkeys(("pkgutil.iter_modules", "pkgutil.walk_packages"), _submodules),
    **dict.fromkeys(_FILES, _files),
    "os.walk": _walked,
    "werkzeug.utils.find_modules": _modules_found,
}
