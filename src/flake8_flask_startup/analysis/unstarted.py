"""Verdicts on imports as if startup ran no function: what needs them apart from what runs while the app starts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from ..config.settings import Settings
from ..syntax.static_conditions import Phase
from ..syntax.symbol_table import Use
from .import_fate import Judge
from .module import Module


class UnstartedJudge(Judge):
    """Judges the import statements of one module whose functions all run later.

    An import that this judge lets wait may be made by the functions that use it, at the moment when they do: those that
    startup runs make it then. Likewise module code that uses it under a condition.
    """

    def __init__(self, module: Module, settings: Settings) -> None:
        super().__init__(replace(module, started=lambda _: {}), settings)
        self._surely_run = {*self.factories, *self.hooks, *self.reach.surely_loading()}
        self.loading = self.factories = self.hooks = {}

    def _use_reason(self, use: Use) -> str:
        return "" if use.place.is_conditional and use.place.phase is Phase.IMPORT else super()._use_reason(use)

    def surely_run(self) -> Collection[int]:
        """The lines of the functions that startup runs as the file itself tells; others may run under conditions."""
        return {self.module.facts.scopes[number].span.line for number in self._surely_run}
