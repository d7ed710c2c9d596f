"""Where a text writes to what has a name, so that only those functions are read that do.

What follows the name tells: told too often costs time, told too seldom would lose a fact.
"""

from __future__ import annotations

import re

ADDING_METHODS = frozenset({"add", "append", "appendleft", "extend", "insert", "setdefault", "update"})

_GAP = r"(?:\s|\\\n|#[^\n]*\n)*+"  # what may stand between two tokens, never tried in another way
# After an attribute that is assigned to: `=`, `+=`, `: int = ...`, `in` of a loop, or the rest of an unpacking.
ASSIGNED = re.compile(rf"(?!\w){_GAP}(?:=(?!=)|[,:)\]]|(?:[-+*/%@&|^]|//|\*\*|<<|>>)=|in\b)")
# After a container that something is put into: a method, or `[key] =`, the key without a line's end or without a "=".
_METHOD = rf"\.{_GAP}(?:{'|'.join(sorted(ADDING_METHODS))})\b"
_ITEM = rf"\[(?:[^\n]*|[^=]*)\]{_GAP}=(?!=)"
_NESTED = rf"(?:\[[^\n\[\]]*\]{_GAP})++{_METHOD}"
ADDED_TO = re.compile(rf"(?!\w){_GAP}(?:\){_GAP})*+(?:{_METHOD}|{_NESTED}|{_ITEM})")
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
