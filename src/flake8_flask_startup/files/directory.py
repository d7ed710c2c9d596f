"""Folders that are reached, and files that are written in them, without following a link that somebody laid.

A repository brings links of its own: what is written through one ends up wherever its author likes. So folders of the
project are opened one by one, each inside the one before, and files are made new and renamed into place. Outside the
project, where the user alone names folders, the links of the system (`/tmp`, `/var`) are followed up to the last name.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

MAX_BYTES = 200_000_000  # of a file that is read here: what is longer was not written by us
_HELD = os.open in os.supports_dir_fd and hasattr(os, "O_DIRECTORY") and hasattr(os, "O_NOFOLLOW")
_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
_FILE = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_JUNCTION = 0xA0000003  # IO_REPARSE_TAG_MOUNT_POINT of winnt.h
LINK = "is a link, and links are not followed"


class Directory:
    """A folder that was reached without following a link; on POSIX it stays the same whatever its name leads to later.

    Every method raises OSError where something cannot be done.
    """

    def __init__(self, path: str, handle: int | None) -> None:
        self.path = path
        self._handle = handle

    def read(self, name: str) -> bytes:
        """Return what a plain file holds."""
        handle = self._open(name, os.O_RDONLY)
        with os.fdopen(handle, "rb") as stream:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode) or status.st_size > MAX_BYTES:
                raise self._error(errno.EINVAL, "is no plain file of a usual size", name)
            return stream.read(MAX_BYTES + 1)

    def names(self) -> list[str]:
        """Return the names in the folder."""
        return os.listdir(self.path if self._handle is None else self._handle)

    def create(self, name: str, content: bytes, mode: int = 0o666) -> None:
        """Write a file that there is not yet; nothing of it is left where that fails."""
        handle = self._open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
        except BaseException:
            with suppress(OSError):
                self.remove(name)
            raise

    def append(self, name: str, content: bytes) -> None:
        """Add to a plain file with this name alone, or to a new one; when this returns it is on the disk."""
        handle = self._open(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        with os.fdopen(handle, "ab") as stream:
            status = os.fstat(handle)
            if not stat.S_ISREG(status.st_mode) or status.st_nlink != 1:
                raise self._error(errno.EINVAL, "is no plain file with one name", name)
            stream.write(content)
            stream.flush()
            os.fsync(handle)

    def replace(self, name: str, content: bytes, aside: str) -> None:
        """Write a file whole or not at all, keeping owner and permissions of one that was there.

        It is written under the name aside and renamed, so that nobody sees a half of it.
        """
        known = self.check(name)
        self.create(aside, content)
        try:
            if known is not None:
                self._belongs_as(known, aside)
            os.replace(self._at(aside), self._at(name), src_dir_fd=self._handle, dst_dir_fd=self._handle)
        except BaseException:
            with suppress(OSError):
                self.remove(aside)
            raise

    def check(self, name: str) -> os.stat_result | None:
        """Return the status of a file that may be replaced, None where there is none; OSError for what is no file."""
        known = self._status(name)
        if known is not None and not stat.S_ISREG(known.st_mode):
            raise self._error(errno.ELOOP, LINK if stat.S_ISLNK(known.st_mode) else "is no plain file", name)
        return known

    def remove(self, name: str) -> None:
        """Remove a name; what a link leads to stays."""
        os.unlink(self._at(name), dir_fd=self._handle)  # in the folder that is open

    @contextmanager
    def locked(self, name: str) -> Iterator[None]:
        """Wait until no other process is in here with this name, for which an empty file is made.

        Nobody waits for a dead one, and where files cannot be made or locked, nobody waits at all.
        """
        with suppress(OSError):
            self.create(name, b"")
        try:
            handle = self._open(name, os.O_RDONLY)
        except OSError:
            yield
            return
        try:
            if os.fstat(handle).st_nlink == 1:  # else one that is held under another name would never come free
                lock(handle)
            yield
        finally:
            os.close(handle)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the folder's lock in a `with` block, waiting for other processes. Do nothing where folders have none."""
        if self._handle is None:
            yield
            return
        handle = os.open(".", _FOLDER, dir_fd=self._handle)
        try:
            lock(handle)
            yield
        finally:
            os.close(handle)

    def _belongs_as(self, known: os.stat_result, name: str) -> None:
        """Give a file of ours the owner, group and permissions of another, as far as the system lets us.

        Root repairs what others own: in a container, the folder of whoever started it.
        """
        path, mode = self._at(name), stat.S_IMODE(known.st_mode)
        if hasattr(os, "chown"):  # not on Windows
            try:
                os.chown(path, known.st_uid, known.st_gid, dir_fd=self._handle, follow_symlinks=False)
            except PermissionError:
                mode &= 0o777  # set-user-ID would stand for somebody else now
        os.chmod(path, mode, dir_fd=self._handle)  # after the owner, as a change of that takes bits away

    def _status(self, name: str) -> os.stat_result | None:
        try:
            return os.stat(self._at(name), dir_fd=self._handle, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def _open(self, name: str, flags: int, mode: int = 0o666) -> int:
        path = self._at(name)
        if self._handle is None and _is_link(path):
            raise self._error(errno.ELOOP, LINK, name)
        try:
            return os.open(path, flags | _FILE, mode, dir_fd=self._handle)
        except OSError as error:
            reason = LINK if error.errno == errno.ELOOP else error.strerror
            raise self._error(error.errno or errno.EIO, reason or "cannot be opened", name) from None

    def _at(self, name: str) -> str:
        return name if self._handle is not None else os.path.join(self.path, name)

    def _error(self, number: int, reason: str, name: str) -> OSError:
        return OSError(number, reason, os.path.join(self.path, name))


def lock(handle: int) -> None:
    """Wait until no other process has locked an open file; at once where it cannot be locked."""
    try:
        import fcntl  # not on Windows
    except ImportError:
        return
    with suppress(OSError):  # file systems without locks
        fcntl.flock(handle, fcntl.LOCK_EX)


@contextmanager
def opened(folder: str | os.PathLike[str], *, make: bool = False) -> Iterator[Directory]:
    """Reach a folder; make it, and those around it, where asked to.

    Raises:
        OSError: if it is not there, is no folder, or a link of the project lies on the way.
    """
    path = os.path.abspath(folder)
    start, parts = _anchored(path)
    if make and not os.path.isdir(start):
        os.makedirs(start, exist_ok=True)
    handle = os.open(start, os.O_RDONLY | os.O_DIRECTORY) if _HELD else None
    reached = start
    try:
        for part in parts:
            reached = os.path.join(reached, part)
            inner = _entered(reached, part, handle, make=make)
            if handle is not None:
                os.close(handle)
            handle = inner
        yield Directory(path, handle)
    finally:
        if handle is not None:
            with suppress(OSError):
                os.close(handle)


def is_inside(path: str | os.PathLike[str], folder: str | os.PathLike[str]) -> bool:
    """Return whether a path lies below a folder, by their names."""
    return Path(os.path.abspath(path)).is_relative_to(os.path.abspath(folder))


def project_top() -> str:
    """Return the nearest folder with a repository in it from the working directory up, or the working directory."""
    here = os.getcwd()
    for folder in (Path(here), *Path(here).parents):
        if os.path.lexists(folder / ".git"):
            return str(folder)
    return here


def _anchored(path: str) -> tuple[str, list[str]]:
    """Return a folder that links may lead to, and the names from there on, which may be none."""
    top = project_top()
    if is_inside(path, top):
        return top, [part for part in os.path.relpath(path, top).split(os.sep) if part != os.curdir]
    parent, name = os.path.split(path)
    return parent, [name] if name else []


def _entered(path: str, name: str, around: int | None, *, make: bool) -> int | None:
    """Open a folder inside another one."""
    if make:
        with suppress(FileExistsError):
            os.mkdir(path if around is None else name, dir_fd=around)
    if around is None:
        if _is_link(path):
            raise OSError(errno.ELOOP, LINK, path)
        if not os.path.isdir(path):
            number = errno.ENOTDIR if os.path.lexists(path) else errno.ENOENT
            raise OSError(number, os.strerror(number), path)
        return None
    try:
        return os.open(name, _FOLDER, dir_fd=around)
    except OSError as error:
        if error.errno in (errno.ENOTDIR, errno.ELOOP):  # Linux and the BSDs disagree on what a link is
            is_link = stat.S_ISLNK(os.stat(name, dir_fd=around, follow_symlinks=False).st_mode)
            raise OSError(error.errno, LINK if is_link else os.strerror(errno.ENOTDIR), path) from None
        raise OSError(error.errno, error.strerror, path) from None


def _is_link(path: str) -> bool:
    """Return whether a path is a link, or one of Windows' junctions."""
    try:
        status = os.lstat(path)
    except OSError:
        return False
    return stat.S_ISLNK(status.st_mode) or getattr(status, "st_reparse_tag", 0) == _JUNCTION
