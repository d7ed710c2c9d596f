"""Where a module stands among the files of its project, and the dotted names that lead to it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePath

from ..syntax.import_statements import folder_above
from .import_roots import import_roots


@dataclass(frozen=True)  # no slots: names and roots are worked out once
class ModulePlace:
    """A module among the files of its project. folders are further import roots, relative to the working directory."""

    filename: str
    folders: tuple[str, ...] = ()

    @cached_property
    def inside(self) -> str:
        """How paths begin of a package's own modules, which name it by dots alone."""
        return f"{self.location}{os.sep}"

    @cached_property
    def path(self) -> Path:
        """The absolute path of the module's file."""
        return Path(self.filename).absolute()

    @cached_property
    def location(self) -> Path:
        """The module's place, without a suffix."""
        return self.path.parent if self.path.name == "__init__.py" else self.path.parent / self.path.stem

    @cached_property
    def last(self) -> str:
        """The last part of the module's dotted name."""
        return self.location.name

    def is_spelled_by(self, text: str) -> bool:
        """Whether a text is a dotted name of the module, or may be the path of its file."""
        return text in self.names or PurePath(text).name == f"{self.last}.py"

    @cached_property
    def top(self) -> Path:
        """The folder of the project: the working directory, or what the file is imported from if it lies elsewhere."""
        return Path.cwd() if self.path.is_relative_to(Path.cwd()) else import_roots(self.path)[-1]

    @cached_property
    def roots(self) -> tuple[Path, ...]:
        """The folders that imports of the project are searched in."""
        return (*import_roots(self.path), *map(Path.absolute, map(Path, self.folders)))

    @cached_property
    def names(self) -> frozenset[str]:
        """The dotted names that the module may be imported by."""
        above = self.location.parents
        return frozenset(".".join(self.location.relative_to(root).parts) for root in self.roots if root in above)


def place_of(text_path: str, dotted: str, level: int, module: ModulePlace) -> str:
    """Return a dotted name as an import statement of a file has it; empty if that is the module."""
    if not level:
        return "" if dotted in module.names else dotted
    folder = folder_above(text_path, level).rstrip(os.sep)
    location = f"{folder}{os.sep}{dotted.replace('.', os.sep)}{os.sep}" if dotted else f"{folder}{os.sep}"
    return "" if location == module.inside else "." * level + dotted


def is_there(folder: Path, dotted: str) -> bool:
    """Return whether a dotted name is a module or package below a folder."""
    path = folder.joinpath(*dotted.split("."))
    return path.is_dir() or path.with_name(f"{path.name}.py").is_file()
