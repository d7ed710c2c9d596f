"""Prices as the protocol's inlay hints and hovers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lsprotocol import types
from pygls.workspace import TextDocument

from .positions import end_of, lines_of


def inlay_hints(
    document: TextDocument, found: Iterable[Sequence[object]], within: types.Range
) -> list[types.InlayHint]:
    """Return the hints that stand in a range, each behind its line."""
    lines = lines_of(document.source)
    return [
        types.InlayHint(
            end_of(lines, int(str(line)), document.position_codec), str(label), tooltip=str(tooltip), padding_left=True
        )
        for line, label, tooltip in found
        if within.start.line < int(str(line)) <= within.end.line + 1
    ]


def hover(document: TextDocument, found: Sequence[object]) -> types.Hover:
    """Return what is shown about a statement."""
    line, end_line, text = found
    lines = lines_of(document.source)
    place = types.Range(
        types.Position(int(str(line)) - 1, 0), end_of(lines, int(str(end_line)), document.position_codec)
    )
    return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, str(text)), place)
