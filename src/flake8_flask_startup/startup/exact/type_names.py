"""Type aliases, and the names of type parameters (PEP 695): what an alias stands for is evaluated when it is read."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from .objects import MISSING, Class, Frame, Instance, Native, Outside, UnknownError, Walk, Wrapped

PARAMETERS = "type_params"  # an attribute of functions and classes, from Python 3.12 on


def _value(walk: Walk, alias: object) -> object:
    if not isinstance(alias, Instance):
        raise UnknownError
    return walk.call(alias.names["_value"])


_ALIAS = Class(
    "TypeAliasType",
    (),
    {
        "__getitem__": Native("__getitem__", lambda _, alias, _key: alias),
        "__value__": Wrapped("property", [Native("__value__", _value)]),
    },
    type,
)
_ALIAS.order = (_ALIAS,)


def alias(name: str, value: object) -> Instance:
    """Return the alias of a name; value is a function that evaluates what it stands for."""
    found = Instance(_ALIAS)
    found.names.update(__name__=name, _value=value)
    return found


def within(node: ast.AST, frame: Frame) -> Frame:
    """Return the frame that a function, class or alias is made in: one around it where it has type parameters."""
    parameters: Sequence[ast.AST] = getattr(node, PARAMETERS, ())
    if not parameters:
        return frame
    names = [getattr(each, "name", MISSING) for each in parameters]
    known = {name: Outside("typing.TypeVar()") for name in names if isinstance(name, str)}
    inner = Frame(frame.module, dict(known), frame, frozenset(known))
    inner.function = frame.function
    return inner
