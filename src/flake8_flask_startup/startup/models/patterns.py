"""What the functions of `re` find in texts that are known, by expressions that are quick to try."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from ...model import UNKNOWN
from ...syntax.values import Value
from ..values import strings
from ..values.abstract_values import Items, Object, Objects, Parts, Text
from ..values.environment import Env
from ..values.regular import runnable

_SIMPLE = re.compile(
    r"(?:\\s[*+]?|\[(?:\\s|[^\]\\\w^-])*\]\+?|[,;:|/ ]\+?)+"
)  # expressions for separators and the blanks around them


def _split(env: Env, _: str, value: Value) -> Objects | None:
    """The parts of texts between separators, where the expression is a simple one: none of the project's is run."""
    expressions = env.texts(value.items[0]) if value.items else [UNKNOWN]
    separators = {each for text in expressions for each in text if each in ",;:|/ "}
    if len(value.items) < 2 or not all(map(_SIMPLE.fullmatch, expressions)):
        return None
    split = re.compile(f"[{re.escape(''.join(sorted(separators)))}\\s]+" if separators else r"\s+")
    found = {Text(piece) for text in env.texts(value.items[1]) for piece in split.split(text)}
    return frozenset({Items(frozenset(found))})


def _found(env: Env, _: str, value: Value) -> Objects | None:
    """What a simple expression finds in a text that is known."""
    given = [env.texts(each) for each in value.items[:2]]
    if len(value.items) != 2 or any(len(each) != 1 or UNKNOWN in each[0] for each in given) or not env.is_own:
        return None
    (expression,), (text,) = given
    if (pattern := runnable(expression, text)) is None:
        return None
    rows = [each if isinstance(each, tuple) else (each,) for each in pattern.findall(text)]
    made = [[frozenset[Object]({Text(strings.bounded(part))}) for part in each] for each in rows]
    return frozenset({Parts(tuple(frozenset({Parts(tuple(each))}) if len(each) > 1 else each[0] for each in made))})


RESULTS: Mapping[str, Callable[[Env, str, Value], Objects | None]] = {"re.findall": _found, "re.split": _split}
