"""Strings that name modules, and what startup code does with them: paths, templates, methods of strings.

An unknown part of a string is UNKNOWN.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from itertools import count
from pathlib import Path
from string import Formatter

from ...model import UNKNOWN

MAX_TEXT = 1_000  # characters of a name or path: a longer string is data, and adding it to itself doubles it

_PATHS: dict[str, Callable[[list[str]], str]] = {
    "inspect.getmodulename": lambda parts: Path(parts[0]).name.removesuffix(".py"),
    "os.path.abspath": lambda parts: parts[0],
    "os.path.basename": lambda parts: Path(parts[0]).name,
    "os.path.dirname": lambda parts: str(Path(parts[0]).parent),
    "os.path.expanduser": lambda parts: parts[0],
    "os.path.join": lambda parts: str(Path(*parts)),
    "os.path.normpath": lambda parts: str(Path(parts[0])),
    "os.path.realpath": lambda parts: parts[0],
    "os.path.relpath": lambda parts: _between(parts[0], parts[1]) if len(parts) > 1 else UNKNOWN,
    **dict.fromkeys(
        (f"pathlib.{each}" for each in ("Path", "PosixPath", "PurePath", "PurePosixPath")),
        lambda parts: str(Path(*parts)),
    ),
    "str": lambda parts: parts[0],
}
SEPARATORS = {"os.path.sep": "/", "os.sep": "/"}  # as this machine's paths are written here
_UNCHANGED = frozenset({"absolute", "as_posix", "encode", "expanduser", "resolve"})
_CHANGING = frozenset(
    {
        "capitalize", "lower", "lstrip", "removeprefix", "removesuffix", "replace", "rstrip", "strip", "title", "upper",
    }
)  # fmt: skip
PARTING = frozenset({"partition", "rpartition", "rsplit", "split", "splitlines"})
_LISTING = frozenset({"glob", "iterdir", "rglob", "walk"})
READING = frozenset({"open", "read_bytes", "read_text"})  # methods of a path that read a file
_RENAMING = frozenset({"with_name", "with_suffix"})
METHODS = (
    _UNCHANGED | _CHANGING | _RENAMING | PARTING | READING | _LISTING | {"format", "join", "joinpath", "relative_to"}
)
_PARTS: dict[str, Callable[[Path], str]] = {
    "parent": lambda path: str(path.parent),
    "name": lambda path: path.name,
    "path": str,
    "stem": lambda path: path.stem,
    "suffix": lambda path: path.suffix,
}


def bounded(text: str) -> str:
    """A string, or an unknown one in place of one that is too long."""
    return text if len(text) <= MAX_TEXT else UNKNOWN


def joined(head: str, tail: str) -> str:
    """Two strings as one; unknown parts that meet are one unknown part."""
    return bounded(head + (tail.lstrip(UNKNOWN) if head.endswith(UNKNOWN) else tail))


def knows(function: str) -> bool:
    """Whether a function's result can be worked out from strings that it is given."""
    return function in _PATHS


def path_call(function: str, arguments: list[str]) -> str | None:
    """What a function of os.path or pathlib makes of strings; None if it is none of them."""
    known = _PATHS.get(function)
    return known(arguments) if known is not None and arguments else None


def attribute(text: str, name: str) -> str | None:
    """An attribute of a string that is a path; None if it has none of that name."""
    return _PARTS[name](Path(text)) if name in _PARTS else None


def method(text: str, name: str, arguments: list[str]) -> list[str]:
    """What one of METHODS gives for a string or path, in order: a single string, or the parts it is taken into.

    An unknown separator is taken to be the dot, which is what dotted names are split at.
    """
    if name == "joinpath":
        return [str(Path(text, *arguments))]
    if name == "format":
        return [_formatted(text, arguments)]
    if name == "relative_to":
        return [_between(text, arguments[0]) if arguments else UNKNOWN]
    if name == "join":
        return [UNKNOWN]
    if name in _RENAMING:
        return [_renamed(text, name, arguments[0] if arguments else UNKNOWN)]
    if name in _CHANGING:
        return [_changed(text, name, arguments)]
    if name not in PARTING:
        return [text]
    if name == "splitlines":
        return text.splitlines()
    separator = arguments[0] if arguments and arguments[0] and UNKNOWN not in arguments[0] else "."
    if name == "partition":
        return list(text.partition(separator))
    if name == "rpartition":
        return list(text.rpartition(separator))
    if name == "rsplit":
        return text.rsplit(separator, 1)
    return text.split(separator if arguments else None, 1 if len(arguments) > 1 else -1)


def _between(path: str, folder: str) -> str:
    """The relative path from a folder to a path."""
    return UNKNOWN if UNKNOWN in path + folder or not path or not folder else os.path.relpath(path, folder)


def _renamed(text: str, method: str, given: str) -> str:
    """A path with another name or suffix; an unknown one where it can have none, or the path is not known."""
    try:
        return UNKNOWN if UNKNOWN in text + given else str(getattr(Path(text), method)(given))
    except ValueError:
        return UNKNOWN


def _changed(text: str, name: str, arguments: list[str]) -> str:
    """What a method makes of a string; the string itself where what it is given is not known."""
    if any(UNKNOWN in each for each in arguments):
        return text
    try:
        return str(getattr(text, name)(*arguments))
    except TypeError:
        return text


def _formatted(text: str, arguments: list[str]) -> str:
    made = ""
    unnumbered = count()
    try:
        for literal, field, _, _ in Formatter().parse(text):
            made += literal
            if field is not None:
                at = field or str(next(unnumbered))
                made += arguments[int(at)] if at.isdecimal() and int(at) < len(arguments) else UNKNOWN
    except ValueError:  # not a format string
        return UNKNOWN
    return made
