"""Finders and loaders that module code assigns to `sys.meta_path` or `sys.path_hooks`: the next import calls them."""

from __future__ import annotations

from collections.abc import Iterator

from ..syntax.resolver import Names
from .callback_models import asks_class, is_searched
from .held_functions import HeldFunctions
from .method_resolution import Methods


def asked_by_imports(names: Names, methods: Methods, held: HeldFunctions) -> Iterator[tuple[int, str, int]]:
    """Yield the functions that the next import may run after an assignment, each with the assigned path and the line.

    Calls such as `sys.meta_path.append(Finder())` are followed as calls.
    """
    for store in names.facts.bodies[0].stores:
        path = names.resolve(store.path, store.place.scope)
        if is_searched(path):
            asked = [number for name in asks_class(path, ()) for number in methods.by_name(name)]
            for number in (*held.of(store.value, store.place.scope), *asked):
                yield number, path, store.span.line
