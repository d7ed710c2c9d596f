"""Annotations in a tree: those of a function or class, and the names that are read where they are evaluated."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..files.parsing import parsed_expression


def annotations_of(node: ast.AST) -> list[ast.expr]:
    """Return the annotations of a function's parameters and result, or of the variables in a class's body."""
    if isinstance(node, (ast.AsyncFunctionDef, ast.FunctionDef)):
        every = node.args
        given = [*every.posonlyargs, *every.args, every.vararg, *every.kwonlyargs, every.kwarg]
        found = [*[each.annotation for each in given if each is not None], node.returns]
        return [each for each in found if each is not None]
    body = node.body if isinstance(node, ast.ClassDef) else ()
    return [each.annotation for each in body if isinstance(each, ast.AnnAssign) and isinstance(each.target, ast.Name)]


def names_read(node: ast.AST) -> Iterator[ast.Attribute | ast.Name]:
    """The names in an annotation, each with the attributes that are read of it; those in its texts among them."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            yield from names_read(parsed_expression(node.value))
        except SyntaxError:
            return
    elif isinstance(node, ast.Name) or (isinstance(node, ast.Attribute) and _is_dotted(node)):
        yield node
    else:
        for each in ast.iter_child_nodes(node):
            yield from names_read(each)


def _is_dotted(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)
