"""Whether startup can begin at an entry point: the project must have its module, and the module what it names."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..config.entry_target import MAIN, EntryError, is_part
from ..config.settings import Settings
from ..costs.table import priced_packages
from ..files.paths import shown
from ..files.walking import is_file, is_folder, names_in
from .here import project_here
from .import_roots import roots_around
from .module_facts import ModuleFacts
from .module_finder import ModuleFile
from .modules import Project


def project_with(entries: Iterable[str], settings: Settings) -> Project:
    """The project in the working directory, in which startup can begin at these entry points.

    Raises:
        EntryError: if it cannot.
    """
    project = project_here(settings)
    for entry in entries:
        need(project, entry)
    return project


def need(project: Project, entry: str) -> None:
    """Do nothing where startup can begin at an entry point.

    Raises:
        EntryError: if it cannot.
    """
    module, _, name = entry.partition(":")
    file = project.find_entry(module)
    if file is None:
        folders = ", ".join(shown(str(root)) for root in project.roots)
        meant = next(_meant(project, module, name), "")
        raise EntryError(f"no module {module!r} in {folders}" + (f", did you mean {meant}?" if meant else ""))
    found = project.facts(file)
    if found.problem:
        raise EntryError(f"{shown(str(file.path))}: {found.problem}")
    name = name.partition(".")[0]
    if name not in ("", MAIN) and not _may_bind(found, name):
        raise EntryError(f"no {name!r} in {shown(str(file.path or module))}")


def _meant(project: Project, module: str, name: str) -> Iterator[str]:
    """What an entry point may mean whose module there is not: the last part is a name, or a folder stands before it."""
    parent, _, last = module.rpartition(".")
    file = project.find_entry(parent) if parent and not name else None
    if file is not None and _may_bind(project.facts(file), last):
        yield f"{parent}:{last}"
    for root in project.roots:
        for folder in filter(is_part, names_in(root)):
            if is_folder(root / folder) and project.find_entry(f"{folder}.{module}") is not None:
                yield f"{folder}.{module}:{name}" if name else f"{folder}.{module}"


def search_beside(project: Project, module: str, *, is_first: bool) -> None:
    """Search imports also in the nearest folder around an entry point's module that is no package, and its `src`.

    So does Python for a file that it runs as a program, Flask for an app that it is given as a path, and a server whose
    working directory is that folder, or that runs where the folder's package is installed. A module in it called like
    one of the standard library (`types.py`) is not taken for that one: Python has loaded most of these by then.

    The module's own folder is searched too where it has an `__init__.py` but is run as if it had none.
    is_first: startup begins at this module, and these folders are searched before all others.
    """
    file = project.find_entry(module)
    if file is not None and file.path is not None:
        own = [file.path.parent] if _is_run_inside(project, file, file.path.parent) else []
        roots = [*roots_around(file.path), *own]
        for root in roots if is_first else reversed(roots):
            project.add_root(root, is_last=True, is_first=is_first)


def _is_run_inside(project: Project, file: ModuleFile, folder: Path) -> bool:
    """Whether a module in a package imports what lies beside it as if its folder were where startup begins.

    A service's folder may have an `__init__.py` though it is no package there. What is called like a package with a
    price is taken for that package.
    """
    imports = project.facts(file).facts.imports
    tops = {each.module.partition(".")[0] for each in imports}
    is_of_package = any(each.level for each in imports) or not tops.isdisjoint(file.name.split("."))
    if is_of_package or not is_file(folder / "__init__.py"):
        return False
    modules = {each.module for each in imports if is_file(folder / f"{each.module}.py")}
    beside = {*modules, *(top for top in tops if is_file(folder / top / "__init__.py"))}
    taken = priced_packages() | sys.stdlib_module_names if beside else frozenset()
    return any(project.find(each) is None for each in beside - taken)


def _may_bind(module: ModuleFacts, name: str) -> bool:
    bindings = module.facts.scopes[0].bindings
    if name in bindings or "__getattr__" in bindings or any(each.name == "*" for each in module.facts.imports):
        return True
    # `global name` in a function that nothing has read, or names made at run time
    made = re.compile(rf"\bglobal\b.*\b{re.escape(name)}\b|\bglobals\(\)|\bsetattr\(")
    return made.search(module.source.text) is not None
