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
ADDED_TO = re.compile(rf"(?!\w){_GAP}(?:\){_GAP})*+(?:{_METHOD}|{_ITEM})")
_KEY = re.compile(r"\[(?:'([^'\\]*)'|\"([^\"\\]*)\")?\]")


def item_of(path: str, owner: str) -> str | None:
    """The key of the item of an owner that a raw path leads to, "" for one that is not known; None if it is no item."""
    match = _KEY.fullmatch(path, len(owner)) if path.startswith(owner) else None
    return None if match is None else match[1] or match[2] or ""


ANYTHING = re.compile("")
