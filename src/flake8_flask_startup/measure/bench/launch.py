"""A target, ready to start: the program, its arguments, and where it runs."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ...config.entry_points import find_entries
from ...config.entry_target import ending
from ...config.settings import Settings, source_folders
from ...files.source_file import read_text
from ...files.walking import is_folder
from ...project.import_roots import roots_around
from ...project.modules import Project
from ..app_run import CHILD
from .checkout import check_out
from .targets import CommandTarget, EntryTarget, Revision, ServerTarget, Target, TargetError

COMMAND_CHILD = Path(__file__).with_name("command_child.py")


@dataclass(frozen=True, slots=True)
class Launch:
    """interpreter and its options run the text of program, with a file for the result and the arguments.

    folder is where it runs, path what comes first on its sys.path, variables what its environment has besides the
    caller's. Modules of a revision have to come from within it.
    """

    target: Target
    interpreter: tuple[str, ...]
    program: str
    arguments: tuple[str, ...]
    folder: Path
    path: tuple[Path, ...] = ()
    within: Path | None = None
    variables: Mapping[str, str] = field(default_factory=dict)

    def command(self, out: Path) -> list[str]:
        """Return the command line of one start, whose result goes to a file."""
        return [*self.interpreter, "-c", self.program, str(out), *self.arguments]


def launches(targets: Sequence[Target], python: str, settings: Settings, scratch: Path) -> list[Launch]:
    """Return the targets ready to start, apps with an interpreter; revisions are written into an empty folder.

    Raises:
        TargetError: for a revision that cannot be had, or one without an entry point.
    """
    return [
        launch(target, python, settings, scratch / f"revision-{number}") for number, target in enumerate(targets, 1)
    ]


def launch(target: Target, python: str, settings: Settings, folder: Path) -> Launch:
    """Return one target ready to start; a revision is written into the folder, which there is not yet."""
    match target:
        case CommandTarget(_, command):
            alone = (sys.executable, "-I", "-S")  # small, and nothing of the app's environment is for it
            return Launch(target, alone, read_text(COMMAND_CHILD), (command,), Path.cwd())
        case ServerTarget(_, command):
            return Launch(target, (), "", (command,), Path.cwd())
        case EntryTarget(_, entry):
            return app_launch(target, python, (entry,), Path.cwd(), settings)
        case Revision(_, revision, entry):
            here = check_out(revision, folder)
            entries = (entry,) if entry else settings.app or tuple(each.target for each in find_entries(here, settings))
            if not entries:
                raise TargetError(
                    f"{target.name}: no entry point found: name it, such as {target.name}:shop:create_app"
                )
            return replace(app_launch(target, python, entries, here, settings), within=here)


def app_launch(target: Target, python: str, entries: tuple[str, ...], folder: Path, settings: Settings) -> Launch:
    """Return the start of an app in a folder."""
    named = [at for name in settings.roots if is_folder(at := folder / name)]
    path = named or source_folders(folder)
    found = Project(path)
    files = [found.find_entry(each.partition(":")[0]) for each in entries]
    beside = [root for each in files if each is not None and each.path is not None for root in roots_around(each.path)]
    folders = tuple(dict.fromkeys((*beside, *path)))  # as the trace searches them
    return Launch(target, (python,), read_text(CHILD), tuple(map(ending, entries)), folder, folders)
