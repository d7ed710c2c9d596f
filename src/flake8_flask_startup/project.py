"""Which names are first party. The only module that looks at other files than the one under lint."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

SOURCE_FOLDERS = ("", "src", "lib")


def first_party(filename: str) -> Callable[[str], bool]:
    """A test for top-level names that resolve to a file of the project that filename lies in.

    The project's import roots are the working directory, its `src` and `lib`, and the nearest folder around the file
    that is not itself a package. Unreadable folders hold nothing.
    """
    roots = [Path.cwd() / folder for folder in SOURCE_FOLDERS]
    folder = Path(filename).absolute().parent
    while (folder / "__init__.py").is_file() and folder != folder.parent:
        folder = folder.parent
    roots.append(folder)

    def is_first_party(name: str) -> bool:
        return any(_holds(root, name) for root in roots)

    return is_first_party


def _holds(root: Path, name: str) -> bool:
    try:
        folder = root / name
        return (root / f"{name}.py").is_file() or (folder.is_dir() and any(folder.glob("*.py")))
    except (OSError, ValueError):
        return False
