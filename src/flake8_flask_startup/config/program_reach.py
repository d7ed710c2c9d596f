"""Whether a program may serve an app: it, or what it imports of the project, names a package of apps."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ..files.source_file import optional_head
from ..files.walking import is_file

MAX_BYTES = 200_000  # of a file that is looked at
MAX_FILES = 30  # that are looked at, near ones first: a program with more of its own may serve anything
_IMPORT = re.compile(
    r"^[ \t]*(?:from[ \t]+(\.*)([\w.]*)[ \t]+import[ \t]+(\([^)]*|[^\n]*)|import[ \t]+([^\n]*))", re.MULTILINE
)
_NAME = re.compile(r"(?<![\w.])[\w.]+")
# What loads modules that no import statement names.
_LOADING = re.compile(
    r"\b(?:__import__|entry_points|exec|import_module|iter_modules|run_module|run_path|walk_packages)\b"
)


def may_serve(program: Path, folders: Sequence[Path], packages: Iterable[str]) -> bool:
    """Return whether a program names one of some packages, or imports a module of these folders that does.

    Imports are searched in the program's folder as well. Where nobody can tell, the answer is yes.
    """
    named = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(packages)))})\b", re.IGNORECASE)
    searched = (program.parent, *folders)
    pending, seen = deque([program]), {program}
    while pending and len(seen) < MAX_FILES:
        path = pending.popleft()
        text = optional_head(path, MAX_BYTES)
        if named.search(text) or _LOADING.search(text):
            return True
        news = {file for dots, name in _imported(text) for file in _files(name, len(dots), path, searched)} - seen
        pending += sorted(news)
        seen |= news
    return bool(pending)


def _imported(text: str) -> Iterator[tuple[str, str]]:
    """The dots and the names of what the import statements of a text may name; more than they do is no harm."""
    for dots, module, names, modules in _IMPORT.findall(text):
        above = f"{module}." if module else ""
        yield from ((dots, f"{above}{name}") for name in _NAME.findall(names))
        yield from (("", name) for name in _NAME.findall(modules))


def _files(name: str, level: int, path: Path, folders: Sequence[Path]) -> Iterator[Path]:
    """The files that importing a dotted name loads: those of the packages on the way, and its own."""
    parts = name.split(".")
    for folder in (path.parents[min(level, len(path.parents)) - 1],) if level else folders:
        for end in range(1, len(parts) + 1):
            inner = folder.joinpath(*parts[:end])
            yield from filter(is_file, (inner / "__init__.py", inner.with_name(f"{inner.name}.py")))
