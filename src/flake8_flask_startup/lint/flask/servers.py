"""Calls that start a development server, with what they are given."""

from __future__ import annotations

from ...syntax.resolver import Names
from ...syntax.symbol_table import Call, Kind, ScopeKind, Value
from ..rule import Context
from .apps import is_app

# Positional parameters up to the last that is a flag of the development server (documentation of Flask 3.1,
# Werkzeug 3.1, Flask-SocketIO 5.5 and Flask-Script 2.0).
_APP_RUN = ("host", "port", "debug")
_SOCKETIO_RUN = ("app", "host", "port")
_FLAGS = frozenset({"", "debug", "use_debugger", "use_reloader"})  # "" is `**options`
_FUNCTIONS = {
    "flask_script.Server": ("host", "port", "use_debugger", "use_reloader"),
    "flask_socketio.SocketIO().run": _SOCKETIO_RUN,
    "werkzeug.serving.run_simple": ("hostname", "port", "application", "use_reloader", "use_debugger"),
}


def server_arguments(call: Call, context: Context) -> dict[str, Value]:
    """What a call that starts a development server with flags is given, by parameter; empty for any other call."""
    parameters = _parameters(call, context)
    if call.decorates or not parameters:
        return {}
    return dict(zip(parameters, call.args, strict=False)) | keywords(call, context.names)


def keywords(call: Call, names: Names) -> dict[str, Value]:
    """The keyword arguments of a call, those of `**mapping` included as far as the file spells the mapping out."""
    found: dict[str, Value] = {}
    for name, value in call.keywords:
        found |= {name: value} if name else entries(value, call.place.scope, names)
    return found


def entries(value: Value, scope: int, names: Names) -> dict[str, Value]:
    """The entries of a mapping, or of a name bound to one; empty for any other value."""
    mapping = names.value(value, scope)
    return dict(zip(mapping.keys, mapping.items, strict=True)) if mapping.kind is Kind.MAPPING else {}


def is_application(path: str, scope: int, context: Context) -> bool:
    """Whether a raw path is an app, the proxy of one, or `self` in a local app class."""
    if context.names.resolve(path, scope) == "flask.current_app":
        return True
    if path == "self":
        while scope and context.facts.scopes[scope].kind is not ScopeKind.CLASS:
            scope = context.facts.scopes[scope].parent
        name, types = context.facts.scopes[scope].name, context.settings.app_types
        if not name or context.names.is_class(f":{name}", types):
            return bool(name)
        return not types.isdisjoint(context.settled.thing(name, 0).classes)
    return is_app(Value(Kind.PATH, path=path), scope, context)


def _parameters(call: Call, context: Context) -> tuple[str, ...]:
    known = _FUNCTIONS.get(context.names.resolve(call.path, call.place.scope))
    if known is not None:
        return known
    owner, _, method = call.path.rpartition(".")
    given = {name for name, _ in call.keywords}
    if method != "run" or not owner or (len(call.args) < len(_APP_RUN) and given.isdisjoint(_FLAGS)):
        return ()
    if owner.rpartition(".")[2] == "socketio":
        return _SOCKETIO_RUN
    return _APP_RUN if is_application(owner, call.place.scope, context) else ()
