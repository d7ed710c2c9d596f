"""Where a text may have a piece of code, so that only those files and functions are read that do.

Found too often it costs time, found too seldom a fact would be lost: what stands between two tokens never counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ..files.line_index import SourceText
from ..files.spelling import GAP

ADDING_METHODS = frozenset(
    {"add", "append", "appendleft", "extend", "extendleft", "insert", "put", "put_nowait", "setdefault", "update"}
)

# After an attribute that is assigned to: `=`, `+=`, `: int = ...`, `in` of a loop, or the rest of an unpacking.
ASSIGNED = re.compile(rf"(?!\w){GAP}(?:=(?!=)|[,:)\]]|(?:[-+*/%@&|^]|//|\*\*|<<|>>)=|in\b)")
# After a container that something is put into: a method, or `[key] =`, the key without a line's end or without a "=".
_METHOD = rf"\.{GAP}(?:{'|'.join(sorted(ADDING_METHODS))})\b"
_ITEM = rf"\[(?:[^\n]*|[^=]*)\]{GAP}=(?!=)"
_NESTED = rf"(?:\[[^\n\[\]]*\]{GAP})++{_METHOD}"
ADDED_TO = re.compile(rf"(?!\w){GAP}(?:\){GAP})*+(?:{_METHOD}|{_NESTED}|{_ITEM})")
_HOPS = r"(?:\[(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")?\]|\.(?:setdefault|get)\(\))*"
_ADDS = re.compile(rf"{_HOPS}\.(?:{'|'.join(sorted(ADDING_METHODS))})")
_SETS_ITEM = re.compile(rf"{_HOPS}\[(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")?\]")


def adds(path: str, owner: str) -> bool:
    """Whether a raw path is of a method that adds to a container, or to an item of it."""
    return _ADDS.fullmatch(path, len(owner)) is not None


def sets_item(path: str, owner: str) -> bool:
    """Whether a raw path is of an item of a container, or of an item of such a one."""
    return _SETS_ITEM.fullmatch(path, len(owner)) is not None


ANYTHING = re.compile("")

_TOKEN = re.compile(r"\*?\w+\*?|\S")
MAX_UNPACKED = 400  # characters of an unpacking that are looked at on either side: a longer one may be anything
# `=`, `: int =`, `:=`, and `, other =` of an unpacking.
_BINDS = rf"(?::|=(?!=)|,(?:[^=\n]{{{MAX_UNPACKED}}}|[^=\n]{{0,{MAX_UNPACKED - 1}}}=(?!=)))"
_UNPACKED = re.compile(r"[\s(\[]*+(?:[\w.*]+\s*,\s*)*+")  # what stands before a target of one


class Word:
    """A piece of code, spelled as `DEBUG`, `.run(`, `engine.begin` or `app =`.

    A star stands for the rest of a name: `*App(` is a call of whatever ends in "App". A piece that ends in `=` is what
    a statement binds; one that is no attribute is then none of a call's keywords.
    """

    __slots__ = ("_before", "_is_open", "_pattern", "anchor", "spelled")

    def __init__(self, spelled: str) -> None:
        self.spelled = spelled
        tokens = _TOKEN.findall(spelled)
        self._before = tokens.pop(0) if tokens[0] in ("(", ".") else "="[: spelled.endswith("=")]
        first, *rest = tokens
        self._is_open = first.startswith("*")
        self.anchor = first.strip("*")
        pattern = re.escape(self.anchor) + (r"\w*" if first.endswith("*") else r"(?!\w)")
        for each in rest:
            closed = rf"(?:\){GAP})*+" if each in ("(", ".", "=") else ""
            pattern += GAP + closed + (_BINDS if each == "=" else _token(each))
        self._pattern = re.compile(pattern)

    def is_in(self, text: str) -> bool:
        """Whether a text may have the piece in it."""
        return self.anchor in text and next(self.places(text), None) is not None

    def places(self, text: str) -> Iterator[int]:
        """Where the first name of the piece may stand in a text."""
        for match in self._pattern.finditer(text):
            at = match.start()
            if self._is_open:
                while at and _is_of_name(text[at - 1]):
                    at -= 1
            elif at and _is_of_name(text[at - 1]):
                continue
            if not self._before or self._may_follow(text, at, match.end()):
                yield match.start()

    def _may_follow(self, text: str, start: int, end: int) -> bool:
        """Whether what stands before the piece may be what has to."""
        at = start - 1
        while at >= 0 and (text[at].isspace() or text[at] == "\\"):
            at -= 1
        before = text[at] if at >= 0 else "\n"
        if "\n" in text[at + 1 : start] and "#" in text[text.rfind("\n", 0, at + 1) + 1 : at + 1]:
            return True  # behind a comment, perhaps
        if self._before == "=":
            if before not in "(," or text[end - 1 : end + 1] == ":=":
                return True
            line = text[max(start - MAX_UNPACKED, 0) : start].rpartition("\n")[2]
            return line.strip() != "" and _UNPACKED.fullmatch(line) is not None
        return before in (self._before if self._before == "." else "(,=")


def _token(spelled: str) -> str:
    """The pattern of a token, the rest of a name in place of a star."""
    name = spelled.strip("*")
    if not name or not _is_of_name(name[0]):
        return re.escape(spelled)
    before, after = (r"\w*" if star else r"\b" for star in (spelled[0] == "*", spelled[-1] == "*"))
    return f"{before}{name}{after}"


def _is_of_name(character: str) -> bool:
    return character.isalnum() or character == "_"


@lru_cache(maxsize=1000)  # the words of rules and of attributes that the trace asks for
def word(spelled: str) -> Word:
    """The word of a spelling."""
    return Word(spelled)


def lines_with(source: SourceText, words: Iterable[str]) -> Iterator[int]:
    """The numbers of the lines that may have one of the words; of all where names are not as the parser reads them."""
    if not source.is_plain:
        return iter(range(1, source.text.count("\n") + 2))
    return source.lines_at(place for each in words for place in word(each).places(source.text))
