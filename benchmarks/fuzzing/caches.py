"""What may become of a cache folder between two runs: cut, forged, foreign, or not files at all."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from random import Random

JUNK = (
    b"",
    b"{",
    b"null",
    b"[]",
    b"0",
    b"{}",
    b"[" * 200_000,
    b'{"a":' * 100_000,
    b"\xff\xfe",
    b"NaN",
    b'"\\ud800"',
    b"1" * 5000,
    b"\0" * 4096,
    b'{"key": null, "seen": [], "boot": 3}',
    b'{"schema":3,"key":"","results":{"./well_neighbour.py":[]}}',
    b"1e999",
    b'{"schema":1e400}',
)
FORGED: tuple[object, ...] = (
    None,
    True,
    -1,
    10**40,
    1.5,
    float("nan"),
    "",
    "\0",
    "x" * 9999,
    "\x1b[31m",
    [],
    [[]],
    {},
    {"": None},
    [1, "a", None],
)


def spoiler(random: Random) -> Callable[[Path, Path], None]:
    """Return what spoils a cache folder, given a folder outside the project that links may lead to."""
    state = random.getstate()

    def spoil(folder: Path, outside: Path) -> None:
        again = Random()
        again.setstate(state)
        _spoil(folder, outside, again)

    return spoil


def _spoil(folder: Path, outside: Path, random: Random) -> None:
    files = sorted(each for each in folder.rglob("*") if each.is_file()) if folder.is_dir() else []
    if not files:
        return
    how = random.choice(
        (_cut, _noise, _flip, _junk, _junk, _forge, _forge, _forge, _swap, _replace, _link_folder, _extra)
    )
    how(folder, files, outside, random)


def _some(files: list[Path], random: Random) -> list[Path]:
    return [each for each in files if random.random() < 0.7] or files


def _write(path: Path, data: bytes) -> None:
    """Write a content as large and as old as the one before, where that can be."""
    status = path.stat()
    path.write_bytes(data)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def _cut(_: Path, files: list[Path], __: Path, random: Random) -> None:
    for each in _some(files, random):
        data = each.read_bytes()
        _write(each, data[: random.randint(0, len(data))])


def _noise(_: Path, files: list[Path], __: Path, random: Random) -> None:
    for each in _some(files, random):
        _write(each, random.randbytes(max(8, each.stat().st_size)))


def _flip(_: Path, files: list[Path], __: Path, random: Random) -> None:
    for each in _some(files, random):
        data = bytearray(each.read_bytes())
        if data:
            data[random.randrange(len(data))] ^= 1 << random.randrange(8)
            _write(each, bytes(data))


def _junk(_: Path, files: list[Path], __: Path, random: Random) -> None:
    for each in _some(files, random):
        _write(each, random.choice(JUNK))


def _forge(_: Path, files: list[Path], __: Path, random: Random) -> None:
    """Put values of other types into what is JSON."""
    for each in files:
        try:
            data = json.loads(each.read_bytes())
        except ValueError:
            continue
        for _number in range(random.choice((1, 1, 3))):
            data = _changed(data, random)
        _write(each, json.dumps(data).encode())


def _changed(value: object, random: Random) -> object:
    if random.random() < 0.15 or not isinstance(value, (dict, list)) or not value:
        return random.choice(FORGED)
    if isinstance(value, dict):
        key = random.choice(list(value))
        if random.random() < 0.1:
            return {name: each for name, each in value.items() if name != key}
        return {**value, key: _changed(value[key], random)}
    at = random.randrange(len(value))
    return [*value[:at], _changed(value[at], random), *value[at + 1 :]]


def _swap(_: Path, files: list[Path], __: Path, random: Random) -> None:
    """Give each file another one's content."""
    contents = [each.read_bytes() for each in files]
    random.shuffle(contents)
    for each, data in zip(files, contents, strict=True):
        _write(each, data)


def _replace(_: Path, files: list[Path], outside: Path, random: Random) -> None:
    """Put what is no regular file in the place of files."""
    for each in _some(files, random):
        each.unlink()
        match random.randrange(5):
            case 0:
                each.symlink_to(outside / "victim.txt")
            case 1:
                each.symlink_to("/dev/zero")
            case 2:
                os.mkfifo(each)
            case 3:
                each.mkdir()
            case _:
                each.symlink_to(each)


def _link_folder(folder: Path, _: list[Path], outside: Path, __: Random) -> None:
    """Make the folder a link to another, with the same files in it."""
    shutil.copytree(folder, outside / "cache")
    shutil.rmtree(folder)
    folder.symlink_to(outside / "cache")


def _extra(folder: Path, files: list[Path], outside: Path, random: Random) -> None:
    """Lay more into the folder."""
    (folder / "deep").mkdir(exist_ok=True)
    (folder / "deep" / "link").symlink_to(outside)
    os.mkfifo(folder / "pipe.json")
    (folder / files[0].with_suffix(".tmp").name).write_bytes(random.choice(JUNK))
