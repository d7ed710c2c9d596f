"""FST202 factory-at-import: the factory called at import time by a module that others import."""

from __future__ import annotations

from collections.abc import Iterator

from ...config.settings import DEFAULT_FACTORIES
from ...model import Finding
from ...model.access_paths import last_name
from ..rule import Context, Trait, rule
from .at_import import builds_app

# A factory may be called anything: then what it makes is called an app.
_MADE = ("*app =", "*application =", "as *app", "as *application")


@rule(traits=Trait.OF_OPTIONS, words=(*DEFAULT_FACTORIES, *_MADE))
def RULE(context: Context) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """Calls of a factory in module code, where the boot shows that another module imports this one."""
    calls = [call for call in context.facts.calls if builds_app(call, context)]
    if not calls or context.boot is None or not context.boot.is_imported(str(context.path)):
        return
    for call in calls:
        yield Finding(
            RULE.code,
            call.span,
            f"factory {last_name(call.path)}() called at import time",
            "every import of this module builds the app, call it in a module of its own that nothing imports (wsgi.py)",
        )
