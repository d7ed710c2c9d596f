"""FST302 debug-config: debug mode assigned to the app or its configuration."""

from __future__ import annotations

from collections.abc import Iterator

from ...config.flask_objects import OTHER_SERVERS
from ...model import Finding, Span
from ...model.access_paths import as_raw, is_attribute, is_keyed, mapping_by, owner_by, split_last
from ...syntax.places import Place
from ...syntax.symbol_table import Call
from ...syntax.values import Kind, Value
from ..flask.assignments import assignments, merged
from ..flask.debug_flags import CONFIGURED, explained, guarded, switched
from ..flask.servers import entries, is_application, keywords
from ..rule import Context, Extent, rule

# Assignments, keywords and keys: `logger.debug(...)` and `logging.DEBUG` are in every other file.
_WORDS = (".debug =", "DEBUG", "setattr")

_SERVERS = tuple(f"{module}." for module in OTHER_SERVERS)


@rule(words=_WORDS, extent=Extent.NEARBY)
def RULE(context: Context) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """Values given to an app's `debug` attribute or `DEBUG` setting that switch it on."""
    if _has_other_server(context):
        return
    for value, where, span, place in _assigned(context):
        switch = switched(value, place.scope, context.names)
        if switch is not None and not guarded(place, context):
            what, advice = explained(switch, where, CONFIGURED)
            yield Finding(RULE.code, span, what, advice)


def _has_other_server(context: Context) -> bool:
    """Whether the file serves with a server that knows no debug mode, and never with Flask's own."""
    others = any(f"{each.dotted}.".startswith(_SERVERS) for each in context.facts.imports)
    return others and not any(
        is_attribute(call.path, "run") and is_application(owner_by(call.path, "run"), call.place.scope, context)
        for call in context.facts.calls
    )


def _assigned(context: Context) -> Iterator[tuple[Value, str, Span, Place]]:
    for store in assignments(context):
        owner, attribute = split_last(store.path)
        if attribute == "debug" and is_application(owner, store.place.scope, context):
            yield store.value, "by app.debug", store.span, store.place
        elif is_keyed(store.path, "DEBUG") and _is_config(mapping_by(store.path, "DEBUG"), store.place, context):
            yield store.value, 'by config["DEBUG"]', store.span, store.place
        elif (value := merged(store, context).get("DEBUG")) is not None and _is_config(
            store.path, store.place, context
        ):
            yield value, "by config |= {...}", store.span, store.place
    for call in context.facts.calls:
        owner, method = split_last(call.path)
        if method in ("update", "from_mapping", "setdefault") and _is_config(owner, call.place, context):
            value = _given(call, method, context)
            if value is not None:
                yield value, f"by config.{method}()", call.span, call.place


def _is_config(path: str, place: Place, context: Context) -> bool:
    """Whether a raw path is an app's `config`, or a name bound to one."""
    meant = context.names.value(Value(Kind.PATH, path=as_raw(path)), place.scope).path
    owner, attribute = split_last(meant)
    return attribute == "config" and is_application(owner, place.scope, context)


def _given(call: Call, method: str, context: Context) -> Value | None:
    if method == "setdefault":
        return call.args[1] if len(call.args) == 2 and call.args[0] == Value(Kind.CONSTANT, "DEBUG") else None
    given: dict[str, Value] = {}
    for value in call.args:
        given |= entries(value, call.place.scope, context.names)
    return (given | keywords(call, context.names)).get("DEBUG")
