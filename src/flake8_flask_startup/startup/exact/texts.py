"""Methods of texts and containers, each call bounded in what it may make."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping, Sequence
from string import Formatter

from .containers import any_item
from .objects import Instance, Native, Outside, UnknownError, Walk, fail, native, pay
from .plain_values import is_plain

MAX_LENGTH = 20_000  # of a text or container that one step makes
METHODS = frozenset(
    {
        "capitalize", "casefold", "count", "endswith", "find", "format", "index", "isalnum", "isalpha", "isdigit",
        "isidentifier", "islower", "isspace", "isupper", "join", "lower", "lstrip", "partition", "removeprefix",
        "removesuffix", "replace", "rfind", "rindex", "rpartition", "rsplit", "rstrip", "split", "splitlines",
        "startswith", "strip", "swapcase", "title", "upper", "isdecimal", "isnumeric", "format_map", "zfill", "center",
        "encode", "expandtabs", "isascii", "isprintable", "istitle", "ljust", "rjust", "translate",
    }
)  # fmt: skip


# Methods of types that keep attributes and items to themselves.
_HELD: dict[type, frozenset[str]] = {
    list: frozenset({"append", "clear", "copy", "count", "extend", "index", "insert", "pop", "remove", "reverse"}),
    tuple: frozenset({"count", "index"}),
    dict: frozenset({"clear", "copy", "get", "items", "keys", "pop", "popitem", "setdefault", "update", "values"}),
    set: frozenset({"add", "clear", "copy", "difference", "difference_update", "discard", "intersection", "isdisjoint",
                    "intersection_update", "issubset", "issuperset", "pop", "remove", "symmetric_difference", "union",
                    "update"}),
    frozenset: frozenset({"copy", "difference", "intersection", "isdisjoint", "issubset", "issuperset", "union"}),
    deque: frozenset({"append", "appendleft", "clear", "copy", "count", "extend", "extendleft", "pop", "popleft",
                      "remove", "reverse", "rotate"}),
    range: frozenset({"count", "index"}),
    str: METHODS,
    bytes: frozenset({"decode", "endswith", "split", "startswith", "strip"}),
    int: frozenset({"bit_length"}),
}  # fmt: skip
_KEYED = frozenset({"get", "pop", "setdefault"})  # methods of a mapping that look for a key
_PADDED = frozenset({"center", "expandtabs", "ljust", "rjust", "zfill"})  # to a length that they are given
_BEHIND = re.compile(r"^\w+|\.\w+|\[\w+\]")
_CONSUMING = frozenset({"extend", "extendleft", "update", "union", "difference", "intersection", "join", "isdisjoint",
                        "issubset", "issuperset", "difference_update", "intersection_update",
                        "symmetric_difference"})  # fmt: skip


def has_method(kind: type, name: str) -> bool:
    """Whether a type of texts or containers has a method that is done here."""
    return name in _HELD.get(kind, ())


def held_method(owner: object, name: str) -> object:
    """A method of a text or container; None for any other attribute."""
    for kind in type(owner).__mro__ if not isinstance(owner, type) else ():
        if name in _HELD.get(kind, ()):
            return Native(name, lambda walk, *args, **options: _method(walk, owner, name, args, options))
    if isinstance(owner, list) and name == "sort":
        return Native(name, lambda walk, **options: _sort(walk, owner, options))
    return None


def _method(walk: Walk, owner: object, name: str, args: tuple[object, ...], options: dict[str, object]) -> object:
    if name in _CONSUMING:
        args = tuple(each if isinstance(each, (dict, str)) else list(walk.iterate(each)) for each in args)
    if isinstance(owner, dict) and name in _KEYED and args and isinstance(args[0], Outside):
        if name != "get" or type(owner) is not dict:
            raise UnknownError
        return any_item(walk, owner, *(args[1:] or (None,)))
    if isinstance(owner, dict) and any(isinstance(each, dict) for each in args):
        walk.spend(sum(len(each) for each in args if isinstance(each, dict)))
    return called(walk, owner, name, args, options)


def _sort(walk: Walk, owner: list[object], options: dict[str, object]) -> None:
    owner[:] = list(walk.iterate(walk.call(walk.builtins["sorted"], (list(owner),), options)))


def called(walk: Walk, owner: object, name: str, args: Sequence[object], options: Mapping[str, object]) -> object:
    """What a method of a text or container gives, or does."""
    if isinstance(owner, str):
        return _of_text(walk, owner, name, args, options)
    if isinstance(owner, (set, frozenset)) and name == "pop" and len(owner) > 1:
        raise UnknownError  # nobody knows which
    if isinstance(owner, range) and not all(isinstance(each, int) for each in args):
        raise UnknownError  # which Python would look for one by one
    if name in ("count", "index", "remove"):
        known = [*owner] if isinstance(owner, (list, tuple)) else []
        if any(isinstance(each, Instance) for each in (*known, *args)):
            raise UnknownError
    found = native(getattr(owner, name), *args, **options)
    return pay(walk, found) if name == "copy" else found


def _of_text(walk: Walk, text: str, name: str, args: Sequence[object], options: Mapping[str, object]) -> object:
    if name in ("format", "format_map"):
        return _formatted(walk, text, args, options)
    size = len(text) + sum(len(each) for each in args if isinstance(each, str))
    if name == "replace" and len(args) > 1 and isinstance(args[1], str):
        size += (len(text) + 1) * len(args[1])
    if name == "join" and args and isinstance(args[0], list):
        size += sum(len(each) + len(text) for each in args[0] if isinstance(each, str))
    if name in _PADDED and args and isinstance(args[0], int):
        size += args[0] * (text.count("\t") if name == "expandtabs" else 1)
    if name == "translate" and args and isinstance(args[0], dict):
        size += len(text) * max((len(each) for each in args[0].values() if isinstance(each, str)), default=1)
    if size > MAX_LENGTH or not all(is_plain(each, 2) for each in args):
        if size > MAX_LENGTH or name != "join":
            raise UnknownError
        fail(TypeError, "sequence item: expected str instance")
    return pay(walk, native(getattr(text, name), *args, **options))


def _formatted(walk: Walk, text: str, args: Sequence[object], options: Mapping[str, object]) -> str:
    """`text.format(...)`, of fields that are numbers or names with attributes and items behind them."""
    if args and not options and isinstance(args[0], dict) and not any(each.isdigit() for each in _fields(text)):
        options = {str(key): each for key, each in args[0].items()} if "format_map" else options
    made: list[str] = []
    number = 0
    for literal, field, spec, conversion in _parts(text):
        made.append(literal)
        if field is None:
            continue
        if not field or field[0] in ".[":
            field, number = f"{number}{field}", number + 1
        if "{" in (spec or ""):
            raise UnknownError
        value = _field(walk, field, args, dict(options))
        made.append(shown(walk, value, conversion or "", spec or ""))
    return bounded("".join(made))


def _field(walk: Walk, field: str, args: Sequence[object], named: dict[str, object]) -> object:
    """What a field of a template names: an argument, with the attributes and items behind it."""
    root, *behind = _BEHIND.findall(field)
    if "".join((root, *behind)) != field:
        raise UnknownError
    value = native(args.__getitem__, int(root)) if root.isdecimal() else native(named.__getitem__, root)
    for each in behind:
        if each.startswith("."):
            value = walk.get(value, each[1:])
        elif isinstance(value, (dict, list, tuple)) and not isinstance(value, Instance):
            key = each[1:-1]
            value = native(value.__getitem__, int(key) if key.isdecimal() else key)
        else:
            raise UnknownError
    return value


def _fields(text: str) -> list[str]:
    return [field for _, field, _, _ in _parts(text) if field is not None]


def _parts(text: str) -> list[tuple[str, str | None, str | None, str | None]]:
    try:
        return list(Formatter().parse(text))
    except ValueError as error:
        raise UnknownError from error


def bounded(text: str) -> str:
    """A text that is not too long to go on with."""
    if len(text) > MAX_LENGTH:
        raise UnknownError
    return text


def shown(walk: Walk, value: object, conversion: str = "", spec: str = "") -> str:
    """A value as a field of a template shows it."""
    if any(each.isdigit() for each in spec) and len("".join(filter(str.isdigit, spec))) > 3:
        raise UnknownError
    if isinstance(value, Instance) and not conversion and value.cls.has("__format__"):
        value, spec = walk.call(walk.get(value, "__format__"), (spec,)), ""
    elif not is_plain(value) or isinstance(value, Instance):
        if spec and not conversion:
            raise UnknownError
        value = walk.call(walk.builtins["repr"], (value,)) if conversion == "r" else as_text(walk, value)
    elif conversion == "r":
        value = repr(value)
    elif conversion == "s":
        value = str(value)
    elif conversion:
        raise UnknownError
    return bounded(str(native(format, value, spec)))


def as_text(walk: Walk, value: object) -> str:
    """`str(value)`."""
    if isinstance(value, Instance):
        for name in ("__str__", "__repr__"):
            if value.cls.has(name):
                return str(walk.call(walk.get(value, name)))
    if is_plain(value):
        return bounded(str(native(str, value)))
    if isinstance(value, BaseException) and is_plain(value.args):
        return bounded(str(value))
    is_error = isinstance(value, Instance) and value.cls.is_derived_from(BaseException)
    if isinstance(value, Instance) and is_error and is_plain(value.args) and len(value.args) < 2:
        return bounded(str(value.args[0]) if value.args else "")
    raise UnknownError
