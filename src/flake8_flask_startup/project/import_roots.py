"""Where the imports of a file are searched, and which top-level names are the project's own."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from ..config.settings import source_folders
from ..files.ttl import while_fresh
from ..files.walking import is_file, names_in
from .folders import INSTALLED
from .hidden_folders import is_hidden


def first_party(filename: str) -> Callable[[str], bool]:
    """A test for top-level names that resolve to a file of the project that filename lies in.

    The project's import roots are the working directory, its `src` and `lib`, and the nearest folder around the file
    that is not itself a package, with its `src` and `lib`. Unreadable folders hold nothing.
    """

    @cache
    def path_and_roots() -> tuple[Path, list[Path]]:
        path = Path(filename).absolute()
        return path, import_roots(path)

    def is_first_party(name: str) -> bool:
        path, roots = path_and_roots()
        return any(_is_own(root, name, path) for root in roots)

    return is_first_party


def import_roots(path: Path) -> list[Path]:
    """The folders that the imports of a file are searched in, in the order of `first_party`."""
    *inside, root = roots_around(path)
    return [*source_folders(Path.cwd()), *inside, root]


def roots_around(path: Path) -> list[Path]:
    """The nearest folder around a file that is no package, last, and before it the folders for sources in that."""
    root = import_root(path.parent)
    return [*(each for each in source_folders(root) if each != root), root]


def _is_own(root: Path, name: str, path: Path) -> bool:
    """Whether a root holds a name of the project's; where packages are installed, only the file's own package is."""
    if root.name in INSTALLED and (not path.is_relative_to(root) or path.relative_to(root).parts[0] != name):
        return False
    return _holds(root, name)


def import_root(folder: Path) -> Path:
    """Return the nearest folder that is no package: the folder itself, or one around it.

    One whose name no import statement can write is none, whatever it has.
    """
    while folder.name.isidentifier() and is_file(folder / "__init__.py") and folder != folder.parent:
        folder = folder.parent
    return folder


@while_fresh(10_000)  # asked for with every import of every file
def _holds(root: Path, name: str) -> bool:
    if is_file(root / f"{name}.py"):
        return True
    return any(each.endswith(".py") for each in names_in(root / name)) and not is_hidden(root / name)
