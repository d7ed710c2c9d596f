"""FST612 debug-deployed: `FLASK_DEBUG` or `FLASK_ENV=development` in such a file, or in a committed `.flaskenv`."""

from __future__ import annotations

from collections.abc import Iterator

from ...config.deployment.model import Deployment
from ...model import Finding
from .rule import deployment_rule

# Flask's own test (flask.helpers.get_debug_flag): anything else is on.
_OFF = frozenset({"", "0", "false", "no"})


@deployment_rule
def RULE(deployment: Deployment) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """`FLASK_DEBUG` set to what Flask takes for on, and `FLASK_ENV` set to development."""
    for each in deployment.variables:
        value = each.value.lower()
        is_on = (each.name == "FLASK_DEBUG" and value not in _OFF and not value.startswith("$")) or (
            each.name == "FLASK_ENV" and value == "development"
        )
        if is_on and not each.is_build:
            yield Finding(
                RULE.code,
                each.span,
                f"debug mode switched on by {each.name} in a file that is deployed",
                "leave it to flask run --debug; its reloader starts the whole app twice, and its debugger runs code "
                "for anyone",
            )
