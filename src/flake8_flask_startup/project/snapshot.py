"""The project's own files as inference reads them, and what tells whether they are what they were."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..config.settings import Settings
from ..files.identity import Identity, digest, identity_of, is_same
from ..files.printing import encoded
from ..files.source_file import read_source
from ..files.ttl import while_fresh
from .import_roots import first_party, import_roots
from .module_finder import ModuleFile, ModuleFinder, Origin
from .module_place import ModulePlace
from .text_index import files

MAX_BYTES = 500_000  # of one file: a longer one is data

State = Identity | str | None  # of a file: what the disk has; the text that stands in for it


@dataclass(frozen=True, slots=True)
class Reader:
    """Which files there are, for one file under lint. overlay maps paths to text that stands before the disk's."""

    project: ModuleFinder
    is_first_party: Callable[[str], bool]
    overlay: Mapping[Path, str]

    def find(self, dotted: str) -> ModuleFile | None:
        """The project's own module of a dotted name."""
        if not self.is_first_party(dotted.partition(".")[0]):
            return None
        file = self.project.find(dotted)
        return file if file is not None and file.origin is Origin.FIRST_PARTY else None

    def identity(self, dotted: str) -> State:
        """What changes when a module's text does; None where there is none."""
        file = self.find(dotted)
        if file is None:
            return None
        if file.path is None:  # a namespace package
            return ""
        if file.path in self.overlay:
            return self.overlay[file.path]
        return identity_of(file.path)

    def is_same(self, dotted: str, known: State) -> bool:
        """Whether a module is as it was when its identity was the known one."""
        file = self.find(dotted)
        if isinstance(known, Identity) and file is not None and file.path is not None and file.path not in self.overlay:
            return is_same(known, file.path)
        return self.identity(dotted) == known

    def text(self, path: Path) -> str:
        """The text of a file.

        Raises:
            OSError, SyntaxError, UnicodeDecodeError: for a file that cannot be read, or is too long.
        """
        if path in self.overlay:
            return self.overlay[path]
        return read_source(path, MAX_BYTES)


def reader_for(filename: str, settings: Settings, is_first_party: Callable[[str], bool] | None = None) -> Reader:
    """What a file under lint sees of its project; is_first_party, if it is known, is that of `first_party`."""
    path = Path(filename).absolute()
    roots = [Path(root) for root in settings.roots]
    project = ModuleFinder([*roots, *import_roots(path)], settings.first_party)
    return Reader(project, is_first_party or first_party(filename), {})


def identity_of_all(filename: str) -> str:
    """What changes when a file does that may need a name of a module, or when one comes or goes."""
    return _identity_of(str(ModulePlace(filename).top))


@while_fresh()  # as `files`
def _identity_of(folder: str) -> str:
    return digest(encoded(repr([(path, *identity) for path, identity in files(folder)])))
