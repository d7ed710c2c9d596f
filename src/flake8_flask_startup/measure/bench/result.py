"""What a benchmark has found, before anything is computed of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..started import StartOutcome
from .launch import Launch
from .rounds import Bytecode


@dataclass(frozen=True, slots=True)
class BenchResult:
    """The targets, the starts of each in the order of the rounds, and what their modules were loaded from."""

    launches: Sequence[Launch]
    starts: Sequence[Sequence[StartOutcome]]
    bytecode: Bytecode
