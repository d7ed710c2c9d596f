"""Budgets of entry points: the `budgets` option, a limit for each process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..config.settings import Settings
from ..files.paths import shown_file
from ..model.messages import milliseconds
from .lockfile import predicted, project_of
from .results import Found, Result

CODE = "FST901"


def over_budget(settings: Settings) -> Iterator[tuple[str, Result]]:
    """Return the entry points whose predicted startup costs more than their budget, as results of their files.

    Raises:
        StartupError: where an entry point has no module.
        CostTableError: if a cost table cannot be read.
    """
    for each in settings.budgets:
        entry, _, limit = each.rpartition("=")
        ms, budget = predicted(replace(settings, app=(entry,))).costs.total.ms, float(limit)
        if ms <= budget:
            continue
        module, _, name = entry.partition(":")
        project = project_of((entry,), settings)
        file = project.find(module)
        if file is None or file.path is None:  # a namespace package has no file to point at
            continue
        scopes = project.facts(file).facts.scopes[1:]
        line = next((scope.span.line for scope in scopes if scope.name == name), 1)
        text = (
            f"predicted startup of {entry} takes {milliseconds(ms)} ms, over the budget of {milliseconds(budget)} ms: "
            f"flask startup report --app {entry} says what can go"
        )
        yield shown_file(str(file.path)), Result("", {}, "", (Found(CODE, line, 0, text, None),))
