"""Where a text writes to what has a name, so that only those functions are read that do.

What follows the name tells: told too often costs time, told too seldom would lose a fact.
"""

from __future__ import annotations

import re

ADDING_METHODS = frozenset({"add", "append", "appendleft", "extend", "insert", "setdefault", "update"})

_GAP = r"(?:\s|\\\n|#[^\n]*\n)*+"  # what may stand between two tokens, never tried in another way
# After an attribute that is assigned to: `=`, `+=`, `: int = ...`, `in` of a loop, or the rest of an unpacking.
ASSIGNED = re.compile(rf"(?!\w){_GAP}(?:=(?!=)|[,:)\]]|(?:[-+*/%@&|^]|//|\*\*|<<|>>)=|in\b)")
# After a container that something is put into.
ADDED_TO = re.compile(rf"(?!\w){_GAP}(?:\){_GAP})*+\.{_GAP}(?:{'|'.join(sorted(ADDING_METHODS))})\b")
ANYTHING = re.compile("")
