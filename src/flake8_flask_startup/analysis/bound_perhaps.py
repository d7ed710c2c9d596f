"""Imports that may bind nothing: those under a condition, and optional ones.

Where an optional import fails and nothing answers that (`except ImportError: pass`), the functions that use its name
fail as well, as they do if they import it themselves.
"""

from __future__ import annotations

import ast

from ..syntax.symbol_table import Import
from ..syntax.tree_walk import nodes_of

_IMPORTS = (ast.Import, ast.ImportFrom)


def decided_by(each: Import, tree: ast.Module | None) -> str:
    """Return what decides whether an import binds its name, so that it cannot move; empty if nothing does."""
    if each.place.optional and tree is not None and _is_passed_over(tree, each.span.line, each.bound):
        return ""
    if each.place.optional:
        return "the except clause around it decides what the module does without it"
    if each.place.condition is not None:
        return f"the condition on line {each.place.condition.line} decides whether it is bound"
    return ""


def passes(node: ast.stmt) -> bool:
    """Return whether a statement is a `try` that holds imports alone, and does nothing where one of them fails."""
    if not isinstance(node, ast.Try) or not all(isinstance(each, _IMPORTS) for each in node.body):
        return False
    does_more = node.orelse or node.finalbody
    return not does_more and all(isinstance(each, ast.Pass) for handler in node.handlers for each in handler.body)


def _is_passed_over(tree: ast.Module, line: int, name: str) -> bool:
    """Whether nothing answers the failure of an import in a block of module code.

    Code that catches what a missing name raises, or asks for the name within a `try`, answers it.
    """
    block = next((each for each in tree.body if each.lineno <= line <= (each.end_lineno or 0)), None)
    if block is None or not passes(block):
        return False
    nodes = nodes_of(tree)
    tries = [each for each in nodes if isinstance(each, (ast.Try, ast.TryStar)) and each is not block]
    guarded = (inner for each in tries if each.handlers for part in each.body for inner in ast.walk(part))
    return not any(_is_name(each, "NameError") for each in nodes) and not any(_is_name(each, name) for each in guarded)


def _is_name(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name
