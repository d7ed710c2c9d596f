"""The parameters of functions and lambdas, as their definitions have them."""

from __future__ import annotations

import ast
from collections.abc import Iterator


def parameters_of(arguments: ast.arguments) -> list[ast.arg]:
    """Return all parameters, `*args` before those that are only named."""
    found = [*arguments.posonlyargs, *arguments.args]
    if arguments.vararg is not None:
        found.append(arguments.vararg)
    found += arguments.kwonlyargs
    if arguments.kwarg is not None:
        found.append(arguments.kwarg)
    return found


def gathering_of(arguments: ast.arguments) -> tuple[str, str]:
    """Return the names of `*args` and `**kwargs`, each empty where there is none."""
    return _name(arguments.vararg), _name(arguments.kwarg)


def _name(parameter: ast.arg | None) -> str:
    return parameter.arg if parameter is not None else ""


def defaults_of(arguments: ast.arguments) -> Iterator[tuple[str, ast.expr]]:
    """Yield the parameters that have a default, each with that."""
    positional = [*arguments.posonlyargs, *arguments.args]
    with_default = positional[len(positional) - len(arguments.defaults) :]
    yield from zip((each.arg for each in with_default), arguments.defaults, strict=True)
    for parameter, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if default is not None:
            yield parameter.arg, default
