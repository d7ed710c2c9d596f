"""What the source of a module shows of the cost of loading it: counts of what its code does at import time.

The names are those of `costs.estimator`; only module code and class bodies count, since bodies of functions do not run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from ..costs.estimator import Features
from ..files.walking import names_in
from ..model.access_paths import callee_of, last_name
from ..project.module_facts import ModuleFacts
from ..project.module_finder import Origin
from ..project.modules import Project
from ..syntax.facts import Facts
from ..syntax.static_conditions import Phase
from ..syntax.symbol_table import BindingKind, Role, Scope, ScopeKind
from .graph.trace import Trace

# Last names of what is called, and of what is inherited from: which module they come from is not resolved, as a count
# in a model needs no more. A class that inherits from Popen starts no process.
_CALLED = {
    "compile": "regexes",
    "namedtuple": "generated",
    "NamedTuple": "generated",
    "TypedDict": "generated",
    "dataclass": "generated",
    "define": "generated",
    "frozen": "generated",
    "attrs": "generated",
    "s": "generated",
    "Enum": "enums",
    "IntEnum": "enums",
    "TypeAdapter": "models",
    "create_model": "models",
    "Column": "fields",
    "mapped_column": "fields",
    "Field": "fields",
    "version": "metadata",
    "entry_points": "metadata",
    "distribution": "metadata",
    "distributions": "metadata",
    "get_distribution": "metadata",
    "require": "metadata",
    "iter_entry_points": "metadata",
    "open": "files",
    "read_text": "files",
    "read_bytes": "files",
    "load": "files",
    "get_data": "files",
    "resource_filename": "files",
    "find_library": "libraries",
    "check_output": "libraries",
    "Popen": "libraries",
    "CDLL": "extensions",
    "LoadLibrary": "extensions",
    "dlopen": "extensions",
}
_INHERITED = {
    "NamedTuple": "generated",
    "TypedDict": "generated",
    "Struct": "generated",
    "Structure": "generated",
    "Enum": "enums",
    "IntEnum": "enums",
    "StrEnum": "enums",
    "Flag": "enums",
    "IntFlag": "enums",
    "BaseModel": "models",
    "RootModel": "models",
    "BaseSettings": "models",
    "Schema": "models",
    "Model": "tables",
    "DeclarativeBase": "tables",
    "Base": "tables",
}
_SUBCLASS = ".__init_subclass__"  # how a class statement calls its base


PERHAPS = 0.4  # of a module that a library loads under a condition: fitted with the coefficients


def features_of(traced: Trace, project: Project) -> dict[str, Features]:
    """Return the features of the modules of a trace whose files are known, as the project read them.

    Those of a library's module that need not be loaded count in part.
    """
    compiled = _Compiled()
    found: dict[str, Features] = {}
    for each in traced.loaded:
        file = project.find(each.name) if each.path else None
        if file is None:
            continue
        features = _features_of_module(project.facts(file), compiled)
        if each.conditional and each.origin is Origin.THIRD_PARTY:
            features = {name: PERHAPS * count for name, count in features.items()}
        found[each.name] = features
    return found


class _Compiled:
    """The sizes of extension modules, from folders listed once."""

    def __init__(self) -> None:
        self._folders: dict[Path, dict[str, str]] = {}

    def kib(self, path: Path) -> float:
        """Return the size of the extension module of a file's name, which its Python and machine follow; 0 for none."""
        folder, stem = path.parent, path.name.partition(".")[0]
        if folder not in self._folders:
            compiled = (name for name in names_in(folder) if name.endswith((".so", ".pyd")))
            self._folders[folder] = {name.partition(".")[0]: name for name in compiled}
        name = self._folders[folder].get(stem)
        try:
            return 0.0 if name is None else (folder / name).stat().st_size / 1024
        except OSError:  # gone since it was listed
            return 0.0


def _features_of_module(module: ModuleFacts, compiled: _Compiled) -> Features:
    """Return the counts of a module whose source is read; of an extension module, the size of its file."""
    path = module.file.path
    if path is None:
        return {}
    kib = compiled.kib(path)
    if path.suffix != ".py":
        return {"modules": 1.0, "extensions": 1.0, "extension_kib": kib}
    if kib:  # its source is what was compiled; the import system prefers the other file
        return {"modules": 1.0, "extensions": 1.0, "extension_kib": kib}
    found = {"modules": 1.0, "kib": len(module.source.text) / 1024}
    for name in _names(module.facts):
        found[name] = found.get(name, 0.0) + 1
    return found


def _names(facts: Facts) -> Iterator[str]:
    """Yield the name of a feature for each piece of code that counts as one."""
    for scope in facts.scopes[1:]:
        if scope.place.phase is Phase.IMPORT and scope.kind in (ScopeKind.CLASS, ScopeKind.FUNCTION):
            yield from _of_scope(scope)
    for call in facts.bodies[0].calls:
        if call.place.phase is Phase.IMPORT and not call.decorates and not call.path.endswith(_SUBCLASS):
            yield "calls"
            yield from _kind(call.path, _CALLED)
    for binding in (each for bindings in facts.scopes[0].bindings.values() for each in bindings):
        if binding.kind is BindingKind.ASSIGN:
            yield "assignments"
    yield from ("imports" for each in facts.bodies[0].imports if each.place.phase is Phase.IMPORT)
    for use in facts.bodies[0].uses:
        if use.place.phase is Phase.IMPORT:
            yield "annotations" if use.role is Role.ANNOTATION else "reads"


def _of_scope(scope: Scope) -> Iterator[str]:
    yield "functions" if scope.kind is ScopeKind.FUNCTION else "classes"
    for path in scope.decorators:
        yield "decorators"
        yield from _kind(path, _CALLED)
    for path in scope.bases:
        yield from _kind(path, _INHERITED)
    if scope.kind is ScopeKind.CLASS:
        kinds = (each.kind for bindings in scope.bindings.values() for each in bindings)
        yield from ("attributes" for kind in kinds if kind is BindingKind.ASSIGN)


def _kind(path: str, kinds: Mapping[str, str]) -> Iterator[str]:
    found = kinds.get(last_name(callee_of(path)))
    if found is not None:
        yield found
