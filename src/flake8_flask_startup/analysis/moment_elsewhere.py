"""Other files that change some state around their imports: the modules they import are loaded in that state."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import islice

from ..config.settings import Settings
from ..files.trees import optional_tree
from ..project.named_in_text import Importer
from ..project.references import Neighbourhood, neighbourhood
from ..project.text_index import FileText, search
from .given_to_readers import giving_of
from .moment import Moments

MAX_FILES = 10  # files examined that import a module
MAX_STEPS = 2  # from file to file: what imports a file that imports the module


def changed_around(place: Neighbourhood, settings: Settings, steps: int = MAX_STEPS) -> str:
    """Return which file changes some state to import a module, and undoes that afterwards; empty if none does."""
    answers = search(str(place.top)).answers
    key = ("changed around", place, settings.not_startup, steps)
    if key not in answers:
        found = (_changed_by(text, place, settings, steps) for text in islice(_importing(place, settings), MAX_FILES))
        answers[key] = next(filter(None, found), "")
    return answers[key]


def _importing(place: Neighbourhood, settings: Settings) -> Iterator[FileText]:
    return (each for each in place.importing() if settings.is_startup(each.path))


def _changed_by(text: FileText, place: Neighbourhood, settings: Settings, steps: int) -> str:
    """Return which of a file and the files that import it changes some state around the import of a module."""
    found = _moments(text, place) if _undoes_changes(text, place) else None
    if found is not None:
        tree, moments = found
        importer = Importer(place, text)
        statements = (each for each in tree.body if isinstance(each, (ast.Import, ast.ImportFrom)))
        reasons = (moments.between(each) for each in statements if importer.imports(each))
        if reason := next(filter(None, reasons), ""):
            return f"in {place.shown(text)} {reason}"
    return changed_around(neighbourhood(text.path, place.folders), settings, steps - 1) if steps else ""


def _undoes_changes(text: FileText, place: Neighbourhood) -> bool:
    """Return whether a file may change some state and undo that, whatever it imports in between; most do not."""
    answers = search(str(place.top)).answers
    key = ("undoes changes", text.path)
    if key not in answers:
        found = _moments(text, place)
        answers[key] = "it may" if found is not None and found[1].undoes_changes else ""
    return bool(answers[key])


def _moments(text: FileText, place: Neighbourhood) -> tuple[ast.Module, Moments] | None:
    tree, giving = optional_tree(text.data), giving_of(text, place.roots)
    return None if tree is None or giving is None else (tree, Moments(tree, giving.names))
