"""Which files are Python that their names do not tell of."""

from __future__ import annotations

from os import PathLike
from pathlib import PurePath

from .parsing import parsed
from .source_file import optional_head, read_source

HEAD_BYTES = 200


def is_script(path: str | PathLike[str]) -> bool:
    """Return whether a file is Python by its first line, or without a suffix and all of it can be parsed."""
    head = optional_head(path, HEAD_BYTES)
    if head.startswith("#!"):
        return "python" in head.partition("\n")[0]
    return not PurePath(path).suffix and _is_parsed(path)


def _is_parsed(path: str | PathLike[str]) -> bool:
    try:
        return bool(parsed(read_source(path)).body)
    except (OSError, SyntaxError, UnicodeDecodeError):
        return False
