"""Verdicts on imports as if startup ran no function: what needs them apart from what runs while the app starts."""

from __future__ import annotations

from dataclasses import replace

from ..config.settings import Settings
from .import_fate import Judge
from .module import Module


class UnstartedJudge(Judge):
    """Judges the import statements of one module whose functions all run later.

    An import that this judge lets wait may be made by the functions that use it, at the moment when they do: those that
    startup runs make it then.
    """

    def __init__(self, module: Module, settings: Settings) -> None:
        super().__init__(replace(module, started=lambda _: {}), settings)
        self.loading, self.factories, self.hooks = {}, {}, {}
