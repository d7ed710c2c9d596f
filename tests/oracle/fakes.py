"""Packages that are not there: importing one makes a module that says what is done to it.

What lies in them depends on the name, as people name things: `DataFrame` is a class that can be subclassed,
`ParserError` an exception, `Meta` a metaclass, everything else a thing that can be called, read, iterated and entered.
Frameworks keep the functions they are given, pydantic and its like read annotations, and `elsewhere.apply` calls back.
"""

from __future__ import annotations

import dis
import os
import pkgutil
import re
import sys
import warnings
from collections.abc import Callable, Iterator
from importlib.machinery import ModuleSpec
from types import FunctionType, MethodType, ModuleType
from typing import Any  # what is done to a fake is anything

# What importing a package brings in as well, as the tests' cost table has it.
BRINGS = {
    "pandas": ("numpy",), "torch": ("numpy",), "numba": ("numpy",), "sklearn": ("numpy",), "matplotlib": ("numpy",),
    "seaborn": ("numpy", "pandas", "matplotlib"),
}  # fmt: skip
# What a package has as an attribute only once it is imported, and names that are there once a module is loaded.
SUBMODULES = {"matplotlib.dates", "matplotlib.pyplot"}
PARENTS = frozenset({"sklearn.experimental"})
AFTER = {
    "sklearn.impute.IterativeImputer": "sklearn.experimental.enable_iterative_imputer",
    "sklearn.model_selection.HalvingGridSearchCV": "sklearn.experimental.enable_halving_search_cv",
}
COLOURS = {"rocket": "seaborn"}
COMPILERS = frozenset({"njit"})  # of functions in which no import can stand
CALLERS = frozenset({"apply", "run", "each", "now", "use"})
READERS = frozenset({"BaseModel", "DeclarativeBase", "validate_call", "define"})
_LEAST_ADDRESS = 1 << 32
_ADDRESS = re.compile(r"0x[0-9a-f]+|(?<=Thread-)\d+")  # and numbers that count what was made before


class Log:
    """What happened, and which packages were imported, in order. missing are the packages that cannot be."""

    def __init__(self, missing: frozenset[str] = frozenset()) -> None:
        self.missing = missing
        self.usual = moment()
        self.events: list[str] = []
        self.imported: list[str] = []

    def note(self, text: str) -> None:
        self.events.append(text)


def moment() -> dict[str, str]:
    """What a package may look at while it is imported, as it is now."""
    return {
        "argv": sys.argv[0],
        "mode": os.environ.get("MODE", ""),
        "path": sys.path[0],
        "filters": str(warnings.filters[:1]),
        "output": type(sys.stdout).__name__ + str(id(sys.stdout)),
        "numexpr": str(sys.modules.get("numexpr", "")),
    }


class Finder:
    """Finds every module that nobody else finds."""

    def __init__(self, log: Log) -> None:
        self.log = log

    def find_spec(self, name: str, _: object = None, __: object = None) -> ModuleSpec | None:
        top = name.partition(".")[0]
        if top in self.log.missing or top in sys.stdlib_module_names or top.startswith("_"):
            return None
        return ModuleSpec(name, self, is_package=True)  # type: ignore[arg-type]  # the two methods below are a loader

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        self.log.imported += [spec.name, *BRINGS.get(spec.name, ())]
        return Package(spec.name, self.log)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""


class Package(ModuleType):
    """A package that is not there."""

    def __init__(self, name: str, log: Log) -> None:
        super().__init__(name)
        self._log = log
        changed = sorted(key for key, value in moment().items() if value != log.usual[key])
        self._moment = f"(with {', '.join(changed)}) " if changed else ""

    def __getattr__(self, name: str) -> Any:
        path = f"{self.__name__}.{name}"
        if name.startswith("__") or path in SUBMODULES or self.__name__ in PARENTS:
            raise AttributeError(name)
        if path in AFTER and AFTER[path] not in sys.modules:
            raise AttributeError(name)
        found = _made(self._moment + path, self._log)
        super().__setattr__(name, found)
        return found

    def __setattr__(self, name: str, value: object) -> None:
        if not name.startswith("_") and not isinstance(value, ModuleType):
            self._log.note(f"set {self.__name__}.{name} = {said(value)}")
        super().__setattr__(name, value)


def _made(path: str, log: Log) -> Any:
    name = path.rpartition(".")[2]
    if name == "import_string":
        return pkgutil.resolve_name
    if name.endswith(("Error", "Exception")):
        return type(name, (Exception,), {"__module__": path.rpartition(".")[0]})
    if name.endswith("Meta"):
        return type(name, (type,), {"__module__": path.rpartition(".")[0]})
    if name[:1].isupper():
        return _Class(name, (_Object,), {"__module__": path.rpartition(".")[0], "_path": path, "_log": log})
    return Thing(path, log)


class _Answers:
    """What every fake object can do; each answer is a thing again, and each call is noted."""

    _path: str
    _log: Log

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        self._log.note(f"read {self._path}.{name}")
        return Thing(f"{self._path}.{name}", self._log)

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        given = [said(each) for each in args] + [f"{name}={said(each)}" for name, each in sorted(keywords.items())]
        self._log.note(f"call {self._path}({', '.join(given)})")
        if (colour := keywords.get("cmap")) in COLOURS:
            self._log.note(f"{colour} is there: {COLOURS[colour] in sys.modules}")
        callables = [each for each in (*args, *keywords.values()) if isinstance(each, (FunctionType, MethodType, type))]
        name = self._path.rpartition(".")[2]
        if name in CALLERS:
            for each in callables:
                self._log.note(f"call back {said(_called(each))}")
        if name in READERS:
            for each in callables:
                _read_annotations(each, self._log)
        if name in COMPILERS:
            for each in callables:
                self._log.note(f"compiled {said(each)}: {not _imports(each)}")
        if len(args) == 1 and len(callables) == 1 and not keywords:
            return callables[0]  # as decorators do
        return Thing(f"{self._path}()", self._log)

    def __getitem__(self, key: object) -> Any:
        self._log.note(f"item {self._path}[{said(key)}]")
        return Thing(f"{self._path}[]", self._log)

    def __setitem__(self, key: object, value: object) -> None:
        self._log.note(f"set {self._path}[{said(key)}] = {said(value)}")

    def __delitem__(self, key: object) -> None:
        self._log.note(f"delete {self._path}[{said(key)}]")

    def __iter__(self) -> Iterator[Any]:
        return iter([Thing(f"{self._path}[]", self._log)])

    def __enter__(self) -> Any:
        self._log.note(f"enter {self._path}")
        return Thing(f"{self._path} as", self._log)

    def __exit__(self, *error: object) -> None:
        self._log.note(f"exit {self._path}")

    def __len__(self) -> int:
        return 1

    def __bool__(self) -> bool:
        return True

    def __operate(self, other: object) -> Any:
        self._log.note(f"operate {self._path}, {said(other)}")
        return Thing(f"{self._path}+", self._log)

    __add__ = __radd__ = __sub__ = __mul__ = __or__ = __and__ = __matmul__ = __truediv__ = __operate

    def __compare(self, other: object) -> bool:
        return str(self) < str(other)

    __lt__ = __gt__ = __le__ = __ge__ = __compare

    def __str__(self) -> str:
        return f"<{self._path}>"

    __repr__ = __str__


class Thing(_Answers):
    """An attribute of a fake package, or what comes of it."""

    def __init__(self, path: str, log: Log) -> None:
        self.__dict__.update(_path=path, _log=log)

    def __setattr__(self, name: str, value: object) -> None:
        self._log.note(f"set {self._path}.{name} = {said(value)}")

    def __delattr__(self, name: str) -> None:
        self._log.note(f"delete {self._path}.{name}")

    def __mro_entries__(self, _: object) -> tuple[type, ...]:
        name = self._path.rpartition(".")[2]
        return (_Class(name, (_Object,), {"_path": self._path, "_log": self._log}),)


class _Class(type):
    def __getattr__(cls, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return Thing(f"{cls._path}.{name}", cls._log)

    def __getitem__(cls, key: object) -> Any:
        return cls

    def __iter__(cls) -> Iterator[Any]:
        return iter([Thing(f"{cls._path}[]", cls._log)])

    def __or__(cls, other: object) -> Any:
        return cls

    __ror__ = __or__


class _Object(_Answers):
    """A base of the fake classes, and of those made from them."""

    def __init__(self, *args: object, **keywords: object) -> None:
        given = [said(each) for each in args] + [f"{name}={said(each)}" for name, each in sorted(keywords.items())]
        self._log.note(f"make {type(self).__name__}({', '.join(given)})")

    def __init_subclass__(cls, **keywords: object) -> None:
        if "_path" in vars(cls):  # one of the fakes themselves
            return
        cls._log.note(f"subclass {cls._path} as {cls.__name__} {sorted(keywords)}")
        if cls._path.rpartition(".")[2] in READERS:
            _read_annotations(cls, cls._log)


def _read_annotations(subject: object, log: Log) -> None:
    module = sys.modules[getattr(subject, "__module__", "builtins")]
    for name, value in getattr(subject, "__annotations__", {}).items():
        read = eval(value, module.__dict__) if isinstance(value, str) else value  # noqa: S307  # as pydantic does
        log.note(f"annotation {name}: {said(read)}")


def _imports(function: object) -> bool:
    code = getattr(function, "__code__", None)
    return code is not None and any(each.opname == "IMPORT_NAME" for each in dis.get_instructions(code))


def _called(function: Callable[..., Any]) -> object:
    try:
        return function()
    except TypeError:
        return function(1)


def said(value: object, depth: int = 0) -> str:
    """A value as text, the same whenever and wherever it is made."""
    if depth > 4:
        return "..."
    if isinstance(value, (Thing, _Object)):
        return str(value) if isinstance(value, Thing) else f"<a {type(value).__name__}>"
    if isinstance(value, (list, tuple, set, frozenset)):
        inner = [said(each, depth + 1) for each in value]
        return f"{type(value).__name__}({', '.join(inner if isinstance(value, (list, tuple)) else sorted(inner))})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{said(key, depth + 1)}: {said(each, depth + 1)}" for key, each in value.items()) + "}"
    if isinstance(value, str):
        return _ADDRESS.sub("0x", repr(value))
    if isinstance(value, int) and value >= _LEAST_ADDRESS:
        return "<an address>"  # of an object or a thread: the grammar draws no such number
    if isinstance(value, (bytes, int, float, complex, bool)) or value is None:
        return repr(value)
    if isinstance(value, ModuleType):
        return f"<module {value._moment if isinstance(value, Package) else ''}{value.__name__}>"
    if isinstance(value, BaseException):
        return f"<{type(value).__name__} {said(value.args, depth + 1)}>"
    return f"<{type(value).__name__} {getattr(value, '__qualname__', '')}>"
