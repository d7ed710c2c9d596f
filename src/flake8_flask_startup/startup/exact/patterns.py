"""The patterns of `match` statements (language reference, 8.6)."""

from __future__ import annotations

import ast

from .expressions import Expressions, bind
from .objects import MISSING, Class, Frame, Outside, UnknownError, Walk, fail
from .operators import is_kind


def matches(walk: Walk, expressions: Expressions, pattern: ast.pattern, subject: object, frame: Frame) -> bool:
    """Whether a pattern fits, its names being bound on the way."""
    if isinstance(subject, Outside) and not isinstance(pattern, (ast.MatchAs, ast.MatchOr, ast.MatchValue)):
        raise UnknownError
    match pattern:
        case ast.MatchValue(value=node):
            return walk.equal(subject, expressions.of(node, frame))
        case ast.MatchSingleton(value=value):
            return subject is value
        case ast.MatchOr(patterns=patterns):
            return any(matches(walk, expressions, each, subject, frame) for each in patterns)
        case ast.MatchAs(pattern=inner, name=name):
            if inner is not None and not matches(walk, expressions, inner, subject, frame):
                return False
            if name is not None:
                bind(name, subject, frame)
            return True
        case ast.MatchSequence(patterns=patterns):
            return _sequence(walk, expressions, patterns, subject, frame)
        case ast.MatchMapping() | ast.MatchClass():
            return _members(walk, expressions, pattern, subject, frame)
    raise UnknownError


def _sequence(walk: Walk, expressions: Expressions, patterns: list[ast.pattern], subject: object, frame: Frame) -> bool:
    if not isinstance(subject, (list, tuple)):
        return False
    starred = [at for at, each in enumerate(patterns) if isinstance(each, ast.MatchStar)]
    if not starred:
        return len(patterns) == len(subject) and all(
            matches(walk, expressions, each, one, frame) for each, one in zip(patterns, subject, strict=True)
        )
    (at,) = starred
    behind = len(patterns) - at - 1
    if len(subject) < len(patterns) - 1:
        return False
    middle = patterns[at]
    if isinstance(middle, ast.MatchStar) and middle.name is not None:
        bind(middle.name, list(subject[at : len(subject) - behind]), frame)
    ends = [*subject[:at], *subject[len(subject) - behind :]]
    others = [*patterns[:at], *patterns[at + 1 :]]
    return all(matches(walk, expressions, each, one, frame) for each, one in zip(others, ends, strict=True))


def _members(walk: Walk, expressions: Expressions, pattern: ast.pattern, subject: object, frame: Frame) -> bool:
    """Whether the items of a mapping, or the attributes of an instance, fit."""
    match pattern:
        case ast.MatchMapping(keys=keys, patterns=patterns, rest=None):
            if not isinstance(subject, dict):
                return False
            known = [expressions.of(each, frame) for each in keys]
            return all(
                key in subject and matches(walk, expressions, each, subject[key], frame)
                for key, each in zip(known, patterns, strict=True)
            )
        case ast.MatchClass(cls=node, patterns=places, kwd_attrs=names, kwd_patterns=patterns):
            kind = expressions.of(node, frame)
            if not is_kind(subject, kind):
                return False
            if places and not names and isinstance(kind, type):  # of a built-in type, the object itself
                return len(places) == 1 and matches(walk, expressions, places[0], subject, frame)
            if places:
                listed = _places(walk, kind)
                if len(places) > len(listed):
                    fail(TypeError, "too many positional patterns")
                names, patterns = [*listed[: len(places)], *names], [*places, *patterns]
            return all(
                matches(walk, expressions, each, walk.get(subject, name), frame)
                for name, each in zip(names, patterns, strict=True)
            )
    raise UnknownError


def _places(walk: Walk, kind: object) -> list[str]:
    """The attributes that the positional patterns of a class stand for."""
    found = kind.find("__match_args__") if isinstance(kind, Class) else MISSING
    return [] if found is MISSING else [str(each) for each in walk.iterate(found)]
