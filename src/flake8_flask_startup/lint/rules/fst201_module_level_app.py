"""FST201 module-level-app: `Flask(...)` built at import time."""

from __future__ import annotations

from collections.abc import Iterator

from ...analysis.factories import names_module
from ...config.flask_objects import APP_CLASSES
from ...inference.answers import Form
from ...model import Finding
from ...model.access_paths import last_name, without_sign
from ...syntax.static_conditions import Phase
from ...syntax.symbol_table import Call
from ..flask.apps import is_kept_as_app
from ..rule import Context, Trait, rule

# The names of the classes, in place of `App`, which others have too, that of its package.
_WORDS = tuple(sorted({each.rpartition(".")[2] for each in APP_CLASSES} - {"App"} | {"connexion", "eve"}))
_WITH = dict.fromkeys(sorted({each.partition(".")[0] for each in APP_CLASSES}), _WORDS)


# How an instance of another file's class shows: by what it is called, or what the class is.
_CALLED = ("*App(", "*Application(", "*app =", "*application =", "as *app", "as *application")


@rule(traits=Trait.OF_OPTIONS, words=_CALLED, words_with=_WITH)
def RULE(context: Context) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """Instances of app classes and of their local subclasses, made in module and class bodies."""
    for call in context.facts.calls:
        if call.place.phase is not Phase.IMPORT or call.decorates:
            continue
        name = _app_class(call, context)
        if name:
            yield Finding(
                code=RULE.code,
                span=call.span,
                what=f"{name} app built at import time",
                advice="build it in a factory such as create_app(), so that importing this module builds nothing",
            )


def _app_class(call: Call, context: Context) -> str:
    """The name of the app class that a call makes an instance of; empty for any other call."""
    path = context.names.resolve(call.path, call.place.scope)
    types = context.settings.app_types
    last = without_sign(last_name(path))
    if context.names.is_class(path, types):
        return last
    if not last[:1].isupper() or not last.isidentifier() or not _looks_made(last, call, context):
        return ""
    known = context.settled.known(call.path, call.place.scope)
    return known.name if known.form is Form.CLASS and not types.isdisjoint(known.classes) else ""


def _looks_made(name: str, call: Call, context: Context) -> bool:
    """Whether it is worth asking other files for a class: asking takes a while."""
    if is_kept_as_app(call, context.names) or names_module(call):
        return True
    return "App" in name or any(each.endswith(f".{name}") for each in context.settings.app_types)
