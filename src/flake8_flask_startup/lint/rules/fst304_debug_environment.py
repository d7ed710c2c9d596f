"""FST304 debug-environment: `FLASK_DEBUG` or `FLASK_ENV` set from code."""

from __future__ import annotations

from collections.abc import Iterator

from ...model import Finding
from ...syntax.values import Kind
from ..flask.debug_flags import guarded
from ..flask.environment import SetVariable, variables
from ..rule import Context, Extent, rule

_OFF = frozenset({"", "0", "false", "no"})  # flask.helpers.get_debug_flag, Flask 3.1


@rule(
    words=("environ", "putenv"),
    others=("FLASK_DEBUG", "FLASK_ENV"),
    extent=Extent.NEARBY,
)
def RULE(context: Context) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """Assignments of these variables that switch debug mode on."""
    for variable in variables(context):
        if _switches_on(variable) and not guarded(variable.place, context):
            yield Finding(
                code=RULE.code,
                span=variable.span,
                what=f"debug mode switched on by setting {variable.name} from code",
                advice="leave it to flask run --debug or to the environment of the developer's own machine",
            )


def _switches_on(variable: SetVariable) -> bool:
    if variable.value.kind is not Kind.CONSTANT:
        return False
    text = str(variable.value.constant).lower()
    if variable.name == "FLASK_DEBUG":
        return text not in _OFF
    return variable.name == "FLASK_ENV" and text == "development"
