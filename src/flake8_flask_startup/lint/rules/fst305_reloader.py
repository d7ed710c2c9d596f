"""FST305 reloader: the reloader on without debug: the whole startup twice."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Finding
from ...syntax.symbol_table import Call
from ..flask.debug_flags import Switch, guarded, switched
from ..flask.servers import handed_over, server_arguments
from ..rule import Context, Extent, rule
from .at_import import plain

_RELOADERS = frozenset({"werkzeug.serving.run_with_reloader", "werkzeug._reloader.run_with_reloader"})


_WITH = {"werkzeug": ("run_simple", "run_with_reloader")}


@rule(
    words=("use_reloader",),
    imports=("flask_script",),
    words_with=_WITH,
    extent=Extent.NEARBY,
)
def RULE(context: Context) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """Servers started with a reloader, except where debug mode is on too and has a finding of its own."""
    for call in context.facts.calls:
        if _reloads(handed_over(call, context.names), context) and not guarded(call.place, context):
            yield Finding(
                code=RULE.code,
                span=call.span,
                what=f"reloader switched on in {plain(call.path) or 'run'}()",
                advice="leave it to flask run --reload; it starts a second process, and with it the whole app again",
            )


def _reloads(call: Call, context: Context) -> bool:
    if context.names.resolve(call.path, call.place.scope) in _RELOADERS:
        return True
    arguments = server_arguments(call, context)
    on = {
        name
        for name in ("debug", "use_debugger", "use_reloader")
        if name in arguments and switched(arguments[name], call.place.scope, context.names) is Switch.ON
    }
    return on == {"use_reloader"}
