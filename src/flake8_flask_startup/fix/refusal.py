"""Why a repair is not made."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818  # it is no error: the repair is left to people
    """A repair is not made; str() is the reason in a few words, with the line that it is about."""


class NotWorthError(Refused):
    """A repair could be made, but saves too little once the steps before it are done."""
