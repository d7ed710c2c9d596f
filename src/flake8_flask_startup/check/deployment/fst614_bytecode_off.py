"""FST614 bytecode-off: `PYTHONDONTWRITEBYTECODE` without a compile step."""

from __future__ import annotations

from collections.abc import Iterator

from ...config.deployment.model import Deployment
from ...config.deployment.shell import program
from ...model import Finding
from .rule import deployment_rule


@deployment_rule
def RULE(deployment: Deployment) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """`PYTHONDONTWRITEBYTECODE` set to anything, where no command compiles."""
    if any(program(each.words)[0] in {"compileall", "py_compile"} for each in deployment.commands):
        return
    for each in deployment.variables:
        if each.name == "PYTHONDONTWRITEBYTECODE" and each.value and not each.is_build:
            yield Finding(
                RULE.code,
                each.span,
                "bytecode caching turned off by PYTHONDONTWRITEBYTECODE",
                "delete it, or compile when the image is built: python -m compileall; else every start compiles the "
                "app again",
            )
