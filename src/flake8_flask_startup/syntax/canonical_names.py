"""One name for one object: the public names of what libraries also export from the module that defines it.

Read off the packages' own `__init__` modules (Flask 3.1, Werkzeug 3.1, Flask-SocketIO 5.5, APIFlask 3.1, Connexion 2.14
and 3.3, Eve 2.3, Flask-API 3.1, flask-openapi3 4.3, Quart 0.22).
"""

from __future__ import annotations

from ..model.access_paths import ResolvedPath, as_resolved, first_of, root_of, starts_of
from ..model.path_steps import joined

ALIASES = {
    "apiflask.app.APIFlask": "apiflask.APIFlask",
    "connexion.apps.flask.FlaskApp": "connexion.FlaskApp",
    "connexion.apps.flask_app.FlaskApp": "connexion.FlaskApp",
    "dash.dash.Dash": "dash.Dash",
    "eve.flaskapp.Eve": "eve.Eve",
    "flask_api.app.FlaskAPI": "flask_api.FlaskAPI",
    "flask_openapi3.openapi.OpenAPI": "flask_openapi3.OpenAPI",
    "quart.app.Quart": "quart.Quart",
    "flask.app.Flask": "flask.Flask",
    "flask.blueprints.Blueprint": "flask.Blueprint",
    "flask.sansio.blueprints.Blueprint": "flask.Blueprint",
    "flask.globals.current_app": "flask.current_app",
    "werkzeug.run_simple": "werkzeug.serving.run_simple",
    "werkzeug.debug.DebuggedApplication": "werkzeug.debug.DebuggedApplication",
    "gunicorn.app.base.Application": "gunicorn.app.base.BaseApplication",
}

# What `from flask import *` brings that rules ask about.
STARS = {
    "flask": ("Flask", "Blueprint", "current_app", "g", "request", "session"),
    "flask_sqlalchemy": ("SQLAlchemy",),
}


_ROOTS = frozenset(root_of(name) for name in ALIASES)


def canonical(path: ResolvedPath) -> ResolvedPath:
    """The path by the public name of what it starts with, longest name first; itself when that has no other."""
    if first_of(path) not in _ROOTS:
        return path
    for head, rest in starts_of(path):
        if head in ALIASES:
            return joined(as_resolved(ALIASES[head]), rest)
    return path
