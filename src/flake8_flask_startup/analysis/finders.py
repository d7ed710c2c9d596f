"""Finders and loaders of modules: what imports ask once module code assigns something to where they look."""

from __future__ import annotations

from collections.abc import Iterator

from ..syntax.resolver import Names
from .callback_models import asks_class, is_searched
from .held_functions import HeldFunctions
from .method_resolution import Methods


def asked_by_imports(names: Names, methods: Methods, held: HeldFunctions) -> Iterator[tuple[int, str, int]]:
    """Give the functions that the next import may run, as `sys.meta_path = [Finder()]` has it, with its name and line.

    Calls such as `sys.meta_path.append(Finder())` are left to whoever follows calls.
    """
    for store in names.facts.bodies[0].stores:
        path = names.resolve(store.path, store.place.scope)
        if is_searched(path):
            asked = [number for name in asks_class(path, ()) for number in methods.by_name(name)]
            for number in (*held.of(store.value, store.place.scope), *asked):
                yield number, path, store.span.line
