"""Which functions of a name are live at a call, where a file defines several of that name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..model.access_paths import name_in_file
from ..syntax.facts import Facts
from ..syntax.places import Place, surely_before
from ..syntax.resolver import Names
from ..syntax.symbol_table import BindingKind, Call, Role, Scope, ScopeKind, Use
from ..syntax.values import Kind
from .method_resolution import MAX_REPLACED

_SIMPLE = (ScopeKind.MODULE, ScopeKind.FUNCTION, ScopeKind.LAMBDA)


class LiveFunctions:
    """The calls of one file by the function that makes them, and the functions that those may mean.

    Where seen_through is given, calls are those that it gives for them.
    """

    def __init__(self, facts: Facts, names: Names, seen_through: Callable[[Call], Call] | None = None) -> None:
        self.facts = facts
        self.names = names
        self._seen_through = seen_through
        self._calls: dict[int, dict[int, list[Call]]] = {}  # by body, then by function
        self._simple: dict[str, tuple[int, Sequence[int]]] = {}  # by path, each with how many there are of all kinds

    def calls_in(self, function: int) -> Sequence[Call]:
        """The calls that a function makes; 0 stands for module and class bodies."""
        number = self.facts.scopes[function].body
        if number not in self._calls:
            found: dict[int, list[Call]] = {}
            for call in self.facts.body(function).calls:
                each = self._seen_through(call) if self._seen_through is not None else call
                found.setdefault(self.facts.function_of(call.place.scope), []).append(each)
            self._calls[number] = found
        return self._calls[number].get(function, ())

    def of(self, path: str, place: Place, line: int) -> Sequence[int]:
        """The functions at a resolved path (":load") that a call or a read may mean, as scope numbers.

        None is among them that another one has replaced before anything could call it. Of more than MAX_REPLACED,
        any may be meant: they are the same sequence each time.
        """
        numbers = self._simple_at(path)
        if len(numbers) > MAX_REPLACED:
            return numbers
        return [
            number for at, number in enumerate(numbers) if not self._is_replaced(number, numbers[at + 1 :], place, line)
        ]

    def _simple_at(self, path: str) -> Sequence[int]:
        """The functions at a resolved path, without classes and their like."""
        numbers = self.names.scopes_by_name.get(name_in_file(path), ())
        count, known = self._simple.get(path, (0, ()))
        if count != len(numbers):  # functions are read as they are needed
            known = [number for number in numbers if self.facts.scopes[number].kind in _SIMPLE]
            self._simple[path] = len(numbers), known
        return known

    def gives_back(self, path: str) -> bool:
        """Whether what is at a resolved path is a function that gives back what it is given first, and nothing else."""
        numbers = self.names.defined(path)
        for number in numbers:
            scope = self.facts.scopes[number]
            self.facts.read(number)
            given = scope.parameters[:1]
            is_plain = scope.kind is ScopeKind.FUNCTION and not scope.decorators and not scope.runs_later and given
            if not is_plain or len(scope.bindings.get(given[0], ())) != 1 or not scope.returns:
                return False
            if any(each.kind is not Kind.PATH or each.path != given[0] for each in scope.returns):
                return False
        return bool(numbers)

    def _is_replaced(self, number: int, later: Sequence[int], place: Place, line: int) -> bool:
        """Whether something else of the name stands in a function's place before code on a line comes to it."""
        scopes, scope = self.facts.scopes, self.facts.scopes[number]
        name = scope.name.rpartition(".")[2]
        if place.scope == scope.parent and self._is_bound_between(name, scope, place, line):
            return True
        for other in (scopes[each] for each in later):
            if other.decorators or other.parent != scope.parent or other.place != scope.place:
                continue
            lines = range(scope.span.end_line + 1, other.span.line + 1)
            if place.scope == scope.parent and line > other.span.line:
                is_kept = any(use.name == name and use.line in lines for use in self._reads_in(scope.parent))
            else:
                is_kept = any(each.span.line in lines for each in self.calls_in(self.facts.function_of(scope.parent)))
                is_kept = is_kept or any(use.name == name and use.line in lines for use in self._reads_in(scope.parent))
            if not is_kept:
                return True
        return False

    def _is_bound_between(self, name: str, scope: Scope, place: Place, line: int) -> bool:
        """Whether a name of module or class code means something else between a function of it and a line."""
        if scope.decorators or self.facts.function_of(scope.parent):
            return False
        bound = [
            each.line
            for each in self.facts.scopes[scope.parent].bindings.get(name, ())
            if each.kind in (BindingKind.ASSIGN, BindingKind.IMPORT, BindingKind.DELETE)
            and scope.span.end_line < each.line < line
            and surely_before(each.place, place)
        ]
        lines = range(scope.span.end_line + 1, min(bound, default=0) + 1)
        return bool(bound) and all(use.line not in lines for use in self._reads_in(scope.parent) if use.name == name)

    def _reads_in(self, scope: int) -> Sequence[Use]:
        uses = self.facts.body(scope).uses
        return [use for use in uses if use.place.scope == scope and use.role is not Role.DELETE]
