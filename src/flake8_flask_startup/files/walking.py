"""Looking through folders: names in a fixed order, no link followed, no exception, however deep they are.

Questions about a path that cannot be asked (no permission, a name that is none) are answered with no. A folder that
cannot be read is reported once.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NamedTuple

from .source_file import StrPath, say_unread

FolderId = tuple[int, int]  # of a folder: its device and number
NO_PYTHON = "there are no Python files in {}"
ENVIRONMENT_MARK = "pyvenv.cfg"  # the file that makes a folder a virtual environment


class Folder(NamedTuple):
    """A folder with the names in it. Whoever takes a name out of folders keeps the walk from going there."""

    path: str
    folders: list[str]
    files: list[str]


def is_file(path: StrPath) -> bool:
    """Return whether there is a regular file, or a link to one."""
    return os.path.isfile(path)  # noqa: PTH113  # raises nothing


def is_folder(path: StrPath) -> bool:
    """Return whether there is a folder, or a link to one."""
    return os.path.isdir(path)  # noqa: PTH112  # raises nothing


def identity(folder: StrPath) -> FolderId | None:
    """Return what tells a folder from every other, whichever links lead to it; None where it cannot be known."""
    try:
        status = os.stat(folder)  # noqa: PTH116  # of texts as well
    except (OSError, ValueError):
        return None
    return (status.st_dev, status.st_ino)


def names_in(folder: StrPath) -> list[str]:
    """Return the names in a folder, sorted; none if it is not a folder or cannot be read."""
    try:
        return sorted(os.listdir(folder))  # noqa: PTH208  # names are all that is asked for
    except OSError as error:
        say_unread(folder, error)
    except ValueError:  # a NUL
        pass
    return []


def walked(top: StrPath) -> Iterator[Folder]:
    """Yield a folder and those below it, from the top down, as `os.walk` does; links to folders are not followed."""
    pending = [os.fspath(top)]
    at_top = True
    while pending:
        here = pending.pop()
        if not at_top and os.path.islink(here):  # noqa: PTH114  # raises nothing
            continue
        at_top = False
        folder = _folder(here)
        yield folder
        pending += (os.path.join(here, name) for name in reversed(folder.folders))  # noqa: PTH118  # text stays as it was


def has_python(top: StrPath) -> bool:
    """Return whether a folder has a Python file in it or below, environments aside."""
    for folder in walked(top):
        if ENVIRONMENT_MARK in folder.files:
            folder.folders.clear()
        elif any(name.endswith(".py") for name in folder.files):
            return True
    return False


def _folder(path: str) -> Folder:
    found = Folder(path, [], [])
    try:
        with os.scandir(path) as entries:
            for entry in entries:
                (found.folders if _is_folder(entry) else found.files).append(entry.name)
    except OSError as error:
        say_unread(path, error)
    except ValueError:  # a NUL
        pass
    found.folders.sort()
    found.files.sort()
    return found


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link in a circle
        return False
