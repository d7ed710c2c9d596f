"""The classes whose instances are Flask applications, by canonical dotted name.

Flask itself, and the wrapper frameworks whose app class subclasses or builds it (their documentation).
"""

from __future__ import annotations

APP_CLASSES = frozenset(
    {
        "apiflask.APIFlask",
        "connexion.App",
        "connexion.FlaskApp",
        "eve.Eve",
        "flask.Flask",
        "flask_api.FlaskAPI",
        "flask_openapi3.OpenAPI",
        "quart.Quart",
    }
)
