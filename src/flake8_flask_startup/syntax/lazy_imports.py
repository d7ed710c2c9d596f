"""Which imports wait until code uses a name that they bind: PEP 810, Python 3.15 and later."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from ..model import UNKNOWN
from .static_conditions import ALL, Target
from .symbol_table import Import, Scope
from .text_prefilter import ADDING_METHODS
from .values import Kind, Value

SINCE = (3, 15)
NAME = "__lazy_modules__"
MAX_DEPTH = 20  # of an expression that puts the list together
_TAKING = frozenset({"difference_update", "discard", "pop", "remove"})
_SEPARATORS = re.compile(r"[\s,;|]+")  # of names that a text is split into
_COMPREHENSIONS = (ast.GeneratorExp, ast.ListComp, ast.SetComp)
_PARTS = (ast.expr, ast.comprehension, ast.keyword)
_OPEN = (ast.Attribute, ast.Await, ast.JoinedStr, ast.Lambda, ast.Subscript)  # that the texts in them do not tell


def waits(each: Import, target: Target, module: str = "") -> bool | None:
    """Whether an import waits on a target Python; None where the list of those that do is not known.

    module is the absolute name of the module, which a relative import does not spell. Python 3.15 looks for that name
    in the list, not for the names that are imported from it.
    """
    if target.version < SINCE or not each.can_wait:
        return False
    if each.lazy or target.lazy_imports == ALL or (module or each.module) in each.listed:
        return True
    return None if UNKNOWN in each.listed else False


class LazyModules:
    """The names in `__lazy_modules__`, as module code has put them together so far. scope is the module's."""

    def __init__(self, scope: Scope) -> None:
        self.names: frozenset[str] = frozenset()
        self._scope = scope

    def assigned(self, value: ast.expr) -> None:
        """Take an assignment, which leaves nothing of what was there unless its value names the list."""
        self.names = self._spelled(value)

    def changed(self, by: ast.operator | str, value: ast.expr) -> None:
        """Take an augmented assignment, or a call of a method of the list."""
        given = value.args if isinstance(value, ast.Call) and isinstance(by, str) else [value]
        names = frozenset().union(*map(self._spelled, given))
        if isinstance(by, (ast.Add, ast.BitOr)) or by in ADDING_METHODS:
            self.names |= names
        elif isinstance(by, ast.Sub) or by in _TAKING:
            self.names -= names - {UNKNOWN}
        elif by == "clear":
            self.names = frozenset()

    def deleted(self) -> None:
        """Take a `del` of the list."""
        self.names = frozenset()

    def _spelled(self, node: ast.AST, depth: int = 0) -> frozenset[str]:
        """The names that an expression is made of, UNKNOWN among them for what is not written out."""
        if isinstance(node, ast.Constant):
            return frozenset(_SEPARATORS.split(node.value)) if isinstance(node.value, str) else frozenset()
        if isinstance(node, ast.Name):
            return self._bound(node.id)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
            return self._spelled(node.left, depth) - self._spelled(node.right, depth)
        if isinstance(node, _COMPREHENSIONS) and any(each.ifs for each in node.generators):
            return self._sifted(node, depth)
        if isinstance(node, _OPEN) or depth > MAX_DEPTH:
            return frozenset({UNKNOWN})
        return frozenset().union(*(self._spelled(each, depth + 1) for each in _parts(node)))

    def _sifted(self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp, depth: int) -> frozenset[str]:
        """The names that pass the tests of a comprehension; what it makes of them, or does besides, is not known."""
        loop, *more = node.generators
        names = self._spelled(loop.iter, depth + 1)
        variable = loop.target.id if isinstance(loop.target, ast.Name) else ""
        if more or not isinstance(node.elt, ast.Name) or variable != node.elt.id:
            return frozenset({UNKNOWN})
        passed = {name: [self._passes(test, variable, name) for test in loop.ifs] for name in names}
        is_known = not any(None in tests for tests in passed.values()) and UNKNOWN not in names
        return frozenset(name for name, tests in passed.items() if all(tests)) if is_known else frozenset({UNKNOWN})

    def _passes(self, test: ast.expr, variable: str, name: str) -> bool | None:
        """Whether a name passes a test that compares it with others, or looks at its start or end."""
        match test:
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                found = self._passes(operand, variable, name)
                return None if found is None else not found
            case ast.Compare(left=ast.Name(id=left), ops=[kind], comparators=[other]) if left == variable:
                names = self._spelled(other)
                if UNKNOWN in names or not isinstance(kind, (ast.Eq, ast.In, ast.NotEq, ast.NotIn)):
                    return None
                return (name in names) is isinstance(kind, (ast.Eq, ast.In))
            case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr="startswith" | "endswith" as method)):
                parts = frozenset().union(*map(self._spelled, test.args))
                if owner != variable or UNKNOWN in parts or test.keywords:
                    return None
                return bool(getattr(name, method)(tuple(parts)))
        return None

    def _bound(self, name: str) -> frozenset[str]:
        """The names that a variable of the module holds."""
        if name == NAME:
            return self.names
        bindings = self._scope.bindings.get(name)
        if not bindings:
            return frozenset({UNKNOWN}) if name.startswith("__") else frozenset()  # a builtin, or a comprehension's own
        return _constants(bindings[-1].value)


def _parts(node: ast.AST) -> Iterable[ast.AST]:
    """The parts of an expression that tell what is in the container that it makes."""
    if isinstance(node, ast.comprehension):
        return [node.iter]
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):  # `"a b".split()`, `NAMES.copy()`
        return [node.func.value, *node.args]
    return [each for each in ast.iter_child_nodes(node) if isinstance(each, _PARTS)]


def _constants(value: Value, depth: int = 0) -> frozenset[str]:
    """The texts that a value is made of; UNKNOWN for what is not written out."""
    if value.kind is Kind.CONSTANT:
        return frozenset(_SEPARATORS.split(value.constant)) if isinstance(value.constant, str) else frozenset()
    if value.kind not in (Kind.SEQUENCE, Kind.MAPPING, Kind.CHOICE, Kind.ADDED) or depth > MAX_DEPTH:
        return frozenset({UNKNOWN})
    keys = frozenset(each for each in value.keys if isinstance(each, str))
    return keys.union(*(_constants(each, depth + 1) for each in value.items))
