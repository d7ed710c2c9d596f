"""Strings that name modules, and what startup code does with them: paths, templates, listings of a package's folder.

An unknown part of a string is UNKNOWN. A listing gives the modules in a folder, without their suffix: code that strips
".py" off a name and code that does not then mean the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from string import Formatter

UNKNOWN = "\0"

_PATHS: dict[str, Callable[[list[str]], str]] = {
    "os.path.abspath": lambda parts: parts[0],
    "os.path.basename": lambda parts: Path(parts[0]).name,
    "os.path.dirname": lambda parts: str(Path(parts[0]).parent),
    "os.path.expanduser": lambda parts: parts[0],
    "os.path.join": lambda parts: str(Path(*parts)),
    "os.path.normpath": lambda parts: str(Path(parts[0])),
    "os.path.realpath": lambda parts: parts[0],
    "pathlib.Path": lambda parts: str(Path(*parts)),
    "os.path.splitext": lambda parts: str(Path(parts[0]).with_suffix("")),
    "str": lambda parts: parts[0],
}
_LISTERS = {"glob.glob": True, "glob.iglob": True, "os.listdir": False, "os.scandir": True}  # whether it gives paths
_UNCHANGED = frozenset(
    {
        "absolute", "as_posix", "encode", "expanduser", "lower", "lstrip", "removeprefix", "removesuffix", "replace",
        "resolve", "rstrip", "strip",
    }
)  # fmt: skip
_PARTING = frozenset({"partition", "rpartition", "rsplit", "split"})
METHODS = _UNCHANGED | _PARTING | {"format", "joinpath"}  # of strings and paths
_PARTS: dict[str, Callable[[Path], str]] = {
    "parent": lambda path: str(path.parent),
    "name": lambda path: path.name,
    "stem": lambda path: path.name,
}


def joined(head: str, tail: str) -> str:
    """Two strings as one; unknown parts that meet are one unknown part."""
    return head + (tail.lstrip(UNKNOWN) if head.endswith(UNKNOWN) else tail)


def knows(function: str) -> bool:
    """Whether a function's result can be told from strings that it is given."""
    return function in _PATHS or function in _LISTERS


def path_call(function: str, arguments: list[str]) -> str | None:
    """What a function of os.path or pathlib makes of strings; None if it is none of them."""
    known = _PATHS.get(function)
    return known(arguments) if known is not None and arguments else None


def listing(function: str, argument: str) -> list[str] | None:
    """What a function that lists a folder gives for a folder or pattern; None if it lists none."""
    if function not in _LISTERS:
        return None
    return list(modules_in(folder_of(argument), paths=_LISTERS[function]))


def folder_of(pattern: str) -> Path:
    """The folder before the first wildcard or unknown part of a pattern."""
    cut = min((at for at in (pattern.find(mark) for mark in ("*", "?", "[", UNKNOWN)) if at >= 0), default=None)
    return Path(pattern) if cut is None else Path(pattern[:cut] + "_").parent


def modules_in(folder: Path, *, paths: bool, deep: bool = False) -> Iterator[str]:
    """The modules and packages right in a folder, or anywhere below it: names, or paths without suffix."""
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return
    for entry in entries:
        stem = entry.name.removesuffix(".py")
        if not stem.isidentifier() or stem.startswith("__"):
            continue
        if entry.suffix == ".py" or (entry / "__init__.py").is_file():
            yield str(folder / stem) if paths else stem
        if deep and entry.is_dir():
            yield from modules_in(entry, paths=paths, deep=deep)


def names_below(folder: Path, *, deep: bool) -> Iterator[str]:
    """The names of the modules and packages in a folder; when deep, dotted ones of what the packages hold too."""
    for name in modules_in(folder, paths=False):
        yield name
        if deep:
            yield from (f"{name}.{inner}" for inner in names_below(folder / name, deep=True))


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
    if name not in _PARTING:
        return [text]
    separator = arguments[0] if arguments and arguments[0] and UNKNOWN not in arguments[0] else "."
    if name == "partition":
        return list(text.partition(separator))
    if name == "rpartition":
        return list(text.rpartition(separator))
    if name == "rsplit":
        return text.rsplit(separator, 1)
    return text.split(separator if arguments else None, 1 if len(arguments) > 1 else -1)


def lists_folder(name: str) -> bool | None:
    """Whether a path's method lists the folders below it too; None if it lists nothing."""
    return {"iterdir": False, "glob": False, "rglob": True}.get(name)


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
