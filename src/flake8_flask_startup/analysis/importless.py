"""Functions in which an import would fail: compiled ones, and those that run when the interpreter ends.

Read off the documentation of the compilers. `__del__` may run when modules are gone (data model, 3.3.1); functions of
`atexit` run when no thread can be started any more, which a package may do while it is imported: `concurrent.futures.
thread` registers with `threading`, which refuses then (Lib/threading.py, `_register_atexit`).
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property, lru_cache

from ..files.trees import optional_tree
from ..model.access_paths import call_of, callee_of, first_of, is_in_file, last_name, without_dots
from ..project.text_index import search
from ..syntax.facts import Facts
from ..syntax.raw_paths import raw_path
from ..syntax.symbol_table import Call, Import, ScopeKind
from ..syntax.tree_walk import nodes_of
from .call_graph import Reach
from .module import Module

# Compilers of functions: they take the names of the module as constants, and know no import statement.
COMPILERS = (
    "codon.jit", "cupy.fuse", "cupyx.jit.", "cython.", "fannypack.", "llvmlite.", "numba.", "numba_cuda.", "pyccel.",
    "pythran.", "taichi.", "torch.jit.script", "torch.jit.export", "transonic.", "triton.jit", "triton.autotune",
    "warp.func", "warp.kernel",
)  # fmt: skip
# Packages after whose import `concurrent.futures.thread` is not among the modules (tried with the
# releases of November 2026 on CPython 3.11; pandas, polars, seaborn, scikit-learn, Dash and boto3 fail there).
THREADLESS = frozenset(
    {
        "PIL", "jinja2", "lxml", "matplotlib", "mongoengine", "networkx", "numpy", "openpyxl", "peewee", "plotly",
        "pymongo", "requests", "scipy", "sqlalchemy", "sympy",
    }
)  # fmt: skip
_ENDING = frozenset(
    {
        "atexit.register", "contextlib.ExitStack().callback", "contextlib.ExitStack().push",
        "multiprocessing.util.Finalize", "threading._register_atexit", "weakref.WeakMethod", "weakref.finalize",
        "weakref.proxy", "weakref.ref",
    }
)  # fmt: skip
_ENDING_WORDS = ("atexit", "Finalize", "_register_atexit", "finalize")
_OWN_WORDS = (*_ENDING_WORDS, "ExitStack", "callback", "weakref", "WeakMethod", "proxy", "ref")
_LATE = "__del__"


class Importless:
    """Tells which functions of a module cannot import."""

    def __init__(self, module: Module, reach: Reach) -> None:
        self._module = module
        self._reach = reach
        self._facts: Facts = module.facts

    def reason(self, function: int, each: Import) -> str:
        """Return why a function that uses an import cannot hold it, as in "f() is compiled by @njit"; else empty."""
        scope = self._facts.scopes[function]
        around = function
        while around:
            if around in self._compiled:
                return f"{self._compiled[around]} compiles {self._facts.scopes[around].name}(), which"
            around = self._facts.scopes[around].parent
        if function in self._deleting:
            return f"{scope.name}() may run when the interpreter ends, and"
        if function in self._ending and each.dotted.partition(".")[0] not in THREADLESS:
            return f"{scope.name}() runs when the interpreter ends, and"
        return ""

    def read(self) -> None:
        """Read the bodies of the functions that cannot import: what they use counts wherever they stand."""
        for number in (*self._compiled, *self._deleting, *self._ending):
            self._facts.read(number)

    @cached_property
    def _compiled(self) -> Mapping[int, str]:
        """The functions that a compiler is given, each with the call or decorator that gives it."""
        found: dict[int, str] = {}
        for call in self._facts.calls:
            if not self._is_compiler(call):
                continue
            by = f"@{callee_of(call.path)}" if call.decorates else call_of(call.path)
            found.update(dict.fromkeys([call.decorates] if call.decorates else self._given(call), by))
        return found

    def _is_compiler(self, call: Call) -> bool:
        names, scope = self._module.names, call.place.scope
        paths = [*names.meanings(call.path, scope), names.called(call.path, scope)]
        if any(path.startswith(COMPILERS) for path in paths):
            return True
        is_ours = call.decorates and paths[0].partition(".")[0] in ("", first_of(call.path))
        return bool(is_ours) and any(path.startswith(COMPILERS) for path in self._module.outside(call.path))

    @cached_property
    def _deleting(self) -> Collection[int]:
        """What finalizers of classes run."""
        methods = [number for number, each in enumerate(self._facts.scopes) if each.name.endswith(f".{_LATE}")]
        for number, scope in enumerate(self._facts.scopes):
            for binding in scope.bindings.get(_LATE, ()):  # `__del__ = close`
                methods += self._reach.held.of(binding.value, number)
        return {each for number in methods for each in self._reach.running(number)}

    @cached_property
    def _ending(self) -> Collection[int]:
        """What the functions run that are registered to be called when the interpreter ends, here or in other files."""
        for _ in self._module.read_mentions(_OWN_WORDS):
            pass
        registered: list[int] = []
        for call in self._facts.calls:
            path = self._module.names.resolve(call.path, call.place.scope)
            if callee_of(path) in _ENDING or self._registers(path):
                registered += [call.decorates] if call.decorates else self._given(call)
        registered += [
            number
            for number, each in enumerate(self._facts.scopes)
            if each.kind is ScopeKind.FUNCTION and each.name.rpartition(".")[2] in self._registered_elsewhere
        ]
        return {each for number in registered for each in self._reach.running(number)}

    def _registers(self, path: str) -> bool:
        """Whether a function of another file registers what it is given for the end."""
        name = callee_of(path)
        is_imported = not is_in_file(name) and without_dots(name).partition(".")[0] not in sys.stdlib_module_names
        return is_imported and last_name(name) in self._helpers

    @cached_property
    def _helpers(self) -> Collection[str]:
        """The functions of other files that register what they are given for the end."""
        place = self._module.place
        if place is None:
            return ()
        found = search(str(place.top))
        texts = dict.fromkeys(text for word in _ENDING_WORDS for text in found.having(word.encode()))
        return {name for text in texts if text.path != str(place.path) for name in _helpers_in(text.data)}

    def _given(self, call: Call) -> Iterator[int]:
        """The functions that a call is given, methods of `self` among them."""
        scope = call.place.scope
        for value in (*call.args, *(value for _, value in call.keywords)):
            yield from self._reach.held.of(value, scope)
            owner, _, member = self._module.names.resolve(value.path, scope).rpartition(".")
            if owner in ("?self", "?cls", "self", "cls"):
                yield from self._reach.methods.by_name(member)

    @cached_property
    def _registered_elsewhere(self) -> Collection[str]:
        """The names under which other files that mention the module register functions for the end."""
        found: set[str] = set()
        place = self._module.place
        for text in place.mentioning() if place is not None else ():
            found |= _registered_in(text.data)
        return found


@lru_cache(maxsize=1000)  # asked of the same file for every module that it mentions
def _registered_in(data: bytes) -> frozenset[str]:
    """The names of the functions that a file registers for the end."""
    if not any(word.encode() in data for word in _ENDING_WORDS):
        return frozenset()
    tree = optional_tree(data)
    if tree is None:
        return frozenset()
    return frozenset(last_name(raw_path(each)) for node in _registering(tree) for each in node.args)


def _registering(tree: ast.AST) -> Iterator[ast.Call]:
    """The calls in a tree that register something for the end."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and raw_path(node.func).endswith(("register", *_ENDING_WORDS)):
            yield node


@lru_cache(maxsize=100)  # asked by every module of a project
def _helpers_in(data: bytes) -> frozenset[str]:
    """The functions of a file that register one of their parameters for the end."""
    tree = optional_tree(data)
    functions = [node for node in nodes_of(tree) if isinstance(node, ast.FunctionDef)] if tree is not None else []
    return frozenset(
        function.name
        for function in functions
        if {each.arg for each in ast.walk(function.args) if isinstance(each, ast.arg)}
        & {raw_path(each) for node in _registering(function) for each in node.args}
    )
