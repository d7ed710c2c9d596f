"""The versions of a project to compare: a git revision or a folder, ready to start."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ...config.entry_points import find_entries, how_to_name_one
from ...config.settings import Settings
from ...files.walking import is_folder
from ..bench.checkout import link_ignored
from ..bench.launch import Launch, app_launch, launch
from ..bench.targets import REVISION, EntryTarget, Revision, TargetError

HERE = "."


def side(text: str, python: str, settings: Settings, folder: Path) -> Launch:
    """Return a version, `git:REV` or a folder, ready to start; a revision is written into a folder that is not there.

    Beside the files of a revision lie links to what git ignores in the working directory, such as `.env` and
    `instance/`. The entry points are those of the settings, or what the version's files give away.

    Raises:
        TargetError: for a version that cannot be had, or one without an entry point.
    """
    if text.startswith(REVISION):
        revision = text.removeprefix(REVISION)
        if not revision or ":" in revision:
            raise TargetError(f"{text!r} is no revision such as git:HEAD")
        found = launch(Revision(text, revision, ""), python, settings, folder)
        link_ignored(folder)
        return found
    here = Path(text)
    if not is_folder(here):
        raise TargetError(f"{text!r} is neither a folder nor a revision such as git:HEAD")
    return of_folder(text, here.resolve(), python, settings)


def of_folder(name: str, folder: Path, python: str, settings: Settings) -> Launch:
    """Return what lies in a folder, ready to start; TargetError for one without an entry point."""
    entries = settings.app or tuple(each.target for each in find_entries(folder, settings))
    if not entries:
        raise TargetError(f"{name}: no entry point found: {how_to_name_one(folder, settings)}")
    return replace(app_launch(EntryTarget(name, ""), python, entries, folder, settings), within=folder)
