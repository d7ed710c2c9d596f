"""Results of files, kept from run to run for as long as all that they rest on is as it was.

That is: the content of the file, the options, the cost tables and this program, which of the modules that it imports
are the project's own, the modules that inference looked at, all files of the project, for imports that another file may
need, and the boot, for files that the boot may have something to say about.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ..files.cache import Cache
from ..files.identity import Identity, digest, identity_of
from ..files.notices import Notice
from ..files.parsing import json_value
from ..project.snapshot import State

SCHEMA = 6


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
    project is the identity of all files of the project, "" where no other file was asked what it needs; notices say
    which files were not read.
    """

    content: str
    first_party: Mapping[str, bool]
    boot: str
    found: tuple[Found, ...]
    failure: str = ""  # why the rules could not be asked
    neighbours: Mapping[str, State] = {}  # never written to
    project: str = ""
    notices: tuple[Notice, ...] = ()


def program() -> str:
    """What tells one state of this program from another, also where it is being worked on."""
    found = []
    for folder, _, names in os.walk(Path(__file__).parents[1]):
        paths = (f"{folder}{os.sep}{name}" for name in names if name.endswith(".py"))
        found += [(path, *identity_of(path)) for path in paths]
    return digest(repr(sorted(found)).encode("utf-8", "surrogateescape"))


class Kept:
    """The results of one way to ask at a door, valid for one key."""

    def __init__(self, cache: Cache, door: str, asked: str, key: str) -> None:
        self._cache = cache
        self._door = door
        self._asked = asked
        self._key = digest(key.encode())
        self._results = self._loaded()
        self._news: dict[str, Any] = {}

    def get(self, filename: str) -> Result | None:
        """The result that was kept of a file, whatever may have become of the file."""
        stored = self._results.get(filename)
        if stored is None:
            return None
        try:
            return _thawed(stored)
        except (ValueError, TypeError, LookupError, AttributeError):
            return None

    def add(self, results: Iterable[tuple[str, Result]]) -> None:
        """Keep the results of files, by their names, in memory until `store` writes them."""
        for filename, result in results:
            lines = {line: at for at, line in enumerate(dict.fromkeys(each.physical for each in result.found))}
            found = [[*each[:4], lines[each.physical]] for each in result.found]
            self._news[filename] = [
                result.content, dict(result.first_party), result.boot, found, list(lines),
                dict(result.neighbours), result.project, result.notices,
            ]  # fmt: skip
        self._results.update(self._news)

    def store(self) -> None:
        """Write what was added, less the files that are gone, beside what other processes have written meanwhile."""
        if not self._news:
            return
        with self._cache.alone(self._door, self._asked):
            merged = sorted({**self._loaded(), **self._news}.items())
            results = {name: stored for name, stored in merged if os.path.lexists(name)}
            text = json.dumps({"schema": SCHEMA, "key": self._key, "results": results}, separators=(",", ":"))
            self._cache.store(self._door, self._asked, text.encode("utf-8", "surrogateescape"))
        self._news.clear()

    def _loaded(self) -> dict[str, Any]:  # what JSON holds has no type before it is read
        return self._cache.load(self._door, self._asked, self._read) or {}

    def _read(self, content: bytes) -> dict[str, Any]:  # likewise
        kept = json_value(content)
        if kept["schema"] != SCHEMA or kept["key"] != self._key:
            return {}
        return dict(kept["results"])


def _thawed(stored: Any) -> Result:  # likewise
    content, first_party, boot, found, kept, neighbours, project, notices = stored
    lines = [None if line is None else str(line) for line in kept]  # one may have thousands of findings
    return Result(
        str(content),
        {str(name): bool(own) for name, own in first_party.items()},
        str(boot),
        tuple(
            Found(str(code), int(line), int(column), str(text), lines[int(at)])
            for code, line, column, text, at in found
        ),
        neighbours={str(name): _state(each) for name, each in neighbours.items()},
        project=str(project),
        notices=tuple(Notice(str(line), str(about)) for line, about in notices),
    )


def _state(stored: Any) -> State:  # likewise
    if isinstance(stored, list):
        modified, size, changed, inode, content = stored
        return Identity(int(modified), int(size), int(changed), int(inode), str(content))
    return None if stored is None else str(stored)
