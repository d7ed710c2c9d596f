"""Signals: which calls connect a function to one, and which call the functions that are connected.

Read off the documentation of blinker 1.9 ("API"), Flask ("Signals") and SQLAlchemy 2 ("Events"). All signals of a kind
are one here: their names are not kept apart.
"""

from __future__ import annotations

import re

from ...config.flask_objects import ADDRESS_HOOKS, ADDRESS_MAKERS, APP, HTTP_METHODS, ROUTES
from ...model.access_paths import attribute_of, call_of, callee_of, first_of, is_inside, split_last

_CONNECTING = ("connect", "connect_via()")
_SENDING = ("send", "send_async")
# Flask's signals that a context sends which startup enters, and the methods of an app that make one.
_OF_CONTEXTS = ("flask.appcontext_popped", "flask.appcontext_pushed", "flask.appcontext_tearing_down")
_ENTERED = ("app_context", "test_request_context")
_CONTEXTS = "contexts of an app"
# Functions that an app registers to call later, and the methods that call them (Flask API, Application Object).
_REQUESTS, _SHELLS, _TEARDOWNS = "requests to an app", "shells of an app", "ends of requests to an app"
_TEMPLATES, _FILTERS = "templates that are rendered", "filters and tests of templates"
_COMMANDS, _ADDRESSES = "commands of an app", "addresses that are made"
_KEPT_BY_METHODS = {
    "add_template_filter": _FILTERS,
    "add_template_global": _FILTERS,
    "add_template_test": _FILTERS,
    "add_url_rule": _REQUESTS,
    "after_request": _REQUESTS,
    "before_request": _REQUESTS,
    "cli.add_command": _COMMANDS,
    call_of("cli.command"): _COMMANDS,
    "context_processor": _TEMPLATES,
    "register_error_handler": _REQUESTS,
    "shell_context_processor": _SHELLS,
    "shell_context_processors.append": _SHELLS,
    "teardown_appcontext": _CONTEXTS,
    "teardown_appcontext_funcs.append": _CONTEXTS,
    "teardown_request": _TEARDOWNS,
    "url_value_preprocessor": _REQUESTS,
    **{call_of(each): _FILTERS for each in ("template_filter", "template_global", "template_test")},
    **dict.fromkeys(ADDRESS_HOOKS, _ADDRESSES),
    **{call_of(each): _REQUESTS for each in ("errorhandler", "route", *sorted(ROUTES))},
}
_KEPT_BY_APPS = {attribute_of(APP, each): kind for each, kind in _KEPT_BY_METHODS.items()}
_BLUEPRINT = "flask.Blueprint()"  # whose methods with "app_" in front do for the whole app what those of the app do
_KEPT_BY_BLUEPRINTS = {
    attribute_of(_BLUEPRINT, name): kind for each, kind in _KEPT_BY_METHODS.items() for name in (each, f"app_{each}")
}
_OF_APP = re.escape(APP) + r"\."
_KEEPING_NAMES = re.compile(_OF_APP + r"jinja_env\.(?:filters|globals|tests)(?:\[|\.update$|\.setdefault$)")
_CALLED_ITEM = re.compile(_OF_APP + r"(?:view_functions|\w+_funcs|error_handler_spec)\b.*\]$")
_CALLED_COMMAND = re.compile(
    _OF_APP + r"(?:cli\.(?:main|commands\[.*\]\.(?:callback|main))|test_cli_runner\(\)\.invoke)$"
)
_IN_REQUESTS = (_REQUESTS, _TEARDOWNS, _CONTEXTS)
_ASKED_OF_METHODS = {
    "full_dispatch_request": (_REQUESTS,), "make_shell_context": (_SHELLS,), "preprocess_request": (_REQUESTS,),
    "test_request_context": (_TEARDOWNS, _CONTEXTS), "update_template_context": (_TEMPLATES,),
    "wsgi_app": _IN_REQUESTS,
}  # fmt: skip
_ASKED_OF_APPS = {attribute_of(APP, each): kinds for each, kinds in _ASKED_OF_METHODS.items()}
_TEST_CLIENT = call_of(attribute_of(APP, "test_client"))
# What renders a template with the names of the app's context processors, and what renders with its filters alone.
_RENDERING = frozenset({"render_template", "render_template_string", "stream_template", "stream_template_string"})
_ENVIRONMENT = attribute_of(APP, "jinja_env")
_METHODS = HTTP_METHODS | {"open"}
# SQLAlchemy's functions that listen, and the methods that tell listeners: those of an engine, and of tables alone.
LISTEN, LISTENS_FOR = "sqlalchemy.event.listen", "sqlalchemy.event.listens_for"
_DATABASES = ("flask_sqlalchemy", "sqlalchemy")
_CONNECTIONS, _TABLES, _SESSIONS = "connections of an engine", "tables that are made", "rows that are written"
_TELLING = {
    _CONNECTIONS: ("begin", "connect", "create_all", "drop_all", "execute", "raw_connection", "reflect"),
    _TABLES: ("create_all", "drop_all", "create", "drop"),
    _SESSIONS: ("commit", "flush"),
}
_EVENTS_OF_TABLES = frozenset({"after_create", "after_drop", "before_create", "before_drop"})
_EVENTS_OF_SESSIONS = frozenset(
    {
        "after_commit", "after_delete", "after_flush", "after_flush_postexec", "after_insert", "after_update",
        "before_commit", "before_delete", "before_flush", "before_insert", "before_update",
    }
)  # fmt: skip
_EVENTS_OF_CONNECTIONS = frozenset(
    {
        "after_cursor_execute", "after_execute", "before_cursor_execute", "before_execute", "begin", "checkout",
        "commit", "connect", "do_connect", "engine_connect", "first_connect",
    }
)  # fmt: skip


def connects(path: str) -> str:
    """Return the kind of signal that a call connects a function to, by the path that leads to it; "" for none."""
    if is_inside(path, APP):
        return _FILTERS if _KEEPING_NAMES.match(path) else _KEPT_BY_APPS.get(path, "")
    if is_inside(path, _BLUEPRINT):
        return _KEPT_BY_BLUEPRINTS.get(path, "")
    signal, method = split_last(path)
    if method not in _CONNECTING:
        return ""
    return _CONTEXTS if signal in _OF_CONTEXTS else _of_blinker(signal)


def _of_blinker(signal: str) -> str:
    return signal if is_inside(signal, "blinker") else ""


def listens(path: str) -> bool:
    """Return whether a call has a function listen to events, or makes or applies a decorator that does."""
    return callee_of(path) in (LISTEN, LISTENS_FOR)


def kind_of_event(name: str) -> str:
    """Return the kind of signal that an event is which startup may cause; "" for another."""
    if name in _EVENTS_OF_TABLES:
        return _TABLES
    if name in _EVENTS_OF_SESSIONS:
        return _SESSIONS
    return _CONNECTIONS if name in _EVENTS_OF_CONNECTIONS else ""


def is_own_signal(kind: str) -> bool:
    """Return whether signals of a kind are made by those who send them, and not by a library."""
    return kind.startswith("blinker.")


def sends(path: str) -> tuple[str, ...]:
    """Return the kinds of signals that a call sends."""
    owner, method = split_last(path)
    if is_inside(path, _TEST_CLIENT) and method in _METHODS:
        return _IN_REQUESTS
    if kinds := _asked_of_apps(path):
        return kinds
    if is_inside(path, "flask") and method in ADDRESS_MAKERS:
        return (_ADDRESSES,)
    if is_inside(path, "flask") and method in _RENDERING:
        return (_TEMPLATES, _FILTERS, _ADDRESSES)
    if is_inside(path, _ENVIRONMENT) and method == "render":
        return (_FILTERS,)
    if owner and method in _ENTERED:
        return (_CONTEXTS,)
    if first_of(path) in _DATABASES:
        return tuple([kind for kind, methods in _TELLING.items() if method in methods])
    signal = _of_blinker(owner) if method in _SENDING else ""
    return (signal,) if signal else ()


def _asked_of_apps(path: str) -> tuple[str, ...]:
    """Return the kinds of functions that an app calls at a path, or that are called by what an app keeps them in."""
    if kinds := _ASKED_OF_APPS.get(path):
        return kinds
    if _CALLED_COMMAND.match(path):
        return (_COMMANDS,)
    return (_REQUESTS,) if _CALLED_ITEM.match(path) else ()
