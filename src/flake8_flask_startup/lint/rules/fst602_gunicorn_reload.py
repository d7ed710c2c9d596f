"""FST602 gunicorn-reload: `reload = True` in a gunicorn config."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Finding
from ..flask.debug_flags import is_development_file
from ..flask.gunicorn import starts
from ..rule import Context, Extent, rule


@rule(words=("reload",), extent=Extent.NEARBY)
def RULE(context: Context) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """Starts of gunicorn with `reload` switched on."""
    if is_development_file(context.path):
        return
    for start in starts(context):
        if start.reload:
            yield Finding(
                code=RULE.code,
                span=start.reload_span,
                what="gunicorn reloads the app whenever a file changes",
                advice="delete it and pass --reload in development; it watches every file and rules preloading out",
            )
