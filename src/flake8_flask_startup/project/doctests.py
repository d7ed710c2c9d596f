"""Whether a project runs the examples of its docstrings, by its own code or by the settings of a test runner."""

from __future__ import annotations

from .text_index import search, settings_files

PROMPT = ">>> "
_RUNNER = b"doctest"


def are_examples_run(top: str) -> bool:
    """Return whether code or settings below a folder name doctest, as `addopts = --doctest-modules` does."""
    return bool(search(top).having(_RUNNER) or settings_files(top).having(_RUNNER))
