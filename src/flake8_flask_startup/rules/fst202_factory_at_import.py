"""FST202 factory-at-import: the factory is called at import time by a module that others import."""

from __future__ import annotations

from collections.abc import Iterator

from ..apps import is_kept_as_app
from ..facts import Call
from ..model import Finding
from ..rule import Context, rule
from ..scope import Phase
from ..settings import DEFAULT_FACTORIES
from ..things import Form

# A factory may be called anything: then what it makes is called an app.
_MADE = ("app = ", "app: ", "application = ", "application: ")


@rule("FST202", "factory-at-import", words=(*DEFAULT_FACTORIES, *_MADE))
def RULE(context: Context) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """Calls of a factory in module code, where the boot shows that another module imports this one."""
    calls = [call for call in context.facts.calls if _builds_at_import(call, context)]
    if not calls or context.boot is None or not context.boot.is_imported(str(context.path)):
        return
    for call in calls:
        yield Finding(
            "FST202",
            call.span,
            f"factory {call.path.rpartition('.')[2]}() called at import time",
            "every import of this module builds the app, call it in a module of its own that nothing imports (wsgi.py)",
        )


def _builds_at_import(call: Call, context: Context) -> bool:
    if call.decorates or call.place.phase is not Phase.IMPORT or context.facts.function_of(call.place.scope):
        return False
    path = context.names.resolve(call.path, call.place.scope)
    if not path.startswith("?") and path.lstrip(":").rpartition(".")[2] in context.settings.factories:
        return True
    if not is_kept_as_app(call, context.names):
        return False
    scope = call.place.scope
    is_local = path.startswith(":") and path[1:] in context.names.scopes_by_name
    if not is_local and context.settled.thing(call.path, scope).form is not Form.FUNCTION:
        return False
    types = context.settings.app_types
    made = context.names.resolve(f"{call.path}()", scope)
    return context.names.instance(made, types) or context.settled.thing(f"{call.path}()", scope).is_instance(types)
