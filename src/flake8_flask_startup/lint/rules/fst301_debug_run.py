"""FST301 debug-run: debug mode passed to a call."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Finding
from ...syntax.symbol_table import Call
from ...syntax.values import OTHER
from ..flask.debug_flags import DEBUGGER, SERVED, Switch, explained, guarded, switched
from ..flask.servers import handed_over, server_arguments
from ..rule import Context, Extent, rule
from .at_import import plain

_DEBUGGER = "werkzeug.debug.DebuggedApplication"


_WITH = {"werkzeug": ("DebuggedApplication", "run_simple")}


@rule(
    words=(".run(", ".run,", ".run)", "run_server"),
    imports=("flask_script",),
    words_with=_WITH,
    extent=Extent.NEARBY,
)
def RULE(context: Context) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """Servers started with debug mode or the debugger on, and apps wrapped in the debugger."""
    for call in context.facts.calls:
        found = _debug(handed_over(call, context.names), context)
        if found is not None and not guarded(call.place, context):
            what, advice = found
            yield Finding(RULE.code, call.span, what, advice)


def _debug(call: Call, context: Context) -> tuple[str, str] | None:
    """The head and the advice about a call that switches debug mode or the debugger on; None about any other."""
    names, scope = context.names, call.place.scope
    where = f"in {plain(call.path) or 'run'}()"
    if names.resolve(call.path, scope) == _DEBUGGER and not call.decorates:
        return explained(Switch.ON, where, f"it {DEBUGGER}", "debugger")
    arguments = server_arguments(call, context)
    reloads = names.truth(arguments.get("use_reloader", OTHER), scope)
    switch = switched(arguments.get("debug", OTHER), scope, names)
    if switch is not None:
        return explained(switch, where, f"its debugger {DEBUGGER}" if reloads is False else SERVED)
    switch = switched(arguments.get("use_debugger", OTHER), scope, names)
    if switch is not None:
        return explained(switch, where, SERVED if reloads else f"it {DEBUGGER}", "debugger")
    return None
