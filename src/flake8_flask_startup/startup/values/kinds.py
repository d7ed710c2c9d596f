"""Which objects `callable` and the tests of `inspect` are true of (Python documentation, "inspect")."""

from __future__ import annotations

from collections.abc import Mapping

from .abstract_values import Cls, Func, Method, Mod

TYPES_OF: Mapping[str, tuple[type, ...]] = {
    "callable": (Cls, Func, Method),
    "inspect.isclass": (Cls,),
    "inspect.isfunction": (Func, Method),
    "inspect.ismethod": (Method,),
    "inspect.ismodule": (Mod,),
    "inspect.isroutine": (Func, Method),
}
# True of a method by what it is found on: a function on its class, a bound method on an instance. A Method is either.
FOUND_ON = frozenset({"inspect.isfunction", "inspect.ismethod"})
