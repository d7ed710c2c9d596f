"""Reading attributes, as Python's data model has it (3.3.2)."""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import Any

from .annotations import evaluate
from .assignments import drop, is_data, need_name, put
from .containers import KINDS, VALUES, Kept, made, special
from .objects import (
    MISSING,
    Bound,
    Class,
    Coroutine,
    Function,
    Instance,
    Library,
    Module,
    Native,
    Outside,
    RaisedError,
    Super,
    UnknownError,
    Walk,
    Wrapped,
    fail,
    native,
    not_known,
    settled,
)
from .texts import has_method, held_method


def get(walk: Walk, owner: object, name: str) -> object:
    """What an attribute of an object is."""
    need_name(name)
    read = _READERS.get(type(owner))
    return _of_other(walk, owner, name) if read is None else read(walk, owner, name)


def _of_other(walk: Walk, owner: object, name: str) -> object:
    match owner:
        case Outside():
            if not owner.hides and owner.path.count(".") > 20:
                raise UnknownError
            return Outside(f"{owner.path}.{name}", hides=owner.hides)
        case Wrapped(kind="property") if name in ("setter", "getter", "deleter"):
            return Native(name, lambda _, function: _with_setter(owner, name, function))
        case Coroutine() if name == "close":
            return Native(name, lambda _: None)
        case types.GeneratorType():
            return _of_generator(owner, name)
        case BaseException() if name == "args":
            return owner.args
        case BaseException() if name == "__cause__":
            return vars(owner).get("cause")
        case BaseException() if name in ("name", "code", "value") and hasattr(owner, name):
            return getattr(owner, name)
        case type():
            return _of_type(walk, owner, name)
    return _of_plain(walk, owner, name)


def _of_type(walk: Walk, owner: type, name: str) -> object:
    """An attribute of a built-in type: its methods that take an instance of the project's."""
    if name in ("__name__", "__qualname__"):
        return owner.__name__
    if name in ("__mro__", "__call__") and owner is not type:
        return owner.__mro__ if name == "__mro__" else owner
    if owner is type and f"type.{name}" in walk.builtins:
        return walk.builtins[f"type.{name}"]
    if (owner is object or issubclass(owner, BaseException) or (owner in VALUES and name == "__new__")) and (
        name in OF_OBJECT
    ):
        return OF_OBJECT[name]
    if owner in KINDS and special(KINDS[owner](Class("", (), {}, type)), name) is not None:
        return Native(name, lambda walk, kept, *args: walk.call(special(kept, name), args))
    return _of_plain(walk, owner, name)


def _missing(name: str) -> object:
    return fail(AttributeError, name)


def _of_module(walk: Walk, owner: Module, name: str) -> object:
    if name in owner.names:
        return settled(owner.names, name)
    if name == "__dict__":
        return owner.names
    if isinstance(owner, Library):
        return Outside(f"{owner.name}.{name}")
    if "__getattr__" in owner.names and not name.startswith("__"):
        return walk.call(owner.names["__getattr__"], (name,))
    if name.startswith("__"):
        raise UnknownError
    return _missing(name)


def _of_instance(walk: Walk, owner: Instance, name: str) -> object:
    reader = owner.cls.find("__getattribute__")
    if isinstance(reader, Function):
        try:
            return walk.call(reader, (owner, name))
        except RaisedError as error:
            if not isinstance(error.value, AttributeError) or not owner.cls.has("__getattr__"):
                raise
            return walk.call(bound(walk, owner.cls.find("__getattr__"), owner, owner.cls), (name,))
    return plain_attribute(walk, owner, name)


def plain_attribute(walk: Walk, owner: Instance, name: str) -> object:
    """What `object.__getattribute__` gives, or a class's own `__getattr__` where that has nothing."""
    found = owner.cls.find(name)
    if is_data(found):
        return bound(walk, found, owner, owner.cls)
    if name in owner.names:
        return owner.names[name]
    if found is not MISSING:
        return bound(walk, found, owner, owner.cls)
    if name == "__class__":
        return owner.cls
    if name == "__dict__":
        return owner.names
    if owner.cls.is_derived_from(BaseException) and name == "args":
        return owner.args
    if (method := of_base(owner.cls, name, owner)) is not None:
        return method
    asked = owner.cls.find("__getattr__")
    if asked is not MISSING:
        return walk.call(bound(walk, asked, owner, owner.cls), (name,))
    return _missing(name)


def bound(walk: Walk, found: object, receiver: object, cls: object) -> object:
    """What is found on a class, as an instance has it; receiver is None for the class itself."""
    match found:
        case Function() | Native():
            return found if receiver is None else Bound(found, receiver)
        case Wrapped(kind="classmethod"):
            return Bound(found.functions[0], cls)
        case Wrapped(kind="staticmethod"):
            return found.functions[0]
        case Wrapped() if receiver is not None:
            return walk.call(found.functions[0], (receiver,))
        case Instance() if found.cls.has("__get__"):
            return walk.call(walk.get(found, "__get__"), (receiver, cls))
    return found


def _of_class(walk: Walk, owner: Class, name: str) -> object:
    if name == "__annotations__":
        evaluate(walk, owner)
    found = owner.find(name)
    if found is not MISSING:
        return bound(walk, found, None, owner)
    is_of_object = name in OF_OBJECT and name != "__call__" and not owner.is_derived_from(type)
    metaclass = None if is_of_object else owner.metaclass
    if isinstance(metaclass, Class) and (made_by := metaclass.find(name)) is not MISSING:
        return bound(walk, made_by, owner, metaclass)
    return _of_any_class(walk, owner, name)


def _of_any_class(walk: Walk, owner: Class, name: str) -> object:
    """An attribute that classes have of Python, or that a metaclass's `__getattr__` gives."""
    match name:
        case "__name__" | "__qualname__":
            return owner.name
        case "__mro__":
            return (*owner.order, object)
        case "__bases__":
            return owner.bases or (object,)
        case "__dict__":
            return owner.names
        case "__class__":
            return owner.metaclass
        case "__subclasses__":
            return Native(name, lambda _: list(owner.subclasses))
        case "mro":
            return Native(name, lambda _: [*owner.order, object])
    if (method := built_in(owner, name, None)) is not None:
        return method
    if isinstance(owner.metaclass, Class) and owner.metaclass.has("__getattr__"):
        return walk.call(Bound(owner.metaclass.find("__getattr__"), owner), (name,))
    return _missing(name)


def _behind(walk: Walk, owner: Super, name: str) -> object:
    receiver = owner.receiver
    cls = receiver.cls if isinstance(receiver, Instance) else receiver
    if not isinstance(cls, Class):
        raise UnknownError
    if owner.cls in cls.order:
        found = cls.find(name, owner.cls)
        held: object = receiver if isinstance(receiver, Instance) else None
        is_static = name in ("__new__", "__init_subclass__", "__class_getitem__")
    else:  # in a method of a metaclass
        found = cls.metaclass.find(name, owner.cls) if isinstance(cls.metaclass, Class) else MISSING
        held, is_static = receiver, name == "__new__"
    if found is not MISSING:
        if is_static and isinstance(found, Function):
            return found if name == "__new__" else Bound(found, cls)
        return bound(walk, found, held, cls)
    if (method := of_base(cls, name, receiver)) is not None:
        return method
    return _missing(name)


def of_base(cls: Class, name: str, receiver: object) -> object:
    """A method that a built-in base has; None if none has it."""
    if (method := special(receiver, name)) is not None:
        return method
    if isinstance(receiver, Kept) and not name.startswith("__"):
        return held_method(receiver, name)
    return built_in(cls, name, receiver)


def built_in(cls: Class, name: str, receiver: object) -> object:
    """A method that `object`, `type` or an exception has; None for any other. One of an instance is bound."""
    known = OF_OBJECT.get(name)
    if known is None or (name == "__call__" and not cls.is_derived_from(type) and isinstance(receiver, Instance)):
        if name != "__call__" and hasattr(object, name):
            raise UnknownError
        return None
    if name == "__init_subclass__":
        return Native(name, lambda _, **_options: None)
    return known if name == "__new__" or receiver is None else Bound(known, receiver)


def _init(_: Walk, owner: object, *args: object) -> None:
    if isinstance(owner, Instance) and owner.cls.is_derived_from(BaseException):
        owner.args = args
    elif args and isinstance(owner, Instance):
        fail(TypeError, "object.__init__() takes exactly one argument")


def _new(walk: Walk, cls: object, *args: object, **options: object) -> object:
    if not isinstance(cls, Class):
        raise UnknownError
    if cls.is_derived_from(type):
        return walk.call(walk.builtins["type.__new__"], (cls, *args), options)
    found = made(walk, cls, args)
    if cls.is_derived_from(BaseException):
        found.args = args
    return found


def _call(walk: Walk, *args: object, **options: object) -> object:
    return walk.call(walk.builtins["type.__call__"], args, options)


OF_OBJECT: dict[str, Native] = {
    "__init__": Native("__init__", _init),
    "__new__": Native("__new__", _new),
    "__call__": Native("__call__", _call),
    "__init_subclass__": Native("__init_subclass__", lambda _, _cls, **_options: None),
    "__setattr__": Native("__setattr__", lambda walk, owner, name, value: put(walk, owner, name, value)),
    "__delattr__": Native("__delattr__", lambda _, owner, name: drop(owner, name)),
    "__getattribute__": Native("__getattribute__", lambda walk, owner, name: plain_attribute(walk, owner, name)),
    "__hash__": Native("__hash__", not_known),
}


def _of_function(walk: Walk, owner: Function, name: str) -> object:
    match name:
        case _ if name in owner.names:
            return owner.names[name]
        case "__name__" | "__qualname__":
            return owner.name
        case "__module__":
            return owner.frame.module.name
        case "__dict__":
            return owner.names
        case "__call__":
            return owner
        case "__defaults__":
            return tuple(owner.defaults) or None
        case "__annotations__":
            evaluate(walk, owner)
            raise UnknownError
        case "__doc__" | "__code__" | "__globals__" | "__closure__" | "__get__" | "__class__":
            raise UnknownError
    return _missing(name)


def _of_bound(walk: Walk, owner: Bound, name: str) -> object:
    if name == "__self__":
        return owner.receiver
    if name == "__func__":
        return owner.function
    return owner if name == "__call__" else walk.get(owner.function, name)


def _with_setter(owner: Wrapped, name: str, function: object) -> Wrapped:
    at = ("getter", "setter", "deleter").index(name)
    functions = [*owner.functions, None, None][:3]
    functions[at] = function
    return Wrapped("property", functions)


def _of_generator(owner: Any, name: str) -> object:  # what a host generator yields has no type
    if name == "aclose":
        return Native(name, lambda walk: Coroutine(lambda: walk.call(_of_generator(owner, "close"))))
    if name not in ("send", "close", "throw", "__next__", "__iter__"):
        raise UnknownError

    def act(walk: Walk, *args: object) -> object:
        if name == "throw":
            args = tuple(map(RaisedError, args[:1]))
        is_closing = int(name == "close")
        walk.closing += is_closing
        try:
            return getattr(owner, name)(*args)
        except StopIteration as stop:
            return fail(StopIteration, stop.value)
        finally:
            walk.closing -= is_closing

    return Native(name, act)


def _of_plain(_: Walk, owner: object, name: str) -> object:
    if (method := held_method(owner, name)) is not None:
        return method
    if owner is str and name == "maketrans":
        return Native(name, lambda _, *given: native(str.maketrans, *given))
    if owner is dict and name == "fromkeys":
        return Native(name, lambda walk, keys, value=None: native(dict.fromkeys, list(walk.iterate(keys)), value))
    if isinstance(owner, type) and has_method(owner, name):
        return Native(name, lambda walk, held, *args: walk.call(walk.get(held, name), args))
    if isinstance(owner, (type(None), bool, int, float, str, list, dict, tuple, set)) and not hasattr(owner, name):
        return _missing(name)
    if name == "__class__":
        return type(owner)
    if name in ("__name__", "name") and isinstance(owner, Native):
        return owner.name
    raise UnknownError


_READERS: dict[type, Callable[[Walk, Any, str], object]] = {
    **dict.fromkeys(Kept, _of_instance),
    Bound: _of_bound,
    Class: _of_class,
    Function: _of_function,
    Instance: _of_instance,
    Library: _of_module,
    Module: _of_module,
    Super: _behind,
}
