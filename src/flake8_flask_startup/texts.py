"""Strings that name modules, and what startup code does with them: paths, templates, listings of a package's folder.

An unknown part of a string is UNKNOWN. A listing gives the modules in a folder, without their suffix: code that strips
".py" off a name and code that does not then mean the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

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
    "str": lambda parts: parts[0],
}
_LISTERS = {"glob.glob": True, "glob.iglob": True, "os.listdir": False, "os.scandir": True}  # whether it gives paths
_UNCHANGED = frozenset(
    {
        "absolute", "as_posix", "encode", "expanduser", "lower", "lstrip", "removeprefix", "removesuffix", "replace",
        "resolve", "rstrip", "strip",
    }
)  # fmt: skip
_PARTS: dict[str, Callable[[Path], str]] = {
    "parent": lambda path: str(path.parent),
    "name": lambda path: path.name,
    "stem": lambda path: path.name,
}


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


def attribute(text: str, name: str) -> str | None:
    """An attribute of a string that is a path; None if it has none of that name."""
    return _PARTS[name](Path(text)) if name in _PARTS else None


def method(text: str, name: str) -> list[str] | None:
    """What a method of a string or path gives, in order; None for a method that says nothing of modules.

    Separators are taken to be the dot, which is what dotted names are split at.
    """
    if name in _UNCHANGED:
        return [text]
    if name == "joinpath":
        return [f"{text}/{UNKNOWN}"]
    if name == "format":
        return [_formatted(text)]
    if name in ("rsplit", "rpartition"):
        head, dot, tail = text.rpartition(".")
        return [head, tail] if name == "rsplit" and dot else [head, dot, tail] if dot else [text]
    if name == "partition":
        return list(text.partition("." if ":" not in text else ":"))
    return text.split(".") if name == "split" else None


def lists_folder(name: str) -> bool | None:
    """Whether a path's method lists the folders below it too; None if it lists nothing."""
    return {"iterdir": False, "glob": False, "rglob": True}.get(name)


def _formatted(text: str) -> str:
    while "{" in text:
        head, _, tail = text.partition("{")
        text = head + UNKNOWN + tail.partition("}")[2]
    return text
