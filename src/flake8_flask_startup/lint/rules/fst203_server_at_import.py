"""FST203 server-at-import: a server started at import time."""

from __future__ import annotations

from collections.abc import Iterator

from ...config.flask_objects import RUNNERS
from ...model import Finding
from ...model.access_paths import as_raw, is_call, owner_by, owner_of, split_last
from ...syntax.symbol_table import Call
from ...syntax.values import Kind, Value
from ..flask.apps import is_app
from ..flask.servers import is_called_socketio, runner
from ..rule import Context, rule
from .at_import import asks_command_line, calls_at_import, given, plain

# Calls that start a server and do not return, by resolved path (the documentation of each).
SERVERS = frozenset(
    {
        "bjoern.run",
        "cherrypy.engine.block",
        "cherrypy.quickstart",
        "eventlet.wsgi.server",
        *(path for path in RUNNERS if is_call(owner_of(path))),  # methods: those of Dash and Flask-SocketIO
        "gevent.pywsgi.WSGIServer().serve_forever",
        "gevent.wsgi.WSGIServer().serve_forever",
        "hypercorn.run.run",
        "livereload.Server().serve",
        "meinheld.server.run",
        "paste.httpserver.serve",
        "uvicorn.run",
        "waitress.create_server().run",
        "waitress.serve",
        "waitress.serve_paste",
        "werkzeug.serving.make_server().serve_forever",
        "werkzeug.serving.run_simple",
        "wsgiref.simple_server.make_server().serve_forever",
    }
)
_WORDS = (".run(", "run_server")
_WITH = {
    "gevent": ("serve_forever",),
    "werkzeug": ("make_server", "run_simple"),
    "wsgiref": ("serve_forever",),
}
_IMPORTS = ("bjoern", "cherrypy", "eventlet", "hypercorn", "livereload", "meinheld", "paste", "uvicorn", "waitress")


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
