"""FST401 init-app-at-import: an extension's `init_app` outside a factory."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...config.flask_objects import is_extension_package
from ...inference.answers import Form
from ...model import Finding
from ...model.access_paths import callee_of, is_call, is_own, last_name, name_if_unknown, split_last
from ...syntax.symbol_table import Call
from ..flask.apps import is_app
from ..flask.extensions import extension_class, is_extension
from ..rule import Context, rule
from .at_import import calls_at_import, given, is_assembly, plain

# How the names of modules and objects end whose `init_app` makes no extension ready (configuration idiom, views).
NOT_EXTENSIONS = ("conf", "config", "configs", "configuration", "routes", "settings", "urls", "view", "views")


@rule(words=("init_app",))
def RULE(context: Context) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """Calls of `init_app` with an app, on an instance of an extension or on an object that may be one."""
    if is_assembly(context):
        return
    for call, route in calls_at_import(context, context.loading_outside_factories):
        receiver, method = split_last(call.path)
        if method != "init_app" or not receiver or not _may_be_extension(receiver, call, context):
            continue
        if any(is_app(value, call.place.scope, context) for value in given(call, "app")):
            name = plain(receiver)
            yield Finding(
                code=RULE.code,
                span=call.span,
                what=f"extension{f' {name!r}' if name else ''} initialised at import time{route}",
                advice=f"call {name or 'its'}{'.' if name else ' '}init_app(app) in the app factory",
            )


def _may_be_extension(receiver: str, call: Call, context: Context) -> bool:
    """Says no where a module or a class may be meant: `from . import name` can bring either a module or an object."""
    names = context.names
    path = names.resolve(receiver, call.place.scope)
    if is_call(path) and extension_class(callee_of(path), context):
        return True
    if is_extension_package(path, context.is_first_party):
        return True
    known = context.settled.known(receiver, call.place.scope)
    if known.form is not Form.UNKNOWN:
        if known.form is not Form.INSTANCE or is_extension(known, context):
            return known.form is Form.INSTANCE
    elif path in names.facts.imported_modules or is_own(path) or re.fullmatch(r"\.\w+|\?self|\?cls|super\(\)", path):
        return False
    return not any(word.endswith(NOT_EXTENSIONS) for word in re.findall(r"\w+", path.lower())) and not _is_class(path)


def _is_class(path: str) -> bool:
    name = name_if_unknown(last_name(path))
    return name[:1].isupper() and not name.isupper() and name.isidentifier()
