"""A file as it is given to be checked, and whether that is what the disk holds."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..files.flake8_text import as_read, decoded
from ..files.printing import encoded
from ..files.source_file import read_bytes


@dataclass(frozen=True, slots=True)
class Source:
    """A file to check. filename is what the user calls it; the lines keep their ends."""

    filename: str
    tree: ast.Module
    lines: Sequence[str]


def overlay_of(source: Source) -> Mapping[Path, str]:
    """What an editor holds of a file, where that is not what is on disk."""
    return {} if is_on_disk(source) else {Path(source.filename).absolute(): "".join(source.lines)}


def is_on_disk(source: Source) -> bool:
    """Whether the lines are what the file holds: an editor's buffer may be ahead of it."""
    return is_held(source.filename, "".join(source.lines))


def is_held(filename: str, text: str) -> bool:
    """Whether a text is what a file holds."""
    try:
        data = read_bytes(filename)
    except OSError:
        return False
    return data == encoded(text) or decoded(data) == as_read(text)  # in another encoding, or with other ends of lines
