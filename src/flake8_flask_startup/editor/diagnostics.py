"""Findings as the protocol's diagnostics, each with its rule's page as a link."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from lsprotocol.types import CodeDescription, Diagnostic, DiagnosticSeverity, DiagnosticTag
from pygls.workspace import PositionCodec

from ..lint.pages import page_files
from .positions import lines_of, range_of

SOURCE = "flask-startup"
UNUSED = "FST103"
_OURS = "FST"

Found = tuple[str, int, int, str]  # the code, the line and the column, both from 1, and the message


def diagnostics_of(found: Iterable[Sequence[object]], text: str, codec: PositionCodec) -> list[Diagnostic]:
    """Return the diagnostics of a text, for findings as a folder's process tells them."""
    lines = lines_of(text)
    return [_diagnostic(str(code), int(str(line)), int(str(column)), str(message), lines, codec)
            for code, line, column, message in found]  # fmt: skip


def _diagnostic(
    code: str, line: int, column: int, message: str, lines: Sequence[str], codec: PositionCodec
) -> Diagnostic:
    page = _pages().get(code)
    return Diagnostic(
        range=range_of(lines, line, column, codec),
        message=message,
        severity=DiagnosticSeverity.Warning if code.startswith(_OURS) else DiagnosticSeverity.Error,
        code=code,
        code_description=None if page is None else CodeDescription(page),
        source=SOURCE,
        tags=[DiagnosticTag.Unnecessary] if code == UNUSED else None,
    )


@cache  # the pages are installed with the program
def _pages() -> dict[str, str]:
    """Return where the page of each code is, as a URI."""
    return {path.name.partition("_")[0].upper(): path.absolute().as_uri() for path in page_files()}
