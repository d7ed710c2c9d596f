"""Annotations: what asking for them loads, where lazy imports have bound the names in them (PEP 649, PEP 810)."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from ...syntax.annotations import annotations_of, names_read
from .objects import Class, Frame, Function, Outside, RaisedError, UnknownError, Walk


def evaluate(walk: Walk, owner: object) -> None:
    """Read the names in the annotations of a function, or of a class's body; one that is not there stays a text."""
    for node, frame in _annotations(owner):
        for each in names_read(node):
            try:
                walk.evaluate(each, frame)
            except RaisedError:
                continue


def hints(walk: Walk, owner: object, *_more: object, **_options: object) -> object:
    """Return what functions give that evaluate the annotations of what they are given; it is not known any further."""
    if not isinstance(owner, (Class, Function)):
        raise UnknownError
    for each in owner.order if isinstance(owner, Class) else (owner,):
        evaluate(walk, each)
    return Outside("typing.get_type_hints()", hides=True)


def _annotations(owner: object) -> Iterator[tuple[ast.expr, Frame]]:
    if isinstance(owner, Class) and owner.body is not None:
        yield from ((each, owner.body) for each in owner.body.annotations)
    elif isinstance(owner, Function):
        yield from ((each, owner.frame) for each in annotations_of(owner.node))
