"""What a boot may load besides its trace: files that a statement may load whose modules are not known."""

from __future__ import annotations

from collections.abc import Iterator

from ..config.settings import Settings
from ..files.paths import shown
from ..files.printing import encoded
from ..project.module_place import ModulePlace
from ..project.text_index import search
from .boot import Loader
from .graph.trace import Trace, own_files


def loaders(traced: Trace) -> Iterator[Loader]:
    """Return the statements that may load more than the trace has."""
    for each in traced.unresolved:
        if each.may_load:
            yield Loader(each.statement.path, each.statement.line, each.may_load)


def brought_besides(package: str, traced: Trace, settings: Settings) -> str:
    """Return which statement may load which file that imports a package; empty if none is seen to.

    What a user names beside the loaders (`startup-modules`) is all that they load.
    """
    if settings.startup_modules:
        return ""
    known = own_files(traced.loaded)
    word = encoded(package.rpartition(".")[2])
    for loader in loaders(traced):
        for text in search(str(ModulePlace(loader.path, settings.roots).top)).having(word):
            if shown(text.path) in known or not settings.is_startup(text.path) or not text.imports.naming(word):
                continue
            if any(map(loader.may_reach, ModulePlace(text.path, settings.roots).names)):
                return f"{loader.path}:{loader.line} may load {shown(text.path)}"
    return ""
