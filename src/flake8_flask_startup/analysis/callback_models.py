"""Who keeps a function it is given for later, and who may call it at once.

Read off the documentation of the packages named here. Whoever is not known to keep a callback is taken to call it.
"""

from __future__ import annotations

from ..config.flask_objects import is_framework

# Packages whose functions and classes store the callables they are given.
KEEPERS = frozenset(
    {
        "apscheduler", "atexit", "attr", "attrs", "blinker", "celery", "click", "dataclasses", "enum",
        "marshmallow", "pydantic", "rq", "signal", "sqlalchemy", "types", "typing", "weakref", "werkzeug", "wtforms",
        "wtforms_sqlalchemy",
    }
)  # fmt: skip

KEEPING_FUNCTIONS = frozenset(
    {
        "callable", "classmethod", "contextlib.asynccontextmanager", "contextlib.contextmanager", "functools.cache",
        "functools.cached_property", "functools.lru_cache",
        "functools.partial", "functools.partialmethod", "functools.singledispatch", "functools.update_wrapper",
        "functools.wraps", "id", "isinstance", "issubclass", "property", "staticmethod", "super", "type",
    }
)  # fmt: skip

# Methods that store a callable, by the first word of their name: `add_url_rule`, `connect_via`.
KEEPING_VERBS = (
    "add", "after", "append", "before", "connect", "context_processor", "endpoint", "errorhandler", "extend",
    "init_app", "insert", "listen", "on", "put", "register", "route", "schedule", "set", "setdefault", "shell_context",
    "subscribe", "task", "teardown", "template", "unauthorized", "update", "url", "user",
)  # fmt: skip


_KEEPING_PREFIXES = tuple(f"{verb}_" for verb in KEEPING_VERBS)


def keeps_callbacks(path: str) -> bool:
    """Whether the callee at a resolved path is known to keep the callables it is given instead of calling them."""
    root = path.partition(".")[0]
    if root in KEEPERS or is_framework(root) or path in KEEPING_FUNCTIONS:
        return True
    method = path.rpartition(".")[2]
    return "." in path and (method in KEEPING_VERBS or method.startswith(_KEEPING_PREFIXES))


# Of the packages above, those whose callers get back what they gave, in another form.
_WRAPPERS = frozenset({"attr", "attrs", "dataclasses", "enum", "types", "typing"})


def hands_over(path: str) -> bool:
    """Whether what is given to the callee at a resolved path is out of the file's hands: a framework keeps it."""
    root = path.partition(".")[0]
    return keeps_callbacks(path) and root not in _WRAPPERS and path not in KEEPING_FUNCTIONS and path[0] not in "?:"


CALLERS = frozenset(
    {
        "all", "any", "asyncio.run", "filter", "functools.reduce", "gevent.spawn", "list", "map", "max", "min", "next",
        "sorted", "sum", "threading.Thread", "threading.Timer", "tuple",
    }
)  # fmt: skip


def calls_back(path: str) -> bool:
    """Whether the callee at a resolved path is known to call the functions it is given, soon and in this process."""
    return path in CALLERS or path.endswith((".submit", ".start_background_task", ".run_in_executor"))
