"""The files of a git revision in a folder of their own, with nothing written to the repository and nothing of it run.

Git names the revision's files and hands out what they hold; they are written here. `git worktree` and `checkout-index`
run the repository's hooks and the filters that its configuration names, and `git archive` leaves out what the
repository does not export. So files are as they are stored: no line ends are turned, and no large file is fetched.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .targets import TargetError

# Not one of these commands asks for a hook, and none shall come to: nor for a file system monitor, nor a remote that
# has what a partial clone lacks, which may name a program.
_HARMLESS = ("-c", "core.hooksPath=/dev/null", "-c", "core.fsmonitor=false", "--no-pager")
_ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}
_LINK, _EXECUTABLE, _SUBMODULE = "120000", "100755", "160000"
_NO_NAMES = frozenset({"", ".", "..", ".git"})


@dataclass(frozen=True, slots=True)
class _Entry:
    """A file of a revision: its mode, the object that holds what is in it, and its path from the top."""

    mode: str
    identity: str
    path: Path


def check_out(revision: str, folder: Path) -> Path:
    """Write the files of a revision of the repository around the working directory into a folder that there is not yet.

    Return the folder in it that stands for the working directory.

    Raises:
        TargetError: if git does not run, here is no repository, or it has no such revision, or not all of it.
    """
    top = Path(os.fsdecode(_git("rev-parse", "--show-toplevel", folder=Path.cwd()).rstrip(b"\n")))
    try:
        commit = _git("rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}", folder=top)
    except TargetError:
        raise TargetError(f"this repository has no revision {revision!r}") from None
    try:
        here = folder / Path.cwd().resolve().relative_to(top.resolve())
    except ValueError:
        raise TargetError(f"this folder is none of the repository's, which has its files in {top}") from None
    listing = _git("ls-tree", "-r", "-z", "--full-tree", commit.decode().strip(), folder=top)
    entries = [_entry(line) for line in listing.split(b"\0") if line]
    folder.mkdir()
    _write(entries, folder, top)
    if not here.is_dir():
        raise TargetError(f"{revision} has no folder {here.relative_to(folder)}")
    return here


def link_ignored(folder: Path) -> None:
    """Link what git ignores around the working directory (`.env`, `instance/`, compiled extensions) into a checkout.

    Links lie where there is nothing of the revision, and none is made through a link of it; bytecode is left out.

    Raises:
        TargetError: if git does not run.
    """
    top = Path(os.fsdecode(_git("rev-parse", "--show-toplevel", folder=Path.cwd()).rstrip(b"\n")))
    listing = _git("ls-files", "-z", "--others", "--ignored", "--exclude-standard", "--directory", folder=top)
    around = folder.resolve()
    for name in filter(None, listing.split(b"\0")):
        path = Path(os.fsdecode(name))
        parent = around / path.parent
        if "__pycache__" in path.parts or path.suffix == ".pyc" or not parent.is_dir() or parent.resolve() != parent:
            continue
        with suppress(OSError):  # of the revision, or a system that has no links
            (folder / path).symlink_to(top / path)


def _entry(line: bytes) -> _Entry:
    """Return an entry of `git ls-tree -z`; TargetError for a path that leads out of the folder."""
    about, _, name = line.partition(b"\t")
    mode, _, identity = about.decode().split()
    parts = os.fsdecode(name).split("/")
    if any(part.lower() in _NO_NAMES or os.path.basename(part) != part for part in parts):  # noqa: PTH119  # a name
        raise TargetError(f"the revision has a file that cannot be written: {os.fsdecode(name)!r}")
    return _Entry(mode, identity, Path(*parts))


def _write(entries: list[_Entry], folder: Path, top: Path) -> None:
    """Write files first and links last, so that no file is written through one."""
    files = [each for each in entries if each.mode != _SUBMODULE]
    held = list(zip(files, _contents([each.identity for each in files], top), strict=True))
    try:
        for each in entries:
            (folder / each.path if each.mode == _SUBMODULE else (folder / each.path).parent).mkdir(
                parents=True, exist_ok=True
            )
        for each, content in held:
            if each.mode != _LINK:
                (folder / each.path).write_bytes(content)
                if each.mode == _EXECUTABLE:
                    (folder / each.path).chmod(0o755)
        for each, content in held:
            if each.mode == _LINK:
                with suppress(OSError, ValueError):  # a system that has no links
                    (folder / each.path).symlink_to(os.fsdecode(content))
    except OSError as error:
        raise TargetError(f"the revision cannot be written: {error}") from None


def _contents(identities: list[str], top: Path) -> Iterator[bytes]:
    """Yield what objects hold; TargetError where the repository lacks one."""
    found = _git("cat-file", "--batch", folder=top, asked="".join(f"{each}\n" for each in identities).encode())
    at = 0
    for identity in identities:
        end = found.index(b"\n", at)
        head = found[at:end].split()
        if len(head) != 3:
            raise TargetError(f"the repository does not have all of the revision: {identity} is missing")
        size = int(head[2])
        yield found[end + 1 : end + 1 + size]
        at = end + 1 + size + 1


def _git(*arguments: str, folder: Path, asked: bytes = b"") -> bytes:
    """Run git in a folder and return what it prints."""
    command = ["git", *_HARMLESS, *arguments]
    try:
        done = subprocess.run(  # noqa: S603 -- git, with a revision that cannot be taken for an option
            command, cwd=folder, env=os.environ | _ENVIRONMENT, input=asked, capture_output=True, check=True
        )
    except OSError as error:
        raise TargetError(f"git does not run: {error.strerror}") from None
    except subprocess.CalledProcessError as error:
        lines = error.stderr.decode(errors="replace").strip().splitlines()
        raise TargetError(lines[-1] if lines else f"git {arguments[0]} ended with status {error.returncode}") from None
    return done.stdout
