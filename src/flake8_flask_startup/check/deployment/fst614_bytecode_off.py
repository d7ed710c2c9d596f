"""FST614 bytecode-off: an image or a service keeps no bytecode, and nothing compiles it beforehand."""

from __future__ import annotations

from collections.abc import Iterator

from ...config.deployment.model import Deployment
from ...config.deployment.shell import program
from ...model import Finding
from .rule import deployment_rule


@deployment_rule("FST614", "bytecode-off")
def RULE(deployment: Deployment) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """`PYTHONDONTWRITEBYTECODE` set to anything, where no command compiles."""
    if any(program(each.words)[0] in {"compileall", "py_compile"} for each in deployment.commands):
        return
    for each in deployment.variables:
        if each.name == "PYTHONDONTWRITEBYTECODE" and each.value and not each.is_build:
            yield Finding(
                "FST614",
                each.span,
                "bytecode caching turned off by PYTHONDONTWRITEBYTECODE",
                "delete it, or compile when the image is built: python -m compileall; else every start compiles the "
                "app again",
            )
