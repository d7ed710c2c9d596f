"""What the patterns of a `match` statement bind (language reference, 8.6)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ..model.access_paths import NO_PATH
from .values import OTHER, Kind, Value


def captured(pattern: ast.pattern, subject: Value) -> Iterator[tuple[str, Value]]:
    """Yield the names that a pattern binds, each with what it takes out of the subject."""
    pending = [(pattern, subject)]
    while pending:
        each, value = pending.pop()
        match each:
            case ast.MatchAs(pattern=inner, name=name):
                if name is not None:
                    yield name, value
                if inner is not None:
                    pending.append((inner, value))
            case ast.MatchStar(name=name) if name is not None:
                yield name, value
            case ast.MatchOr(patterns=patterns):
                pending += [(inner, value) for inner in patterns]
            case ast.MatchSequence(patterns=patterns):
                pending += zip(patterns, _places(patterns, value), strict=True)
            case ast.MatchMapping(keys=keys, patterns=patterns, rest=rest):
                pending += [(inner, _item(value, key)) for key, inner in zip(keys, patterns, strict=True)]
                if rest is not None:
                    yield rest, value
            case ast.MatchClass(patterns=patterns, kwd_attrs=names, kwd_patterns=by_name):
                is_whole = isinstance(each.cls, ast.Name) and each.cls.id in _WHOLE
                pending += [
                    (inner, value if is_whole else _part(value, Kind.ELEMENT, at)) for at, inner in enumerate(patterns)
                ]
                pending += [(inner, _attribute(value, name)) for name, inner in zip(names, by_name, strict=True)]


# Built-in classes whose one positional pattern takes the whole subject.
_WHOLE = frozenset({"bool", "bytearray", "bytes", "dict", "float", "frozenset", "int", "list", "set", "str", "tuple"})


def _places(patterns: list[ast.pattern], value: Value) -> list[Value]:
    """What the patterns of a sequence take; those behind a starred one are counted from the end."""
    starred = next((at for at, each in enumerate(patterns) if isinstance(each, ast.MatchStar)), len(patterns))
    found = [_part(value, Kind.ELEMENT, at if at < starred else at - len(patterns)) for at in range(len(patterns))]
    if starred < len(patterns) and value is not OTHER:
        behind = starred + 1 - len(patterns)
        bounds = (str(starred) if starred else "", str(behind) if behind else "")
        found[starred] = Value(Kind.SLICE, None, NO_PATH, (value,), bounds)
    return found


def _item(value: Value, key: ast.expr) -> Value:
    known = key.value if isinstance(key, ast.Constant) and isinstance(key.value, (str, int)) else ""
    return _part(value, Kind.ELEMENT, known)


def _part(value: Value, kind: Kind, at: str | int) -> Value:
    return OTHER if value is OTHER else Value(kind, at, NO_PATH, (value,))


def _attribute(value: Value, name: str) -> Value:
    return OTHER if value is OTHER else Value(Kind.PATH, name, NO_PATH, owner=(value,))
