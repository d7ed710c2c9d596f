"""Which files there are to check, by flake8's own patterns, in one walk of the folders."""

from __future__ import annotations

import os
import re
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Sequence
from fnmatch import translate
from pathlib import PurePath
from typing import NamedTuple

from ..files.scripts import is_script
from ..files.walking import ENVIRONMENT_MARK, walked
from ..project.folders import INSTALLED

STDIN = "-"
PYTHON_SUFFIXES = frozenset({".py", ".pyi", ".pyw", ".wsgi"})
_SHALLOW = re.compile(r"\*?[^*?\[\]/\\]*")


class CheckedFiles(NamedTuple):
    """Files by their names, sorted: those that flake8 would lint, and those that say how the app is deployed.

    others were named, and are neither.
    """

    python: tuple[str, ...]
    deployment: tuple[str, ...]
    others: tuple[str, ...] = ()


def find(paths: Sequence[str], options: Namespace, is_deployment: Callable[[str], bool]) -> CheckedFiles:
    """The files in paths (files and folders; none is the working directory), less those that options exclude.

    The same files as `flake8.discover_files.expand_paths`, whose patterns are matched one by one, twice a file; but
    what lies in a virtual environment below a path is left out, and a file that is named and has the name of no Python
    file is one only if its text shows it.
    """
    is_excluded = _matcher([*options.exclude, *options.extend_exclude])
    is_python = _matcher_of_names(options.filename)
    display = options.stdin_display_name
    python: list[str] = []
    deployment: list[str] = []
    others: list[str] = []
    for path in paths or (os.curdir,):
        if path == STDIN:
            python += [] if display != "stdin" and is_excluded(display) else [path]
            continue
        for filename in _below(path, is_excluded):
            if is_python(filename):
                wanted = python
            elif is_deployment(filename):
                wanted = deployment
            elif filename == path:
                wanted = python if _seems_python(filename) else others
            else:
                continue
            if not is_excluded(filename):
                wanted.append(filename)
    return CheckedFiles(tuple(sorted(python)), tuple(sorted(deployment)), tuple(sorted(others)))


def _seems_python(filename: str) -> bool:
    """Whether a file that was named, and that no pattern calls Python, is a script or module all the same."""
    return PurePath(filename).suffix in PYTHON_SUFFIXES or is_script(filename)


def _below(path: str, is_excluded: Callable[[str], bool]) -> Iterator[str]:
    """Files in folders that no pattern excludes; links to folders are not followed, so that no cycle is.

    A virtual environment and folders of installed packages are walked only where they are the path itself: what is
    installed is nobody's to mend here.
    """
    if is_excluded(path):
        return
    if not os.path.isdir(path):  # noqa: PTH112  # names stay as they were given, which paths do not promise
        yield path
        return
    is_environment = False
    for root, folders, names in walked(path):
        if root == path:
            is_environment = ENVIRONMENT_MARK in names
        elif ENVIRONMENT_MARK in names:
            folders.clear()
            continue
        kept = (name for name in folders if is_environment or name not in INSTALLED)
        folders[:] = [name for name in kept if not is_excluded(os.path.join(root, name))]  # noqa: PTH118  # likewise
        start = os.path.join(root, "")  # noqa: PTH118  # likewise
        yield from [start + name for name in names]


def _matcher(patterns: Iterable[str]) -> Callable[[str], bool]:
    """Whether a path's last part or its absolute form matches one of fnmatch's patterns."""
    patterns = list(patterns)
    matches_name = _any_of(patterns)
    # an absolute path begins with a separator, and "*.egg" matches it where it matches its last part
    deep = [each for each in patterns if os.sep in each or not _SHALLOW.fullmatch(each)]
    matches_path = _any_of(deep)

    def is_matched(path: str) -> bool:
        name = path.rpartition(os.sep)[2]
        if name not in {os.curdir, os.pardir} and matches_name(name):
            return True
        return bool(deep) and matches_path(os.path.abspath(path))  # noqa: PTH100  # resolves no link

    return is_matched


def _matcher_of_names(patterns: Iterable[str]) -> Callable[[str], bool]:
    return _any_of(patterns) if patterns else lambda _: True


def _any_of(patterns: Iterable[str]) -> Callable[[str], bool]:
    normal = [translate(os.path.normcase(pattern)) for pattern in patterns]
    if not normal:
        return lambda _: False
    match = re.compile("|".join(normal)).match
    return lambda text: match(os.path.normcase(text)) is not None
