"""Signals: which calls connect a function to one, and which call the functions that are connected.

Read off the documentation of blinker 1.9 ("API"), Flask ("Signals") and SQLAlchemy 2 ("Events"). All signals of a kind
are one here: their names are not kept apart.
"""

from __future__ import annotations

from ...config.flask_objects import APP
from ...model.access_paths import attribute_of, call_of, callee_of, split_last

_CONNECTING = (".connect", ".connect_via()")
_SENDING = (".send", ".send_async")
# Flask's signals that a context sends which startup enters, and the methods of an app that make one.
_OF_CONTEXTS = ("flask.appcontext_popped", "flask.appcontext_pushed", "flask.appcontext_tearing_down")
_ENTERED = (".app_context", ".test_request_context")
_CONTEXTS = "contexts of an app"
# Functions that an app registers to call later, and the methods that call them (Flask API, Application Object).
_REQUESTS, _SHELLS, _TEARDOWNS = "requests to an app", "shells of an app", "ends of requests to an app"
_TEMPLATES, _FILTERS = "templates that are rendered", "filters and tests of templates"
_KEPT_BY_APPS = {
    "add_template_filter": _FILTERS,
    "add_template_global": _FILTERS,
    "add_template_test": _FILTERS,
    "after_request": _REQUESTS,
    "before_request": _REQUESTS,
    "context_processor": _TEMPLATES,
    "shell_context_processor": _SHELLS,
    "shell_context_processors.append": _SHELLS,
    "teardown_appcontext": _CONTEXTS,
    "teardown_appcontext_funcs.append": _CONTEXTS,
    "teardown_request": _TEARDOWNS,
    **{call_of(each): _FILTERS for each in ("template_filter", "template_global", "template_test")},
    **{call_of(each): _REQUESTS for each in ("delete", "errorhandler", "get", "patch", "post", "put", "route")},
}
_IN_REQUESTS = (_REQUESTS, _TEARDOWNS, _CONTEXTS)
_ASKED_OF_APPS = {
    "full_dispatch_request": (_REQUESTS,), "make_shell_context": (_SHELLS,), "preprocess_request": (_REQUESTS,),
    "test_request_context": (_TEARDOWNS, _CONTEXTS), "update_template_context": (_TEMPLATES,),
    "wsgi_app": _IN_REQUESTS,
}  # fmt: skip
_TEST_CLIENT = call_of(attribute_of(APP, "test_client"))
_OF_APPS = attribute_of(APP, "")
# What renders a template with the names of the app's context processors, and what renders with its filters alone.
_RENDERING = frozenset({"render_template", "render_template_string", "stream_template", "stream_template_string"})
_ENVIRONMENT = attribute_of(APP, "jinja_env.")
_METHODS = frozenset({"delete", "get", "head", "open", "options", "patch", "post", "put", "trace"})
# SQLAlchemy's functions that listen, and the methods that tell listeners: those of an engine, and of tables alone.
LISTEN, LISTENS_FOR = "sqlalchemy.event.listen", "sqlalchemy.event.listens_for"
_DATABASES = ("flask_sqlalchemy.", "sqlalchemy.")
_CONNECTIONS, _TABLES = "connections of an engine", "tables that are made"
_TELLING = {
    _CONNECTIONS: (".begin", ".connect", ".create_all", ".drop_all", ".execute", ".raw_connection", ".reflect"),
    _TABLES: (".create_all", ".drop_all", ".create", ".drop"),
}
_EVENTS_OF_TABLES = frozenset({"after_create", "after_drop", "before_create", "before_drop"})
_EVENTS_OF_CONNECTIONS = frozenset(
    {
        "after_cursor_execute", "after_execute", "before_cursor_execute", "before_execute", "begin", "checkout",
        "commit", "connect", "do_connect", "engine_connect", "first_connect",
    }
)  # fmt: skip


def connects(path: str) -> str:
    """Return the kind of signal that a call connects a function to, by the path that leads to it; "" for none."""
    if path.startswith(_OF_APPS):
        return _KEPT_BY_APPS.get(path.removeprefix(_OF_APPS), "")
    ending = next((each for each in _CONNECTING if path.endswith(each)), "")
    owner = path.removesuffix(ending) if ending else ""
    if owner in _OF_CONTEXTS:
        return _CONTEXTS
    return owner if owner.startswith("blinker.") else ""


def listens(path: str) -> bool:
    """Return whether a call has a function listen to events, or makes or applies a decorator that does."""
    return callee_of(path) in (LISTEN, LISTENS_FOR)


def kind_of_event(name: str) -> str:
    """Return the kind of signal that an event is which startup may cause; "" for another."""
    if name in _EVENTS_OF_TABLES:
        return _TABLES
    return _CONNECTIONS if name in _EVENTS_OF_CONNECTIONS else ""


def is_own_signal(kind: str) -> bool:
    """Return whether signals of a kind are made by those who send them, and not by a library."""
    return kind.startswith("blinker.")


def sends(path: str) -> tuple[str, ...]:
    """Return the kinds of signals that a call sends."""
    if path.startswith(_TEST_CLIENT) and split_last(path)[1] in _METHODS:
        return _IN_REQUESTS
    if path.startswith(_OF_APPS) and (kinds := _ASKED_OF_APPS.get(path.removeprefix(_OF_APPS))):
        return kinds
    if path.startswith("flask.") and split_last(path)[1] in _RENDERING:
        return (_TEMPLATES, _FILTERS)
    if path.startswith(_ENVIRONMENT) and split_last(path)[1] == "render":
        return (_FILTERS,)
    if path.endswith(_ENTERED):
        return (_CONTEXTS,)
    if path.startswith(_DATABASES):
        return tuple([kind for kind, methods in _TELLING.items() if path.endswith(methods)])
    ending = next((each for each in _SENDING if path.endswith(each)), "")
    owner = path.removesuffix(ending) if ending else ""
    return (owner,) if owner.startswith("blinker.") else ()
