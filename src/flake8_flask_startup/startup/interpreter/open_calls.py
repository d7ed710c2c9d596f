"""Calls of which nothing says what they run, and the functions of the project that they may run.

In: what was called and what was handed out while the trace went on. Out: at its end, the calls that may have run
something that did not run otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from ...project.module_facts import ModuleFacts, Origin
from ...syntax.symbol_table import Call, Import, ScopeKind
from ..graph.trace import Statement
from ..values.abstract_values import Cls, Func, Method, Objects, leaves

# Methods of built-in objects: what nobody knows is one of those more often than not.
_BUILT_IN = frozenset(
    name for kind in (str, bytes, list, tuple, dict, set, frozenset, int, float, type, object) for name in dir(kind)
)


_IMPORTS = re.compile(r"^[ \t]+[^#\n]*\bimport\b|\b(?:__import__|exec|find_modules|import_\w+)\b", re.MULTILINE)
_FUNCTIONS = (ScopeKind.FUNCTION, ScopeKind.LAMBDA)
MAX_CALLERS = 3  # functions that call one another before something is loaded
MAX_LOADING = 500  # names of such functions


class OpenCalls:
    """Takes note of calls that are not followed."""

    def __init__(self) -> None:
        self._calls: dict[tuple[Statement, str, str], None] = {}  # with the path, and the name of the method
        self._escaped: set[tuple[str, int]] = set()  # functions that something unknown was given

    def call(self, statement: Statement, path: str) -> None:
        """Nothing says what a call runs."""
        owner, _, method = path.rpartition(".")
        if not owner or method not in _BUILT_IN:
            self._calls[statement, path, method if owner else ""] = None

    def escape(self, objects: Objects) -> None:
        """Something is handed to what nobody knows."""
        for each in leaves(objects):
            function = each.function if isinstance(each, Method) else each
            if isinstance(function, (Cls, Func)):
                self._escaped.add((function.module, function.scope))

    def missing(
        self, modules: Iterable[ModuleFacts], ran: Callable[[str, int], bool]
    ) -> Iterator[tuple[Statement, str]]:
        """The calls that may run a function that has not run and may load something, each with a reason."""
        if not self._calls:
            return
        own = {code.file.name: code for code in modules if code.file.origin is Origin.FIRST_PARTY}
        loading = _Loading(list(own.values()), ran)
        idle = [each for each in self._escaped - loading.owners if each[0] in own and not ran(*each)]
        is_handed_out = not loading.owners.isdisjoint(self._escaped) or any(_acts(own[name], at) for name, at in idle)
        for statement, path, method in self._calls:
            if (method in loading.names) if method else is_handed_out:
                yield statement, f"nothing says what {path or 'this'}() is"


def _acts(code: ModuleFacts, number: int) -> bool:
    """Whether a function calls or imports anything, or a class has methods."""
    if code.facts.scopes[number].kind not in _FUNCTIONS:
        return any(each.parent == number for each in code.facts.scopes)
    return any(isinstance(each, (Call, Import)) for each in code.events_in(number))


class _Loading:
    """The functions that have not run and may load something: they import, or call what does by its name."""

    def __init__(self, modules: Sequence[ModuleFacts], ran: Callable[[str, int], bool]) -> None:
        self._modules = modules
        self._ran = ran
        self.names: set[str] = set()
        self.owners: set[tuple[str, int]] = set()  # the functions, and the classes that they are methods of
        new = self._find(_IMPORTS)
        for _ in range(MAX_CALLERS):
            if not new or len(self.names) > MAX_LOADING:
                break
            new = self._find(re.compile(rf"\b(?:{'|'.join(sorted(new))})\b"))

    def _find(self, pattern: re.Pattern[str]) -> set[str]:
        """Add the functions that have something in their text; returns the names that were not known."""
        before = set(self.names)
        for code in self._modules:
            lines = list(code.source.lines_at(match.start() for match in pattern.finditer(code.source.text)))
            for function in set(code.facts.functions_at(lines)) - {0}:
                self._add(code, function, lines)
        return self.names - before

    def _add(self, code: ModuleFacts, function: int, lines: Sequence[int]) -> None:
        code.facts.read(function)
        for number in range(function, len(code.facts.scopes)):
            scope = code.facts.scopes[number]
            is_here = scope.body == function and any(scope.span.line <= each <= scope.span.end_line for each in lines)
            if is_here and scope.kind in _FUNCTIONS and not self._ran(code.file.name, number):
                self.owners |= {(code.file.name, number), (code.file.name, scope.parent)}
                name = scope.name.rpartition(".")[2]
                if name.isidentifier() and name not in _BUILT_IN:
                    self.names.add(name)
