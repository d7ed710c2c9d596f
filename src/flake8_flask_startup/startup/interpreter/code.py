"""What following functions and calls asks of the one who loads modules and runs their code."""

from __future__ import annotations

from enum import Enum
from typing import Protocol

from ...project.module_facts import ModuleFacts
from ..graph.trace import Statement
from ..values.abstract_values import Cls, Func
from ..values.environment import Env
from ..values.trampoline import Steps
from .recorder import Node


class Part(Enum):
    """Which part of a function's body runs: that of a generator before its first `yield`, and that behind it."""

    ALL = "all"
    HEAD = "head"
    TAIL = "tail"


class Code(Protocol):
    """Loads modules and runs code."""

    def run(self, code: ModuleFacts, function: int, node: Node, part: Part = Part.ALL) -> Steps:
        """What a module body or function does, in order."""

    def load(
        self, dotted: str, via: Statement | None, importer: Node, *, conditional: int, is_alone: bool = False
    ) -> Steps:
        """Load a module and, before it, the packages it lies in, but for a module that is loaded alone, by its file."""

    def read_through(self, path: str, here: Env, line: int, node: Node, *, conditional: int) -> Steps:
        """What reading the modules on a path loads."""

    def read_annotations(self, owner: Cls | Func, node: Node, *, conditional: int) -> Steps:
        """What evaluating the annotations of a class or function loads."""

    def module_getattr(self, module: str, name: str, node: Node, *, conditional: int, line: int = 0) -> Steps:
        """What asking a module for a name runs that it does not bind; line is where it is asked."""
