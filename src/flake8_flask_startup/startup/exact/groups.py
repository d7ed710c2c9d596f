"""Groups of exceptions, whose items may be the project's own (PEP 654)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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


def group_of(walk: Walk, values: Sequence[object]) -> object:
    """A group of exceptions."""
    return walk.call(walk.builtins["ExceptionGroup"], ("", tuple(values)))


def inside(value: object) -> Iterator[object]:
    """The exceptions in a group, and in groups in it; an exception that is no group is itself."""
    held = value.names.get("exceptions") if isinstance(value, Instance) else None
    for each in held if isinstance(held, tuple) else ():
        yield from inside(each)
    if not isinstance(held, tuple):
        yield value
