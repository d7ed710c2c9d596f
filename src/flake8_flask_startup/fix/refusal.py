"""Why a repair is not made."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818  # it is no error: the repair is left to people
    """A repair is not made; str() is the reason in a few words, with the line that it is about."""


class NotWorthError(Refused):
    """A repair could be made, but is left out: nobody wants it, or it saves too little once others are done."""


class BroughtError(Refused):
    """A step cannot be carried out since startup would not save what it promises: something else brings it in."""
