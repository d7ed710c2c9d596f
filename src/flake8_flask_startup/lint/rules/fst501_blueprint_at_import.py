"""FST501 blueprint-at-import: a blueprint registered at import time."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Finding
from ...model.access_paths import as_raw, is_attribute, owner_by
from ...syntax.symbol_table import Call
from ...syntax.values import Kind, Value
from ..flask.apps import is_app
from ..rule import Context, rule
from .at_import import calls_at_import, given, is_assembly, plain

# Extensions that register blueprints on the app they are bound to (documentation of flask-smorest).
REGISTRARS = frozenset({"flask_rest_api.Api", "flask_smorest.Api"})


@rule(words=("register_blueprint",))
def RULE(context: Context) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """Calls of `register_blueprint` on apps; on a blueprint it only nests, and costs what the parent costs."""
    if is_assembly(context):
        return
    for call, route in calls_at_import(context, context.loading_outside_factories):
        if is_attribute(call.path, "register_blueprint") and _registers(call, context):
            name = next((plain(value.path) for value in given(call, "blueprint")), "")
            yield Finding(
                code=RULE.code,
                span=call.span,
                what=f"blueprint{f' {name!r}' if name else ''} registered at import time{route}",
                advice="import and register it in the app factory",
            )


def _registers(call: Call, context: Context) -> bool:
    owner = owner_by(call.path, "register_blueprint")
    if context.names.instance(context.names.resolve(owner, call.place.scope), REGISTRARS):
        return True
    if context.settled.known(owner, call.place.scope).is_instance(REGISTRARS):
        return True
    return is_app(Value(Kind.PATH, path=as_raw(owner)), call.place.scope, context)
