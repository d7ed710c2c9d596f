"""Phases: when a statement runs, on which Python, and which branch a test takes there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Self

from ..config.settings import Settings


class Phase(Enum):
    """When a statement runs."""

    IMPORT = "import"  # while the module loads
    MAIN = "main"  # under `if __name__ == "__main__"`
    TYPING = "typing"  # never: for type checkers, or for another Python or platform
    DEFERRED = "deferred"  # in a function or lambda body, whenever somebody calls it


class Branch(Enum):
    """What a test is when the module is imported on the target."""

    ALWAYS = "always"
    NEVER = "never"
    MAIN = "main"  # true only for the program's main module
    NOT_MAIN = "not main"
    UNKNOWN = "unknown"

    def negated(self) -> Branch:
        """The branch that `not test`, or the `else` of this test, takes."""
        return _NEGATED.get(self, Branch.UNKNOWN)


_NEGATED = {
    Branch.ALWAYS: Branch.NEVER,
    Branch.NEVER: Branch.ALWAYS,
    Branch.MAIN: Branch.NOT_MAIN,
    Branch.NOT_MAIN: Branch.MAIN,
}
_NARROWED = {Branch.NEVER: Phase.TYPING, Branch.MAIN: Phase.MAIN}


ALL, NORMAL = "all", "normal"  # values of `-X lazy_imports`


@dataclass(frozen=True, slots=True)
class Target:
    """The Python and the platform that the linted app runs on, and its `-X lazy_imports` (PEP 810)."""

    version: tuple[int, int]
    platform: str = "linux"
    lazy_imports: str = NORMAL

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Return the Python that the options name."""
        return cls(settings.target_version, lazy_imports=settings.lazy_imports)


def narrowed(phase: Phase, branch: Branch) -> Phase:
    """The phase of statements under a test that takes branch, inside a block of the given phase."""
    return phase if phase is Phase.TYPING else _NARROWED.get(branch, phase)
