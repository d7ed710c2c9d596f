"""What may become of an import that a package's `__init__` hands on, if a module `__getattr__` brought its names."""

from __future__ import annotations

from dataclasses import replace

from ..config.settings import Settings
from ..syntax.symbol_table import Import
from .import_fate import Fate, Judge
from .module import Module


class ReexportJudge(Judge):
    """Judges imports as if whoever asks the module for a name got it (PEP 562): other files need nothing at startup."""

    def __init__(self, module: Module, settings: Settings) -> None:
        super().__init__(replace(module, needed_elsewhere=lambda _, *, is_starred: ""), settings)  # noqa: ARG005  # as the protocol has it

    def _exported_reason(self, each: Import) -> str:  # noqa: ARG002  # being exported is what `__getattr__` is for
        return ""

    def is_only_handed_on(self, line: int) -> bool:
        """Return whether nothing in the file uses what is imported on a line, and nothing else keeps it there."""
        found = self.at(line)
        return found is not None and found[0] is Fate.UNUSED
