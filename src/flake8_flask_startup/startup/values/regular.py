"""Regular expressions of a project that may be run on its texts here, as none of them takes long."""

from __future__ import annotations

import re

MAX_EXPRESSION = 60  # characters
MAX_REPEATS = 2
MAX_CHOICES = 3
MAX_SEARCHED = 400  # of a text, as the time that an expression takes may grow with the cube of that
MAX_CHOSEN = 100  # of one that an expression with choices is run on
_OPENING = re.compile(r"\(\?(?:P<\w+>|:|<?[=!])")  # of groups that are named, kept back or looked at
_COSTLY = re.compile(r"\{|\)[*+]|\(\?")  # what may make an expression take much longer


def runnable(expression: str, text: str, flags: int = 0) -> re.Pattern[str] | None:
    """An expression that is run on a text in little time; None for one that may take long, or is wrong."""
    plain = _OPENING.sub("(", expression)
    choices = plain.count("?") + plain.count("|")
    is_simple = len(expression) <= MAX_EXPRESSION and sum(map(expression.count, "*+")) <= MAX_REPEATS
    is_simple = is_simple and choices <= MAX_CHOICES and not _COSTLY.search(plain)
    if not is_simple or len(text) > (MAX_CHOSEN if choices else MAX_SEARCHED):
        return None
    try:
        return re.compile(expression, flags)
    except (re.error, ValueError):
        return None
