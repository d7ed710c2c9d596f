"""The project around a file whose app moves into a factory."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import NamedTuple

from ...model.access_paths import is_dotted, split_last
from ...project.modules import Project
from ...syntax.import_statements import absolute, imported
from ..steps import source_of

MAX_FILES = 4  # followed from file to file while each only re-exports the class


class Around(NamedTuple):
    """The project around a file.

    is_own says of top-level names whether they are the project's, need why another file needs a name of the file.
    class_at gives the class that is at a resolved path of another file; None for what is no class of the project's.
    """

    is_own: Callable[[str], bool]
    need: Callable[[str], str]
    class_at: Callable[[str], ast.ClassDef | None]


def class_at(project: Project, module: str, path: str, files: int = MAX_FILES) -> ast.ClassDef | None:
    """Return the class at a resolved path, following re-exports through other files; None if there is none."""
    plain = path.lstrip(".")
    if not files or not is_dotted(plain):
        return None
    file = project.find(module)
    origin, name = split_last(plain)
    dotted = absolute(origin, len(path) - len(plain), file.package if file is not None else "")
    found = project.find(dotted)
    source = source_of(str(found.path)) if found is not None and found.path is not None else None
    if found is None or source is None:
        return None
    if (there := class_in(source.tree, name)) is not None:
        return there
    for node in source.tree.body:
        for each in imported(node):
            if each.bound == name and each.name:
                return class_at(project, found.name, f"{'.' * each.level}{each.dotted}", files - 1)
    return None


def class_in(tree: ast.Module, name: str) -> ast.ClassDef | None:
    """Return the module-level class with this name, if nothing else in the file binds the name; None otherwise."""
    named = [each for each in tree.body if getattr(each, "name", "") == name]
    stored = (each.id for each in ast.walk(tree) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store))
    (found,) = named if len(named) == 1 and name not in stored else (None,)
    return found if isinstance(found, ast.ClassDef) else None
