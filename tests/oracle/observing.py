"""Runs a project and writes down what it defines, registers and raises, and what its functions return."""

from __future__ import annotations

import gc
import importlib
import inspect
import os
import sys
import threading
import warnings
from collections.abc import Callable, Coroutine, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from importlib.machinery import ModuleSpec
from types import FunctionType, GeneratorType, ModuleType
from typing import Any  # what a module holds is anything

from fakes import Finder, Log, Package, Thing, said

MODULE = "case"
OWN: set[str] = set()  # the modules of the project that is observed
FACTORIES = ("create_app", "make_app")
# How annotations are kept, which a `from __future__ import annotations` changes, from Python 3.14 on under other names.
_ANNOTATIONS = frozenset({
    "__annotate__", "__annotate_func__", "__annotations__", "__annotations_cache__", "__conditional_annotations__",
    "annotations",
})  # fmt: skip
_HIDDEN = _ANNOTATIONS | {"__builtins__", "__file__", "__warningregistry__"}
_UNCALLED = frozenset({"__init__", "__new__", "__init_subclass__", "__del__", "__class_getitem__", "__set_name__"})


def _annotated(cls: type) -> list[str]:
    """The names that a class annotates itself, whether or not their annotations can be evaluated."""
    if sys.version_info >= (3, 14):
        from annotationlib import Format, get_annotations

        return sorted(get_annotations(cls, format=Format.FORWARDREF))
    return sorted(vars(cls).get("__annotations__", {}))


@dataclass
class Observation:
    """What was seen, in order. loaded are the packages that loading or the factory imported."""

    seen: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    raised: str = ""


@dataclass(frozen=True)
class Project:
    """Modules by their dotted names; main is what startup loads, packages are those of the names that are packages."""

    modules: Mapping[str, str]
    main: str
    packages: frozenset[str] = frozenset()


class OwnFinder:
    """Finds the modules of a project, which run in a namespace like any other's."""

    def __init__(self, project: Project, spaces: dict[str, ModuleType]) -> None:
        self.project = project
        self.spaces = spaces

    def find_spec(self, name: str, _: object = None, __: object = None) -> ModuleSpec | None:
        if name not in self.project.modules:
            return None
        return ModuleSpec(name, self, is_package=name in self.project.packages)  # type: ignore[arg-type]  # a loader

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        self.spaces[spec.name] = ModuleType(spec.name)
        self.spaces[spec.name].__file__ = __file__
        return self.spaces[spec.name]

    def exec_module(self, module: ModuleType) -> None:
        """Run the module's source in its namespace."""
        source = self.project.modules[module.__name__]
        exec(compile(source, f"{module.__name__}.py", "exec", dont_inherit=True), module.__dict__)  # noqa: S102  # the purpose


def observed(project: Project, name: str, missing: frozenset[str], hidden: Mapping[str, frozenset[str]]) -> Observation:
    """Run a project's main module under a name, packages missing, and then the rest of the project.

    hidden are the names of each module's namespace that are not looked at.
    """
    log = Log(missing)
    spaces: dict[str, ModuleType] = {}
    kept = _world()
    finders = [OwnFinder(project, spaces), Finder(log)]
    sys.meta_path[:0] = finders[:1]
    sys.meta_path.append(finders[1])
    start, threading.Thread.start = threading.Thread.start, _start_and_wait  # type: ignore[method-assign,assignment]  # in order
    threading.excepthook = lambda failed: log.note(f"a thread raises {said(failed.exc_value)}")
    OWN.clear()
    OWN.update(project.modules)
    try:
        return _observed(project, name, spaces, log, hidden)
    finally:
        for watching in (sys.settrace, sys.setprofile, threading.settrace, threading.setprofile):
            watching(None)  # type: ignore[arg-type]  # None is what ends it
        if any("__del__" in source for source in project.modules.values()):  # which would run later, in another's time
            for module in spaces.values():
                module.__dict__.clear()
            gc.collect()
        threading.Thread.start = start  # type: ignore[method-assign]  # as it was
        threading.excepthook = threading.__excepthook__
        for each in finders:
            sys.meta_path.remove(each)
        for key, loaded in [*sys.modules.items()]:
            if isinstance(loaded, Package) or loaded in spaces.values() or key == "numexpr":
                del sys.modules[key]
        _restore(kept)


def _world() -> tuple[Any, ...]:
    """What a module may change beyond its own names."""
    return sys.argv, sys.path[:], dict(os.environ), warnings.filters[:], sys.stdout


def _restore(world: tuple[Any, ...]) -> None:
    sys.argv, sys.path[:], environment, warnings.filters[:], sys.stdout = world  # type: ignore[index]  # a list
    for name in os.environ.keys() - environment.keys():
        del os.environ[name]
    os.environ.update(environment)


def _observed(
    project: Project,
    name: str,
    spaces: dict[str, ModuleType],
    log: Log,
    hidden: Mapping[str, frozenset[str]],
) -> Observation:
    found = Observation()
    try:
        if name == project.main:
            importlib.import_module(name)
        else:  # as a script
            spaces[name] = sys.modules[name] = sys.modules[project.main] = ModuleType(name)
            spaces[name].__file__ = __file__
            exec(compile(project.modules[project.main], "case.py", "exec", dont_inherit=True), spaces[name].__dict__)  # noqa: S102  # the purpose
    except BaseException as error:  # whatever loading raises is what is compared
        found.raised = said(error)
    found.seen = [f"raises {found.raised}", *log.events]
    log.events.clear()
    main = spaces.get(name)
    for factory in FACTORIES:
        if main is not None and isinstance(main.__dict__.get(factory), FunctionType):
            found.seen.append(f"{factory}: {_outcome(main.__dict__[factory], log)}")
    found.loaded = list(log.imported)
    if name == project.main:
        for each in sorted(project.modules.keys() - spaces.keys()):
            try:
                importlib.import_module(each)
            except BaseException as error:  # as above
                found.seen.append(f"{each} raises {said(error)}")
    for each, module in sorted(spaces.items()):
        found.seen += _seen_of(module, log, hidden.get(each.replace("__main__", project.main), frozenset()))
    return found


def _seen_of(module: ModuleType, log: Log, hidden: frozenset[str]) -> Iterator[str]:
    space = {key: value for key, value in module.__dict__.items() if key not in _HIDDEN | hidden}
    yield from (f"{key} = {described(value)}" for key, value in sorted(space.items()))
    yield from (f"exports {name}: {hasattr(module, name)}" for name in space.get("__all__", ()))
    for path, function in _callables(space, module.__name__):
        yield f"{path}: {_outcome(function, log)}"


def described(value: object, depth: int = 0) -> str:
    """A value of a namespace as text: functions with their signatures, classes with their attributes."""
    if depth > 3:
        return "..."
    deeper = partial(described, depth=depth + 1)
    if isinstance(value, FunctionType):
        defaults = said([value.__defaults__, value.__kwdefaults__])
        extra = {key: deeper(each) for key, each in sorted(value.__dict__.items())}
        return f"def {value.__qualname__} {value.__doc__!r} {defaults} {sorted(value.__annotations__)} {extra}"
    if isinstance(value, type) and value.__module__ in OWN:
        own = {key: deeper(each) for key, each in sorted(vars(value).items()) if not key.startswith("__")}
        special = sorted(key for key in vars(value) if key.startswith("__") and key not in _ANNOTATIONS)
        bases = [base.__name__ for base in value.__mro__]
        return f"class {value.__qualname__} {bases} {own} {special} {_annotated(value)}"
    if type(value).__module__ in OWN and hasattr(value, "__dict__") and not isinstance(value, threading.Thread):
        return f"{type(value).__name__} { ({key: deeper(each) for key, each in sorted(vars(value).items())}) }"
    if isinstance(value, (staticmethod, classmethod)):
        return f"{type(value).__name__} {deeper(value.__func__)}"
    return said(value)


def _callables(space: Mapping[str, object], owner: str) -> Iterator[tuple[str, Callable[..., Any]]]:
    """The functions to call: the namespace's own, those in its containers, the methods of its classes."""
    for key, value in sorted(space.items()):
        if isinstance(value, FunctionType | type) and value.__module__ != owner and value.__module__ in OWN:
            continue  # called where it is defined
        if isinstance(value, FunctionType) or (
            callable(value) and type(value).__name__ in {"_lru_cache_wrapper", "partial"}
        ):
            yield key, value
        elif isinstance(value, type) and value.__module__ in OWN:
            yield key, value
            for name, member in sorted(vars(value).items()):
                if name not in _UNCALLED and isinstance(member, (FunctionType, staticmethod, classmethod, property)):
                    yield f"{key}.{name}", partial(_method, value, name)
        elif isinstance(value, (list, tuple, dict)):
            inner = list(value.values() if isinstance(value, dict) else value)
            yield from ((f"{key}[{at}]", each) for at, each in enumerate(inner) if isinstance(each, FunctionType))


def _method(owner: type, name: str) -> object:
    instance = _given(owner)
    member = getattr(instance, name)
    return _given(member) if callable(member) else member


def _given(function: Callable[..., Any]) -> object:
    """What a callable returns for as many things as it wants."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        parameters = {}.values()
    wanted = [each for each in parameters if each.default is each.empty]
    things = {each.name: Thing(f"argument {each.name}", Log()) for each in wanted}
    positional = [
        things[each.name] for each in wanted if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)
    ]
    return function(*positional, **{each.name: things[each.name] for each in wanted if each.kind is each.KEYWORD_ONLY})


def _outcome(function: Callable[..., Any], log: Log) -> str:
    try:
        result = described(_finished(_given(function)))
    except BaseException as error:  # what a function raises is what is compared
        result = "RecursionError" if isinstance(error, RecursionError) else f"raises {said(error)}"
    events = list(log.events)
    log.events.clear()
    return f"{result} {events}"


def _finished(value: object) -> object:
    """A coroutine's result, and what a generator yields first."""
    if isinstance(value, Coroutine):
        try:
            value.send(None)
        except StopIteration as end:
            return end.value
        value.close()
        return "awaits"
    if isinstance(value, GeneratorType):
        return [each for each, _ in zip(value, range(5), strict=False)]
    return value


_start = threading.Thread.start


def _start_and_wait(thread: threading.Thread) -> None:
    """Start a thread and wait for its end, so that what it does has its place; those of a pool wait for work."""
    _start(thread)
    if not thread.name.startswith("ThreadPoolExecutor"):
        thread.join()
