"""The modules that startup code finds when it looks through folders: names and paths as they are on disk.

Of the files the modules alone. What lies outside the project is not looked at, however it is named: an unknown name
stands for it.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from itertools import accumulate, islice
from operator import or_
from pathlib import Path
from typing import NamedTuple

from ..config.entry_target import is_part
from ..files.walking import ENVIRONMENT_MARK, FolderId, identity, is_file, is_folder, names_in, walked
from ..model import UNKNOWN

INSTALLED = frozenset({"dist-packages", "site-packages"})
_LAST = 2**31  # a place behind all others
MAX_NAMES = 399  # of modules, that one look finds: one name stands for no more objects
MAX_FOLDERS = 500  # looked through below one: a package that code searches for modules is smaller
SUFFIX = ".py"
_WILD = ("*", "?", "[", UNKNOWN)
_LISTERS = {"os.listdir": False, "os.scandir": True}  # whether it gives paths
_MATCHERS = frozenset({"glob.glob", "glob.iglob"})
FUNCTIONS = _MATCHERS.union(_LISTERS)
_COMPILED = "__pycache__"  # which need not be there
_SKIPPED = INSTALLED | {"node_modules"}


def folder_of(pattern: str) -> Path:
    """The folder before the first wildcard or unknown part of a pattern."""
    cut = min((at for at in map(pattern.find, _WILD) if at >= 0), default=None)
    return Path(pattern) if cut is None else Path(pattern[:cut] + "_").parent


def first_names(names: Iterable[str]) -> list[str]:
    """Return the first MAX_NAMES names; if there are more, UNKNOWN stands for the others."""
    found = list(islice(names, MAX_NAMES + 1))
    return [*found[:MAX_NAMES], UNKNOWN] if len(found) > MAX_NAMES else found


class _Inner(NamedTuple):
    """A module or package in a folder: its name and path, and which folder it is; None for a file."""

    name: str
    path: Path
    folder: FolderId | None


class Folders:
    """Looks through the folders below some tops, which are a project's and those of its libraries.

    Through which it looked it notes in `searched`: with the names in them, its answers may change.
    """

    def __init__(self, tops: Iterable[Path]) -> None:
        self.searched: set[Path] = set()
        self._rows: dict[Path, list[tuple[str, list[str], list[str]]]] = {}  # of walks, by their tops
        self._inside: dict[Path, list[_Inner]] = {}
        self._tops = [_normal(top) for top in tops]

    def add(self, top: Path) -> None:
        """Let a folder be looked through as well, unless those that already may lie in it."""
        top = _normal(top)
        if not any(each.is_relative_to(top) for each in self._tops):
            self._tops.append(top)

    def _may_see(self, folder: Path) -> bool:
        """Whether a folder lies below a top; links inside the project may lead out of it, as they do for imports."""
        folder = _normal(folder)
        return any(map(folder.is_relative_to, self._tops))

    def listing(self, function: str, argument: str) -> list[str] | None:
        """What a function that lists a folder gives for a folder or pattern; None if it lists none."""
        if function in _MATCHERS:
            return self.matching(argument)
        if function not in _LISTERS:
            return None
        if argument.startswith(UNKNOWN):
            return []
        folder = folder_of(argument)
        if not self._may_see(folder):
            return [UNKNOWN]
        return [_under(folder, name) if _LISTERS[function] else name for name in first_names(self._files_in(folder))]

    def of_method(self, path: str, name: str, pattern: str) -> list[str] | None:
        """What a method of a path lists, paths too; None if it lists nothing."""
        match name:
            case "iterdir":
                return self.listing("os.scandir", path)
            case "glob":
                return self.matching(f"{path}/{pattern}")
            case "rglob":
                return self.matching(f"{path}/**/{pattern}")
        return None

    def _modules_in(self, folder: Path, *, deep: bool) -> Iterator[_Inner]:
        """Yield the modules and packages right in a folder, up to one too many; if deep, with their folders."""
        stems = (name.removesuffix(SUFFIX) for name in self._files_in(folder))
        for stem in islice((stem for stem in stems if not stem.startswith("__")), MAX_NAMES + 1):
            inner = folder / stem
            yield _Inner(stem, inner, identity(inner) if deep else None)

    def _packages_in(self, folder: Path) -> Sequence[_Inner]:
        """Return the same with their folders, looked for once: each package above a folder looks through it."""
        if folder not in self._inside:
            self._inside[folder] = list(self._modules_in(folder, deep=True))
        return self._inside[folder]

    def _files_in(self, folder: Path) -> Iterator[str]:
        """The names of the files of modules, and of the folders of packages, right in a folder."""
        if "\0" in str(folder):  # no name that a folder can have
            return
        self.searched.add(folder)
        for name in names_in(folder):
            stem = name.removesuffix(SUFFIX)
            is_module = is_part(stem) and name != stem
            if is_module or (_is_name(stem) and is_file(folder / name / "__init__.py")):
                yield name

    def names_below(self, folder: Path, *, deep: bool) -> Iterator[str]:
        """The names of the modules and packages in a folder; when deep, dotted ones of what the packages hold too.

        An unknown name stands for what is left out: a package inside itself, by a link, and what is too much or
        outside.
        """
        if not self._may_see(folder):
            yield UNKNOWN
            return
        pending: deque[tuple[str, Path, tuple[int, ...], frozenset[FolderId | None]]] = deque()
        pending.append(("", folder, (), frozenset({identity(folder)})))
        found: list[tuple[tuple[int, ...], str]] = []  # names by their places: what is in a package comes behind it
        while pending:
            before, here, place, around = pending.popleft()  # of too much, what lies nearest counts
            modules = self._packages_in(here) if deep else self._modules_in(here, deep=False)
            for at, (name, path, inner) in enumerate(modules):
                if len(found) >= MAX_NAMES:
                    pending.clear()
                    found.append(((_LAST,), UNKNOWN))
                    break
                found.append(((*place, at), before + name))
                if inner in around:
                    found.append(((*place, at), before + UNKNOWN))
                elif inner is not None:
                    pending.append((f"{before}{name}.", path, (*place, at), around | {inner}))
        yield from (name for _, name in sorted(found, key=lambda each: each[0]))

    @staticmethod
    def is_package(folder: Path, name: str) -> bool:
        """Whether a dotted name below a folder is that of a package."""
        return name != UNKNOWN and is_file(folder.joinpath(*name.split("."), "__init__.py"))

    def entries(self, folder: Path) -> list[tuple[str, bool]] | None:
        """The names right in a folder, each with whether it is a folder; None outside, and of too many."""
        if not self._may_see(folder):
            return None
        self.searched.add(folder)
        names = [name for name in names_in(folder) if name not in _SKIPPED and name != _COMPILED]
        return [(name, is_folder(folder / name)) for name in names] if len(names) <= MAX_NAMES else None

    def matching(self, pattern: str) -> list[str]:
        """The paths of the modules and packages that match a pattern; an unknown part of it stands for anything."""
        top = folder_of(pattern)
        wanted = Path(pattern.replace(UNKNOWN, "*")).parts[len(top.parts) :]
        if pattern.startswith(UNKNOWN) or not wanted:
            return []
        return first_names(self._matching(top, wanted))

    def _matching(self, top: Path, wanted: Sequence[str]) -> Iterator[str]:
        for folder, _, _ in self.walked(top, None if "**" in wanted else len(wanted)):
            if folder == UNKNOWN:
                yield UNKNOWN
                return
            inside = Path(folder).parts[len(top.parts) :]
            for name in self._files_in(Path(folder)):
                if _matches((*inside, name), wanted):
                    yield str(Path(folder, name))

    def walked(self, top: Path, depth: int | None = None) -> Iterator[tuple[str, list[str], list[str]]]:
        """What `os.walk` gives: a folder, and the names of the folders and modules in it. depth is how many levels.

        An unknown folder stands for those that are too many or outside.
        """
        if not self._may_see(top):
            yield UNKNOWN, [UNKNOWN], [UNKNOWN]
            return
        for number, (folder, folders, files) in enumerate(walked(top)) if is_folder(top) else ():
            if number == MAX_FOLDERS:
                yield UNKNOWN, [UNKNOWN], [UNKNOWN]
                return
            self.searched.add(Path(folder))
            names = [name for name in folders if _is_name(name) and name not in _SKIPPED]
            level = len(Path(folder).parts) - len(top.parts) + 1
            goes_on = level != depth and ENVIRONMENT_MARK not in files
            folders[:] = names[: MAX_FOLDERS + 1] if goes_on else []
            modules = (name for name in files if name.endswith(SUFFIX))
            yield folder, first_names(names), first_names(filter(_is_module, modules))

    def rows(self, top: Path) -> Sequence[tuple[str, list[str], list[str]]]:
        """The rows of `os.walk` of a folder, walked once."""
        if top not in self._rows:
            self._rows[top] = list(self.walked(top))
        return self._rows[top]

    def there(self, folders: Iterable[str], names: Iterable[str]) -> Iterator[str]:
        """The modules and packages of some names in some folders, as paths."""
        wanted = frozenset(names)
        for folder in folders:
            if self._may_see(Path(folder)):
                yield from (str(Path(folder, name)) for name in self._files_in(Path(folder)) if name in wanted)
            else:
                yield UNKNOWN


def _normal(folder: Path) -> Path:
    path = os.path.normpath(folder.absolute())
    return Path(path.removeprefix("/") if path.startswith("//") and os.sep == "/" else path)  # POSIX keeps two slashes


def _under(folder: Path, name: str) -> str:
    return UNKNOWN if name == UNKNOWN else str(folder / name)


def _matches(parts: Sequence[str], pattern: Sequence[str]) -> bool:
    """Whether parts of a path match those of a pattern, in time that grows with the product of their numbers."""
    if sum(each != "**" for each in pattern) > len(parts):
        return False
    reached = [True] + [False] * len(parts)  # so many parts match the pattern so far
    for each, before in zip(pattern, ("", *pattern), strict=False):
        if each == before == "**":
            continue
        if each == "**":
            reached = list(accumulate(reached, or_))
        else:
            reached = [False, *(known and fnmatchcase(part, each) for known, part in zip(reached, parts, strict=False))]
    return reached[-1]


def _is_module(name: str) -> bool:
    return is_part(name.removesuffix(SUFFIX))


def _is_name(stem: str) -> bool:
    return is_part(stem) and not stem.startswith("__")
