"""Where a dotted name lives: the files of a project's modules, and of an environment's. None of them is read."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from itertools import accumulate
from pathlib import Path

from ..config.entry_target import MAIN, is_part
from ..files.identity import digest_of_names
from ..files.walking import FolderId, identity, is_file, is_folder, names_in
from .folders import Folders
from .hidden_folders import is_hidden
from .import_roots import import_root

MAX_WAYS = 3  # by links to one package


class Origin(Enum):
    """Whether a module belongs to the project, an installed package or the standard library."""

    FIRST_PARTY = "first-party"
    THIRD_PARTY = "third-party"
    STDLIB = "stdlib"


@dataclass(frozen=True, slots=True)
class ModuleFile:
    """A module that has a place on disk. path is its file; None for a namespace package, whose folders have none."""

    name: str
    path: Path | None
    folders: tuple[Path, ...]  # where its submodules lie; empty for a plain module
    origin: Origin

    @property
    def package(self) -> str:
        """The package that its relative imports count from."""
        return self.name if self.folders else self.name.rpartition(".")[0]


class ModuleFinder:
    """First-party roots, and optionally an environment's site-packages, as one name space of modules."""

    def __init__(self, roots: Sequence[Path], first_party: Sequence[str] = (), env: Path | None = None) -> None:
        self.roots: list[Path] = [Path(root).absolute() for root in roots]
        self.named_first_party = frozenset(first_party)
        self.env = env.absolute() if env is not None else None
        self._files: dict[str, ModuleFile | None] = {}
        self._listings: dict[Path, frozenset[str]] = {}
        self._ways: dict[FolderId | None, set[str]] = {}  # by folder, under which names links lead to it
        self._last: set[Path] = set()  # roots that the standard library comes before
        self._closed: set[str] = set()  # packages that are not gone into
        self._elsewhere: dict[tuple[str, Path], bool] = {}
        self.folders = Folders([*self.roots, *([self.env] if self.env is not None else [])])

    def add_root(self, folder: Path, *, is_last: bool = False, is_first: bool = False) -> None:
        """A folder of the project's that startup puts on `sys.path`; one of installed packages makes them no others.

        is_last says that the standard library comes before it, is_first that it comes before the project's other roots.
        """
        folder = folder.absolute()
        if self.env is not None and folder.is_relative_to(self.env):
            return
        if folder not in self.roots and is_folder(folder):
            self.roots.insert(0 if is_first else len(self.roots), folder)
            self._last.update([folder] if is_last else ())
            self.folders.add(folder)
            self._files = {name: file for name, file in self._files.items() if file is not None}

    def find(self, dotted: str) -> ModuleFile | None:
        """The module of a dotted name, if its source lies in the project or the environment."""
        if dotted not in self._files:
            parent = None
            for name in accumulate(dotted.split("."), "{}.{}".format):  # not by recursion: packages can be nested deep
                if name not in self._files:
                    self._files[name] = self._find(name, parent)
                parent = self._files[name]
                if parent is None:
                    break
            self._files.setdefault(dotted, None)
        return self._files[dotted]

    def is_elsewhere(self, top: str, path: Path | None) -> bool:
        """Return whether a top-level module is not the one that lies where the imports of a file are searched.

        Several services may each have a package of one name, and a project has one module of each name.
        """
        found = self.find(top) if path is not None and len(self.roots) > 1 else None
        if path is None or found is None or found.path is None or found.origin is not Origin.FIRST_PARTY:
            return False
        key = top, path.parent
        if key not in self._elsewhere:  # asked for with every import of a file
            root = import_root(path.parent)
            is_here = f"{top}.py" in self._names_in(root) or "__init__.py" in self._names_in(root / top)
            self._elsewhere[key] = is_here and not found.path.is_relative_to(root)
        return self._elsewhere[key]

    def way_to(self, dotted: str) -> Iterator[str]:
        """The dotted names of the packages that a module lies in, from the outermost on, and its own.

        A script that is no module of its folder lies in none.
        """
        is_script = (file := self._files.get(dotted)) is not None and file.path is not None and not file.path.suffix
        return iter((dotted,)) if is_script else accumulate(dotted.split("."), "{}.{}".format)

    def _find(self, dotted: str, package: ModuleFile | None) -> ModuleFile | None:
        """A module of the project or the environment, in the package that it lies in if it is no top-level one."""
        last = dotted.rpartition(".")[2]
        if not is_part(last):
            return None
        if package is not None:
            return self._locate(dotted, last, package.folders, package.origin)
        is_standard = last in sys.stdlib_module_names
        roots = [each for each in self.roots if each not in self._last] if is_standard else self.roots
        found = self._locate(dotted, last, roots, Origin.FIRST_PARTY)
        if found is not None and found.path is None and self.env is None and last not in self.named_first_party:
            found = None if all(map(is_hidden, found.folders)) else found
        if (found is None or found.path is None) and self.env is not None and not is_standard:
            origin = Origin.FIRST_PARTY if last in self.named_first_party else Origin.THIRD_PARTY
            installed = self._locate(dotted, last, [self.env], origin)
            found = installed if installed is not None and (found is None or installed.path is not None) else found
        return found

    def _locate(self, dotted: str, last: str, folders: Sequence[Path], origin: Origin) -> ModuleFile | None:
        """As the import system searches: the first folder with a package or module wins, else a namespace is made."""
        portions = []
        for folder in folders:
            names = self._names_in(folder)
            inner = folder / last if last in names else None
            if inner is not None and "__init__.py" in self._names_in(inner):
                is_open = self._is_open(dotted, inner)
                return ModuleFile(dotted, inner / "__init__.py", (inner,) if is_open else (), origin)
            if f"{last}.py" in names:
                return ModuleFile(dotted, folder / f"{last}.py", (), origin)
            if f"{last}.so" in names:
                return ModuleFile(dotted, folder / f"{last}.so", (), origin)
            if inner is not None and any(_importable(entry) for entry in _entries(inner)):
                portions.append(inner)
            if last == MAIN and f"{folder.name}.py" in self._names_in(folder.parent):  # run by its path
                return ModuleFile(dotted, folder.with_suffix(".py"), (), origin)
        return ModuleFile(dotted, None, tuple(portions), origin) if portions else None

    def find_entry(self, dotted: str) -> ModuleFile | None:
        """The module of an entry point: also a file without a suffix, which no import statement finds.

        uWSGI and Python are given the path of a file, whatever its name. From then on the name means that file.
        """
        if self.find(dotted) is None:
            for root in self.roots:
                path = root.joinpath(*dotted.split("."))
                if is_file(path):
                    self._files[dotted] = ModuleFile(dotted, path, (), Origin.FIRST_PARTY)
                    break
        return self._files[dotted]

    def _is_open(self, dotted: str, folder: Path) -> bool:
        """Whether to go on into a package: not by a link into one that it lies in, nor by ever more ways."""
        if not folder.is_symlink():
            return True
        known = identity(folder)
        ways = self._ways.setdefault(known, set())
        if len(ways) < MAX_WAYS and all(identity(above) != known for above in folder.parents):
            ways.add(dotted)
        if dotted not in ways:
            self._closed.add(dotted)
        return dotted in ways

    def _names_in(self, folder: Path) -> frozenset[str]:
        """The names in a folder, listed once: most of the names that are looked for are not there.

        A compiled module counts as "name.so", whatever Python and machine its name tells of.
        """
        if folder not in self._listings:
            names = names_in(folder)
            compiled = [f"{name.partition('.')[0]}.so" for name in names if name.endswith(".so")]
            self._listings[folder] = frozenset([*names, *compiled])
        return self._listings[folder]

    def origin(self, dotted: str) -> Origin:
        """Whose module a dotted name is, found or not."""
        top = dotted.partition(".")[0]
        file = self.find(top)
        if file is not None:
            return file.origin
        if top in self.named_first_party:
            return Origin.FIRST_PARTY
        return Origin.STDLIB if top in sys.stdlib_module_names else Origin.THIRD_PARTY

    def lacks(self, dotted: str) -> bool:
        """Whether an environment was given and has no source of the package that a dotted name lies in."""
        top = dotted.partition(".")[0]
        return self.env is not None and self.find(top) is None and self.origin(top) is Origin.THIRD_PARTY

    def is_missing(self, top: str) -> bool:
        """Whether an environment was given and has nothing of a top-level name, compiled or not."""
        return self.env is not None and top not in self._installed and self.find(top) is None

    @cached_property
    def _installed(self) -> frozenset[str]:
        """The top-level names in the environment."""
        return frozenset(name.partition(".")[0] for name in (names_in(self.env) if self.env is not None else ()))

    def may_have(self, dotted: str) -> bool:
        """Whether there may be a module of a dotted name: of the project's own, or an environment's, none is hidden."""
        origin = self.origin(dotted)
        hidden = origin is Origin.STDLIB or (origin is Origin.THIRD_PARTY and self.env is None)
        return hidden or self.find(dotted) is not None

    def children(self, dotted: str) -> Iterator[str]:
        """The dotted names of a package's direct submodules, in the order of their names."""
        package = self.find(dotted)
        names = set()
        for folder in package.folders if package is not None else ():
            for entry in _entries(folder):
                if entry.suffix == ".py" and entry.stem.isidentifier() and entry.stem != "__init__":
                    names.add(entry.stem)
                elif entry.name.isidentifier() and is_file(entry / "__init__.py"):
                    names.add(entry.name)
        return (f"{dotted}.{name}" for name in sorted(names))

    def module_at(self, path: Path) -> str:
        """The dotted name of the module whose file a path is; "" for any other."""
        for root in self.roots:
            if path.suffix == ".py" and path.is_relative_to(root):
                local = path.relative_to(root)
                name = ".".join((*local.parts[:-1], local.stem)).removesuffix(".__init__")
                if (file := self.find(name)) is not None and file.path == path:
                    return name
        return ""


def module_names(folder: Path, names: Iterable[str] | None = None) -> str:
    """What changes when a name that could be a module comes to a folder or goes; names is what the folder holds."""
    found = frozenset(names_in(folder) if names is None else names)
    compiled = {f"{name.partition('.')[0]}.so" for name in found if name.endswith(".so")}
    return digest_of_names({name for name in found if is_part(name.removesuffix(".py"))} | compiled)


def _importable(entry: Path) -> bool:
    return entry.suffix == ".py" or (is_part(entry.name) and any(inner.suffix == ".py" for inner in _entries(entry)))


def _entries(folder: Path) -> list[Path]:
    return [folder / name for name in names_in(folder)]
