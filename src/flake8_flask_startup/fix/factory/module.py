"""The statements of a module's own code, with what each reads and binds while the module is loaded."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from ...files.parsing import parsed
from ...model.access_paths import own_path
from ...syntax.binder import collect
from ...syntax.facts import Facts
from ...syntax.resolver import Names
from ...syntax.static_conditions import Phase, Target
from ...syntax.symbol_table import Binding, Role, ScopeKind, Use
from ..refusal import Refused
from ..splices import Places

Function = (ast.FunctionDef, ast.AsyncFunctionDef)
FUNCTIONS = (*Function, ast.Lambda)


@dataclass(frozen=True, slots=True)
class Unit:
    """A statement of module code from its first line, decorators among them, to its last."""

    node: ast.stmt
    first: int
    last: int

    def has(self, line: int) -> bool:
        """Whether a line is one of the statement."""
        return self.first <= line <= self.last


class Module:
    """The text of a module, its statements, and what they mean."""

    def __init__(self, text: str, target: Target) -> None:
        self.text = text
        self.tree = parsed(text)
        self.at = Places(text)
        self.facts: Facts = collect(self.tree, target)
        self.names = Names(self.facts)
        self.units = [_unit(each) for each in self.tree.body]

    def unit_at(self, line: int) -> Unit | None:
        """Return the statement that a line belongs to."""
        return next((each for each in self.units if each.has(line)), None)

    def reads(self, unit: Unit) -> list[Use]:
        """Return the reads of the module's names that happen while a statement is loaded."""
        return [each for each in self._loading if unit.has(each.line)]

    def later_reads(self, name: str) -> list[Use]:
        """Return the reads of a name of the module in functions, under the main guard, and for type checkers."""
        return [each for each in self.uses_of(name) if each.place.phase is not Phase.IMPORT]

    def uses_of(self, name: str) -> list[Use]:
        """Return the reads of a name of the module."""
        return [each for each in self.facts.uses if each.name == name and not each.home]

    def binds(self, unit: Unit) -> set[str]:
        """Return the names of the module that a statement binds while it is loaded."""
        return {name for name, each in self._bound if unit.has(each.line)}

    def bindings(self, name: str) -> list[Binding]:
        """Return what binds a name of the module."""
        return list(self.facts.scopes[0].bindings.get(name, ()))

    def scope_of(self, node: ast.AST) -> int:
        """Return the number of a function's scope, or a class's; 0 if it is not known."""
        return self._scopes.get((getattr(node, "lineno", 0), getattr(node, "name", "")), 0)

    def is_function(self, path: str) -> bool:
        """Return whether a resolved path is that of a function that module code defines."""
        return any(isinstance(each.node, Function) and path == own_path(each.node.name) for each in self.units)

    def need_alone(self, unit: Unit) -> None:
        """Do nothing where a statement shares its lines with no other; Refused otherwise."""
        if any(each is not unit and (unit.has(each.first) or unit.has(each.last)) for each in self.units):
            raise Refused(f"line {unit.first}: several statements share the line")

    @cached_property
    def _loading(self) -> list[Use]:
        return [each for each in self.facts.uses if not each.home and each.place.phase is Phase.IMPORT]

    @cached_property
    def _bound(self) -> list[tuple[str, Binding]]:
        return [
            (name, each)
            for name, found in self.facts.scopes[0].bindings.items()
            for each in found
            if each.place.phase is Phase.IMPORT and not each.place.scope
        ]

    @cached_property
    def _scopes(self) -> dict[tuple[int, str], int]:
        return {
            (scope.span.line, scope.name.rpartition(".")[2]): number
            for number, scope in enumerate(self.facts.scopes)
            if scope.kind in (ScopeKind.FUNCTION, ScopeKind.CLASS)
        }


def loaded_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """Return what of a statement is evaluated while it is loaded: all but the bodies of functions."""
    pending = [node]
    while pending:
        each = pending.pop()
        yield each
        if isinstance(each, FUNCTIONS):
            pending += [*each.args.defaults, *filter(None, each.args.kw_defaults)]
            pending += [] if isinstance(each, ast.Lambda) else each.decorator_list
        else:
            pending += ast.iter_child_nodes(each)


def is_main_guard(node: ast.stmt) -> bool:
    """Return whether a statement tests that the module is the program."""
    test = node.test if isinstance(node, ast.If) else None
    if not isinstance(test, ast.Compare) or not all(isinstance(each, ast.Eq) for each in test.ops):
        return False
    sides = (test.left, *test.comparators)
    is_name = any(isinstance(each, ast.Name) and each.id == "__name__" for each in sides)
    return is_name and any(isinstance(each, ast.Constant) and each.value == "__main__" for each in sides)


def is_decorator(use: Use) -> bool:
    """Return whether a name is read in a decorator."""
    return use.role is Role.DECORATOR


def _unit(node: ast.stmt) -> Unit:
    decorators = getattr(node, "decorator_list", [])
    return Unit(node, min([node.lineno, *(each.lineno for each in decorators)]), node.end_lineno or node.lineno)
