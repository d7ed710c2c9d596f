"""What a project imports, read from its files: nothing of it is run."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..costs.table import CostTable
from ..files.parsing import parsed
from ..files.source_file import read_source
from ..files.walking import ENVIRONMENT_MARK, is_file, is_folder, walked
from ..syntax.import_statements import imported
from .samples import Installed

NOT_THE_PROJECT = frozenset({"__pycache__", "node_modules", "site-packages", "build", "dist"})


def source_files(root: Path) -> Iterator[Path]:
    """Yield the Python files under root, in a fixed order, outside hidden folders and virtual environments."""
    for folder, folders, files in walked(root):
        folders[:] = [
            name
            for name in folders
            if name not in NOT_THE_PROJECT
            and not name.startswith(".")
            and not is_file(Path(folder, name, ENVIRONMENT_MARK))
        ]
        yield from (Path(folder, name) for name in files if name.endswith(".py"))


def imported_names(source: str) -> set[str]:
    """Return the modules that the source imports absolutely, anywhere; SyntaxError where it is none."""
    tree = parsed(source)
    names: set[str] = set()
    for node in ast.walk(tree):
        names.update(each.module for each in imported(node) if not each.level)
    return names


def third_party_imports(root: Path) -> list[str]:
    """Return the modules that the project under root imports and that are neither its own nor standard library."""
    names: set[str] = set()
    for path in source_files(root):
        try:
            names |= imported_names(read_source(path))
        except (OSError, SyntaxError, UnicodeDecodeError):
            continue  # an unreadable file is an unknown: the rest is still worth measuring
    return sorted(name for name in names if not (is_own(root, name) or name.split(".")[0] in sys.stdlib_module_names))


def is_own(root: Path, name: str) -> bool:
    """Return whether the module is a file or folder of the project."""
    top = name.partition(".")[0]
    return any(is_folder(base / top) or is_file(base / f"{top}.py") for base in source_roots(root))


def source_roots(root: Path) -> tuple[Path, Path]:
    """Return the folders a project's own modules are imported from: its root, or src in it."""
    return root, root / "src"


def lacking(names: Iterable[str], installed: Installed, table: CostTable) -> list[str]:
    """Return the installed names that no row of the table covers, or only a row of another version."""
    found = []
    for name in names:
        owner, row = installed.owners.get(name), table.row(name)
        if owner is not None and (row is None or (row.distribution, row.version) != owner):
            found.append(name)
    return found
