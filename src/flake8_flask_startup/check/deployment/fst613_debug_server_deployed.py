"""FST613 debug-server-deployed: `flask run --debug` where the app is deployed."""

from __future__ import annotations

from collections.abc import Iterator

from ...config.deployment.model import Deployment
from ...config.deployment.shell import program
from ...model import Finding
from .rule import deployment_rule

_FLAGS = frozenset({"--debug", "--reload"})


@deployment_rule
def RULE(deployment: Deployment) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """`flask run` with `--debug`, wherever the flag stands, or with `--reload`."""
    for each in deployment.running():
        name, arguments = program(each.words)
        if name == "flask" and "run" in arguments and (flags := _FLAGS.intersection(arguments)):
            yield Finding(
                RULE.code,
                each.span,
                f"flask run {min(flags)} where the app is deployed",
                "its reloader starts the whole app twice; start a production server such as gunicorn --preload",
            )
