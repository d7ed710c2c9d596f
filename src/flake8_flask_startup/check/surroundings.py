"""Which modules are the project's own, asked for the imports of thousands of files."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from ..project.folders import INSTALLED
from ..project.import_roots import first_party


class Surroundings:
    """Which top-level names are the project's own, remembered by the import root that they are seen from."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], bool] = {}
        self._roots: dict[str, str] = {}

    def own(self, names: Iterable[str], filename: str) -> dict[str, bool]:
        """Of each name, whether it is the project's own, seen from a file."""
        folder = os.path.dirname(os.path.abspath(filename))  # noqa: PTH100, PTH120  # asked for thousands of files
        parts = folder.split(os.sep)  # noqa: PTH206  # likewise
        root = self._root(folder) if INSTALLED.isdisjoint(parts) else folder
        is_own: Callable[[str], bool] | None = None
        found = {}
        for name in names:
            known = self._known.get((root, name))
            if known is None:
                is_own = is_own or first_party(filename)
                known = self._known[root, name] = is_own(name)
            found[name] = known
        return found

    def _root(self, folder: str) -> str:
        """The nearest folder around that is not itself a package."""
        if folder not in self._roots:
            above = os.path.dirname(folder)  # noqa: PTH120  # likewise
            is_package = above != folder and os.path.isfile(os.path.join(folder, "__init__.py"))  # noqa: PTH113, PTH118  # as above
            self._roots[folder] = self._root(above) if is_package else folder
        return self._roots[folder]
