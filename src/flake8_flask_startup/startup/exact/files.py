"""What startup finds in the folders and files of data of a project, by paths that begin at the root."""

from __future__ import annotations

import csv
import posixpath
import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from ...config.deployment import yaml_nodes
from ...model.access_paths import call_of
from .objects import Library, Native, Outside, RaisedError, UnknownError, Walk, native, not_known, pay
from .plain_values import is_plain
from .texts import MAX_LENGTH

MAX_NESTED = 12  # rows and mappings of data in each other
_SWITCHES = re.compile(r"(?im)(?:^|[{,?]|- )[ \t]*(?:on|off|yes|no|true|false)[ \t]*:")
MAX_FOUND = 400  # files and folders that one look finds


def _entries(walk: Walk, folder: object) -> list[tuple[str, bool]]:
    if not isinstance(folder, str):
        raise UnknownError
    return walk.entries(folder)


def _is_there(walk: Walk, path: object) -> object:
    """Whether there is a file or folder; one that is not in the project may be where the app runs."""
    found = Outside("pathlib.Path().exists()")
    if not isinstance(path, str) or not path.startswith("/"):
        return found
    folder, name = posixpath.split(posixpath.normpath(path))
    try:
        names = [each for each, _ in walk.entries(folder)]
    except UnknownError:
        return found
    return True if name in names else found


def _is_folder(walk: Walk, path: object) -> bool:
    folder, name = posixpath.split(posixpath.normpath(str(path)))
    return (name, True) in walk.entries(folder)


def _matching(walk: Walk, top: object, pattern: object, hidden: object = True) -> list[str]:
    """The paths below a folder that match a pattern of `glob`; `**` stands for folders, none among them."""
    if not isinstance(top, str) or not isinstance(pattern, str) or ".." in pattern:
        raise UnknownError
    top = top.rstrip("/")
    found = list(dict.fromkeys(_below(walk, top, [part for part in pattern.split("/") if part])))
    if not hidden and "/." not in f"/{pattern}":
        found = [each for each in found if "/." not in each.removeprefix(top)]
    if len(found) > MAX_FOUND:
        raise UnknownError
    return found


def _below(walk: Walk, folder: str, parts: list[str]) -> Iterator[str]:
    if not parts:
        yield folder
        return
    walk.spend()
    first, *rest = parts
    if first == "**":
        yield from _below(walk, folder, rest)
    for name, is_folder in walk.entries(folder):
        if first == "**" and is_folder:
            yield from _below(walk, f"{folder}/{name}", parts)
        elif first != "**" and fnmatchcase(name, first) and (is_folder or not rest):
            yield from _below(walk, f"{folder}/{name}", rest)


def _fits(_: Walk, name: object, pattern: object) -> bool:
    if not isinstance(name, str) or not isinstance(pattern, str):
        raise UnknownError
    return fnmatchcase(name, pattern)


def _joined(_: Walk, *parts: object) -> str:
    if not all(isinstance(each, str) for each in parts):
        raise UnknownError
    return str(PurePosixPath(*map(str, parts)))


def _absolute(_: Walk, path: object) -> str:
    if not isinstance(path, str) or not path.startswith("/"):
        raise UnknownError
    return posixpath.normpath(path)


def _text_of(walk: Walk, path: object) -> object:
    return walk.data_text(path) if isinstance(path, str) else not_known(walk)


def _text_if_known(walk: Walk, path: object) -> object:
    try:
        return _text_of(walk, path)
    except UnknownError:
        return Outside("pathlib.Path().read_text()")


def _rows_of(walk: Walk, lines: object, delimiter: object, quote: object) -> object:
    if not isinstance(lines, list) or not all(isinstance(each, str) for each in lines):
        raise UnknownError
    if not isinstance(delimiter, str) or not isinstance(quote, str):
        raise UnknownError
    try:
        rows = list(csv.reader(lines, delimiter=delimiter, quotechar=quote))
    except (csv.Error, TypeError) as error:
        raise UnknownError from error
    if len(rows) > MAX_LENGTH:
        raise UnknownError
    return pay(walk, rows)


def fspath(walk: Walk, path: object) -> object:
    """Return the text of an object that stands for a path; any other object as it is."""
    try:
        return path if isinstance(path, (str, Outside)) else walk.call(walk.get(path, "__fspath__"))
    except RaisedError as error:
        raise UnknownError from error


_FUNCTIONS: dict[str, Callable[..., object]] = {
    "_absolute": _absolute,
    "_entries": _entries,
    "_fits": _fits,
    "_is_folder": _is_folder,
    "_is_known": lambda _, value: not isinstance(value, Outside),
    "_is_pattern": lambda _, text: any(each in str(text) for each in "*?["),
    "_is_there": _is_there,
    "_join": _joined,
    "_matching": _matching,
    "_not_known": not_known,
    "_outside": lambda _: Outside("pathlib.Path()"),
    "_rows_of": _rows_of,
    "_split": lambda _, name: native(posixpath.splitext, name),
    "_folder": lambda _, name: native(posixpath.dirname, name),
    "_text_if_known": _text_if_known,
    "_text_of": _text_of,
}
NATIVE: dict[str, object] = {name: Native(name, function) for name, function in _FUNCTIONS.items()}


def _path(name: str) -> Native:
    function: Callable[..., object] = getattr(posixpath, name)

    def act(walk: Walk, *args: object) -> object:
        texts = [fspath(walk, each) for each in args]
        if not all(isinstance(each, str) for each in texts):
            raise UnknownError
        if name == "relpath" and (len(texts) != 2 or not all(str(each).startswith("/") for each in texts)):
            raise UnknownError  # from the working directory
        return native(function, *texts)

    return Native(name, act)


def _kind(name: str, *, is_folder: bool) -> Native:
    def act(walk: Walk, path: object) -> object:
        text = fspath(walk, path)
        found = _is_there(walk, text)
        return found if found is not True else _is_folder(walk, text) is is_folder

    return Native(name, act)


_PATHS = ("basename", "commonprefix", "dirname", "isabs", "join", "normpath", "relpath", "split", "splitext")


def os_path() -> Library:
    """Return the module `os.path`."""
    found = Library("os.path", "os.path")
    found.names.update({name: _path(name) for name in _PATHS})
    found.names.update(abspath=NATIVE["_absolute"], realpath=NATIVE["_absolute"], sep="/")
    found.names.update(
        exists=Native("exists", lambda _, _path: Outside("os.path.exists()")),
        isdir=_kind("isdir", is_folder=True),
        isfile=_kind("isfile", is_folder=False),
    )
    return found


def read_text(read: Callable[[str], object], path: str, _: Walk, text: object) -> object:
    """Return the value of a literal or of JSON in a string."""
    if isinstance(text, Outside):
        return Outside(call_of(path), hides=text.hides)
    if not isinstance(text, str) or len(text) > MAX_LENGTH:
        raise UnknownError
    try:
        found = read(text)
    except (RecursionError, SyntaxError, TypeError, ValueError) as error:
        raise UnknownError from error
    return found if is_plain(found, MAX_NESTED) else Outside(call_of(path))


def reader(path: str, read: Callable[[str], object]) -> Callable[[Walk], dict[str, Any]]:
    """Return the names of a module whose `loads` reads a text."""
    return lambda _: {"loads": Native("loads", partial(read_text, read, path)), **NATIVE}


def yaml_value(text: str) -> object:
    """Return what a YAML text says; of one with keys that PyYAML takes for truth values, nobody knows.

    Raises:
        ValueError: for such a text, and one that is no YAML.
    """
    if _SWITCHES.search(text):
        raise ValueError(text)
    return yaml_nodes.data(text)
