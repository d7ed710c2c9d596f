"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path


def write(path: Path, content: bytes) -> None:
    """Write a file aside and rename it, so that nobody ever sees a half of it.

    What is no plain file, such as /dev/stdout, is written to directly.

    Raises:
        OSError: if that cannot be done; a file that was there is then as it was.
    """
    if path.exists() and not path.is_file():
        path.write_bytes(content)
        return
    target = path.resolve()  # a link stays a link
    handle, aside = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        Path(aside).chmod(target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask())
        Path(aside).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(aside).unlink()
        raise


def try_out(path: Path) -> None:
    """Find out whether a file can be written, before the work that its content takes; it stays as it is.

    Raises:
        OSError: if not.
    """
    if path.exists() and not path.is_file():
        path.open("ab").close()
        return
    handle, aside = tempfile.mkstemp(dir=path.resolve().parent, prefix=f".{path.name}.", suffix=".tmp")
    os.close(handle)
    Path(aside).unlink()


def _umask() -> int:
    """What the process takes from the permissions of its files; there is no way to ask but to set it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
