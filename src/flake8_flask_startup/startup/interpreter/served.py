"""What a server does with the object that an entry point names: it is the app, or is called to have one."""

from __future__ import annotations

from ..values.abstract_values import Func, Inst, Method, Object
from .evaluator import World

_REQUEST = ("environ", "env")  # the first of the two arguments that an app is called with for each request (PEP 3333)


def is_served(world: World, each: Object, *, by_def: bool) -> bool:
    """Whether an object is an app, which a server calls for each request; any other makes one.

    by_def says that the name of the object is that of a function, in whose place a decorator has put something.
    """
    if isinstance(each, Inst):
        methods = world.class_attribute(each.cls, "__call__")
        return not by_def and not any(isinstance(one, Method) and _takes_nothing(world, one) for one in methods)
    if not isinstance(each, Func):
        return False
    parameters = world.scope(each).parameters
    return len(parameters) == 2 and parameters[0] in _REQUEST


def _takes_nothing(world: World, method: Method) -> bool:
    scope = world.scope(method.function)
    return len(scope.parameters) == 1 and not any(scope.gathering)
