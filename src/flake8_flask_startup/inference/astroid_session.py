"""The world that inference lives in: the project's own files, read and never run, and stubs in place of libraries.

What is installed, and what `sys.path` says, has no part in it: with Flask installed, astroid's first look at it takes
seconds, and it imports a project's module that is called like one of the standard library's.
"""

from __future__ import annotations

import gc
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

from astroid import nodes
from astroid.builder import AstroidBuilder
from astroid.exceptions import AstroidBuildingError, AstroidImportError
from astroid.manager import AstroidManager
from astroid.transforms import TransformVisitor
from astroid.typing import AstroidManagerBrain

if TYPE_CHECKING:
    from astroid.interpreter._import.spec import ModuleSpec

from ..files.gc_control import collect_dropped, dropped
from ..project.snapshot import Reader, State
from .step_limit import unlimited
from .stubs import stubs

MAX_MODULES = 400  # kept between two files: astroid's trees are large
MAX_VALUES = 20  # of one expression
_LOCK = RLock()  # astroid keeps its state in the class of its manager


class _Nowhere(dict[tuple[str, str | None], "ModuleSpec | AstroidImportError"]):
    """Where astroid notes the files that it found on `sys.path`: it finds none, and asks the hook for every module."""

    def __missing__(self, key: tuple[str, str | None]) -> AstroidImportError:
        return AstroidImportError("not looked for", modname=key[0])


class _KeepingBuiltins(AstroidManager):
    """Astroid's manager, whose caches are cleared without another tree of the builtins: no file changes those."""

    def bootstrap(self) -> None:
        """Leave the builtins as they are: they take 100,000 objects, and longer than most files."""


@dataclass
class AstroidModules:
    """Modules as astroid knows them: the project's, and stubs. It serves one file under lint after the other."""

    texts: Mapping[str, str]  # of stubs
    reader: Reader
    seen: dict[str, State] = field(default_factory=dict)  # the project's own, those that were missed included
    _settled: int = -1  # how many of them there were when the garbage collector was last spared
    broken: set[str] = field(default_factory=set)  # those of them that cannot be read

    def __post_init__(self) -> None:
        AstroidBuilder(AstroidManager())  # makes astroid know the builtins
        common = AstroidManager.brain
        self.brain: AstroidManagerBrain = {
            **common,
            "astroid_cache": {"builtins": common["astroid_cache"]["builtins"]},
            "_mod_file_cache": _Nowhere(),
            "_failed_import_hooks": [self.module],
            "_transform": TransformVisitor(),  # without what astroid knows by heart of libraries
            "max_inferable_values": MAX_VALUES,
        }

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Astroid's manager in this world for a while; others that use astroid in this process find theirs again."""
        with _LOCK, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes in somebody's strings
            common = AstroidManager.brain
            AstroidManager.brain = self.brain
            try:
                yield
            finally:
                AstroidManager.brain = common
                self._settle()

    def _settle(self) -> None:
        """Take what was built out of the garbage collector's rounds, which would take as long as flake8's own work."""
        if len(self.seen) > self._settled:
            self._settled = len(self.seen)
            gc.freeze()

    def module(self, name: str) -> nodes.Module:
        """The tree of a module.

        Raises:
            AstroidImportError: if the project has none that can be read, and no stub stands for it.
        """
        known = self.brain["astroid_cache"].get(name)
        if known is not None:  # a package that imports from itself: astroid would have it built anew, again and again
            return known
        file = self.reader.find(name)
        if file is None:
            if name not in self.texts:
                if self.reader.is_first_party(name.partition(".")[0]):
                    self.seen[name] = None
                raise AstroidImportError("unknown", modname=name)
            return built(self.texts[name], name, Path("stubs", *name.split("."), "__init__.py"))
        if name in self.broken:
            raise AstroidImportError("cannot be read", modname=name)
        self.seen[name] = self.reader.identity(name)
        try:
            text = self.reader.text(file.path) if file.path is not None else ""
            path = file.path or file.folders[0] / "__init__.py"  # a namespace package
            return built(text, name, path)
        except (OSError, SyntaxError, ValueError, RecursionError, MemoryError, AstroidBuildingError) as error:
            self.broken.add(name)
            raise AstroidImportError("cannot be read", modname=name) from error

    def is_current(self) -> bool:
        """Whether every file is what it was when it was read, and none has come to be since."""
        return all(self.reader.is_same(name, seen) for name, seen in self.seen.items())

    def forget(self) -> None:
        """Drop what astroid keeps beside its manager: it never does of itself."""
        dropped(len(self.seen))
        gc.unfreeze()
        with self.entered():
            _KeepingBuiltins().clear_cache()


# The one documented cache: trees are dear, and neighbours are asked for by many files. Files are looked at for changes
# before each file under lint.
@lru_cache(maxsize=1)
def _worlds() -> dict[tuple[tuple[Path, ...], frozenset[str]], AstroidModules]:
    return {}


def world_of(reader: Reader, app_classes: frozenset[str]) -> AstroidModules:
    """The world of a project's roots, as its files are now."""
    key = (tuple(reader.project.roots), app_classes)
    worlds = _worlds()
    world = worlds.get(key)
    if world is not None:
        world.reader = reader
        if world.is_current() and sum(len(each.seen) for each in worlds.values()) <= MAX_MODULES:
            return world
        world.forget()
        worlds.clear()
        del world
        collect_dropped(MAX_MODULES // 2)
    world = worlds[key] = AstroidModules(stubs(app_classes), reader)
    return world


def built(text: str, name: str, path: Path) -> nodes.Module:
    """The tree of a text.

    Raises:
        AstroidBuildingError: if it cannot be parsed.
    """
    with unlimited():
        return AstroidBuilder(AstroidManager(), apply_transforms=False).string_build(text, name, str(path))
