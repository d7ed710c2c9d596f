"""How a file has gunicorn started, as far as the file says: as a configuration file, or by code that starts it.

The settings and their command-line flags are those of gunicorn's documentation, "Settings", version 23.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...model import Span
from ...model.access_paths import callee_of, first_of, is_attribute, is_keyed, is_own
from ...syntax.symbol_table import Binding, BindingKind, Call
from ...syntax.values import Kind, Value
from ..rule import Context
from .environment import READERS, variables
from .gunicorn_command import Start, is_several, parsed, split
from .servers import entries

# Settings that only gunicorn has; hypercorn and uWSGI share `bind` and `workers`.
_OWN = frozenset(
    {
        "forwarded_allow_ips", "max_requests_jitter", "preload_app", "proc_name", "raw_env", "worker_connections",
        "worker_tmp_dir",
    }
)  # fmt: skip
_SETTINGS = _OWN | {
    "accesslog", "bind", "errorlog", "loglevel", "reload", "threads", "timeout", "worker_class", "workers",
}  # fmt: skip
# Code that binds names nobody can list, among which `preload_app` may be.
_UNLISTED = frozenset({"exec", "execfile", "globals", "locals", "vars"})
_APPLICATIONS = frozenset({"gunicorn.app.base.BaseApplication", "gunicorn.app.wsgiapp.WSGIApplication"})
_STARTERS = ("asyncio.create_subprocess_", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "subprocess.")


def starts(context: Context) -> Iterator[Start]:
    """The ways a file starts gunicorn, each with its settings of workers, preloading and reloading."""
    if is_configuration(context):
        yield _configured(context)
    for call in context.facts.calls:
        if not call.decorates:
            yield from _commanded(call, context)
            yield from _constructed(call, context)
    for variable in variables(context):
        if variable.name == "GUNICORN_CMD_ARGS" and variable.value.kind is Kind.CONSTANT:
            yield parsed(split(str(variable.value.constant)), variable.span)


def is_configuration(context: Context) -> bool:
    """Whether a file is a gunicorn configuration: named after gunicorn with a setting in it, or full of settings."""
    bound = context.facts.scopes[0].bindings.keys()
    if "gunicorn" in context.path.name or context.path.parent.name == "gunicorn":
        return not _SETTINGS.isdisjoint(bound)
    return {"bind", "workers"} <= bound and not _OWN.isdisjoint(bound)


def _configured(context: Context) -> Start:
    bindings = context.facts.scopes[0].bindings
    unlisted = any(each.name == "*" for each in context.facts.imports) or any(
        callee_of(first_of(call.path)) in _UNLISTED for call in context.facts.calls
    )
    workers = [each for each in bindings.get("workers", ()) if _several(each.value, context) is not False]
    preload = _highest(bindings.get("preload_app", ()), context)
    # a test around it is a choice between development and production
    reload = [each for each in bindings.get("reload", ()) if each.place.condition is None and _truth(each, context)]
    return Start(
        span=Span(workers[0].line) if workers else Span(1),
        reload_span=Span(reload[0].line) if reload else Span(1),
        several=bool(workers),
        preload=None if unlisted and preload is False else preload,
        reload=bool(reload),
        worker_class=" ".join(_spelled_in(each.value) for each in bindings.get("worker_class", ())),
    )


def _highest(bindings: Sequence[Binding], context: Context) -> bool | None:
    """True if a name may be bound to something true, None if nobody can tell, False if it is not."""
    truths = {_truth(each, context) for each in bindings}
    return True if True in truths else None if None in truths else False


def _truth(binding: Binding, context: Context) -> bool | None:
    if binding.kind is not BindingKind.ASSIGN:
        return None
    return context.names.truth(binding.value, binding.place.scope)


def _several(value: Value, context: Context, scope: int = 0) -> bool | None:
    """Whether a number of workers is more than one; of an environment variable, whether its default is."""
    value = context.names.value(value, scope)
    if value.kind is Kind.CONSTANT:
        return is_several(str(value.constant))
    if value.kind is Kind.CALL and value.path == "int()" and value.items:
        return _several(value.items[0], context, scope)
    if value.kind is Kind.CALL and len(value.items) == 2 and context.names.resolve(value.path, scope) in READERS:
        return _several(value.items[1], context, scope)
    if value.kind is Kind.CHOICE:
        several = {_several(item, context, scope) for item in value.items}
        return several.pop() if len(several) == 1 else None
    return None


def _commanded(call: Call, context: Context) -> Iterator[Start]:
    """A call that starts a process, of which gunicorn's command line is an argument."""
    path = context.names.resolve(call.path, call.place.scope)
    if not path.startswith(_STARTERS):
        return
    spread = path.startswith(("os.execl", "os.spawnl"))
    for argument in (Value(Kind.SEQUENCE, items=call.args),) if spread else call.args:
        arguments = _arguments(argument, call, context)
        names = [each.rpartition("/")[2] for each in arguments[:4]]
        if "gunicorn" in names:
            yield parsed(arguments[names.index("gunicorn") + 1 :], call.span)


def _arguments(value: Value, call: Call, context: Context) -> list[str]:
    """A command line as texts, "?" for one argument that is not known, "*" for any number of them."""
    grown = {f"{value.path}.{method}" for method in ("append", "extend", "insert")}
    line = context.names.value(value, call.place.scope)
    if line.kind is Kind.CONSTANT and isinstance(line.constant, str):
        return split(line.constant)
    if line.kind is not Kind.SEQUENCE:
        return []
    found = [_text(context.names.value(item, call.place.scope)) for item in line.items]
    return [*found, "*"] if any(each.path in grown for each in context.facts.calls) else found


def _text(value: Value) -> str:
    if value.kind is Kind.CONSTANT:
        return str(value.constant)
    if value.kind is Kind.TEMPLATE:
        return "".join(_text(item) for item in value.items)
    return "*" if value.kind in (Kind.OTHER, Kind.SPREAD) else "?"


def _spelled_in(value: Value) -> str:
    """All strings that a value may be, such as an environment variable and its default."""
    inside = (*value.items, *(each for _, each in value.keywords))
    return " ".join([_text(value), *map(_spelled_in, inside)])


def _constructed(call: Call, context: Context) -> Iterator[Start]:
    """An instance of a local subclass of gunicorn's application, given its options in a dictionary."""
    names = context.names
    path = names.resolve(call.path, call.place.scope)
    if not is_own(path) or not names.is_class(path, _APPLICATIONS):
        return
    for value in (*call.args, *(value for _, value in call.keywords)):
        options = entries(value, call.place.scope, names)
        if "workers" in options:
            preload = names.truth(options.get("preload_app", Value(Kind.CONSTANT, False)), call.place.scope)
            elsewhere = "" in options or _sets_preload(context)
            yield Start(
                span=call.span,
                reload_span=call.span,
                several=_several(options["workers"], context, call.place.scope),
                preload=preload or (None if elsewhere else preload),
                reload=names.truth(options.get("reload", Value(Kind.CONSTANT, False)), call.place.scope),
                worker_class=_spelled_in(options.get("worker_class", Value(Kind.CONSTANT, ""))),
            )


def _sets_preload(context: Context) -> bool:
    """Whether the file sets `preload_app` in a way of its own: by item, or by `cfg.set`."""
    return any(is_keyed(store.path, "preload_app") for store in context.facts.stores) or any(
        value.constant == "preload_app" or "preload_app" in value.keys
        for call in context.facts.calls
        if is_attribute(call.path, "set", "setdefault", "update")
        for value in call.args
    )
