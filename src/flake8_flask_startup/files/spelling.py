"""Source text as the parser reads it: names normalized, adjacent string literals joined, escapes decoded."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

GAP = r"(?:\s|\\\r?\n|#[^\n]*\n)*+"  # what may stand between two tokens
_CONTINUED = r"(?:\\\r?\n)*+"  # ends of lines that are not part of the string that they are in
_PREFIX = "[bBfFrRtTuU]{0,2}"
_EMPTY = "|".join(rf"{quote}{_CONTINUED}{quote}(?!{quote[0]})" for quote in ("'''", '"""', "'", '"'))
# The rest of a string's end and the start of the next one, other strings between them being empty.
_NEXT = rf"""(?:''|"")?(?:{GAP}{_PREFIX}(?:{_EMPTY}))*{GAP}{_PREFIX}(?:'''|\"""|['"]){_CONTINUED}"""
# Between two letters of one string. The first character is looked for before anything else, as that is fast.
_BETWEEN = rf"""(?<=\w['"\\])(?:(?<=\\)\r?\n{_CONTINUED}(?:['"]{_NEXT})?|(?<=['"]){_NEXT})(?=\w)"""
# Behind a backslash, a character that ASCII names are made of: from "0" to DEL, or any by its Unicode name.
_CHARACTER = r"(?:x[3-7][0-9a-fA-F]|u00[3-7][0-9a-fA-F]|U000000[3-7][0-9a-fA-F]|N\{[^{}\n]+\}|0?[67][0-7]|1[0-7][0-7])"
_JOINT = re.compile(rf"""['"\\]{_BETWEEN}""")
_ESCAPE = re.compile(rf"\\{_CHARACTER}")
_SPELLED = re.compile(rf"""['"\\](?:(?<=\\){_CHARACTER}|{_BETWEEN})""")


@lru_cache(maxsize=1)  # asked up to three times in a row: before a file is parsed, and then when it is checked
def is_plain(text: str) -> bool:
    """Whether names, in code and in strings, stand in a text as the parser reads them (reference, 2.3 and 2.4)."""
    return (text.isascii() or unicodedata.is_normalized("NFKC", text)) and _SPELLED.search(text) is None


def plain(text: str) -> str:
    """Return a text in which a search finds names, in code and in strings, as the parser reads them.

    Strings that are written with escapes, in several literals or on several lines come behind the text, with all of it:
    what looks like one of these need not be one, so that nothing is taken away.
    """
    if is_plain(text):
        return text
    return f"{unicodedata.normalize('NFKC', text)}\n{_JOINT.sub('', _ESCAPE.sub(_decoded, text))}"


def _decoded(escape: re.Match[str]) -> str:
    try:
        return escape[0].encode().decode("unicode_escape")
    except UnicodeDecodeError:  # no name of a character, as in a regular expression
        return escape[0]
