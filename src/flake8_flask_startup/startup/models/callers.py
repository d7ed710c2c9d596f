"""Methods of libraries that call what their object was given before, or its other methods: blueprints, containers.

What a library calls of what it is given stands in `analysis.library_calls`.
"""

from __future__ import annotations

from ...analysis.callback_models import RECORDING
from ...model.access_paths import is_attribute, last_name, without_calls

REGISTERING = "register_blueprint"


def is_about_blueprints(path: str) -> bool:
    """Return whether a library's function registers a blueprint, or records functions for that."""
    return is_attribute(path, REGISTERING, *RECORDING) or path == "flask.Blueprint().register"


# Methods that abstract containers have, and what of the class that derives from them each asks (collections.abc).
_MIXINS = {
    **dict.fromkeys(("__contains__", "get", "items", "values"), ("__getitem__",)),
    **dict.fromkeys(("clear", "pop", "popitem"), ("__getitem__", "__delitem__")),
    **dict.fromkeys(("append", "extend"), ("insert",)),
    "setdefault": ("__getitem__", "__setitem__"),
    "update": ("__setitem__",),
}
_ABSTRACT = ("collections.User", "collections.abc.", "typing.Mutable")
_FILLED = {"collections.UserDict.__init__": ("__setitem__",)}
# Methods that call `run` of the object, in a thread or process of its own (`threading`, `multiprocessing`).
_STARTING = ("multiprocessing.Process.start", "multiprocessing.context.Process.start", "threading.Thread.start")


def asked_by_mixin(path: str) -> tuple[str, ...]:
    """Return the methods of a subclass that a method of an abstract container, or of a thread, calls."""
    if without_calls(path) in _STARTING:
        return ("run",)
    return _FILLED.get(path, _MIXINS.get(last_name(path), ())) if path.startswith(_ABSTRACT) else ()
