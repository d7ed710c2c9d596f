"""FST615 installed-uncompiled: packages installed into an image without their bytecode."""

from __future__ import annotations

from collections.abc import Iterator

from ...config.deployment.model import Command, Deployment
from ...config.deployment.shell import program
from ...model import Finding
from .rule import deployment_rule

_ON = frozenset({"1", "true", "yes", "y", "t", "on"})
_UV = (("pip", "install"), ("pip", "sync"), ("sync",), ("add",))


@deployment_rule
def RULE(deployment: Deployment) -> Iterator[Finding]:  # noqa: N802  # the decorator makes a constant of it
    """Installations by uv without the option to compile, and by pip with the option not to."""
    if any(program(each.words)[0] in {"compileall", "py_compile"} for each in deployment.commands):
        return
    for each in deployment.commands:
        if not each.is_build:
            continue
        name, remedy = _uncompiled(each, deployment)
        if name:
            yield Finding(RULE.code, each.span, f"{name} installs without bytecode", remedy)


def _uncompiled(command: Command, deployment: Deployment) -> tuple[str, str]:
    """Who installs without compiling, and what to do; empty where nobody does."""
    name, arguments = program(command.words)
    plain = tuple(each for each in arguments if not each.startswith("-"))
    if name == "uv" and any(plain[: len(verb)] == verb for verb in _UV):
        compiling = {"--compile-bytecode", "--compile"}.intersection(arguments)
        if not compiling and deployment.value("UV_COMPILE_BYTECODE").lower() not in _ON:
            return "uv", "set UV_COMPILE_BYTECODE=1, or pass --compile-bytecode; else every start compiles it all again"
    if name in {"pip", "pip3"} and plain[:1] == ("install",):
        off = "--no-compile" in arguments or deployment.value("PIP_NO_COMPILE").lower() in _ON
        if off:
            return "pip", "drop --no-compile; else every start compiles it all again"
    return "", ""
