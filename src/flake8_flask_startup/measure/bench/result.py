"""What a benchmark has found, before anything is computed of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..started import Started
from .launch import Launch
from .rounds import Bytecode


@dataclass(frozen=True, slots=True)
class Result:
    """The targets, the starts of each in the order of the rounds, and what their modules were loaded from."""

    launches: Sequence[Launch]
    starts: Sequence[Sequence[Started]]
    bytecode: Bytecode
