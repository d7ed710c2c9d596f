"""Regular expressions of a project that may be run on its texts here, as none of them takes long."""

from __future__ import annotations

import re

MAX_EXPRESSION = 60  # characters
MAX_REPEATS = 2
MAX_SEARCHED = 400  # of a text, as the time that an expression takes may grow with the cube of that
_NAMED_GROUP = re.compile(r"\(\?P<\w+>")
_COSTLY = re.compile(r"[?{|]|\)[*+]")  # what may make an expression take much longer


def runnable(expression: str, text: str) -> re.Pattern[str] | None:
    """An expression that is run on a text in little time; None for one that may take long, or is wrong."""
    is_simple = len(expression) <= MAX_EXPRESSION and sum(map(expression.count, "*+")) <= MAX_REPEATS
    if not is_simple or len(text) > MAX_SEARCHED or _COSTLY.search(_NAMED_GROUP.sub("(", expression)):
        return None
    try:
        return re.compile(expression)
    except re.error:
        return None
