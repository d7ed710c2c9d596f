"""Signals of blinker: which calls connect a function to one, and which call the functions that are connected.

Read off blinker's API, 1.9. All signals of a kind are one here: their names are not kept apart.
"""

from __future__ import annotations

_CONNECTING = (".connect", ".connect_via()")
_SENDING = (".send", ".send_async")


def connects(path: str) -> str:
    """Return the kind of signal that a call connects a function to, by the path that leads to it; "" for none."""
    return _of(path, _CONNECTING)


def sends(path: str) -> str:
    """Return the kind of signal that a call sends; "" for none."""
    return _of(path, _SENDING)


def _of(path: str, endings: tuple[str, ...]) -> str:
    ending = next((each for each in endings if path.endswith(each)), "")
    owner = path.removesuffix(ending) if ending else ""
    return owner if owner.startswith("blinker.") else ""
