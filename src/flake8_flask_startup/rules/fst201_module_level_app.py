"""FST201 module-level-app: a Flask app built at import time."""

from __future__ import annotations

from collections.abc import Iterator

from ..app_classes import APP_CLASSES
from ..model import Finding
from ..rule import Context, rule
from ..scope import Phase

# The names of the classes where they are called, inherited from, renamed, or end a line.
_WORDS = (
    "Eve(", "Flask\n", "Flask  #", "Flask as ", "Flask(", "Flask)", "Flask,", "FlaskAPI", "FlaskApp", "OpenAPI",
    "Quart", "connexion", "eve import", "eve.flaskapp",
)  # fmt: skip


_WITH = dict.fromkeys(sorted({each.partition(".")[0] for each in APP_CLASSES}), _WORDS)


@rule("FST201", "module-level-app", words_with=_WITH)
def RULE(context: Context) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """Instances of app classes and of their local subclasses, made in module and class bodies."""
    for call in context.facts.calls:
        if call.place.phase is not Phase.IMPORT or call.decorates:
            continue
        path = context.names.resolve(call.path, call.place.scope)
        if context.names.is_class(path, APP_CLASSES):
            yield Finding(
                code="FST201",
                span=call.span,
                what=f"{path.rpartition('.')[2].lstrip(':')} app built at import time",
                advice="build it in a factory such as create_app(), so that importing this module builds nothing",
            )
