"""What an answer that is kept rests on, files and folders, as JSON takes it, and whether all of it is as it was."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..files.identity import Identity, is_same
from ..project.module_finder import module_names

if TYPE_CHECKING:
    from ..project.modules import Project


def rests(project: Project) -> Mapping[str, Identity | str]:
    """Return the files that a project has read, as they were then, and the folders that it has searched."""
    return {str(path): state for path, state in project.rests_on().items()}


def thawed(data: Any) -> dict[Path, Identity | str]:  # what JSON holds has no type before it is read
    """Return the same as it was kept.

    Raises:
        ValueError, TypeError, AttributeError: if nothing of the kind was.
    """
    states = ((Path(path), each if isinstance(each, str) else Identity(*each)) for path, each in data.items())
    return dict(states)


def hold(seen: Mapping[Path, Identity | str]) -> bool:
    """Whether all files and folders are as they were."""
    return all(is_as_it_was(path, state) for path, state in seen.items())


def is_as_it_was(path: Path, state: Identity | str) -> bool:
    """Whether a file, or the modules that a folder holds, are as they were."""
    return is_same(state, path) if isinstance(state, Identity) else module_names(path) == state
