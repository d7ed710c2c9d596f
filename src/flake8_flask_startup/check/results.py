"""Results of files, kept from run to run for as long as all that they rest on is as it was.

That is: the content of the file, the options, the cost tables and this program, which of the modules that it imports
are the project's own, the modules that inference looked at, all files of the project, for imports that another file may
need, and the boot, for files that the boot may have something to say about. Kept as JSON: a repository may bring a
cache of its own, and reading one must run nothing. A damaged file is as good as none.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from ..files import atomic_write
from ..files.file_lock import alone
from ..files.parsing import json_value
from ..files.source_file import MAX_DATA_BYTES, read_bytes
from ..project.snapshot import Identity

SCHEMA = 3


class Found(NamedTuple):
    """Something found in a file. column counts from 0; physical is where flake8 looks for `# noqa`."""

    code: str
    line: int
    column: int
    text: str
    physical: str | None


class Result(NamedTuple):
    """What was found in a file, and what that rests on.

    content is a digest; first_party says of the top-level names that the file imports whether they are the project's;
    boot is the digest of the boot, "" where the boot has no say; neighbours are the modules that inference looked at;
    project is the identity of all files of the project, "" where no other file was asked what it needs.
    """

    content: str
    first_party: Mapping[str, bool]
    boot: str
    found: tuple[Found, ...]
    failure: str = ""  # why the rules could not be asked
    neighbours: Mapping[str, Identity] = {}  # never written to
    project: str = ""


def digest(data: bytes) -> str:
    """What tells one content from another."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def program() -> str:
    """What tells one state of this program from another, also where it is being worked on."""
    here = Path(__file__).parents[1]
    said = []
    for folder, _, names in os.walk(here):
        for name in names:
            if name.endswith(".py"):
                status = os.stat(os.path.join(folder, name))  # noqa: PTH116, PTH118  # text costs a tenth of paths here
                said.append((name, status.st_mtime_ns, status.st_size))
    return digest(repr(sorted(said)).encode())


class Kept:
    """The results of one way to ask, in a file of its own, valid for one key; None as a file keeps nothing."""

    def __init__(self, path: Path | None, key: str) -> None:
        self._path = path
        self._key = digest(key.encode())
        self._results = self._loaded()
        self._news: dict[str, Any] = {}

    def get(self, filename: str) -> Result | None:
        """The result that was kept of a file, whatever may have become of the file."""
        said = self._results.get(filename)
        if said is None:
            return None
        try:
            return _thawed(said)
        except (ValueError, TypeError, KeyError, AttributeError):
            return None

    def add(self, results: Iterable[tuple[str, Result]]) -> None:
        """Remember results."""
        for filename, result in results:
            self._news[filename] = [
                result.content, dict(result.first_party), result.boot, [list(each) for each in result.found],
                dict(result.neighbours), result.project,
            ]  # fmt: skip
        self._results.update(self._news)

    def store(self) -> None:
        """Write what was added, less the files that are gone, beside what other processes have written meanwhile.

        Failing is no error: the next run works all out again.
        """
        if self._path is None or not self._news:
            return
        with suppress(OSError, ValueError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            (self._path.parent / ".gitignore").write_text("*\n", encoding="utf-8")
            with alone(self._path.with_suffix(".lock")):
                merged = sorted({**self._loaded(), **self._news}.items())
                results = {name: said for name, said in merged if os.path.lexists(name)}
                text = json.dumps({"schema": SCHEMA, "key": self._key, "results": results}, separators=(",", ":"))
                atomic_write.write(self._path, text.encode("utf-8", "surrogateescape"))
        self._news.clear()

    def _loaded(self) -> dict[str, Any]:  # what JSON holds has no type before it is read
        if self._path is None:
            return {}
        try:
            said = json_value(read_bytes(self._path, MAX_DATA_BYTES))
            if said["schema"] != SCHEMA or said["key"] != self._key or not isinstance(said["results"], dict):
                return {}
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return {}
        results: dict[str, Any] = said["results"]
        return results


def _thawed(said: Any) -> Result:  # likewise
    content, first_party, boot, found, neighbours, project = said
    return Result(
        str(content),
        {str(name): bool(own) for name, own in first_party.items()},
        str(boot),
        tuple(
            Found(str(code), int(line), int(column), str(text), None if physical is None else str(physical))
            for code, line, column, text, physical in found
        ),
        neighbours={str(name): _identity(each) for name, each in neighbours.items()},
        project=str(project),
    )


def _identity(said: Any) -> Identity:  # likewise
    if isinstance(said, list):
        modified, size = said
        return int(modified), int(size)
    return None if said is None else str(said)
