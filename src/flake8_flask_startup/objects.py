"""The objects that names stand for in the startup trace. A set of them is an answer, an empty set no answer."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from . import texts


class Mod(NamedTuple):
    """A module, found in the project or not."""

    name: str


class Func(NamedTuple):
    """A function or lambda: the scope of a module."""

    module: str
    scope: int


class Cls(NamedTuple):
    """A class: the scope of a module."""

    module: str
    scope: int


class Inst(NamedTuple):
    """An instance of a class."""

    cls: Cls


class Behind(NamedTuple):
    """What `super()` gives: the attributes of the bases of receiver that come after cls."""

    receiver: Cls
    cls: Cls


class Method(NamedTuple):
    """A function found on an instance or class, with the class that `self` is of."""

    function: Func
    cls: Cls


class Ext(NamedTuple):
    """Something outside the project, by the path that leads to it: "flask.Flask().config".

    receiver is the class of the project that inherits it.
    """

    path: str
    receiver: Cls | None = None


class Text(NamedTuple):
    """A string. An unknown part of it is "\\0"."""

    text: str


class TextMethod(NamedTuple):
    """A method of a string or path, by its name."""

    text: str
    name: str


class Items(NamedTuple):
    """A container, by what it holds."""

    items: frozenset[Object]


class Parts(NamedTuple):
    """A tuple whose places mean different things."""

    parts: tuple[frozenset[Object], ...]


class Gives(NamedTuple):
    """A method whose call is known to give this."""

    objects: frozenset[Object]


Object = Mod | Func | Cls | Inst | Behind | Method | Ext | Text | TextMethod | Items | Parts | Gives
MAX_OBJECTS = 400  # that one name may stand for
MAX_WAY = 10  # calls and items on the way to something outside
Objects = frozenset[Object]
Key = tuple[str, int, str]  # module, scope, name
NOTHING: Objects = frozenset()


def in_order(objects: Objects) -> list[Object]:
    """Objects in an order that does not change from run to run."""
    return sorted(objects, key=_spelled) if len(objects) > 1 else list(objects)


def _spelled(each: object) -> str:
    """An object as text, sets in the order of their members: their own changes with the hash seed."""
    if isinstance(each, frozenset):
        return f"{{{', '.join(sorted(map(_spelled, each)))}}}"
    if isinstance(each, (Items, Parts, Gives)) or type(each) is tuple:
        return f"{type(each).__name__}({', '.join(map(_spelled, each))})"
    return repr(each)


def container(objects: Objects) -> Items:
    """A container of objects; what containers in it hold lies in it as well, so that none is ever deeper than one."""
    flat: set[Object] = set()
    for each in objects:
        flat |= each.items if isinstance(each, Items) else {each}
    return Items(frozenset(flat))


def onward(outside: Ext, step: str) -> Ext:
    """Where an attribute, call or item leads from something outside.

    Past MAX_WAY it leads nowhere new: a function that calls itself with what it made of its argument never ends.
    """
    path = outside.path
    if path.count("(") + path.count("[") >= MAX_WAY:
        return Ext(path)
    return Ext(f"{path}{step}")


def element(owner: Object, at: object) -> Objects:
    """What an item of an object is; an object that holds nothing known is its own item, as a slice of a string is."""
    match owner:
        case Items():
            return owner.items
        case Parts(parts=parts):
            return parts[at] if isinstance(at, int) and -len(parts) <= at < len(parts) else frozenset().union(*parts)
        case Ext():
            return frozenset({onward(owner, "[]")})
    return frozenset({owner})


def of_text(text: str, name: str) -> Objects:
    """An attribute of a string that may be a path or a dotted name."""
    if (known := texts.attribute(text, name)) is not None:
        return frozenset({Text(known)})
    deep = texts.lists_folder(name)
    if deep is not None:
        names = texts.modules_in(texts.folder_of(text), paths=True, deep=deep)
        return frozenset({Gives(frozenset({Items(frozenset(map(Text, names)))}))})
    if name == "parents":
        return frozenset({Parts(tuple(frozenset({Text(str(folder))}) for folder in Path(text).parents))})
    return frozenset({TextMethod(text, name)}) if name in texts.METHODS else NOTHING


def of_method(method: TextMethod, arguments: list[str]) -> Objects:
    """What a method of a string gives for arguments."""
    made = [frozenset({Text(each)}) for each in texts.method(method.text, method.name, arguments)]
    return made[0] if len(made) == 1 else frozenset({Parts(tuple(made))})


def absolute(module: str, level: int, package: str) -> str:
    """The absolute name of a module imported with leading dots from a package (PEP 328)."""
    if not level:
        return module
    parts = package.split(".")
    base = ".".join(parts[: len(parts) - level + 1])
    return f"{base}.{module}".strip(".") if module else base


def named(name: str, package: str) -> str:
    """The absolute name of a module that a string names, relative to a package when it begins with dots."""
    level = len(name) - len(name.lstrip("."))
    return absolute(name[level:], level, package)
