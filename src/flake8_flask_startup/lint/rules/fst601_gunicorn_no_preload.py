"""FST601 gunicorn-no-preload: gunicorn workers without `preload_app = True`."""

from __future__ import annotations

from collections.abc import Iterator

from ...config.purpose import words
from ...model import Finding
from ...syntax.symbol_table import ScopeKind
from ..flask.debug_flags import is_development_file
from ..flask.gunicorn import is_configuration, starts
from ..rule import Context, Extent, rule


@rule(
    words=("workers =", "gunicorn", "GUNICORN_CMD_ARGS"),
    extent=Extent.NEARBY,
)
def RULE(context: Context) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """Starts of gunicorn with more than one worker, or an unknown number, that surely do not preload the app."""
    if is_development_file(context.path) or _reloads(context):
        return
    is_file = is_configuration(context)
    setting = "preload_app = True" if is_file else "--preload (preload_app = True)"
    advice = f"add {setting}, so that the app is loaded once and its memory shared"
    for start in starts(context):
        # a command line that reloads is for development; a file that does has a finding of its own about that
        if start.several is not False and start.preload is False and (is_file or not start.reload):
            yield Finding(
                code=RULE.code,
                span=start.span,
                what="gunicorn workers that each load the whole app",
                advice=f"{_patching(start.worker_class)}{advice}",
            )


def _reloads(context: Context) -> bool:
    """Whether the file has a function that reloads what it started: new workers of a preloaded app have the old one."""
    return not is_configuration(context) and any(
        scope.kind is ScopeKind.FUNCTION and "reload" in words(scope.name.rpartition(".")[2])
        for scope in context.facts.scopes
    )


def _patching(worker_class: str) -> str:
    """What must come first: these workers patch the standard library after the fork, too late for a preloaded app."""
    library = next((each for each in ("eventlet", "gevent") if each in worker_class), "")
    return f"let {library} patch the standard library before the app is loaded, then " if library else ""
