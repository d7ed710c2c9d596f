"""Who keeps a function it is given for later, and who may call it at once.

Read off the documentation of the packages named here. Whoever is not known to keep a callback is taken to call it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from operator import methodcaller

from ..config.flask_objects import APP_DECORATORS, BLUEPRINT_DECORATORS, ROUTES, is_framework
from ..model.access_paths import (
    callee_of,
    first_of,
    is_attribute,
    is_call,
    is_in_file,
    is_unknown,
    last_name,
    owner_by,
    split_last,
)
from ..syntax.values import Kind, Value
from .library_calls import FUNCTIONS, PACKAGES, When, Which, row_of

# Decorators that make of a generator function one whose body runs when the `with` block is entered.
CONTEXT_MANAGERS = frozenset({"contextlib.asynccontextmanager", "contextlib.contextmanager"})

# Functions of the standard library that give back the function that they are given, in another form or as it is.
KEEPING_FUNCTIONS = frozenset(path for path, row in FUNCTIONS.items() if row.when is When.RETURNED)

# Decorators that make methods of the annotated fields of a class (dataclasses, attrs).
RECORD_DECORATORS = frozenset(
    {
        "attr.attrs", "attr.dataclass", "attr.define", "attr.frozen", "attr.mutable", "attr.s", "attrs.define",
        "attrs.frozen", "attrs.mutable", "dataclasses.dataclass",
    }
)  # fmt: skip
# Decorators that give a class back with its methods as they are, and what its body does not say added.
CLASS_KEEPERS = RECORD_DECORATORS | {
    "enum.unique", "functools.total_ordering", "typing.final", "typing.runtime_checkable", "typing_extensions.final",
    "typing_extensions.runtime_checkable",
}  # fmt: skip

# Methods that store a callable, by the first word of their name: `add_url_rule`, `connect_via`, `setFormatter`.
KEEPING_VERBS = (
    "add", "after", "append", "attach", "before", "command", "connect", "context_processor", "endpoint", "enqueue",
    "errorhandler", "extend", "init_app", "insert", "listen", "on", "put", "register", "route", "schedule", "set",
    "setdefault", "shell_context", "subscribe", "task", "teardown", "template", "unauthorized", "update", "url",
    "user",
)  # fmt: skip


# Methods of apps and blueprints that run a function before the first request: when the blueprint is registered (Flask),
# when the server starts (Quart).
RECORDING = ("record", "record_once")
RUN_AT_START = frozenset({"before_app_serving", "before_serving", "while_serving", *RECORDING})

# The method of a class-based view that gives a function for requests, and the attribute that has it make the object.
VIEW_OF_CLASS, SHARED_VIEW = "as_view", "init_every_request"

_KEEPING_PREFIXES = tuple(f"{verb}_" for verb in KEEPING_VERBS)
_KEEPING_CAMELS = re.compile(rf"(?:{'|'.join(verb for verb in KEEPING_VERBS if '_' not in verb)})[A-Z]")  # addHandler


_IS_OF_ROUTING = methodcaller("startswith", "werkzeug.routing.")

# Lists whose items are asked with the next import (`sys`).
_SEARCHED = re.compile(r"sys\.(?:meta_path|path_hooks)\b")
_FINDING = ("create_module", "exec_module", "find_loader", "find_module", "find_spec", "load_module")


def is_searched(path: str) -> bool:
    """Whether a resolved path is `sys.meta_path` or `sys.path_hooks`, or part of one of them."""
    return _SEARCHED.match(path) is not None


def keeps_callbacks(path: str) -> bool:
    """Whether the callee at a resolved path is known to keep the callables it is given instead of calling them."""
    return _when(path) in (When.KEPT, When.RETURNED)


def may_call(path: str) -> bool:
    """Whether the callee at a resolved path may call a function that it is given, before it returns or soon after."""
    return _when(path) not in (When.KEPT, When.RETURNED, When.NEVER, When.READ)


def _when(path: str) -> When | None:
    """When the callee at a resolved path calls functions that it is given; None where that is not known."""
    if (row := row_of(path)) is not None:
        return row.when
    if runs_at_start(path) or is_searched(path):
        return When.CALLED
    root = first_of(path)
    if root in PACKAGES or is_framework(root):
        return PACKAGES.get(root, When.KEPT)
    return When.KEPT if "." in path and _is_keeping(last_name(path)) else None


def _is_keeping(method: str) -> bool:
    """Whether a method is called like one that stores a callable."""
    return method in KEEPING_VERBS or method.startswith(_KEEPING_PREFIXES) or _KEEPING_CAMELS.match(method) is not None


def only_registers(path: str) -> bool:
    """Whether the callee at a resolved path, by its name, calls none of the functions that its package keeps.

    It is a class, stores something (`add_url_rule`), or is a decorator of apps.
    """
    method = last_name(callee_of(path))
    return method[:1].isupper() or _is_keeping(method) or method in REGISTERING | ROUTES


_FIELDS = frozenset({"attr", "attrs", "dataclasses", "pydantic"})  # packages that make objects by their fields


def makes_fields(path: str) -> bool:
    """Whether the callee at a resolved path may make a field, which calls what it is given once an object is made."""
    return first_of(path) in _FIELDS


def runs_at_start(path: str) -> bool:
    """Whether the callee at a resolved path is a decorator whose function runs before the first request."""
    return last_name(callee_of(path)) in RUN_AT_START


def hands_over(path: str) -> bool:
    """Whether what is given to the callee at a resolved path is out of the file's hands: a framework keeps it."""
    return _when(path) is When.KEPT and not is_in_file(path)


# Decorators of an app or blueprint that keep a function for requests and commands (API of Flask and Quart). Those that
# run it while the app starts (`record`, `before_serving`) are not among them.
REGISTERING = (
    APP_DECORATORS
    | BLUEPRINT_DECORATORS
    | {"cli.command", "endpoint"}
    | {"after_websocket", "before_websocket", "teardown_websocket", "websocket"}  # Quart
    | {"before_app_first_request", "before_first_request"}  # up to Flask 2.2
)


def registering_owner(path: str, first: object) -> str:
    """The object whose decorator at a resolved path keeps a function for requests; empty for any other decorator.

    The object is one of which the file does not tell what it is, such as a parameter. first is what the decorator was
    given first: only the rule of a URL makes `get` a decorator of an app.
    """
    owner, method = split_last(callee_of(path))
    if method == "command" and is_attribute(owner, "cli"):
        owner, method = owner_by(owner, "cli"), "cli.command"
    is_route = method in ROUTES and isinstance(first, str) and first.startswith("/")
    return owner if is_unknown(owner) and (method in REGISTERING or is_route) else ""


def is_decorator_of_app(path: str, callee: Value) -> bool:
    """Whether the callee is the result of an app's decorator, as in `app.route("/")(view)`, which registers the view.

    The file does not say what the app is; path is the resolved path of the callee, and callee its value.
    """
    first = callee.items[0].constant if callee.kind is Kind.CALL and callee.items else None
    return is_call(path) and registering_owner(path, first) != ""


def keeps_for_requests(path: str) -> bool:
    """Whether the callee at a resolved path is, by its name, a decorator that keeps a function for requests."""
    return last_name(callee_of(path)) in REGISTERING | ROUTES


# Packages whose classes call what their fields and decorated methods were given, while an object is made.
_FILLERS = frozenset(
    {
        "flask_wtf", "mongoengine", "msgspec", "neomodel", "odmantic", "peewee", "playhouse", "pony", "pydantic",
        "pydantic_settings", "sqlmodel", "tortoise", "umongo", "wtforms",
    }
)  # fmt: skip


def fills_objects(base: str) -> bool:
    """Whether making an object of a class with this base, a resolved path, may run what its fields were given."""
    return first_of(base) in _FILLERS


# Functions that make an object of the class that is their `cls`, and what they ask of it (`json`).
_USERS_OF_CLASSES = {
    "json.dump": ("default", "encode", "iterencode"), "json.dumps": ("default", "encode", "iterencode"),
    "json.load": ("decode", "raw_decode"), "json.loads": ("decode", "raw_decode"),
}  # fmt: skip


# Functions that ask a class, or its metaclass, what belongs to it (data model, 3.3.4; `abc`).
_TESTING = {
    "isinstance": ("__instancecheck__", "__subclasscheck__", "__subclasshook__"),
    "issubclass": ("__subclasscheck__", "__subclasshook__"),
}


# What making a class calls: of its bases, and of what its body binds (data model, 3.3.3).
_MAKING = {"type": ("__init_subclass__", "__set_name__"), "types.new_class": ("__init_subclass__", "__set_name__")}


def asks_class(path: str, keywords: Collection[str], given: int = 0) -> tuple[str, ...]:
    """Return the methods that the callee at a resolved path may call of a class that it is given.

    given is how many positional arguments there are. Finders put on `sys.meta_path` or `sys.path_hooks` are asked to
    find and load modules.
    """
    if is_searched(path):
        return _FINDING
    if given > 1 and path in _MAKING:
        return _MAKING[path]
    return _TESTING.get(path, ()) + (_USERS_OF_CLASSES.get(path, ()) if "cls" in keywords else ())


def is_made_by_routes(bases: Iterable[str]) -> bool:
    """Whether the app makes an object of a class with these bases, resolved paths, if a route names it (Werkzeug)."""
    return any(base.endswith("Converter") for base in filter(_IS_OF_ROUTING, bases))


# Decorators of methods that a mapped class's definition runs (SQLAlchemy, "Augmenting the Base" and "Mixins").
_MAPPING = re.compile(r"(?:sqlalchemy\b.*|flask_sqlalchemy\.SQLAlchemy\(\))\.declared_attr(?:\.\w+)?(?:\(\))?")


def runs_with_classes(path: str) -> bool:
    """Whether a decorator at a resolved path marks a method that defining a class with it runs."""
    return _MAPPING.fullmatch(path) is not None


def calls_when_asked(path: str) -> bool:
    """Whether the callee at a resolved path calls functions that it is given when its result is asked for something."""
    return _when(path) in (When.ASKED, When.READ)


def makes_items(path: str) -> bool:
    """Whether the callee at a resolved path gives a mapping that calls a function for each key that it lacks."""
    row = row_of(path)
    return row is not None and row.when is When.ASKED and row.which is Which.LATER


def takes_over(path: str) -> bool:
    """Whether the callee at a resolved path makes a container, which calls none of what it takes over."""
    row = row_of(path)
    return row is not None and row.which is Which.TAKEN


def calls_perhaps(path: str, *, is_known: bool) -> bool:
    """Whether the callee at a resolved path may call functions that it is given before it returns.

    is_known says that the callee belongs to the standard library. Any other callee may call them, except a base
    class's constructor that a subclass calls: it stores what it is given.
    """
    name = last_name(path)
    if is_known:
        return _when(path) is When.PERHAPS
    return not name.startswith("__") and name != "wraps" and not calls_when_asked(path)
