"""The files of a repair: what they held when they were analysed, what they would hold, and writing that."""

from __future__ import annotations

import difflib
import os
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..config.deployment.files import is_deployment
from ..files import atomic_write
from ..files.parsing import parsed
from ..files.source_file import read_bytes, reason
from .encoded_text import BOM, EncodedText
from .refusal import Refused

_WRITABLE = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH  # by somebody: root may write what is meant to stay


@dataclass(frozen=True, slots=True)
class Original:
    """A file as it was analysed."""

    data: bytes
    content: EncodedText


@dataclass
class Files:
    """Reads each file once. writes says that they are to be written, so that those that cannot be are refused."""

    writes: bool = False
    _read: dict[str, Original | Refused] = field(default_factory=dict)

    def original(self, path: str) -> Original:
        """Return a file as it was when first asked for.

        Raises:
            Refused: if it cannot be edited.
        """
        if path not in self._read:
            try:
                self._read[path] = self._opened(path)
            except Refused as refused:
                self._read[path] = refused
        found = self._read[path]
        if isinstance(found, Refused):
            raise found
        return found

    def _opened(self, path: str) -> Original:
        try:
            if Path(path).is_symlink():
                raise Refused(f"{path} is a link, and links are not followed")
            data = read_bytes(path)
            if self.writes:
                if not Path(path).stat().st_mode & _WRITABLE or not os.access(path, os.W_OK):
                    raise Refused(f"{path} is read-only")
                atomic_write.try_out(Path(path))
        except OSError as error:
            raise Refused(f"{path}: {reason(error)}") from error
        try:
            content = EncodedText.of(data)
            if not is_deployment(path):
                parsed(content.text)
        except Refused as refused:
            raise Refused(f"{path}: {refused}") from refused
        except SyntaxError as error:
            raise Refused(f"{path} is no Python: {error.msg}") from error
        return Original(data, content)

    def is_as_it_was(self, path: str) -> bool:
        """Return whether a file still holds what was analysed."""
        try:
            return read_bytes(path) == self.original(path).data
        except OSError:
            return False

    def data(self, path: str, text: str) -> bytes:
        """Return another text of a file in its encoding, with its ends of lines."""
        return self.original(path).content.data(text)

    def diff(self, path: str, text: str, before: str | None = None) -> bytes:
        """Return the unified diff of a file, or what it would hold before, and another text of it, in its encoding.

        Names are quoted as git quotes them, so that nothing in one steers a terminal.
        """
        content = self.original(path).content
        mark = BOM if content.encoding == "utf-8-sig" else ""
        lines = difflib.unified_diff(_lines(mark + (content.text if before is None else before)), _lines(mark + text))
        _, _, *body = (*lines, "", "")
        encoded = content.data("".join(_marked(filter(None, body)))).removeprefix(BOM.encode() if mark else b"")
        head = f"--- {_quoted(f'a/{path}')}\n+++ {_quoted(f'b/{path}')}\n".encode()
        return head + encoded if encoded else b""


def _quoted(name: str) -> str:
    """A name as git's diffs have it: in quotes, and bytes by their octal numbers, where it is not all plain."""
    if name.isprintable() and not {'"', "\\"} & set(name):
        return name
    plain = "".join(
        chr(each) if 32 <= each < 127 and each not in b'"\\' else f"\\{each:03o}" for each in os.fsencode(name)
    )
    return f'"{plain}"'


def _lines(text: str) -> list[str]:
    """The lines of a text as `diff` counts them: line feeds alone end one."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


def _marked(lines: Iterable[str]) -> Iterator[str]:
    """Return the lines of a diff, with `diff`'s own remark after a last line that has no newline."""
    for each in lines:
        yield each if each.endswith("\n") else f"{each}\n\\ No newline at end of file\n"
