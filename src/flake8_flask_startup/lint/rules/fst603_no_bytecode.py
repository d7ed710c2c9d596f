"""FST603 no-bytecode: bytecode caching turned off from code."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Finding, Span
from ...syntax.places import Place
from ..flask.debug_flags import Switch, guarded, switched
from ..flask.environment import variables
from ..rule import Context, Extent, rule

_FLAG = "sys.dont_write_bytecode"
_VARIABLE = "PYTHONDONTWRITEBYTECODE"


@rule(words=("dont_write_bytecode", _VARIABLE), extent=Extent.NEARBY)
def RULE(context: Context) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """Assignments of Python's flag or its environment variable that turn the cache off."""
    for name, span, place in _turned_off(context):
        if not guarded(place, context):
            yield Finding(
                code=RULE.code,
                span=span,
                what=f"bytecode caching turned off by {name}",
                advice="delete it; without cached bytecode every start compiles every module again",
            )


def _turned_off(context: Context) -> Iterator[tuple[str, Span, Place]]:
    names = context.names
    for store in context.facts.stores:
        path = names.resolve(store.path, store.place.scope)
        if path == _FLAG and switched(store.value, store.place.scope, names) is Switch.ON:
            yield _FLAG, store.span, store.place
    for variable in variables(context):
        if variable.name == _VARIABLE and names.truth(variable.value, variable.place.scope):
            yield _VARIABLE, variable.span, variable.place
