"""FST301 debug-run: debug mode passed to a call."""

from __future__ import annotations

from collections.abc import Iterator

from ..debug_flags import Switch, explained, guarded, switched
from ..facts import Call
from ..model import Finding
from ..rule import Context, Extent, rule
from ..servers import server_arguments
from .at_import import plain

_DEBUGGER = "werkzeug.debug.DebuggedApplication"


_WITH = {"werkzeug": ("DebuggedApplication", "run_simple")}


@rule("FST301", "debug-run", words=(".run(",), imports=("flask_script",), words_with=_WITH, extent=Extent.NEARBY)
def RULE(context: Context) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """Servers started with debug mode or the debugger on, and apps wrapped in the debugger."""
    for call in context.facts.calls:
        switch = _debug(call, context)
        if switch is not None and not guarded(call.place, context):
            what, advice = explained(switch, f"in {plain(call.path) or 'run'}()")
            yield Finding("FST301", call.span, what, advice)


def _debug(call: Call, context: Context) -> Switch | None:
    if context.names.resolve(call.path, call.place.scope) == _DEBUGGER and not call.decorates:
        return Switch.ON
    arguments = server_arguments(call, context)
    found = (
        switched(arguments[name], call.place.scope, context.names)
        for name in ("debug", "use_debugger")
        if name in arguments
    )
    return next((switch for switch in found if switch is not None), None)
