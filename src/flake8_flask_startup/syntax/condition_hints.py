"""What can be told of a test that nothing can decide: what it mentions, and how it turns out by default."""

from __future__ import annotations

import ast

from .lowering import parts, raw_path
from .static_conditions import dotted


def mentioned(test: ast.expr) -> tuple[str, ...]:
    """What a test mentions: the raw paths and strings in it."""
    names: list[str] = []
    pending = [test]
    while pending:
        part = pending.pop()
        if isinstance(part, (ast.Name, ast.Attribute, ast.Call)):
            names.append(raw_path(part))
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            names.append(part.value)
        pending += parts(part)
    return tuple([name for name in names if name])


_UNSET = frozenset({"os.environ.get", "os.getenv", "environ.get", "getenv"})


def usual(test: ast.expr) -> bool | None:
    """What a test on an environment variable is while that is unset; None for any other test."""
    is_negated = False
    while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        is_negated = not is_negated
        test = test.operand
    truth = _unset(test)
    return None if truth is None else truth is not is_negated


def _unset(test: ast.expr) -> bool | None:
    match test:
        case ast.Call(func=function, args=[_, *rest]) if dotted(function, {}) in _UNSET:
            if not rest:
                return False
            return bool(rest[0].value) if isinstance(rest[0], ast.Constant) else None
        case ast.Call(func=function) if dotted(function, {}).rpartition(".")[2] == "is_running_from_reloader":
            return False  # werkzeug._reloader sets WERKZEUG_RUN_MAIN in its child
    return None
