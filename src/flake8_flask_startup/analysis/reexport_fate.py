"""What may become of an import that a package's `__init__` hands on, if a module `__getattr__` brought its names."""

from __future__ import annotations

from dataclasses import replace

from ..config.settings import Settings
from ..syntax.static_conditions import Phase
from ..syntax.symbol_table import Import
from .import_fate import Fate, Judge
from .module import Module


class ReexportJudge(Judge):
    """Judges imports as if whoever asks the module for a name got it (PEP 562): other files need nothing at startup."""

    def __init__(self, module: Module, settings: Settings) -> None:
        super().__init__(replace(module, needed_elsewhere=lambda _, *, is_starred: ""), settings)  # noqa: ARG005  # as the protocol has it

    def _exported_reason(self, each: Import) -> str:  # noqa: ARG002  # being exported is what `__getattr__` is for
        return ""

    def _effect_reason(self, each: Import, *, is_used: bool) -> str:
        # What loading a module of the package's own changes is read in that module, not guessed by its name.
        is_own = each.level or self.module.is_first_party(each.module.partition(".")[0])
        return "" if is_own else super()._effect_reason(each, is_used=is_used)

    def handed_on(self, line: int) -> frozenset[str]:
        """Return the names imported on a line that nothing in the file uses, and that nothing else keeps there."""
        imports = tuple(self.module.facts.imports_at(line))
        if any(each.place.phase is not Phase.IMPORT for each in imports):
            return frozenset()
        return frozenset(each.bound for each in imports if self.fate((each,))[0] is Fate.UNUSED)
