"""Instances of classes that derive from `dict`, `list` or `set`: they are containers as well."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .objects import Class, Instance, Native, UnknownError, Walk, native


class KeptDict(dict[object, object], Instance):
    """An instance that is a mapping."""

    __hash__ = None  # type: ignore[assignment]  # as of any mapping

    def __init__(self, cls: Class) -> None:
        dict.__init__(self)
        Instance.__init__(self, cls)


class KeptList(list[object], Instance):
    """An instance that is a list."""

    __hash__ = None  # type: ignore[assignment]  # as of any list

    def __init__(self, cls: Class) -> None:
        list.__init__(self)
        Instance.__init__(self, cls)


class KeptSet(set[object], Instance):
    """An instance that is a set."""

    __hash__ = None  # type: ignore[assignment]  # as of any set

    def __init__(self, cls: Class) -> None:
        set.__init__(self)
        Instance.__init__(self, cls)


KINDS: Mapping[type, type[Instance]] = {dict: KeptDict, list: KeptList, set: KeptSet}
Kept = (KeptDict, KeptList, KeptSet)
_SPECIAL = ("__contains__", "__delitem__", "__getitem__", "__iter__", "__len__", "__setitem__")


def made(cls: Class) -> Instance:
    """An instance of a class, which is a container if a base is."""
    for kind, kept in KINDS.items():
        if kind in cls.order:
            return kept(cls)
    return Instance(cls)


def kind_of(owner: object) -> type | None:
    """The kind of container that an instance is."""
    return next((kind for kind, kept in KINDS.items() if isinstance(owner, kept)), None)


def filled(walk: Walk, owner: object, *args: object, **options: object) -> None:
    """What `__init__` of a container does."""
    kind = kind_of(owner)
    if kind is None:
        raise UnknownError
    given: Any = walk.call(walk.builtins[kind.__name__], args, options)
    container: Any = owner
    if kind is list:
        container[:] = given
    else:
        container.clear()
        container.update(given)


def special(owner: object, name: str) -> Native | None:
    """A special method of a container that is an instance, as its built-in base has it; None for any other."""
    kind = kind_of(owner)
    if kind is None or (name != "__init__" and (name not in _SPECIAL or not hasattr(kind, name))):
        return None
    if name == "__init__":
        return Native(name, lambda walk, *args, **options: filled(walk, owner, *args, **options))
    return Native(name, lambda _, *args: native(getattr(kind, name), owner, *args))
