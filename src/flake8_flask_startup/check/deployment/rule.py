"""What a rule about deployment files is: a code, a name, and a pure function from a deployment to findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ...config.deployment.model import Deployment
from ...lint.rule_names import code_and_name
from ...model import Finding

DeploymentCheck = Callable[[Deployment], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class DeploymentRule:
    """A rule about deployment files."""

    code: str
    name: str
    check: DeploymentCheck


def deployment_rule(check: DeploymentCheck) -> DeploymentRule:
    """Make a rule of a check; its code and name are those of its module."""
    return DeploymentRule(*code_and_name(check.__module__), check)
