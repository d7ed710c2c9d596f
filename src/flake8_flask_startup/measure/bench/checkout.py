"""The files of a git revision in a folder of their own, with nothing written to the repository.

A second index names the files of the revision, and git writes them where it is told. `git worktree` would note the
folder in the repository and run its hooks; `git archive` leaves out what the repository does not export.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from .targets import TargetError


def check_out(revision: str, folder: Path) -> Path:
    """Write the files of a revision of the repository around the working directory into a folder that there is not yet.

    Return the folder in it that stands for the working directory.

    Raises:
        TargetError: if git does not run, here is no repository, or it has no such revision.
    """
    top = Path(_git("rev-parse", "--show-toplevel", folder=Path.cwd()))
    try:
        commit = _git("rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}", folder=top)
    except TargetError:
        raise TargetError(f"this repository has no revision {revision!r}") from None
    here = folder / Path.cwd().resolve().relative_to(top.resolve())
    folder.mkdir()
    index = folder.with_name(f"{folder.name}.index")
    _git("read-tree", commit, folder=top, index=index)
    _git("checkout-index", "--all", f"--prefix={folder}/", folder=top, index=index)
    if not here.is_dir():
        raise TargetError(f"{revision} has no folder {here.relative_to(folder)}")
    return here


def _git(*arguments: str, folder: Path, index: Path | None = None) -> str:
    """Run git in a folder and return what it says."""
    environment = os.environ | ({"GIT_INDEX_FILE": str(index)} if index is not None else {})
    command = ["git", *arguments]
    try:
        done = subprocess.run(  # noqa: S603 -- git, with a revision that cannot be taken for an option
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True
        )
    except OSError as error:
        raise TargetError(f"git does not run: {error.strerror}") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.strip().splitlines()
        raise TargetError(said[-1] if said else f"git {arguments[0]} ended with status {error.returncode}") from None
    return done.stdout.strip()
