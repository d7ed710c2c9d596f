"""Functions outside the project that call what they are given, and the calls that they make.

Sources: the standard library's documentation of functools, itertools, contextlib, threading, concurrent.futures and
asyncio, and of the built-in functions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...analysis.callback_models import calls_back
from ...model.access_paths import NO_PATH, attribute_step, last_name
from ...syntax.lowering import element_of
from ...syntax.symbol_table import Call
from ...syntax.values import OTHER, Kind, Value

# By path, or by the name of a method: the place of the function; what stands behind it is what the function is given.
_WITH_THE_REST = {
    ".add_async_cleanup": 0,
    ".call_soon": 0,
    ".call_soon_threadsafe": 0,
    ".callback": 0,
    ".push_async_callback": 0,
    ".run_in_executor": 1,
    ".start_background_task": 0,
    ".submit": 0,
    "asyncio.to_thread": 0,
    "click.get_current_context().invoke": 0,
    "click.testing.CliRunner().invoke": 0,
    "contextvars.Context().run": 0,
    "contextvars.copy_context().run": 0,
    "gevent.spawn": 0,
}
_METHODS = frozenset(each for each in _WITH_THE_REST if each.startswith("."))
# Functions of a function and of containers, with each item of which it is called.
_ON_ITEMS = frozenset({"filter", "itertools.dropwhile", "itertools.filterfalse", "itertools.takewhile", "map"})
# The methods of pools and executors that do so, of whatever makes them.
_POOLED = frozenset({".imap", ".imap_unordered", ".map", ".map_async"})
_POOLS = re.compile(r"(?:concurrent|multiprocessing|gevent|billiard)\.")
_FOLDING = frozenset({"functools.reduce"})
_KEYED = frozenset({"heapq.nlargest", "heapq.nsmallest", "itertools.groupby", "max", "min", "sorted"})
_THREADS = {"threading.Thread": "target", "threading.Timer": "function", "multiprocessing.Process": "target"}
_SCHEDULED = ("sched.scheduler().enter", "sched.scheduler().enterabs")  # with the time and priority of the function
_ALL = frozenset(
    {
        *_WITH_THE_REST, *_ON_ITEMS, *_FOLDING, *_KEYED, *_THREADS, *_SCHEDULED,
        "itertools.accumulate", "itertools.starmap",
    }
)  # fmt: skip


RECORDERS = (".record", ".record_once")  # of a blueprint: called when it is registered
REGISTERING = ".register_blueprint"


def is_about_blueprints(path: str) -> bool:
    """Return whether a library's function registers a blueprint, or records functions for that."""
    return path.endswith((REGISTERING, *RECORDERS)) or path == "flask.Blueprint().register"


# Methods that abstract containers have, and what of the class that derives from them each asks (collections.abc).
_MIXINS = {
    **dict.fromkeys(("__contains__", "get", "items", "values"), ("__getitem__",)),
    **dict.fromkeys(("clear", "pop", "popitem"), ("__getitem__", "__delitem__")),
    **dict.fromkeys(("append", "extend"), ("insert",)),
    "setdefault": ("__getitem__", "__setitem__"),
    "update": ("__setitem__",),
}
_ABSTRACT = ("collections.User", "collections.abc.", "typing.Mutable")


def asked_by_mixin(path: str) -> tuple[str, ...]:
    """Return the methods of a subclass that a method of an abstract container calls."""
    return _MIXINS.get(last_name(path), ()) if path.startswith(_ABSTRACT) else ()


def calls_at_once(call: Call, path: str) -> bool:
    """Whether a call of a function outside the project runs the functions that it is given."""
    is_left = path in _THREADS and call.keeper == ""  # a thread that nothing could start
    return calls_back(path) and not is_left


def calls_of(call: Call, path: str) -> Iterator[Call]:
    """Yield the calls that a function outside the project makes of what a call hands it."""
    method = attribute_step(last_name(path))
    is_pooled = method in _POOLED and _POOLS.match(path) is not None
    if path not in _ALL and method not in _METHODS and not is_pooled:
        return
    options = dict(call.keywords)
    if (place := _WITH_THE_REST.get(path, _WITH_THE_REST.get(method))) is not None:
        if len(call.args) > place:
            yield _call(call, call.args[place], call.args[place + 1 :], call.keywords)
    elif (is_pooled or path in _ON_ITEMS) and len(call.args) > 1:
        yield _call(call, call.args[0], tuple([element_of(each) for each in call.args[1:]]))
    elif path in _FOLDING and len(call.args) > 1:
        yield _call(call, call.args[0], (OTHER, element_of(call.args[1])))
    elif path == "itertools.starmap" and len(call.args) > 1:
        yield _call(call, call.args[0], (Value(Kind.SPREAD, items=(element_of(call.args[1]),)),))
    elif path == "itertools.accumulate" and len(call.args) > 1:
        yield _call(call, call.args[1], (OTHER, element_of(call.args[0])))
    elif path in _KEYED and "key" in options and call.args:
        yield _call(call, options["key"], (element_of(call.args[0]),))
    elif path in _SCHEDULED and len(call.args) > 2:
        given = options.get("argument", call.args[3] if len(call.args) > 3 else None)
        yield _call(call, call.args[2], () if given is None else (Value(Kind.SPREAD, items=(given,)),))
    elif path in _THREADS and call.keeper != "":
        function = options.get(_THREADS[path], call.args[1] if len(call.args) > 1 else None)
        given = options.get("args", call.args[2] if path == "threading.Timer" and len(call.args) > 2 else None)
        if function is not None:
            yield _call(call, function, () if given is None else (Value(Kind.SPREAD, items=(given,)),))


def _call(call: Call, callee: Value, args: tuple[Value, ...], keywords: tuple[tuple[str, Value], ...] = ()) -> Call:
    return call._replace(path=NO_PATH, callee=callee, args=args, keywords=keywords)
