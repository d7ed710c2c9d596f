"""Imports by name: `import_module`, `import_string`, walks over a package's folder, and folders put on `sys.path`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from .facts import Call, Kind, Value
from .objects import UNKNOWN_TEXT, Ext, Items, Mod, Object, Text, World, absolute

IMPORT_FUNCTIONS = frozenset(
    {
        "__import__",
        "importlib.__import__",
        "importlib.import_module",
        "pkgutil.resolve_name",
        "werkzeug.utils.import_string",
        "flask.helpers.import_string",
        "celery.utils.imports.import_from_cwd",
        "celery.utils.imports.instantiate",
        "celery.utils.imports.symbol_by_name",
        "kombu.utils.imports.symbol_by_name",
        "django.utils.module_loading.import_string",
    }
)
# Methods that load a module they are given by name, if it is a string (Flask: Config.from_object).
IMPORT_METHODS = (".from_object", ".config_from_object", ".load_module", ".exec_module")
WALKERS = {  # whether they go down into subfolders
    "glob.glob": False,
    "glob.iglob": False,
    "os.listdir": False,
    "os.scandir": False,
    "os.walk": True,
    "pkgutil.iter_modules": False,
    "pkgutil.walk_packages": True,
    "werkzeug.utils.find_modules": False,
}
WALKING_METHODS = (".glob", ".iterdir", ".rglob")
PATH_LISTS = ("sys.path.insert", "sys.path.append", "site.addsitedir")


class Wanted(NamedTuple):
    """What a call brings in: modules by name, folders for `sys.path`; reason says why the rest cannot be known."""

    modules: tuple[str, ...] = ()
    folders: tuple[Path, ...] = ()
    reason: str = ""


class Dynamic:
    """Reads calls that import by name."""

    def __init__(self, world: World) -> None:
        self.world = world

    def wanted(self, call: Call, path: str, module: str) -> Wanted | None:
        """What a call to an outside function at a path brings in; None if it is no import."""
        scope = call.place.scope
        if path in PATH_LISTS and call.args:
            texts = self.world.texts(call.args[-1], module, scope)
            return Wanted(folders=tuple(Path(text) for text in texts if UNKNOWN_TEXT not in text))
        method = path.endswith(IMPORT_METHODS)
        if path not in IMPORT_FUNCTIONS and not method:
            return None
        if not call.args:
            return Wanted(reason=f"{_said(call)} imports what cannot be told")
        texts = self.world.texts(call.args[0], module, scope)
        if method and texts == [UNKNOWN_TEXT] and not path.endswith((".load_module", ".exec_module")):
            return None  # an object, or a file: Flask's from_object takes both
        return self._named(call, texts, module)

    def _named(self, call: Call, texts: list[str], module: str) -> Wanted:
        said = self.world.module(module)
        package = said.file.package if said is not None else ""
        if len(call.args) > 1:
            given = self.world.texts(call.args[1], module, call.place.scope)
            package = given[0] if UNKNOWN_TEXT not in given[0] else package
        modules: list[str] = []
        unknown = False
        for text in texts:
            if UNKNOWN_TEXT not in text:
                name = text.partition(":")[0]
                level = len(name) - len(name.lstrip("."))
                modules.append(absolute(name[level:], level, package))
            else:
                children = self._walked(call, text, module)
                modules += children
                unknown = unknown or not children
        reason = f"{_said(call)} imports modules that data or configuration name" if unknown else ""
        return Wanted(tuple(dict.fromkeys(modules)), reason=reason)

    def _walked(self, call: Call, text: str, module: str) -> list[str]:
        """The modules that a walk in the same function finds, those alone that a known beginning of the name allows."""
        said = self.world.module(module)
        if said is None:
            return []
        head = text.partition(UNKNOWN_TEXT)[0].lstrip(".")
        function = said.facts.function_of(call.place.scope)
        found = []
        for each in said.facts.calls:
            if said.facts.function_of(each.place.scope) == function:
                for package, deep in self._walks(each, module):
                    found += list(self._below(package, deep))
        if "." in head and self.world.project.find(head.rpartition(".")[0]) is not None:
            return [name for name in found if name.startswith(head)]
        return found

    def _walks(self, call: Call, module: str) -> Iterator[tuple[str, bool]]:
        """The packages that a call walks over, and whether it goes down into them."""
        for callee in self.world.path(call.path, module, call.place.scope):
            if not isinstance(callee, Ext):
                continue
            if callee.path in WALKERS:
                values = call.args[:1] or tuple(value for name, value in call.keywords if name == "path")
                deep = WALKERS[callee.path] or any(name == "recursive" for name, _ in call.keywords)
                for value in values:
                    yield from ((package, deep) for package in self._packages(value, module, call.place.scope))
            elif callee.path.endswith(WALKING_METHODS):
                said = self.world.module(module)
                if said is not None and "pathlib.Path()" in callee.path:
                    yield said.file.package, callee.path.endswith(".rglob")

    def _packages(self, value: Value, module: str, scope: int) -> Iterator[str]:
        if value.kind is Kind.PATH and value.path.endswith("__path__"):
            owner = value.path.removesuffix("__path__").removesuffix(".")
            if not owner:
                yield module
            for each in self.world.path(owner, module, scope):
                if isinstance(each, Mod):
                    yield each.name
            return
        for each in self._flat(self.world.value(value, module, scope)):
            if isinstance(each, Text) and UNKNOWN_TEXT not in each.text:
                if "/" in each.text:
                    yield from self.world.project.packages_at(Path(each.text))
                else:
                    yield each.text

    def _flat(self, objects: frozenset[Object]) -> Iterator[Object]:
        for each in objects:
            if isinstance(each, Items):
                yield from each.items
            else:
                yield each

    def _below(self, package: str, deep: bool) -> Iterator[str]:
        for child in self.world.project.children(package):
            yield child
            if deep:
                yield from self._below(child, deep)


def _said(call: Call) -> str:
    return f"{call.path.rpartition('.')[2]}()"
