"""Comments that keep an import which nothing uses."""

from __future__ import annotations

import re

MAX_COMMENT = 2_000  # the end of a line, in which a comment is looked for: the search takes its square


_KEPT = re.compile(r"#\s*noqa(?!:)|#\s*noqa:.*\bF401\b|pylint:\s*disable=.*unused-import", re.IGNORECASE)


def keeps_import(line: str) -> bool:
    """Whether a comment on a line says that an import stays though nothing uses it."""
    return _KEPT.search(line, max(len(line) - MAX_COMMENT, 0)) is not None
