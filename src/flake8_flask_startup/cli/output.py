"""Where a command writes what it found out: standard output, or a file that is written whole or not at all."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..files import atomic_write
from ..files.printing import printable_lines
from .group import CommandError

OUTPUT = click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file to write.  [standard output]"
)


def write_lines(text: str, output: Path | None) -> None:
    """Write lines, with what a terminal would obey escaped; CommandError for a file that cannot be written."""
    write(printable_lines(text).encode(), output)


def write(content: bytes, output: Path | None) -> None:
    """Write the content; CommandError for a file that cannot be written."""
    if output is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        atomic_write.write(output, content)
    except OSError as error:
        raise CommandError(f"{output}: {error.strerror or error}") from error
