"""The values of literals, f-strings and small helpers in a test suite, found without running any of it."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator, Mapping
from typing import TypeAlias

Value: TypeAlias = "str | int | bool | Template | list[Value] | tuple[Value, ...] | None"


class Template(str):
    """A message with a `{module}` in it, of which only the code counts: formatted, it is 'CODE module'."""

    __slots__ = ()


class Unread(ValueError):  # noqa: N818  # says what happened
    """An expression that this module does not read."""


class Reader:
    """Reads the expressions of one test module."""

    def __init__(self, tree: ast.Module) -> None:
        self.functions = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}
        self.constants: dict[str, Value] = {
            alias.asname or alias.name: Template(alias.name)
            for node in tree.body
            if isinstance(node, ast.ImportFrom) and (node.module or "").endswith(".constants")
            for alias in node.names
        }

    def value(self, node: ast.expr, names: Mapping[str, Value]) -> Value:
        """The value of an expression, sets as lists.

        Raises:
            Unread: for what is no literal, f-string, known name, dedent, message or helper that makes a list.
        """
        match node:
            case ast.Constant(value=str() | int() | None as value):
                return value
            case ast.Name(id=name) if name in names:
                return names[name]
            case ast.Name(id=name) if name in self.constants:
                return self.constants[name]
            case ast.JoinedStr(values=parts):
                return "".join(self.text(part, names) for part in parts)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return self.text(left, names) + self.text(right, names)
            case ast.List(elts=items) | ast.Set(elts=items):
                return [self.value(item, names) for item in items if not isinstance(item, ast.Starred)]
            case ast.Tuple(elts=items):
                return tuple(self.value(item, names) for item in items)
            case ast.Call():
                return self._call(node, names)
        raise Unread(ast.unparse(node))

    def text(self, node: ast.expr, names: Mapping[str, Value]) -> str:
        """The text that an expression, or a field of an f-string, makes. Raises Unread."""
        value = self.value(node.value if isinstance(node, ast.FormattedValue) else node, names)
        if not isinstance(value, str):
            raise Unread(ast.unparse(node))
        return value

    def _call(self, node: ast.Call, names: Mapping[str, Value]) -> Value:
        match node:
            case ast.Call(func=ast.Attribute(attr="dedent"), args=[argument]):
                return textwrap.dedent(self.text(argument, names))
            case ast.Call(func=ast.Name(id="set"), args=[]):
                return []
            case ast.Call(func=ast.Attribute(value=message, attr="format"), keywords=[ast.keyword(value=module)]):
                return f"{self.text(message, names)} {self.text(module, names)}"
            case ast.Call(func=ast.Name(id=name), args=arguments) if name in self.functions:
                given = [self.value(argument, names) for argument in arguments]
                return self._lists_of(self.functions[name], given)
        raise Unread(ast.unparse(node))

    def _lists_of(self, helper: ast.FunctionDef, given: list[Value]) -> list[Value]:
        """What the lists that a helper assigns hold, together; items that are not read are left out."""
        names = dict(zip([argument.arg for argument in helper.args.args], given, strict=True))
        found: list[Value] = []
        for statement in helper.body:
            if isinstance(statement, ast.AnnAssign) and isinstance(statement.value, ast.List):
                found += [self.value(item, names) for item in statement.value.elts]
        return found

    def rounds(self, function: ast.FunctionDef) -> Iterator[dict[str, Value]]:
        """What the parameters of a test are, once for each of its rounds. Raises Unread."""
        found: list[dict[str, Value]] = [{}]
        for decorator in function.decorator_list:
            match decorator:
                case ast.Call(func=ast.Attribute(attr="parametrize"), args=[names, values]):
                    wanted, items = self.value(names, {}), self.value(values, {})
                    if not isinstance(items, list):
                        raise Unread(ast.unparse(values))
                    found = [{**one, **_bound(wanted, item)} for one in found for item in items]
        yield from found


def _bound(names: Value, item: Value) -> dict[str, Value]:
    if isinstance(names, str):
        names = tuple(name.strip() for name in names.split(","))
        item = item if len(names) > 1 else (item,)
    if not isinstance(names, tuple) or not isinstance(item, tuple):
        raise Unread(repr(names))
    return {str(name): value for name, value in zip(names, item, strict=True)}
