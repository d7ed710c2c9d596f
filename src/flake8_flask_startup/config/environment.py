"""Which environment a project's packages are installed in: named by the user, or declared by the project when asked."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

from ..files.identity import identity_of
from ..files.parsing import toml
from ..files.source_file import MAX_DATA_BYTES, read_text
from ..files.walking import ENVIRONMENT_MARK, is_file, is_folder

DECLARED = "project"  # the value that asks for what the project declares
FOLDERS = (".venv", "venv")  # uv's and Poetry's in the project, and what the documentation of venv calls its own
SITE_FOLDERS = frozenset({"site-packages", "dist-packages"})
INSTALLED_MARKS = ("*.dist-info", "*.egg-info")  # beside packages, also where `pip install --target` put them
PLACES = f"{', '.join(FOLDERS)}, UV_PROJECT_ENVIRONMENT or Poetry's cache"


def installed_in(folder: Path) -> Path:
    """Return the site-packages of a virtual environment, or the folder itself if it is none."""
    found = sorted([*folder.glob("lib/python*/site-packages"), *folder.glob("Lib/site-packages")])
    return found[0] if found else folder


def is_environment(folder: Path) -> bool:
    """Return whether packages are installed in a folder, as in an environment, or are meant to be, as by its name."""
    found = installed_in(folder)
    return found != folder or folder.name in SITE_FOLDERS or any(any(found.glob(mark)) for mark in INSTALLED_MARKS)


def environment_of(interpreter: str) -> Path | None:
    """Return the virtual environment that an interpreter is of, by its path; None for one that is of none."""
    folder = Path(interpreter).absolute().parent.parent  # unresolved: in an environment it is a link to another one
    return folder if is_file(folder / ENVIRONMENT_MARK) else None


def environment_identity(folder: Path | None) -> tuple[object, ...]:
    """Return what changes when something is installed into an environment, or removed; nothing without one."""
    return () if folder is None else tuple(identity_of(installed_in(folder)))


def declared(project: Path) -> Path | None:
    """Return the virtual environment of a project: in it, where uv is configured to have it, or in Poetry's cache."""
    return next((folder for folder in _candidates(project) if is_file(folder / ENVIRONMENT_MARK)), None)


def _candidates(project: Path) -> Iterator[Path]:
    named = os.environ.get("UV_PROJECT_ENVIRONMENT", "")  # relative to the project, as uv's documentation says
    if named:
        yield project / named
    yield from (project / name for name in FOLDERS)
    yield from _of_poetry(project)


def _of_poetry(project: Path) -> Iterator[Path]:
    """The environments in Poetry's cache that are named after the project and a digest of its folder."""
    cache = Path(os.environ.get("POETRY_CACHE_DIR") or Path.home() / ".cache" / "pypoetry") / "virtualenvs"
    if not is_folder(cache):
        return
    try:
        data = toml(read_text(project / "pyproject.toml", MAX_DATA_BYTES))
    except (OSError, ValueError):
        return
    tools = data.get("tool")
    for table in (data.get("project"), tools.get("poetry") if isinstance(tools, dict) else None):
        name = table.get("name") if isinstance(table, dict) else None
        if isinstance(name, str):
            # as poetry.utils.env.EnvManager.generate_env_name makes it
            clean = re.sub(r'[ $`!*@"\\\r\n\t]', "_", name.lower())[:42]
            digest = hashlib.sha256(os.path.normcase(os.path.realpath(project)).encode()).digest()
            suffix = base64.urlsafe_b64encode(digest).decode()[:8]
            yield from sorted(cache.glob(f"{clean}-{suffix}-py*"))
