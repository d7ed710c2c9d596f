"""What outside paths stand for in the sources of an environment, where the trace goes on through them.

The project's own code sees every package by its public path alone, whether or not its sources are there: what is known
of a library, such as that `register_blueprint` registers, then holds either way, and comes before what its source says.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ...model.access_paths import steps_from
from ...project.module_finder import Origin
from ..values.abstract_values import NOTHING, Ext, Method, Mod, Objects

if TYPE_CHECKING:
    from ..values.environment import Evaluator

MAX_PATH = 200  # characters: code does not spell longer ones, a call that gives what calls itself would
_TOP = re.compile(r"\w+")


def inside(world: Evaluator, outside: Ext) -> Objects:
    """What a path leads to in installed sources; nothing where they are not followed.

    A method that a class of the project inherits is bound to that class.
    """
    path = outside.path
    if world.project.env is None or len(path) > MAX_PATH or world.project.origin(_top(path)) is not Origin.THIRD_PARTY:
        return NOTHING
    found = world.memory.remembered((path, -1, "inside"), lambda: _followed(world, path))
    if outside.receiver is None:
        return found
    return frozenset(Method(each.function, outside.receiver) if isinstance(each, Method) else each for each in found)


def _followed(world: Evaluator, path: str) -> Objects:
    top = _top(path)
    found = world.along(steps_from(path, len(top)), frozenset({Mod(top)}))
    return world.union(inside(world, each) if isinstance(each, Ext) else frozenset({each}) for each in found)


def _top(path: str) -> str:
    match = _TOP.match(path)
    return match.group() if match is not None else ""
