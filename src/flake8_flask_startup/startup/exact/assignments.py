"""Assigning to attributes and deleting them, as Python's data model has it (3.3.2)."""

from __future__ import annotations

from .containers import has_room, need_plain_operators
from .objects import MISSING, Class, Function, Instance, Module, Outside, UnknownError, Walk, Wrapped, fail


def need_name(name: object) -> None:
    """Raise the TypeError that Python raises for an attribute whose name is no string."""
    if type(name) is not str:
        fail(TypeError, "attribute name must be string")


def is_data(found: object) -> bool:
    """Return whether an attribute of a class takes precedence over those of the instance."""
    if isinstance(found, Wrapped):
        return found.kind == "property"
    return isinstance(found, Instance) and (found.cls.has("__set__") or found.cls.has("__delete__"))


def put(walk: Walk, owner: object, name: str, value: object) -> None:
    """Assign a value to an attribute as `object.__setattr__` does."""
    match owner:
        case Instance():
            if isinstance(behind := owner.names.get("__outside__"), Outside):
                walk.note_kept(behind.path)
            found = owner.cls.find(name)
            if isinstance(found, Wrapped) and found.kind == "property":
                if len(found.functions) < 2 or found.functions[1] is None:
                    fail(AttributeError, name)
                walk.call(found.functions[1], (owner, value))
            elif isinstance(found, Instance) and found.cls.has("__set__"):
                walk.call(walk.get(found, "__set__"), (owner, value))
            elif name in ("__class__", "__dict__"):
                raise UnknownError
            elif not has_room(owner.cls, name):
                fail(AttributeError, name)
            else:
                owner.names[name] = value
        case Class() | Module() | Function() if name not in ("__class__", "__dict__", "__bases__", "__code__"):
            owner.names[name] = value
            if isinstance(owner, Class):
                need_plain_operators(owner)
        case Outside():
            walk.note_outside()
            walk.note_kept(owner.path)
        case None | bool() | int() | str() | list() | dict() | tuple():
            fail(AttributeError, name)
        case _:
            raise UnknownError


def assign(walk: Walk, owner: object, name: str, value: object) -> None:
    """Assign a value to an attribute, through the class's own `__setattr__` if there is one."""
    need_name(name)
    cls: object = owner.cls if isinstance(owner, Instance) else getattr(owner, "metaclass", None)
    setter = cls.find("__setattr__") if isinstance(cls, Class) else MISSING
    if setter is not MISSING:
        walk.call(setter, (owner, name, value))
    else:
        put(walk, owner, name, value)


def drop(owner: object, name: str) -> None:
    """Delete an attribute; raise UnknownError where the object's class may handle that, or is not known."""
    need_name(name)
    if not isinstance(owner, (Class, Function, Instance, Module)):
        raise UnknownError
    cls = owner.cls if isinstance(owner, Instance) else None
    if cls is not None and (is_data(cls.find(name)) or cls.has("__delattr__")):
        raise UnknownError
    if name not in owner.names:
        fail(AttributeError, name)
    del owner.names[name]
