"""Calls that start a development server, with what they are given."""

from __future__ import annotations

from ...analysis.library_calls import calls_of
from ...config.flask_objects import APP_RUN, RUNNERS, SOCKETIO, SOCKETIO_RUN
from ...inference.answers import Form
from ...model.access_paths import (
    as_raw,
    attribute_of,
    call_of,
    callee_of,
    is_call,
    keyed_item_of,
    last_name,
    own_path,
    split_last,
)
from ...syntax.resolver import Names
from ...syntax.symbol_table import Call, ScopeKind
from ...syntax.values import OTHER, Kind, Value
from ..rule import Context
from .apps import is_app

_METHODS = frozenset({last_name(path) for path in RUNNERS})
_SOCKETIO = frozenset({SOCKETIO})
_FLAGS = frozenset({"", "debug", "use_debugger", "use_reloader"})  # "" is `**options`


def handed_over(call: Call, names: Names) -> Call:
    """The call that another one will make, of what a partial function, a thread or the like is made; else itself."""
    path = names.resolve(call.path, call.place.scope)
    if path == "functools.partial" and call.args and call.args[0].kind is Kind.PATH:
        return call._replace(path=call.args[0].path, args=call.args[1:])
    made = next(calls_of(call, path), None)
    if made is None or made.callee.kind is not Kind.PATH:
        return call
    args = tuple(each for value in made.args for each in _spread_out(value, call.place.scope, names))
    return made._replace(path=made.callee.path, callee=OTHER, args=args)


def _spread_out(value: Value, scope: int, names: Names) -> tuple[Value, ...]:
    """The arguments that `*value` stands for, as far as the file spells them out; any other argument itself."""
    if value.kind is not Kind.SPREAD:
        return (value,)
    held = names.value(value.items[0], scope)
    return held.items if held.kind is Kind.SEQUENCE else ()


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
        found |= {name: value} if name else _spread(value, call, names)
    return found


def _spread(value: Value, call: Call, names: Names) -> dict[str, Value]:
    """The entries of a mapping that a call is given by `**`, with those that were put there before."""
    found = entries(value, call.place.scope, names)
    for store in names.facts.stores if value.path.isidentifier() else ():
        is_before = store.place == call.place and store.order < call.order
        if (
            is_before
            and isinstance(store.key.constant, str)
            and store.path == keyed_item_of(value.path, store.key.constant)
        ):
            found[store.key.constant] = store.value
    return found


def entries(value: Value, scope: int, names: Names) -> dict[str, Value]:
    """The entries of a mapping, or of a name bound to one; empty for any other value."""
    mapping = names.value(value, scope)
    pairs = zip(mapping.keys, mapping.items, strict=True) if mapping.kind is Kind.MAPPING else ()
    return {key: value for key, value in pairs if isinstance(key, str)}


def is_application(path: str, scope: int, context: Context) -> bool:
    """Whether a raw path is an app, the proxy of one, or `self` in a local app class."""
    if context.settings.flask.is_app(context.names.resolve(path, scope)):
        return True
    if path == "self":
        while scope and context.facts.scopes[scope].kind is not ScopeKind.CLASS:
            scope = context.facts.scopes[scope].parent
        name, types = context.facts.scopes[scope].name, context.settings.app_types
        if not name or context.names.is_class(own_path(name), types):
            return bool(name)
        return not types.isdisjoint(context.settled.known(name, 0).classes)
    return is_app(Value(Kind.PATH, path=as_raw(path)), scope, context)


def runner(call: Call, context: Context) -> str:
    """The documented start of a development server that a call is, as `RUNNERS` has it; empty for any other call."""
    path = context.names.resolve(call.path, call.place.scope)
    if path in RUNNERS:
        return path
    owner, method = split_last(call.path)
    if not owner or method not in _METHODS:
        return ""
    classes = instance_classes(owner, call.place.scope, context)
    return next((found for each in sorted(classes) if (found := attribute_of(call_of(each), method)) in RUNNERS), "")


def is_called_socketio(path: str, scope: int, context: Context) -> bool:
    """Whether a raw path has the name that objects of Flask-SocketIO have in its documentation, and nothing denies it.

    The name counts only for a value of which nobody can tell what makes it, as that of an app does.
    """
    if last_name(path) != last_name(SOCKETIO).lower():
        return False
    resolved = context.names.resolve(path, scope)
    is_module = resolved in context.facts.imported_modules
    return not is_module and not context.settled.known(path, scope).is_no_instance(_SOCKETIO)


def instance_classes(path: str, scope: int, context: Context) -> frozenset[str]:
    """The dotted classes that a raw path is an instance of, as far as this file and others tell."""
    resolved = context.names.resolve(path, scope)
    if is_call(resolved) and context.names.defined(callee_of(resolved)):
        return context.names.bases_at(callee_of(resolved))
    known = context.settled.known(path, scope)
    return known.classes if known.form is Form.INSTANCE else frozenset()


def _parameters(call: Call, context: Context) -> tuple[str, ...]:
    if known := runner(call, context):
        return RUNNERS[known]
    owner, method = split_last(call.path)
    if method == "run" and context.names.resolve(owner, call.place.scope) in context.settings.app_types:
        return ("self", *APP_RUN)  # `Flask.run(app, debug=True)`
    given = {name for name, _ in call.keywords}
    if method != "run" or not owner or (len(call.args) < len(APP_RUN) and given.isdisjoint(_FLAGS)):
        return ()
    if is_called_socketio(owner, call.place.scope, context):
        return RUNNERS[SOCKETIO_RUN]
    return APP_RUN if is_application(owner, call.place.scope, context) else ()
