"""The nodes of a syntax tree, several times as fast as `ast.walk` gives them: it looks at fields that hold no nodes."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

# Fields with names, numbers and contexts; of operators, no question is about the operator alone.
_NO_PARTS = frozenset({
    "arg", "asname", "attr", "conversion", "ctx", "id", "is_async", "is_lazy", "kind", "kwd_attrs", "level", "module",
    "name", "op", "ops", "rest", "simple", "tag", "type_comment", "type_ignores",
})  # fmt: skip


class _Parts(dict[type[ast.AST], tuple[str, ...]]):
    """By kind of node, the fields that may hold other nodes."""

    def __missing__(self, kind: type[ast.AST]) -> tuple[str, ...]:
        is_alias = kind.__name__ == "TypeAlias"  # whose name is a node
        fields = () if kind is ast.Constant else kind._fields
        found = self[kind] = tuple([each for each in fields if each not in _NO_PARTS or (is_alias and each == "name")])
        return found


_PARTS = _Parts()  # the documented state of this module: it depends on the interpreter alone


def nodes_of(tree: ast.AST) -> list[ast.AST]:
    """Return a node and all nodes in it, without contexts and operators, in the order of `ast.walk`."""
    found = [tree]
    _add_inner(found, found)
    return found


def children(node: ast.AST) -> list[ast.AST]:
    """Return the nodes in a node, in the order of the source, without contexts and operators."""
    found: list[ast.AST] = []
    _add_inner([node], found)
    return found


def _add_inner(nodes: list[ast.AST], found: list[ast.AST]) -> None:
    """Add what stands in some nodes; where both are one list, also what stands in that."""
    for node in nodes:
        for name in _PARTS[type(node)]:
            value = getattr(node, name, None)
            if value.__class__ is list:
                found += [each for each in value if isinstance(each, ast.AST)]
            elif value is not None and isinstance(value, ast.AST):
                found.append(value)


def with_functions(tree: ast.Module) -> Iterator[tuple[ast.AST, ast.AST | None, Sequence[ast.AST]]]:
    """Give all nodes, outer ones first, each with the outermost function around it and the nodes in it."""
    pending: list[tuple[ast.AST, ast.AST | None]] = [(tree, None)]
    while pending:
        node, around = pending.pop()
        inner = children(node)
        yield node, around, inner
        if around is None and isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            around = node
        pending += [(child, around) for child in reversed(inner)]
