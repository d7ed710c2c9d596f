"""FST203 server-at-import: a server started at import time."""

from __future__ import annotations

from collections.abc import Iterator

from ...config.flask_objects import OTHER_SERVERS, SERVERS
from ...model import Finding
from ...model.access_paths import as_raw, first_of, owner_by, split_last
from ...syntax.symbol_table import Call
from ...syntax.values import Kind, Value
from ..flask.apps import is_app
from ..flask.servers import is_called_socketio, runner
from ..rule import Context, rule
from .at_import import asks_command_line, calls_at_import, given, plain

_WORDS = (".run(", "run_server")
_WITH = {
    "gevent": ("serve_forever",),
    "werkzeug": ("make_server", "run_simple"),
    "wsgiref": ("serve_forever",),
}
_IMPORTS = tuple(sorted({*map(first_of, OTHER_SERVERS), "livereload"} - _WITH.keys()))


@rule(words=_WORDS, imports=_IMPORTS, words_with=_WITH)
def RULE(context: Context) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """Servers that loading the module starts, its factories included; a test of the command line is a guard too."""
    if context.path.name == "__main__.py":  # `python -m package` runs it, and nobody imports it
        return
    for call, route in calls_at_import(context, context.loading):
        if asks_command_line(call, context):
            continue
        if _starts_server(call, context):
            by = f" by {plain(call.path)}()" if plain(call.path) else ""
            yield Finding(
                code=RULE.code,
                span=call.span,
                what=f"server started at import time{by}{route}",
                advice='put it under if __name__ == "__main__", so that the module can be imported',
            )


def _starts_server(call: Call, context: Context) -> bool:
    path = context.names.resolve(call.path, call.place.scope)
    if path in SERVERS or runner(call, context) in SERVERS:
        return True
    owner, method = split_last(call.path)
    if method != "run" or not owner or owner_by(path, "run") in context.facts.imported_modules:
        return False
    if is_called_socketio(owner, call.place.scope, context):
        return any(_is_app(value, call, context) for value in given(call, "app"))
    return _is_app(Value(Kind.PATH, path=as_raw(owner)), call, context)


def _is_app(value: Value, call: Call, context: Context) -> bool:
    return is_app(value, call.place.scope, context)
