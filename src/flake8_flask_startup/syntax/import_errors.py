"""How code awaits that an import fails."""

from __future__ import annotations

import ast
import sys
from collections.abc import Sequence

from ..model.access_paths import last_name
from .import_statements import imported
from .raw_paths import raw_path

# What a `try` must catch to survive a missing package; a bare `except` catches everything.
SURVIVES_IMPORT_ERROR = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError"})


def awaits_import_error(node: ast.AST) -> bool:
    """Whether a statement is about imports that fail: it says so, or it catches anything around imports alone."""
    if isinstance(node, (ast.Try, ast.TryStar)):
        names = {name for handler in node.handlers for name in caught(handler)}
        imports_alone = all(isinstance(each, (ast.Import, ast.ImportFrom)) for each in node.body)
        return bool(names & (SURVIVES_IMPORT_ERROR if imports_alone else IMPORT_ERRORS))
    if isinstance(node, (ast.With, ast.AsyncWith)):
        return any(suppresses_import_error(item.context_expr) for item in node.items)
    return False


def awaits_missing(handler: ast.ExceptHandler, body: Sequence[ast.stmt]) -> tuple[str, ...]:
    """Return the modules whose lack a handler awaits: those that a `try` imports and Python does not bring along."""
    imports = [each for each in body if isinstance(each, (ast.Import, ast.ImportFrom))]
    if not caught(handler) & (SURVIVES_IMPORT_ERROR if len(imports) == len(body) else IMPORT_ERRORS):
        return ()
    names = [each.module for node in imports for each in imported(node) if not each.level]
    return tuple(name for name in names if name.partition(".")[0] not in sys.stdlib_module_names)


def caught(handler: ast.ExceptHandler) -> set[str]:
    """The last components of the exception names that a handler catches; BaseException for a bare one."""
    if handler.type is None:
        return {"BaseException"}
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return {last_name(raw_path(kind)) for kind in kinds}


def suppressed(node: ast.expr) -> Sequence[ast.expr]:
    """The exceptions that `contextlib.suppress` is given; nothing of any other expression."""
    if not isinstance(node, ast.Call) or last_name(raw_path(node.func)) != "suppress":
        return ()
    return node.args


def suppresses_import_error(node: ast.expr) -> bool:
    """Return whether a context manager suppresses the error of an import."""
    return any(last_name(raw_path(each)) in SURVIVES_IMPORT_ERROR for each in suppressed(node))
