"""Functions that do no more with what they are given than to put it away: `COMMANDS[name] = command`."""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence

_PUTTING_AWAY = frozenset({"add", "append", "appendleft", "insert", "setdefault"})  # methods of containers
_OF_CLASSES = frozenset({"classmethod", "staticmethod"})  # decorators that change nothing about this
_SELVES = frozenset({"cls", "self"})


def only_keeps(function: ast.AST) -> bool:
    """Whether a function calls nothing of what it is given, nor gives it to anything that might.

    That a container is one of its own, whose methods do more, does not show here.
    """
    if not isinstance(function, ast.FunctionDef):
        return False
    if any(not (isinstance(each, ast.Name) and each.id in _OF_CLASSES) for each in function.decorator_list):
        return False
    arguments = function.args
    every = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    given = {each.arg for each in (*every, arguments.vararg, arguments.kwarg) if each is not None} - _SELVES
    return _Body(given).all_keep(function.body)


class _Body:
    """The statements of a function with parameters of these names."""

    def __init__(self, given: Collection[str]) -> None:
        self._given = given

    def all_keep(self, statements: Sequence[ast.stmt]) -> bool:
        return all(map(self._keeps, statements))

    def _keeps(self, statement: ast.stmt) -> bool:
        match statement:
            case ast.Pass() | ast.Global() | ast.Raise() | ast.Return(value=None):
                return True
            case ast.Return(value=ast.expr() as value):
                return self._is_plain(value)
            case ast.Assign(targets=targets, value=value):
                return self._is_plain(value) and all(map(self._is_place, targets))
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                return self._is_plain(value) and self._is_place(target)
            case ast.If(test=test, body=body, orelse=orelse):
                return self._is_test(test) and self.all_keep(body) and self.all_keep(orelse)
            case ast.Expr(value=ast.Constant()):
                return True
            case ast.Expr(value=ast.Call(func=ast.Attribute(value=owner, attr=method), args=values, keywords=[])):
                return method in _PUTTING_AWAY and self._is_ours(owner) and all(map(self._is_plain, values))
        return False

    def _is_place(self, target: ast.expr) -> bool:
        """Whether a target is a name, or an item or attribute of what is not given."""
        match target:
            case ast.Name():
                return True
            case ast.Subscript(value=owner, slice=key):
                return self._is_ours(owner) and self._is_plain(key)
            case ast.Attribute(value=owner):
                return self._is_ours(owner)
        return False

    def _is_ours(self, node: ast.expr) -> bool:
        """Whether an expression is a name that is not given, an attribute or an item of one."""
        match node:
            case ast.Name(id=name):
                return name not in self._given
            case ast.Attribute(value=owner):
                return self._is_ours(owner)
            case ast.Subscript(value=owner, slice=key):
                return self._is_ours(owner) and self._is_plain(key)
        return False

    def _is_plain(self, node: ast.expr) -> bool:
        """Whether evaluating an expression asks nothing of what is given."""
        match node:
            case ast.Name() | ast.Constant():
                return True
            case ast.Attribute(attr="__module__" | "__name__" | "__qualname__", value=ast.Name()):
                return True
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                return all(map(self._is_plain, parts))
            case ast.Dict(keys=keys, values=values):
                return all(each is not None and self._is_plain(each) for each in (*keys, *values))
            case ast.Call(func=ast.Name(id="len"), args=[owner], keywords=[]):
                return self._is_ours(owner)
        return self._is_ours(node)

    def _is_test(self, node: ast.expr) -> bool:
        match node:
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self._is_test(operand)
            case ast.BoolOp(values=parts):
                return all(map(self._is_test, parts))
            case ast.Compare(left=left, ops=ops, comparators=others):
                are_asked = all(isinstance(each, (ast.Is, ast.IsNot, ast.In, ast.NotIn)) for each in ops)
                return are_asked and all(map(self._is_plain, (left, *others)))
        return self._is_ours(node)
