"""Groups of exceptions, whose items may be the project's own (PEP 654)."""

from __future__ import annotations

from .objects import Class, Instance, Native, UnknownError, Walk


def _gathered(_: Walk, owner: object, message: object = "", exceptions: object = ()) -> None:
    if not isinstance(owner, Instance) or not isinstance(exceptions, (list, tuple)):
        raise UnknownError
    owner.args = (message, exceptions)
    owner.names.update(message=message, exceptions=tuple(exceptions))


def groups() -> dict[str, object]:
    """Return the classes of groups of exceptions, by name."""
    every = Class("BaseExceptionGroup", (BaseException,), {"__init__": Native("__init__", _gathered)}, type)
    every.order = (every, BaseException)
    usual = Class("ExceptionGroup", (every, Exception), {}, type)
    usual.order = (usual, every, Exception, BaseException)
    return {each.name: each for each in (every, usual)}
