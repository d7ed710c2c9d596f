"""Which values are Flask applications: what they are made by, in this file or another, else what they are called.

The names are those of public Flask projects; a name counts only for a value of which nobody can tell what makes it.
"""

from __future__ import annotations

from ...config.settings import Settings
from ...model.access_paths import (
    call_of,
    callee_of,
    container_of,
    is_call,
    is_own,
    is_unnamed_item,
    last_name,
    without_sign,
)
from ...syntax.resolver import Names
from ...syntax.symbol_table import Call
from ...syntax.values import Kind, Value
from ..rule import Context

APP_NAMES = frozenset({"app", "application", "flaskapp", "webapp"})
# Called an app and no Flask app: proxies, the WSGI callable, and the apps of other frameworks.
OTHER_APPS = frozenset(
    {
        "aiohttp_app", "asgi_app", "bolt_app", "bottle_app", "celery_app", "current_app", "dash_app", "django_app",
        "fast_app", "fastapi_app", "gui_app", "qt_app", "sanic_app", "slack_app", "starlette_app", "textual_app",
        "tk_app", "typer_app", "wsgi_app",
    }
)  # fmt: skip

# How the names of functions begin that make, find or change an app.
VERBS = ("build_", "configure_", "create_", "find_", "get_", "init_", "load_", "make_", "run_", "setup_", "with_")


def is_app(value: Value, scope: int, context: Context) -> bool:
    """Whether a value read in a scope is an application, known or by all appearances."""
    if value.kind not in (Kind.PATH, Kind.CALL):
        return False
    names, settings = context.names, context.settings
    path = names.resolve(value.path, scope)
    if settings.flask.is_own_app(path):
        return True
    known = context.settled.known(value.path, scope)
    if known.is_instance(settings.app_types) or known.is_no_instance(settings.app_types):
        return known.is_instance(settings.app_types)
    defined_here = bool(names.defined(path))  # a function or class, not what it makes
    if defined_here or path in names.facts.imported_modules or _last(path) in OTHER_APPS:
        return False
    if is_call(path):
        return names.instance(path, settings.app_types) or _makes_app(callee_of(path), settings)
    return called_app(value.path) or called_app(path)


def _makes_app(callee: str, settings: Settings) -> bool:
    """Whether something from another file is a factory, or a class named after the Flask that it extends."""
    last = _last(callee)
    if is_own(callee):
        return last in settings.factories
    return last in settings.factories or "Flask" in last or (last.islower() and "app" in last.split("_"))


def is_kept_as_app(call: Call, names: Names) -> bool:
    """Whether what a call gives is bound to a name that an app has."""
    if call.keeper:  # however many lines there are between them
        return called_app(call.keeper)
    made = call_of(call.path)
    bound = names.facts.bound_on(call.place.scope, call.span.line)
    return any(each.value.path == made and called_app(name) for name, each in bound)


def called_app(path: str) -> bool:
    """Whether a path names an app, or an element of something called apps; `App` would be a class."""
    last = _last(path)
    name = last.lower() if last.isupper() else last
    if is_unnamed_item(path):
        name = container_of(name).removesuffix("s")
    return name in APP_NAMES or (name.endswith("_app") and not name.startswith(VERBS) and name not in OTHER_APPS)


def _last(path: str) -> str:
    return without_sign(last_name(path))
