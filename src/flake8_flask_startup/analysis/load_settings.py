"""What loading a module sets up elsewhere: statements of its module code that are there for what they do."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class SetUp(NamedTuple):
    """Something that a statement calls for nothing but the effect, or assigns an attribute or item of.

    name is the dotted name that it begins with, made_of what that is called with: of `getLogger("web").setLevel(level)`
    they are getLogger and its argument.
    """

    name: str
    made_of: Sequence[ast.expr]
    line: int


def set_up(tree: ast.Module) -> Iterator[SetUp]:
    """Give what module code sets up, and the functions that it calls by their names."""
    variables = {
        target.id: each.value
        for each in tree.body
        if isinstance(each, ast.Assign)
        for target in each.targets
        if isinstance(target, ast.Name)
    }
    for statement in _executed(tree):
        for expression in _changed(statement):
            name, made_of = _begins_with(expression)
            if (
                value := variables.get(name.partition(".")[0])
            ) is not None:  # `log = getLogger()`, `log.disabled = True`
                name, made_of = _begins_with(value)
            yield SetUp(name, made_of, statement.lineno)


def _executed(tree: ast.Module) -> Iterator[ast.stmt]:
    """The statements that loading a module runs, as far as its own text tells."""
    functions = {each.name: each for each in ast.walk(tree) if isinstance(each, _FUNCTIONS)}
    pending: list[ast.AST] = list(tree.body)
    while pending:
        node = pending.pop()
        if isinstance(node, _FUNCTIONS):
            continue
        if isinstance(node, ast.stmt):
            yield node
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in functions:
            pending += functions.pop(node.func.id).body
        pending += ast.iter_child_nodes(node)


def _changed(statement: ast.stmt) -> Iterator[ast.expr]:
    """The expressions that a statement changes something of."""
    match statement:
        case ast.Expr(value=ast.Call(func=function)):
            yield function
        case ast.Assign(targets=targets) | ast.Delete(targets=targets):
            yield from (each for each in targets if isinstance(each, (ast.Attribute, ast.Subscript)))
        case ast.AugAssign(target=ast.Attribute() | ast.Subscript() as target):
            yield target
        case ast.AnnAssign(target=ast.Attribute() | ast.Subscript() as target):
            yield target


def _begins_with(node: ast.expr) -> tuple[str, Sequence[ast.expr]]:
    """The dotted name that an expression begins with, and the arguments of a call of that; empty for another one."""
    names: list[str] = []
    made_of: Sequence[ast.expr] = ()
    while not isinstance(node, ast.Name):
        match node:
            case ast.Attribute(value=owner, attr=name):
                names.append(name)
                node = owner
            case ast.Call(func=function, args=args):
                names, made_of, node = [], args, function
            case ast.Subscript(value=owner):
                names, made_of, node = [], (), owner
            case _:
                return "", ()
    return ".".join([node.id, *reversed(names)]), made_of
