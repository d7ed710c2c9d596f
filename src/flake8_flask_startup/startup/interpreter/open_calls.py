"""Calls of which nothing says what they run, and the functions of the project that they may run.

In: what was called and what was handed out while the trace went on. Out: at its end, the calls that may have run
something that did not run otherwise.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from ...model.access_paths import first_of, last_name, split_last
from ...project.module_facts import ModuleFacts
from ...project.module_finder import Origin
from ...syntax.operators import is_seen
from ...syntax.symbol_table import Call, Implicit, Import, Scope, ScopeKind
from ..graph.trace import Statement
from ..models.handed import FLASK_FAMILY
from ..values.abstract_values import Cls, Func, Inst, Method, Objects, leaves

# Methods of built-in objects: what nobody knows is one of those more often than not.
_BUILT_IN = frozenset(
    name for kind in (str, bytes, list, tuple, dict, set, frozenset, int, float, type, object) for name in dir(kind)
)


_IMPORTS = re.compile(r"import|\b(?:exec|find_modules)\b")
_QUIET = frozenset({"abc", *FLASK_FAMILY})  # `register` of an abstract class asks nothing of it
_WORD = re.compile(r"\w+")
_FUNCTIONS = (ScopeKind.FUNCTION, ScopeKind.LAMBDA)
MAX_CALLERS = 2  # functions that call one another before something is loaded
MAX_LOADING = 500  # names of such functions


class OpenCalls:
    """Takes note of calls that are not followed."""

    def __init__(self) -> None:
        self._calls: dict[tuple[Statement, str, str], None] = {}  # with the path, and the name of the method
        self._inherited: dict[Cls, tuple[Statement, str]] = {}  # where a method of a library's base is called first
        self._made: dict[Cls, Statement] = {}  # where an instance is made first
        self._escaped: set[tuple[str, int]] = set()  # functions that something unknown was given
        self._kept: dict[str, set[tuple[str, int]]] = {}  # functions and classes by the package that was given them
        self._asked: dict[Statement, tuple[str, set[tuple[str, int]]]] = {}  # calls that may call what is kept

    def made(self, cls: Cls, statement: Statement) -> None:
        """Record that an instance of a class, or of one derived from it, is made."""
        self._made.setdefault(cls, statement)

    def call(self, statement: Statement, path: str) -> None:
        """Nothing says what a call runs."""
        owner, method = split_last(path)
        if not owner or method not in _BUILT_IN:
            self._calls[statement, path, method if owner else ""] = None

    def inherited(self, statement: Statement, path: str, cls: Cls) -> None:
        """A method is called that a class has from a library's, and that may call what the class puts in its place."""
        name = last_name(path)
        if first_of(path) not in _QUIET and not name.startswith("__") and name not in _BUILT_IN:
            self._inherited.setdefault(cls, (statement, name))

    def escape(self, objects: Objects) -> None:
        """Something is handed to what nobody knows."""
        self._escaped.update(_numbers(objects))

    def keep(self, package: str, objects: Objects) -> None:
        """Record that an unknown package is given objects, which it may keep."""
        self._kept.setdefault(package, set()).update(_numbers(objects))

    def ask(self, package: str, statement: Statement, path: str) -> None:
        """Record that a call may call the functions that a package keeps."""
        if package in self._kept:
            reason = f"nothing says which functions {path}() calls of those that {package} was given"
            known = self._asked.get(statement, (reason, set()))[1]
            self._asked[statement] = (reason, known | self._kept[package])

    def ask_function(self, statement: Statement, path: str, objects: Objects) -> None:
        """Record that a call asks for a method of decorated functions, and may call these functions."""
        self._asked.setdefault(statement, (f"nothing says what {path}() is", set(_numbers(objects))))

    def missing(
        self, modules: Iterable[ModuleFacts], ran: Callable[[str, int], bool]
    ) -> Iterator[tuple[Statement, str]]:
        """The calls that may run a function that has not run and may load something, each with a reason."""
        if not self._calls and not self._inherited and not self._asked and not self._made:
            return
        own = {code.file.name: code for code in modules if code.file.origin is Origin.FIRST_PARTY}
        holding = [cls.module for cls in (*self._inherited, *self._made)]
        holding += [module for _, kept in self._asked.values() for module, _ in kept]
        asked = own if self._calls else dict.fromkeys(each for each in holding if each in own)
        loading = _Loading([own[name] for name in asked], ran)
        idle = [each for each in self._escaped - loading.owners if each[0] in own and not ran(*each)]
        is_handed_out = not loading.owners.isdisjoint(self._escaped) or any(_acts(own[name], at) for name, at in idle)
        for statement, path, method in self._calls:
            if (method in loading.names) if method else is_handed_out:
                yield statement, f"nothing says what {path or 'this'}() is"
        for cls, (statement, name) in self._inherited.items():
            if (cls.module, cls.scope) in loading.owners:
                yield statement, f"nothing says which methods of its class {name}() calls"
        for cls, statement in self._made.items():
            for name in _unseen(own[cls.module], cls, loading.owners) if cls.module in own else ():
                yield statement, f"nothing says when {name}() of what is made here runs"
        for statement, (reason, kept) in self._asked.items():
            if not loading.owners.isdisjoint(kept):
                yield statement, reason


def _unseen(code: ModuleFacts, cls: Cls, loading: Collection[tuple[str, int]]) -> Iterator[str]:
    """Return the names of special methods of a class that may load something, at a moment that is not seen."""
    for number, scope in enumerate(code.facts.scopes):
        name = scope.name.rpartition(".")[2]
        if scope.parent == cls.scope and (cls.module, number) in loading and not is_seen(name):
            yield name


def _numbers(objects: Objects) -> Iterator[tuple[str, int]]:
    """Return the module and scope of each function and class among objects."""
    for each in leaves(objects):
        function = each.function if isinstance(each, Method) else each
        function = function.cls if isinstance(function, Inst) else function
        if isinstance(function, (Cls, Func)):
            yield function.module, function.scope


def _acts(code: ModuleFacts, number: int) -> bool:
    """Whether a function calls or imports anything, or uses objects, or a class has methods."""
    if code.facts.scopes[number].kind not in _FUNCTIONS:
        return any(each.parent == number for each in code.facts.scopes)
    return any(isinstance(each, (Call, Implicit, Import)) for each in code.events_in(number))


class _Loading:
    """The functions that have not run and may load something: they import, or call what does by its name."""

    def __init__(self, modules: Sequence[ModuleFacts], ran: Callable[[str, int], bool]) -> None:
        self._modules = modules
        self._ran = ran
        self.names: set[str] = set()
        self.owners: set[tuple[str, int]] = set()  # the functions, and the classes that they are methods of
        new = self._find(None)
        self._words = [set(_WORD.findall(code.source.text)) for code in modules] if new else []
        for _ in range(MAX_CALLERS):
            if not new or len(self.names) > MAX_LOADING:
                break
            new = self._find(new)

    def _find(self, words: set[str] | None) -> set[str]:
        """Add the functions that mention some words, or that import; returns the names that were not known."""
        before = set(self.names)
        for number, code in enumerate(self._modules):
            found = words & self._words[number] if words is not None else ()
            if words is not None and not found:
                continue
            pattern = re.compile(rf"\b(?:{'|'.join(sorted(found))})\b") if words is not None else _IMPORTS
            text = code.source.text
            lines = sorted(set(code.source.lines_at(match.start() for match in pattern.finditer(text))))
            functions = set(code.facts.functions_at(lines)) - {0}
            ran = {each for each in functions if self._ran(code.file.name, each)}
            for each in functions - ran:  # what stands inside cannot be called from anywhere
                self._add(code.file.name, each, code.facts.scopes[each])
            for number, scope in enumerate(code.facts.scopes) if ran else ():
                if scope.body in ran and scope.kind in _FUNCTIONS:
                    at = bisect_left(lines, scope.span.line)
                    if at < len(lines) and lines[at] <= scope.span.end_line and not self._ran(code.file.name, number):
                        self._add(code.file.name, number, scope)
        return self.names - before

    def _add(self, module: str, number: int, scope: Scope) -> None:
        self.owners |= {(module, number), (module, scope.parent)}
        name = scope.name.rpartition(".")[2]
        if name.isidentifier() and name not in _BUILT_IN:
            self.names.add(name)
