"""The results of tests on environment variables while these are unset: the usual case where no target decides."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from ..model import access_paths
from ..model.access_paths import NOWHERE
from .conditions import MAX_DEPTH, OPERATORS, Assigned, Conditions, literal
from .formulas import formula_of
from .static_conditions import Target
from .symbol_table import Scope, binding_scopes

MAX_CALLS = 3  # nested

_Answer = TypeVar("_Answer")


class UsualConditions(Conditions):
    """Judges the tests of a module that is being walked, those on environment variables as well."""

    def __init__(self, target: Target, scopes: Sequence[Scope]) -> None:
        super().__init__(target, scopes)
        self._functions: dict[tuple[int, str], ast.FunctionDef] = {}  # by scope and name, those that end with `return`
        self._calls = 0  # nested

    def defined(self, node: ast.FunctionDef, scope: int) -> None:
        """Remember a function that a scope has just defined, if it may only return an expression."""
        if isinstance(node.body[-1], ast.Return):
            self._functions[binding_scopes(self._scopes, node.name, scope)[0], node.name] = node

    def usual(self, test: ast.expr, scope: int) -> bool | None:
        """The result of a test on environment variables while these are unset; None for any other test."""
        if self.depth >= MAX_DEPTH:
            return None
        self.depth += 1
        try:
            return self._unset(test, scope)
        finally:
            self.depth -= 1

    def _unset(self, test: ast.expr, scope: int) -> bool | None:
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                truth = self.usual(operand, scope)
                return None if truth is None else not truth
            case ast.BoolOp(op=operator_, values=values):
                decisive = isinstance(operator_, ast.Or)
                truths = [self.usual(each, scope) for each in values]
                return decisive if decisive in truths else None if None in truths else not decisive
            case ast.Name(id=name):
                return self.asked("usual", self._usual_of_name, name, scope, None)
            case ast.Compare(ops=[ast.In() | ast.NotIn() as op], comparators=[ast.Name() | ast.Attribute() as table]):
                return isinstance(op, ast.NotIn) if self.path(table, scope) in _VARIABLES else None
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in OPERATORS:
                return self._unset_comparison(left, op, right, scope)
            case ast.Call(func=ast.Name(id="bool"), args=[operand], keywords=[]):
                return self.usual(operand, scope)
            case ast.Call(func=function):
                if access_paths.last_name(self.path(function, scope)) == "is_running_from_reloader":
                    return False  # werkzeug._reloader sets WERKZEUG_RUN_MAIN in its child
                if (truth := self._of_called(test, scope, self.usual)) is not None:
                    return truth
        found = self._unset_value(test, scope)
        return None if found is None else bool(found.value)

    def _unset_comparison(self, left: ast.expr, op: ast.cmpop, right: ast.expr, scope: int) -> bool | None:
        one, other = self._unset_value(left, scope), self._unset_value(right, scope)
        try:
            if one is not None:
                known = literal(right)
                is_known = known is not None or isinstance(right, ast.Constant)
                return bool(OPERATORS[type(op)](one.value, known)) if is_known else None
            if other is not None and isinstance(left, ast.Constant):
                return bool(OPERATORS[type(op)](left.value, other.value))
        except TypeError:  # the operands cannot be compared
            pass
        return None

    def _unset_value(self, node: ast.expr, scope: int) -> ast.Constant | None:
        """The value read for an unset environment variable; None for anything else, or if that is not known."""
        match node:
            case ast.NamedExpr(value=value):
                return self._unset_value(value, scope)
            case ast.Name(id=name):
                return self.asked("unset", self._unset_of_name, name, scope, None)
            case ast.Call(func=ast.Attribute(value=inner, attr=method), args=given, keywords=[]) if method in _OF_TEXTS:
                found = self._unset_value(inner, scope)
                arguments = [literal(each) for each in given]
                if found is None or not isinstance(found.value, str) or None in arguments:
                    return None
                return _made(getattr(found.value, method), *arguments)
            case ast.BoolOp(op=ast.Or(), values=[read, ast.Constant() as otherwise]):
                found = self._unset_value(read, scope)
                return found if found is None or found.value else otherwise
            case ast.Call(func=ast.Name(id=name), args=[inner], keywords=[]) if name in _CONVERTING:
                found = self._unset_value(inner, scope)
                return None if found is None else _made(_CONVERTING[name], found.value)
            case ast.Call(func=function, args=[_, *rest]) if self.path(function, scope) in _READ_VARIABLE:
                default = rest[0] if rest else ast.Constant(None)
                return default if isinstance(default, ast.Constant) else None
            case ast.Call():
                return self._of_called(node, scope, self._unset_value)
        return None

    def _of_called(self, call: ast.Call, scope: int, ask: Callable[[ast.expr, int], _Answer | None]) -> _Answer | None:
        """The result of a call, with constants, of a function in the file; None for any other call."""
        if not isinstance(call.func, ast.Name) or self._calls >= MAX_CALLS:
            return None
        name = call.func.id
        home, *others = binding_scopes(self._scopes, name, scope) or (-1,)
        function = self._functions.get((home, name))
        if function is None or others or len(self._scopes[home].bindings[name]) != 1:
            return None
        formula = formula_of(function)
        given = formula.given(call) if formula is not None else None
        self._calls += 1
        try:
            return None if given is None else ask(given, home)
        finally:
            self._calls -= 1

    def _usual_of_name(self, name: str, scope: int) -> bool | None:
        found = {
            self.usual(each.expression, each.scope) if isinstance(each, Assigned) else None
            for each in self.meanings(name, scope)
        }
        fallback = self._fallback(name, scope)
        if fallback is not None:
            return bool(fallback.value)
        return found.pop() if len(found) == 1 else None

    def _unset_of_name(self, name: str, scope: int) -> ast.Constant | None:
        only, *more = [*self.meanings(name, scope)] or [NOWHERE]
        if more:
            return self._fallback(name, scope)
        return self._unset_value(only.expression, only.scope) if isinstance(only, Assigned) else None

    def _fallback(self, name: str, scope: int) -> ast.Constant | None:
        """The value of a name if the variable is missing: `try: ... except KeyError: ...`."""
        match [each.expression if isinstance(each, Assigned) else None for each in self.meanings(name, scope)]:
            case [ast.Subscript(value=owner), ast.Constant() as fallback] if self.path(owner, scope) in _VARIABLES:
                return fallback
        return None


_READ_VARIABLE = frozenset({"os.environ.get", "os.getenv", "environ.get", "getenv"})  # the last two after a star import
_VARIABLES = frozenset({"environ", "os.environ"})
# String methods that return a string or a bool.
_OF_TEXTS = frozenset(
    {
        "casefold", "endswith", "isalnum", "isalpha", "isdecimal", "isdigit", "lower", "removeprefix", "removesuffix",
        "startswith", "strip", "title", "upper",
    }
)  # fmt: skip
_CONVERTING: Mapping[str, Callable[..., float | str]] = {"float": float, "int": int, "str": str}


def _made(function: Callable[..., bool | float | str], *arguments: object) -> ast.Constant | None:
    """The constant that a built-in function returns for other constants; None if it raises."""
    try:
        return ast.Constant(function(*arguments))
    except (ArithmeticError, TypeError, ValueError):
        return None
