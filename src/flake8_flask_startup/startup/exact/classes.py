"""Making classes and their instances (data model, 3.3.3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ...syntax.method_order import linearized
from .attributes import bound
from .containers import KINDS, VALUES, Kept, filled, need_plain_operators
from .library import models
from .objects import (
    ABSTRACT,
    MISSING,
    Arguments,
    Class,
    Frame,
    Function,
    Instance,
    Keywords,
    Outside,
    UnknownError,
    Walk,
    Wrapped,
    fail,
)

MAX_ORDER = 60  # classes that one is derived from, by all ways: each attribute is looked for in all of them
# The abstract classes whose methods are known (collections.abc), with the classes that have those; "" for none.
_MIXINS = {
    **dict.fromkeys(("Callable", "Collection", "Container", "Iterable", "Sized"), ""),
    "Iterator": "_Iterator",
    "Mapping": "_Mapping",
    "MutableMapping": "_MutableMapping",
}
_BODY = "__classcell__"  # under which the class's body is passed on to whoever makes the class


def made(walk: Walk, metaclass: object, args: Arguments, options: Keywords) -> Class:
    """Return a class as `type.__new__` makes it, after `__set_name__` of its members and `__init_subclass__`."""
    name, bases, names = args if len(args) == 3 else ("", None, None)
    if not isinstance(name, str) or not isinstance(bases, tuple) or not isinstance(names, dict):
        raise UnknownError
    if "__del__" in names:  # which runs when nothing has the instance any longer
        raise UnknownError
    cls = Class(name, bases, dict(names), metaclass)
    body = cls.names.pop(_BODY, None)
    if isinstance(body, Frame):
        body.cls, cls.body = cls, body
    for special in ("__init_subclass__", "__class_getitem__"):
        if isinstance(cls.names.get(special), Function):
            cls.names[special] = Wrapped("classmethod", [cls.names[special]])
    cls.order = (cls, *_merged([*map(_order, cls.bases), list(cls.bases)]))
    need_plain_operators(cls)
    for base in cls.bases:
        if isinstance(base, Class):
            base.subclasses.append(cls)
    for key, each in list(cls.names.items()):
        if isinstance(each, Instance) and each.cls.has("__set_name__"):
            walk.call(walk.get(each, "__set_name__"), (cls, key))
    hook = cls.find("__init_subclass__", cls)
    if hook is not MISSING:
        walk.call(bound(walk, hook, None, cls), (), options)
    elif options:
        fail(TypeError, f"{name}.__init_subclass__() takes no keyword arguments")
    return cls


def _order(base: object) -> list[object]:
    if isinstance(base, Class):
        return list(base.order)
    if base is object:
        return []
    if isinstance(base, type) and (base in KINDS or base in VALUES or base is type or issubclass(base, BaseException)):
        return [each for each in type.mro(base) if each is not object]
    raise UnknownError


def _merged(orders: Sequence[Sequence[object]]) -> list[object]:
    """Return the order of the bases."""
    if sum(map(len, orders)) > MAX_ORDER:
        raise UnknownError
    found = linearized([[each for each in order if each is not object] for order in orders])
    if found is None:
        fail(TypeError, "Cannot create a consistent method resolution order")
    return found


def metaclass_of(bases: Sequence[object], given: object) -> object:
    """The metaclass of a class with some bases."""
    found = given
    for each in bases:
        of_base = each.metaclass if isinstance(each, Class) else type
        if (
            found is None
            or (found is type and isinstance(of_base, Class))
            or (isinstance(found, Class) and isinstance(of_base, Class) and of_base.is_derived_from(found))
        ):
            found = of_base
    return type if found is None else found


def defined(
    walk: Walk,
    name: str,
    bases: Sequence[object],
    names: Mapping[str, object],
    options: Keywords,
    body: Frame,
) -> object:
    """What a class statement makes of its body; something that hides code where a base is of a library."""
    options = dict(options)
    metaclass = metaclass_of(bases, options.pop("metaclass", None))
    is_outside = isinstance(metaclass, Outside) or any(isinstance(each, Outside) for each in bases)
    bases = [each for base in bases for each in _mixed_in(walk, base)]
    is_abstract = any(isinstance(each, type) and each.__module__ == ABSTRACT for each in bases)
    if is_outside:
        walk.note_outside()
    if is_outside or is_abstract:
        return Outside(name, hides=True)
    given = (name, tuple(bases), {**names, _BODY: body})
    return made(walk, type, given, options) if metaclass is type else walk.call(metaclass, given, options)


def _mixed_in(walk: Walk, base: object) -> list[object]:
    """What a base gives a class: of an abstract one its methods, where those are known here, or nothing."""
    if not isinstance(base, type) or base.__module__ != ABSTRACT or base.__name__ not in _MIXINS:
        return [base]
    collections = models(walk, "collections")
    mixin = _MIXINS[base.__name__]
    return [collections.names[mixin]] if mixin and collections is not None else []


def instantiated(walk: Walk, cls: Class, args: Arguments, options: Keywords) -> object:
    """What calling a class gives."""
    if cls.is_derived_from(type) and len(args) == 1 and not cls.has("__new__"):
        raise UnknownError
    maker, starter = cls.find("__new__"), cls.find("__init__")
    if maker is not MISSING:
        maker = getattr(maker, "functions", [maker])[0]
        found = walk.call(maker, (cls, *args), options)
    else:
        found = walk.call(walk.get(object_type(cls), "__new__"), (cls, *args), options)
    is_own = found.cls.is_derived_from(cls) if isinstance(found, Instance) else isinstance(found, Class)
    if is_own and starter is not MISSING:
        walk.call(bound(walk, starter, found, cls), args, options)
    elif is_own and isinstance(found, Kept):
        filled(walk, found, *args, **options)
    takes_none = maker is MISSING and not cls.is_derived_from(BaseException) and not isinstance(found, Kept)
    if is_own and isinstance(found, Instance) and starter is MISSING and takes_none and (args or options):
        fail(TypeError, f"{cls.name}() takes no arguments")
    return found


def object_type(cls: Class) -> Class:
    """A class that has what `object`, or `type`, has, for one that has no more."""
    plain = Class(cls.name, (), {}, cls.metaclass)
    plain.order = tuple(each for each in cls.order if not isinstance(each, Class))
    return plain
