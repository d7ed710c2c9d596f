"""Boots, drawn up once and kept for as long as nothing they rest on has changed.

That is: the files they read, the folders they searched, the cost tables and the options. They are kept on disk as JSON:
a repository may bring a cache of its own, and reading one must run nothing.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import tempfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path

from .. import __version__
from ..config.settings import Settings
from ..costs.table import CostTable
from ..files.file_lock import alone
from ..files.gc_control import made_to_stay
from ..files.parsing import json_value
from ..files.source_file import MAX_DATA_BYTES, read_bytes
from ..files.walking import is_folder
from ..project.modules import SOURCE_FOLDERS, Project
from ..syntax.static_conditions import Target
from .boot import Boot
from .boot_json import frozen, thawed
from .interpreter.tracer import trace
from .summarize import drawn_up

SCHEMA = 2
Identity = dict[str, list[int]]  # of files and folders, by path


def boot_from(
    entries: Sequence[str], why: str, settings: Settings, table: CostTable, key: str, overlay: Mapping[Path, str]
) -> Boot:
    """The boot from entry points: as it was kept under the key, or drawn up and then kept.

    why says how the entry points were found, overlay what an editor holds of which file; with one, nothing is kept.
    """
    kept = Keep(None if overlay else settings.cache)
    name = _name(settings, entries)
    known = kept.load(name, key)
    if known is not None:
        return known
    with kept.alone(name), made_to_stay():
        known = kept.load(name, key)
        if known is not None:
            return known
        roots, target = _roots(settings), Target(settings.target_version)
        project = Project(roots, settings.first_party, target=target, overlay=overlay)
        traced = trace(project, (*entries, *settings.startup_modules), why, settings.flask)
        boot = drawn_up(traced, project, settings, table, configured=bool(settings.app))
        kept.store(name, key, boot, _seen(project))
    return boot


def _roots(settings: Settings) -> list[Path]:
    named = [Path(root) for root in settings.roots]
    return named or [folder for name in SOURCE_FOLDERS if is_folder(folder := Path.cwd() / name)]


def _name(settings: Settings, entries: Sequence[str]) -> str:
    """One file for one way to ask, written over when the answer has changed."""
    return hashlib.sha256(repr((__version__, SCHEMA, settings, tuple(entries))).encode()).hexdigest()[:32]


def _seen(project: Project) -> Identity:
    """What a boot rests on: the files it read, and the folders where another file would have changed the answer."""
    return {str(path): identity for path in sorted(project.rests_on()) if (identity := _identity(path)) is not None}


def _identity(path: Path) -> list[int] | None:
    """Of a file its time and size, of a folder the names in it that could be modules."""
    try:
        status = path.stat()
        if not stat.S_ISDIR(status.st_mode):
            return [status.st_mtime_ns, status.st_size]
        names = sorted(each.name for each in path.iterdir() if each.name.removesuffix(".py").isidentifier())
        return [zlib.crc32("\n".join(names).encode()), len(names)]
    except OSError:
        return None


class Keep:
    """Boots kept on disk, one file each; None as a folder keeps nothing. A damaged file is as good as none."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def load(self, name: str, key: str) -> Boot | None:
        """The boot kept under a name for a key, if all that it rests on is as it was."""
        if self.folder is None:
            return None
        try:
            file = self._file(name)
            status = file.stat()
            kept_for, seen, boot = _read(str(file.absolute()), status.st_mtime_ns, status.st_size)
            if kept_for != key or any(_identity(Path(path)) != identity for path, identity in seen.items()):
                return None
            return boot
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    @contextmanager
    def alone(self, name: str) -> Iterator[None]:
        """Let one process at a time draw a boot up: the others wait, and find it kept. Nobody waits for a dead one.

        Where files cannot be locked, each process works for itself.
        """
        if self.folder is None:
            yield
            return
        with suppress(OSError):
            self._prepare()
        with alone(self._file(name).with_suffix(".lock")):
            yield

    def store(self, name: str, key: str, boot: Boot, seen: Identity) -> None:
        """Keep a boot; written aside and renamed, so that several processes may do it at once. Failing is no error."""
        if self.folder is None:
            return
        try:
            self._prepare()
            handle, aside = tempfile.mkstemp(dir=self.folder, suffix=".tmp")
            with os.fdopen(handle, "w", encoding="utf-8") as stream:
                json.dump({"key": key, "seen": seen, "boot": frozen(boot)}, stream)
            Path(aside).replace(self._file(name))
        except OSError:
            return

    def _prepare(self) -> None:
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / ".gitignore").write_text("*\n", encoding="utf-8")

    def _file(self, name: str) -> Path:
        return (self.folder or Path()) / f"{name}.json"


@lru_cache(maxsize=1)  # by time and size: a process that lints many files looks often whether all is as it was
def _read(path: str, _: int, __: int) -> tuple[str, Identity, Boot]:
    """What a file keeps: its key, what the boot rests on, and the boot.

    Raises:
        OSError, ValueError, KeyError, TypeError, AttributeError: if it keeps nothing of the kind.
    """
    kept = json_value(read_bytes(path, MAX_DATA_BYTES))
    return str(kept["key"]), dict(kept["seen"]), thawed(kept["boot"])
