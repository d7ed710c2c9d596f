"""Whether a project's files say exactly which versions are installed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from ..files.source_file import MAX_DATA_BYTES, read_text, reason
from ..files.walking import is_file, names_in

# uv, Poetry, Pipenv, PDM; PEP 751.
LOCK_FILES = ("uv.lock", "poetry.lock", "Pipfile.lock", "pdm.lock", "pylock.toml", "pylock.*.toml")
REQUIREMENTS = "requirements*.txt"
_DEVELOPMENT = re.compile(r"dev|test|doc|lint", re.IGNORECASE)
_PINNED = re.compile(r"===|==(?!.*\*)|(?<=[\w\]]) *@ *\S")  # PEP 440, PEP 508
_INCLUDED = re.compile(r"(?:-r|--requirement)[ =]*(\S+)")


def unlocked(folder: Path) -> tuple[str, str]:
    """Return the file that has the versions, and why it does not lock them, '' where it does."""
    names = names_in(folder)
    for name in names:
        if any(fnmatchcase(name, pattern) for pattern in LOCK_FILES) and is_file(folder / name):
            return name, ""
    found = [name for name in names if fnmatchcase(name, REQUIREMENTS) and not _DEVELOPMENT.search(name)]
    for name in found:
        if fault := next(_faults(folder / name, {folder / name}), ""):
            return name, fault
    return ", ".join(found), "" if found else f"there is neither a lock file nor {REQUIREMENTS}"


def _faults(path: Path, seen: set[Path]) -> Iterator[str]:
    """Yield why a file of requirements does not lock them, with those that it includes."""
    try:
        text = read_text(path, MAX_DATA_BYTES, "replace")
    except OSError as error:
        yield f"{path.name} cannot be read: {reason(error)}"
        return
    for line in text.replace("\\\n", " ").splitlines():
        wanted = re.sub(r"(?:^|\s)#.*", "", line).strip()
        if included := _INCLUDED.match(wanted):
            other = path.parent / included[1]
            if other not in seen:
                seen.add(other)
                yield from _faults(other, seen)
        elif wanted and not wanted.startswith("-") and not _PINNED.search(wanted.partition(";")[0]):
            yield f"{wanted!r} names no version with =="
