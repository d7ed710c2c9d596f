"""A project on disk with a folder outside it, and whether anything in them has changed."""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import socket
import stat
from collections.abc import Mapping
from pathlib import Path

from .case import Folder, Hole, Link, Node, Pipe, Socket, Text

CACHE = b".flask_startup_cache"
VICTIM = b"bystander = 'keep me'\n"

Picture = dict[bytes, tuple[object, ...]]


class Sandbox:
    """Folders for one case: the project, what lies outside it, a home and a folder for temporary files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.project = folder / "project"
        self.outside = folder / "outside"
        self.home = folder / "home"
        self.temporary = folder / "tmp"

    def make(self, nodes: Mapping[bytes, Node]) -> None:
        """Write the project and what is beside it."""
        for each in (self.project, self.outside, self.home, self.temporary):
            each.mkdir(parents=True)
        for name in ("victim.py", "victim.txt", ".gitignore"):
            (self.outside / name).write_bytes(VICTIM)
        write(os.fsencode(self.project), nodes)

    def environment(self) -> dict[str, str]:
        """Return the environment that a command is run with."""
        new = {"HOME": str(self.home), "TMPDIR": str(self.temporary), "COLUMNS": "100", "PYTHONUTF8": "1"}
        new |= {"XDG_CACHE_HOME": str(self.home / "cache"), "XDG_CONFIG_HOME": str(self.home / "config")}
        return {**{name: value for name, value in os.environ.items() if not name.startswith("XDG_")}, **new}

    def picture(self) -> Picture:
        """Return what lies in the folders, by path; the cache and the home are the program's own."""
        found: Picture = {}
        for each in (self.project, self.outside, self.temporary):
            _add(os.fsencode(each), found)
        return found

    def remove(self) -> None:
        """Remove the folders; what was made unreadable is made readable first."""
        for folder, names, _ in os.walk(self.folder):
            for name in names:
                path = Path(folder, name)
                if not path.is_symlink():
                    path.chmod(0o700)
        shutil.rmtree(self.folder)


def write(base: bytes, nodes: Mapping[bytes, Node]) -> None:
    """Write nodes into a folder; modes are set last."""
    modes = []
    for name, node in nodes.items():
        path = os.path.join(base, name)  # noqa: PTH118  # names that are no UTF-8
        os.makedirs(os.path.dirname(path), exist_ok=True)  # noqa: PTH103, PTH120  # as above
        _make(path, node)
        if isinstance(node, Folder) or (isinstance(node, Text) and node.mode != 0o644):
            modes.append((path, node.mode))
    for path, mode in reversed(modes):
        os.chmod(path, mode)  # noqa: PTH101  # as above


def _make(path: bytes, node: Node) -> None:
    match node:
        case Text(data):
            with open(path, "wb") as stream:  # noqa: PTH123  # names that are no UTF-8
                stream.write(data)
        case Link(target):
            os.symlink(target, path)  # noqa: PTH211  # as above
        case Pipe():
            os.mkfifo(path)
        case Socket():
            with socket.socket(socket.AF_UNIX) as made, contextlib.chdir(os.path.dirname(path)):  # noqa: PTH120  # as above
                made.bind(os.path.basename(path))  # noqa: PTH119  # a socket's path may have 108 letters
        case Folder():
            os.makedirs(path, exist_ok=True)  # noqa: PTH103  # as above
        case Hole(size):
            with open(path, "wb") as stream:  # noqa: PTH123  # as above
                stream.truncate(size)


def _add(folder: bytes, found: Picture) -> None:
    try:
        entries = sorted(os.scandir(folder), key=lambda each: each.name)
    except PermissionError:
        return
    for each in entries:
        if each.name == CACHE and not each.is_symlink():
            continue
        status = each.stat(follow_symlinks=False)
        kind = stat.S_IFMT(status.st_mode)
        content = ""
        if kind == stat.S_IFLNK:
            content = repr(os.readlink(each.path))  # noqa: PTH115  # names that are no UTF-8
        elif kind == stat.S_IFREG and status.st_size < 1_000_000 and os.access(each.path, os.R_OK):
            with open(each.path, "rb") as stream:  # noqa: PTH123  # names that are no UTF-8
                content = hashlib.sha1(stream.read(), usedforsecurity=False).hexdigest()
        size = status.st_size if kind == stat.S_IFREG else 0
        found[each.path] = (status.st_mode, size, status.st_mtime_ns if kind == stat.S_IFREG else 0, content)
        if kind == stat.S_IFDIR:
            _add(each.path, found)
