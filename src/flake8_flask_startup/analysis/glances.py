"""Reads of a name that run few methods of its object: identity comparisons, `type`, `len`, plain attributes.

Told by the text of a line: what a pattern does not know asks something.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache

from ..syntax.facts import Facts
from ..syntax.operators import ASKING_ONE, names_of

_FUNCTIONS = ("id", "isinstance", "issubclass", "type")
_LOOKING = rf"(?<![\w.])(?:{'|'.join(_FUNCTIONS)})\(\s*{{name}}\s*[,)]"
# Not behind an operator, whose operand it may be: `1 == loader is None` compares with it as well.
_IDENTITY = (
    r"(?:[(\[,:{{]|(?<![=!<>:])=|\b(?:and|assert|elif|else|if|not|or|return|while))\s*{name}\s+is\b"
    r"|\bis(?:\s+not)?\s+{name}(?=\s*(?:$|[)\],:#]|and\b|or\b|else\b))"
)
_SETTING = r"^[ \t]*{name}\.(?P<set>\w+)[ \t]*=(?!=)"
_READING = r"(?<![\w.]){name}\.(?P<read>\w+)\b(?![ \t]*(?:[(\[]|[-+*/|&^@%:]?=(?!=)))"
_ASKED = rf"(?<![\w.])(?P<by>{'|'.join(ASKING_ONE)})\(\s*{{name}}\s*\)"
# Of a mapping: a key is looked for or given an item, all keys are asked, a method is called.
_WITHIN = r"\b(?P<within>in)\s+{name}\b(?![ \t]*[.(\[])"
_STORING = r"(?<![\w.]){name}(?P<stored>\[)[^\[\]\n]*\][ \t]*=(?!=)"
_CALLING = r"(?<![\w.]){name}\.(?P<called>\w+)\("
OF_CONTAINER = ("__contains__", "__getitem__", "__iter__", "__next__")  # what looking for an item may call
_OF_MAPPING = {"within": OF_CONTAINER, "stored": ("__setitem__",)}
# Methods of a default dictionary that make no item.
NO_DEFAULT = frozenset({"clear", "get", "items", "keys", "pop", "popitem", "setdefault", "update", "values"})
_CLOSING = r"(?<![\w.]){name}\.close\(\)"
_CALLED = frozenset({*_FUNCTIONS, *ASKING_ONE})
MAX_LINE = 1_000  # characters; a longer line is not examined, since each read on it scans the whole line


class Glances:
    """The reads on the lines of one file that only look at an object; text is that of the file."""

    def __init__(self, facts: Facts, text: str) -> None:
        self._facts = facts
        self._text = text
        self._known: tuple[int, bool] = (-1, False)

    @cached_property
    def _lines(self) -> Sequence[str]:
        return self._text.splitlines()

    def _are_builtins(self) -> bool:
        """Whether what was read of the file gives none of the functions another meaning."""
        unread = len(self._facts.unread)
        if self._known[0] != unread:
            bound = (scope.bindings.keys() for scope in self._facts.scopes)
            self._known = unread, all(map(_CALLED.isdisjoint, bound))
        return self._known[1]

    def looks(self, name: str, line: int, answers: Callable[[str, bool], bool]) -> bool:
        """Return whether a line names an object to look at it, or for attributes that no class answers to by a method.

        answers tells whether one may, given an attribute and whether it is set.
        """
        found = self._looked(name, line, f"{_SETTING}|{_READING}")
        return found is not None and not any(answers(each, kind == "set") for kind, each in found if kind)

    def asks(self, name: str, line: int, is_idle: Callable[[str], bool]) -> frozenset[str] | None:
        """Return the special methods that a line may run on an object, if that is all it does with the object.

        is_idle tells of a method that the line calls whether it runs no code of the file.
        """
        found = self._looked(name, line, f"{_ASKED}|{_WITHIN}|{_STORING}|{_CALLING}")
        if found is None or not all(is_idle(what) for kind, what in found if kind == "called"):
            return None
        asked = (names_of(ASKING_ONE[by]) if kind == "by" else _OF_MAPPING.get(kind, ()) for kind, by in found)
        return frozenset(method for each in asked for method in each)

    def makes_no_item(self, name: str, line: int) -> bool:
        """Return whether a line asks a default dictionary for no key that it may lack."""
        found = self._looked(name, line, f"{_ASKED}|{_WITHIN}|{_STORING}|{_CALLING}")
        return found is not None and all(what in NO_DEFAULT for kind, what in found if kind == "called")

    def sets(self, name: str, line: int) -> frozenset[str] | None:
        """Return the attributes of an object that a line sets, if that is all it does with the object; else None."""
        found = self._looked(name, line, _SETTING)
        return None if found is None else frozenset(attribute for kind, attribute in found if kind)

    def looks_or_closes(self, name: str, line: int) -> bool:
        """Return whether a line names a generator or coroutine to look at it, or to close it before it has begun.

        It may be in a container: a generator has no special method that the built-in functions ask for.
        """
        return self._looked(name, line, f"{_CLOSING}|{_ASKED}") is not None

    def _looked(self, name: str, line: int, more: str) -> frozenset[tuple[str, str]] | None:
        """Return what a line does with an object, by the groups of the patterns; None if it does anything else.

        ("", "") stands for what has no group.
        """
        if not 0 < line <= len(self._lines) or not self._are_builtins():
            return None
        text = self._lines[line - 1]
        if len(text) > MAX_LINE:
            return None
        found = list(_pattern(name, more).finditer(text))
        if len(found) != len(re.findall(rf"\b{re.escape(name)}\b", text)):
            return None
        return frozenset((each.lastgroup or "", each[each.lastgroup or 0] if each.lastgroup else "") for each in found)


def is_only_compared(path: str, line: str) -> bool:
    """Return whether a line names an object, by a path, only to compare it by identity."""
    name = re.escape(path)
    compared = re.findall(_IDENTITY.format(name=name), line) if len(line) <= MAX_LINE else []
    return 0 < len(compared) == len(re.findall(rf"\b{name}\b", line))


@lru_cache(maxsize=200)  # asked for with every read of the names that keep something
def _pattern(name: str, more: str) -> re.Pattern[str]:
    forms = (each.format(name=re.escape(name)) for each in (_LOOKING, _IDENTITY, more))
    return re.compile("|".join(forms), re.MULTILINE)
