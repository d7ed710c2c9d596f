"""What a walk found in one file, in the order it runs, by the body that it stands in."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate, islice
from typing import TypeVar

from ..files.fresh_stack import on_fresh_stack
from ..model import Span
from .places import Place
from .static_conditions import Phase
from .symbol_table import (
    Attempt,
    Binding,
    BindingKind,
    Call,
    Implicit,
    Import,
    Loop,
    Scope,
    ScopeKind,
    Store,
    Use,
    binding_scopes,
)
from .values import Value


@dataclass(slots=True)
class Body:
    """What a stretch of code says, in the order it runs: the module's own, or an outermost function's."""

    imports: list[Import] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    unnamed: list[Call] = field(default_factory=list)  # whose callee no path leads to: `(one or other)()`
    stores: list[Store] = field(default_factory=list)
    implicit: list[Implicit] = field(default_factory=list)
    uses: list[Use] = field(default_factory=list)


_Fact = TypeVar("_Fact")


_All = tuple[
    Sequence["Import"],
    Sequence["Call"],
    Sequence["Store"],
    Set[str],
    Mapping[int, Sequence["Import"]],
    Mapping[str, Sequence[int]],
]


def _joined(lists: Sequence[Sequence[_Fact]]) -> Sequence[_Fact]:
    return lists[0] if len(lists) == 1 else [each for one in lists for each in one]


def _by_line(imports: Iterable[Import]) -> Mapping[int, Sequence[Import]]:
    found: dict[int, list[Import]] = {}
    for each in imports:
        found.setdefault(each.span.line, []).append(each)
    return found


def _by_package(imports: Iterable[Import]) -> Mapping[str, Sequence[int]]:
    found: dict[str, set[int]] = {}
    for each in imports:
        found.setdefault(each.dotted.partition(".")[0], set()).add(each.span.line)
    return {package: sorted(lines) for package, lines in found.items()}


class Facts:
    """What a walk found in a file: the module's own code, and the bodies of those outermost functions that were read.

    A walk reads them all (`collect`), or leaves each until it is asked for (`glance`): most files are judged by what
    their module code says. Reading one adds facts and changes none, as a walk that leaves bodies meets no `global`.
    """

    def __init__(self) -> None:
        self.scopes = [Scope(ScopeKind.MODULE, "", 0, Span(1), Place(0, Phase.IMPORT), 0)]
        self.scopes_by_name: dict[str, list[int]] = {"": [0]}
        self.exports: set[str] = set()  # of `__all__`
        self.loops: dict[int, Loop] = {}  # by the negative number of their blocks
        self.attempts: dict[int, Attempt] = {}  # by block
        self.exhaustive: dict[int, frozenset[int]] = {}  # by block, those beside it of which one runs
        self.bodies = {0: Body()}
        self.unread: dict[int, Callable[[], None]] = {}  # by the function's scope
        self.postponed: Set[int] = frozenset()  # the functions that a glance has left unread
        self._homed: dict[tuple[int, str], Sequence[Use]] = {}  # the uses in a body, of a name or of all: ""
        self._by_name: dict[int, dict[str, list[Use]]] = {}  # the uses in a body
        self._own: dict[int, dict[int, list[Use]]] = {}  # the uses in a body, by the function they stand in
        self._readers: dict[str, list[int]] = {}  # the bodies that read a name
        self._listed = 0  # bodies that those have
        self._sorted: tuple[int, Sequence[Use]] = 0, ()  # the uses of how many bodies
        self._joined: tuple[int, _All] = 0, ((), (), (), frozenset(), {}, {})  # of how many bodies
        self._inside: dict[int, list[int]] = {}  # scopes by the function that their statements stand in
        self._defined: dict[tuple[str, int], list[int]] = {}  # scopes by name and line
        self._methods: dict[str, list[int]] = {}  # what stands in classes, by name
        self._placed = 0  # scopes that are among those
        self._by_line: dict[int, dict[int, list[tuple[str, Binding]]]] = {}  # the bindings of a scope

    @property
    def imports(self) -> Sequence[Import]:
        """The import statements, those of module code first."""
        return self._all[0]

    @property
    def calls(self) -> Sequence[Call]:
        """The calls, those of module code first."""
        return self._all[1]

    @property
    def stores(self) -> Sequence[Store]:
        """The assignments to attributes and items, those of module code first."""
        return self._all[2]

    @property
    def imported_modules(self) -> Set[str]:
        """The dotted names that `import a.b` statements make known to be modules, parents included."""
        return self._all[3]

    def imports_at(self, line: int) -> Sequence[Import]:
        """The imports of the statement that begins on a line."""
        return self._all[4].get(line, ())

    def line_importing(self, package: str, after: int) -> int:
        """The line of the first import statement of a top-level package after a line; 0 if there is none."""
        lines = self._all[5].get(package, ())
        at = bisect_right(lines, after)
        return lines[at] if at < len(lines) else 0

    @property
    def _all(self) -> _All:
        """What the bodies have, joined anew when another one was read."""
        if self._joined[0] != len(self.bodies):
            bodies = [self.bodies[number] for number in sorted(self.bodies)]
            imports = _joined([body.imports for body in bodies])
            names = {each.module for each in imports if not each.name}
            modules = {prefix for name in names for prefix in accumulate(name.split("."), "{}.{}".format)}
            found = (
                imports,
                _joined([body.calls for body in bodies]),
                _joined([body.stores for body in bodies]),
                modules,
                _by_line(imports),
                _by_package(imports),
            )
            self._joined = len(self.bodies), found
        return self._joined[1]

    @property
    def uses(self) -> Sequence[Use]:
        """The reads of names that the module, or an import, binds; by line."""
        if self._sorted[0] != len(self.bodies):
            found = (each for number in self.bodies for each in self.uses_in(number))
            self._sorted = len(self.bodies), sorted(found, key=lambda use: use.line)
        return self._sorted[1]

    def body(self, scope: int) -> Body:
        """What the code says that a scope is read with: of the outermost function around it, or of the module."""
        number = self.scopes[scope].body
        self.read(number)
        return self.bodies[number]

    def read(self, scope: int) -> None:
        """Read the body that a scope belongs to, if nobody did."""
        number = self.scopes[scope].body
        if number in self.unread:
            try:
                self.unread[number]()
            except RecursionError:  # whoever asks may stand deep in the stack; nothing has changed
                on_fresh_stack(self.unread[number])
            del self.unread[number]

    def functions_at(self, lines: Iterable[int]) -> Iterator[int]:
        """The outermost function that each of the lines stands in, decorators aside; 0 for one that stands in none."""
        for line in lines:
            outermost, starts = self._outermost
            at = bisect_right(starts, line) - 1
            yield outermost[at] if at >= 0 and line <= self.scopes[outermost[at]].span.end_line else 0

    @cached_property
    def _outermost(self) -> tuple[list[int], list[int]]:
        """The outermost functions, and the lines they begin on; once module code is walked there are no more."""
        found = [number for number, scope in enumerate(self.scopes) if number and scope.body == number]
        return found, [self.scopes[number].span.line for number in found]

    def returns(self, function: int) -> Sequence[Value]:
        """The values that a function returns."""
        self.read(function)
        return self.scopes[function].returns

    def read_at(self, lines: Iterable[int]) -> None:
        """Read the functions that lines stand in."""
        for number in self.functions_at(lines) if self.unread else ():
            self.read(number)

    def read_all(self) -> None:
        """Read every body, in source order."""
        for number in sorted(self.unread):
            self.read(number)

    def uses_in(self, body: int, name: str = "") -> Sequence[Use]:
        """The reads of names, or of one name, in a body that was read, each with the scope that binds the name.

        A name that no scope binds is a builtin, or comes with a star: left out, as are what functions bind themselves.
        """
        if (body, name) not in self._homed:
            uses = self.reads_by_name(body).get(name, ()) if name else self.bodies[body].uses
            homes = [(use, self._home(use)) for use in uses]
            self._homed[body, name] = [
                use._replace(home=home) if home else use for use, home in homes if home is not None
            ]
        return self._homed[body, name]

    def uses_of(self, function: int) -> Sequence[Use]:
        """The reads that stand in a function itself, and in no other inside it; 0 stands for module and class code."""
        number = self.scopes[function].body
        if number not in self._own:
            found: dict[int, list[Use]] = {}
            for use in self.body(number).uses:
                found.setdefault(self.function_of(use.place.scope), []).append(use)
            self._own[number] = found
        return self._own[number].get(function, ())

    def reads_by_name(self, body: int) -> Mapping[str, Sequence[Use]]:
        """The reads in a body by the name that is read, the name that is read first before the others."""
        if body not in self._by_name:
            found: dict[str, list[Use]] = {}
            for use in self.bodies[body].uses:
                found.setdefault(use.name, []).append(use)
            self._by_name[body] = found
        return self._by_name[body]

    def bodies_reading(self, name: str) -> Sequence[int]:
        """The bodies, of those that were read, that read a name, in the order of their reading."""
        for body in list(islice(self.bodies, self._listed, None)):
            self._listed += 1
            for each in self.reads_by_name(body):
                self._readers.setdefault(each, []).append(body)
        return tuple(self._readers.get(name, ()))

    def bound_on(self, scope: int, line: int) -> Sequence[tuple[str, Binding]]:
        """What a line binds in a scope that was read, by name."""
        if scope not in self._by_line:
            found: dict[int, list[tuple[str, Binding]]] = {}
            for name, bindings in self.scopes[scope].bindings.items():
                for each in bindings:
                    found.setdefault(each.line, []).append((name, each))
            self._by_line[scope] = found
        return self._by_line[scope].get(line, ())

    def _home(self, use: Use) -> int | None:
        """The scope that binds a name read, the module where that may be; None for what a function binds itself."""
        homes = binding_scopes(self.scopes, use.name, use.place.scope)
        if not homes or homes[-1] == 0:
            return 0 if homes else None
        imported = any(each.kind is BindingKind.IMPORT for each in self.scopes[homes[0]].bindings[use.name])
        return homes[0] if imported else None

    def scopes_in(self, function: int) -> Sequence[int]:
        """Return the scopes whose statements stand in a function, lambdas among them, as far as bodies were read."""
        self._place_scopes()
        return self._inside.get(function, ())

    def methods_called(self, name: str) -> Sequence[int]:
        """Return the functions of that name that stand in classes, as far as bodies were read."""
        self._place_scopes()
        return self._methods.get(name, ())

    def defined_on(self, name: str, line: int) -> Sequence[int]:
        """Return the functions and classes of a qualified name that a line defines, as far as bodies were read."""
        self._place_scopes()
        return self._defined.get((name, line), ())

    def _place_scopes(self) -> None:
        for number in range(self._placed, len(self.scopes)):
            scope = self.scopes[number]
            self._inside.setdefault(self.function_of(scope.place.scope), []).append(number)
            self._defined.setdefault((scope.name, scope.span.line), []).append(number)
            if self.scopes[scope.parent].kind is ScopeKind.CLASS:
                self._methods.setdefault(scope.name.rpartition(".")[2], []).append(number)
        self._placed = len(self.scopes)

    def function_of(self, scope: int) -> int:
        """The nearest function or lambda around a scope, itself included; 0 when only module and classes are."""
        while self.scopes[scope].kind not in (ScopeKind.MODULE, ScopeKind.FUNCTION, ScopeKind.LAMBDA):
            scope = self.scopes[scope].parent
        return scope
