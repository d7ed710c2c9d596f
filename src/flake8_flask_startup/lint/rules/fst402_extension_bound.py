"""FST402 extension-bound: an extension constructed with an app at import time."""

from __future__ import annotations

from collections.abc import Iterator

from ...config.flask_objects import EXTENSION_MODULES
from ...model import Finding
from ...syntax.values import Kind, Value
from ..flask.apps import is_app
from ..flask.extensions import called_extension
from ..rule import Context, rule
from .at_import import calls_at_import, is_assembly

# An extension's root package (`flask` itself is too common), the method that makes a local class an extension, or a
# call of a class that another file defines.
_ROOTS = sorted({each.partition(".")[0] for each in EXTENSION_MODULES} - {"flask"})
_WORDS = ("(app)", "(app,", "init_app")
_WITH = {"flask": ("flask.ext",)}
_IMPORTS = ("flask_", "quart_", *_ROOTS)


# What is passed: something called an app, what a function called after one returns, or an instance of an app class.
_APPS = (
    ".server", "APP", "Eve", "*Flask*", "OpenAPI", "Quart", "*app", "*app_*", "*application", "*apps", "connexion",
)  # fmt: skip


@rule(words=_WORDS, imports=_IMPORTS, words_with=_WITH, others=_APPS)
def RULE(context: Context) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """Extension classes called with an app, in whatever argument."""
    if is_assembly(context):
        return
    for call, route in calls_at_import(context, context.loading_outside_factories):
        given = (*call.args, *(value for _, value in call.keywords))
        values = [value for value in given if _may_be_app(context.names.value(value, call.place.scope))]
        name = called_extension(call.path, call.place.scope, context) if values else ""
        if name and any(is_app(value, call.place.scope, context) for value in values):
            yield Finding(
                code=RULE.code,
                span=call.span,
                what=f"extension '{name}' bound to the app at import time{route}",
                advice="bind it in the app factory, by its init_app(app) where it has one",
            )


def _may_be_app(value: Value) -> bool:
    """Whether a value may be an app, before anybody is asked what the call is of: asking takes a while."""
    return value.kind in (Kind.PATH, Kind.CALL) and value.path != "__name__"
