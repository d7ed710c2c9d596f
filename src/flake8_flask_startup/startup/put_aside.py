"""Objects that a line puts under a name of the app, where no code of the project asks for that name."""

from __future__ import annotations

import re
from functools import lru_cache

from ..config.settings import Settings
from ..project.references import Neighbourhood
from ..project.text_index import Search, search

# `app.config["FRAMES"] = FRAMES`, `app.extensions["frames"] = FRAMES`, `app.frames = FRAMES`
_PUT = (
    r"[ \t]*\w+(?:\.(?:config|extensions|jinja_env\.(?:filters|globals|tests))\[[\"'](?P<key>[\w.]+)[\"']\]"
    r"|\.(?P<attribute>\w+))[ \t]*=[ \t]*{}[ \t]*(?:#.*)?"
)
# What names a key or an attribute, and what of that puts something there.
_KEY, _KEY_STORED = rb"[\"']%s[\"']", rb"\[[\"']%s[\"']\][ \t]*=(?!=)"
_ATTRIBUTE, _ATTRIBUTE_STORED = rb"[\"']%s[\"']|\.%s\b", rb"\.%s[ \t]*=(?!=)"
# What goes over all that an app has, or hands that on: anything but a key that is written out.
_ANY_KEY = re.compile(
    rb"\.(?:config|extensions)\b(?!\[[\"']|\.(?:from_\w+|update)\(|\.(?:get|pop|setdefault)\([\"'])"
    rb"|\bjinja_env\b(?!\.(?:add_extension\(|(?:filters|globals|tests)(?:\[[\"']|\.update\()|\w+[ \t]*=(?!=)))"
)
_ANY_ATTRIBUTE = re.compile(rb"\b__dict__\b|\b[gs]etattr\b|\bvars\(")


def is_put_aside(line: bytes, path: str, place: Neighbourhood, settings: Settings) -> bool:
    """Return whether all that a line does with an object, a path in it, is to put it where nobody asks for it."""
    match = re.fullmatch(_PUT.format(re.escape(path)), line.decode(errors="replace").rstrip())
    if match is None:
        return False
    return not _is_asked(search(str(place.top)), match["key"] or "", match["attribute"] or "", settings)


@lru_cache(maxsize=64)  # asked with every read of a name; each keeps the texts of a project
def _is_asked(texts: Search, key: str, attribute: str, settings: Settings) -> bool:
    """Return whether a file of the app may ask for what is under a key or attribute."""
    word = re.escape((key or attribute).encode())
    forms = (_KEY, _KEY_STORED) if key else (_ATTRIBUTE, _ATTRIBUTE_STORED)
    named, stored = (re.compile(form.replace(b"%s", word)) for form in forms)
    asks_any = _ANY_KEY if key else _ANY_ATTRIBUTE
    return any(
        asks_any.search(text.data) is not None
        or len(named.findall(text.without_imports)) > len(stored.findall(text.data))
        for text in texts.texts
        if settings.is_startup(text.path)
    )
