"""Instances of classes that derive from `dict`, `list`, `set`, `str`, `int` or `tuple`: they are that as well."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ...model.access_paths import item_of
from .objects import Arguments, Class, Instance, Native, Outside, UnknownError, Walk, fail, native

MAX_TURNS = 2
MAX_ROWS = 8  # of a table whose key nobody knows, each of which is a start of its own


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


class KeptText(str, Instance):  # an instance has attributes
    """An instance that is a text."""


class KeptNumber(int, Instance):
    """An instance that is a whole number."""


class KeptTuple(tuple[object, ...], Instance):  # likewise
    """An instance that is a tuple."""


KINDS: Mapping[type, type[Any]] = {dict: KeptDict, list: KeptList, set: KeptSet}
VALUES: Mapping[type, type[Any]] = {str: KeptText, int: KeptNumber, tuple: KeptTuple}  # which never change
Values = (KeptText, KeptNumber, KeptTuple)
Kept = (KeptDict, KeptList, KeptSet, *Values)
# Special names that a class of values may have: Python's own operators do not ask for these.
_HARMLESS = frozenset(
    {
        "__annotations__", "__call__", "__class_getitem__", "__copy__", "__deepcopy__", "__doc__", "__enter__",
        "__exit__", "__getattr__", "__init__", "__init_subclass__", "__match_args__", "__module__", "__new__",
        "__qualname__", "__repr__", "__slots__", "__str__",
    }
)  # fmt: skip
_SPECIAL = ("__contains__", "__delitem__", "__getitem__", "__iter__", "__len__", "__setitem__")


def made(walk: Walk, cls: Class, args: Arguments) -> Instance:
    """An instance of a class, which is a container or a value if a base is."""
    for kind, kept in KINDS.items():
        if kind in cls.order:
            found: Instance = kept(cls)
            return found
    for kind, kept in VALUES.items():
        if kind in cls.order:
            content = walk.call(walk.builtins[kind.__name__], args)
            if not isinstance(content, kind):
                raise UnknownError
            make: Any = kind.__new__
            value: Instance = make(kept, content)
            Instance.__init__(value, cls)
            return value
    return Instance(cls)


def has_room(cls: Class, name: str) -> bool:
    """Whether instances of a class can have an attribute of a name: `__slots__` may leave none for it."""
    classes = [each for each in cls.order if isinstance(each, Class)]
    slots = [each.names.get("__slots__") for each in classes]
    if None in slots:
        return True
    known = [(one,) if isinstance(one, str) else one for one in slots]
    if not all(isinstance(one, (list, tuple)) for one in known):
        raise UnknownError
    listed = [each for one in known if isinstance(one, (list, tuple)) for each in one]
    return name in listed or "__dict__" in listed


def need_plain_operators(cls: Class) -> None:
    """Raise UnknownError for a class of values with operators of its own, which Python's containers would not ask."""
    if any(kind in cls.order for kind in VALUES):
        names = {name for each in cls.order if isinstance(each, Class) for name in each.names}
        if any(name.startswith("__") and name.endswith("__") and name not in _HARMLESS for name in names):
            raise UnknownError


def kind_of(owner: object) -> type | None:
    """The kind of container or value that an instance is."""
    return next((kind for kind, kept in {**KINDS, **VALUES}.items() if isinstance(owner, kept)), None)


def filled(walk: Walk, owner: object, *args: object, **options: object) -> None:
    """What `__init__` of a container does."""
    kind = kind_of(owner)
    if kind is None:
        raise UnknownError
    if kind in VALUES:
        return
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
    if name == "__getitem__" and kind is dict:
        return Native(name, lambda walk, key: _item_of(walk, owner, key))
    return Native(name, lambda _, *args: native(getattr(kind, name), owner, *args))


def _item_of(walk: Walk, owner: Any, key: object) -> object:
    """Return an item of a dict; if the key is missing, the result of the class's `__missing__`."""
    if native(dict.__contains__, owner, key) or not owner.cls.has("__missing__"):
        return native(dict.__getitem__, owner, key)
    return walk.call(walk.get(owner, "__missing__"), (key,))


def any_item(walk: Walk, owner: Any, *default: object) -> object:
    """The item under a key that nobody knows, each start another one; without a default, there may be none."""
    rows = [*(owner.values() if isinstance(owner, dict) else owner), *default]
    if len(rows) > MAX_ROWS:
        raise UnknownError
    if not rows or (not default and walk.decide()):
        fail(KeyError if isinstance(owner, dict) else IndexError)
    for each in rows[:-1]:
        if walk.decide():
            return each
    return rows[-1]


def some_items(walk: Walk, owner: Outside) -> Iterator[Outside]:
    """The items of something outside: each start finds none, one or two, as a second turn may do more than the first.

    Raises:
        UnknownError: where that may lead to code of the project.
    """
    if owner.hides:
        raise UnknownError
    walk.note_asked(owner.path)
    for _ in range(MAX_TURNS):
        if not walk.decide():
            return
        yield Outside(item_of(owner.path))
