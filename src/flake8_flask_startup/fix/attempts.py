"""Module-level statements that go on if an import fails: a `try`, or `with suppress(ImportError)`."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache

from ..model.access_paths import as_resolved
from ..syntax.import_statements import imported
from ..syntax.tree_walk import nodes_of

_SUPPRESS = as_resolved("contextlib.suppress")


def attempts(tree: ast.Module) -> Iterator[tuple[ast.stmt, ast.Try | None]]:
    """Return the module-level statements, each with the `try` that it is or is equivalent to; None for all others."""
    for each in tree.body:
        yield each, each if isinstance(each, ast.Try) else _as_try(each, tree)


def suppressing(tree: ast.Module) -> frozenset[str]:
    """Return the names that such `with` statements read; each means the same anywhere in the file."""
    found = (each for each in tree.body if isinstance(each, ast.With) and _as_try(each, tree) is not None)
    return frozenset(_root(each.items[0].context_expr) for each in found)


def _as_try(node: ast.stmt, tree: ast.Module) -> ast.Try | None:
    """The `try` that a `with suppress(...)` is equivalent to."""
    if not isinstance(node, ast.With) or len(node.items) != 1 or node.items[0].optional_vars is not None:
        return None
    call = node.items[0].context_expr
    if not isinstance(call, ast.Call) or call.keywords or not call.args or not _is_suppress(call, tree):
        return None
    caught = call.args[0] if len(call.args) == 1 else ast.Tuple(call.args, ast.Load())
    handler = ast.copy_location(ast.ExceptHandler(caught, None, [ast.copy_location(ast.Pass(), node)]), node)
    return ast.copy_location(ast.Try(node.body, [handler], [], []), node)


def _is_suppress(call: ast.Call, tree: ast.Module) -> bool:
    """Whether this calls `contextlib.suppress` by a name that the file binds to nothing else."""
    root = _root(call)
    if times_bound(tree)[root] != 1 or times_bound(tree)["*"]:
        return False
    for each in tree.body:
        for name in imported(each):
            if name.bound == root:
                return f"{name.path}{ast.unparse(call.func)[len(root) :]}" == _SUPPRESS
    return False


def _root(node: ast.expr) -> str:
    """The name that a dotted path, or a call of one, begins with; empty for anything else."""
    node = node.func if isinstance(node, ast.Call) else node
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


@lru_cache(maxsize=16)  # asked of the same tree for each statement of a plan
def times_bound(tree: ast.Module) -> Mapping[str, int]:
    """Return how often each name is bound, declared or deleted in a file, in whatever scope; "*" for star imports."""
    return Counter(name for each in nodes_of(tree) for name in names_bound(each))


def names_bound(node: ast.AST) -> Iterator[str]:
    """Return the names that a node binds, declares or deletes itself; "*" for a star import."""
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        yield from (each.bound or each.name for each in imported(node))
    elif isinstance(node, ast.arg):
        yield node.arg
    elif isinstance(node, (ast.Global, ast.Nonlocal)):
        yield from node.names
    elif not isinstance(node, ast.alias) and not (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)):
        yield from filter(None, (getattr(node, field, None) for field in ("id", "name", "rest")))
