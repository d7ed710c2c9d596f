"""FST611 command-no-preload: gunicorn workers without `--preload` in a Dockerfile, Procfile, script or the like."""

from __future__ import annotations

from collections.abc import Iterator

from ...config.deployment.model import Deployment
from ...config.deployment.shell import program
from ...lint.flask.gunicorn_command import Start, parsed, split
from ...model import Finding, Span
from .rule import deployment_rule


@deployment_rule
def RULE(deployment: Deployment) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """Commands that start gunicorn with more than one worker, or an unknown number, and surely do not preload."""
    if deployment.has_gunicorn_conf:
        return
    for start in _starts(deployment):
        if start.several is not False and start.preload is False and not start.reload:
            yield Finding(
                RULE.code,
                start.span,
                "gunicorn workers that each load the whole app",
                "add --preload, so that the app is loaded once and its memory shared",
            )


def _starts(deployment: Deployment) -> Iterator[Start]:
    arguments = split(deployment.value("GUNICORN_CMD_ARGS"))
    workers = deployment.value("WEB_CONCURRENCY")  # gunicorn's documentation: the default of --workers
    default = [f"--workers={workers}"] if workers else []
    commands = [each for each in deployment.running() if program(each.words)[0] == "gunicorn"]
    for each in commands:
        given = [deployment.expanded(word) for word in program(each.words)[1]]
        yield parsed([*default, *arguments, *given], each.span)
    if not commands:
        for variable in deployment.variables:
            if variable.name == "GUNICORN_CMD_ARGS":
                yield parsed([*default, *split(variable.value)], Span(variable.span.line, variable.span.column))
