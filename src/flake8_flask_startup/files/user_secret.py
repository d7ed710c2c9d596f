"""A secret of the user's, made once: what carries its mark was written by this user's own runs, and by no repository.

It lies in the user's state folder (`$XDG_STATE_HOME`, `~/.local/state`, on Windows `%LOCALAPPDATA%`), readable by the
user alone.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import sys
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from .source_file import read_bytes

SIZE = 32
NAME = "secret"


class NoSecretError(Exception):
    """There is no secret, and none can be made; str() says why."""


def mark(*parts: bytes) -> str:
    """Return what nobody without the secret can compute from some texts.

    Raises:
        NoSecretError: if there is no secret and none can be kept.
    """
    keyed = hashlib.blake2b(key=_secret(str(secret_path())), digest_size=20)
    for part in parts:
        keyed.update(len(part).to_bytes(8, "big"))
        keyed.update(part)
    return keyed.hexdigest()


def secret_path() -> Path:
    """Return where the secret lies.

    Raises:
        NoSecretError: if the user has no home, or one that would lie in the project.
    """
    try:
        if sys.platform == "win32":
            state = Path(os.environ.get("LOCALAPPDATA") or Path.home())
        else:
            named = os.environ.get("XDG_STATE_HOME", "")
            state = Path(named) if named.startswith("/") else Path.home() / ".local" / "state"
    except RuntimeError as error:  # no home
        raise NoSecretError(str(error)) from None
    if not state.is_absolute():
        raise NoSecretError(f"the home folder {str(state)!r} is no absolute path")
    return state / "flake8-flask-startup" / NAME


@lru_cache(maxsize=1)  # it never changes; a test's environment names another
def _secret(path: str) -> bytes:
    try:
        if not os.path.exists(path):
            _make(Path(path))
        found = read_bytes(path, SIZE)
    except OSError as error:
        raise NoSecretError(f"{path}: {error.strerror}") from None
    if len(found) != SIZE:
        raise NoSecretError(f"{path}: is damaged")
    return found


def _make(path: Path) -> None:
    """Write a new secret whole, unless another process has meanwhile."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    aside = path.with_name(f"{path.name}.{secrets.token_hex(8)}.tmp")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(secrets.token_bytes(SIZE))
        with suppress(FileExistsError):
            # neither takes the place of a file that is there
            os.rename(aside, path) if sys.platform == "win32" else os.link(aside, path)
    finally:
        with suppress(OSError):
            aside.unlink()
