"""Built-in functions, as far as they are done here; what is missing is not known, and ends the walk."""

from __future__ import annotations

import ast
import builtins
import operator
from collections.abc import Iterator
from functools import partial
from itertools import islice
from typing import Any

from ...model.access_paths import call_of
from . import operators
from .assignments import drop
from .classes import instantiated, made, metaclass_of
from .code_texts import compiled
from .containers import any_item
from .groups import groups
from .objects import (
    ABSTRACT,
    CODE,
    MISSING,
    Bound,
    Class,
    Function,
    Instance,
    Module,
    Native,
    Outside,
    RaisedError,
    UnknownError,
    Walk,
    Wrapped,
    fail,
    native,
    not_known,
    on_owner,
    pay,
)
from .plain_values import is_plain, is_small
from .texts import MAX_LENGTH, as_text, bounded

_LACKS = object()


def listed(walk: Walk, value: object) -> list[object]:
    """Return the items of an iterable as a list; raise UnknownError if there are more than MAX_LENGTH."""
    found = list(islice(walk.iterate(value), MAX_LENGTH + 1))
    if len(found) > MAX_LENGTH:
        raise UnknownError
    return found


def _getattr(walk: Walk, owner: object, name: str | Outside, default: object = _LACKS) -> object:
    if isinstance(name, Outside) and isinstance(owner, (Class, Module)):
        names = [each for each in owner.names if not each.startswith("_")]
        if any(isinstance(owner.names[each], Function) for each in names):
            raise UnknownError  # known only at run time; the trace reports the call
        name = str(any_item(walk, names, ""))
    if not isinstance(name, str):
        raise UnknownError
    try:
        return walk.get(owner, name)
    except RaisedError as error:
        if default is _LACKS or not operators.is_kind(error.value, AttributeError):
            raise
        return default


def _hasattr(walk: Walk, owner: object, name: str) -> bool:
    if isinstance(owner, Outside):
        raise UnknownError
    if isinstance(owner, (list, dict, tuple, str, set)) and name.startswith("__"):
        return hasattr(owner, name)
    return _getattr(walk, owner, name, MISSING) is not MISSING


def _is_instance(_: Walk, value: object, kinds: object) -> bool:
    return any(operators.is_kind(value, each) for each in (kinds if isinstance(kinds, tuple) else (kinds,)))


def _is_subclass(_: Walk, cls: object, kinds: object) -> bool:
    kinds = kinds if isinstance(kinds, tuple) else (kinds,)
    if isinstance(cls, Class) and any(isinstance(each, type) and each.__module__ == ABSTRACT for each in kinds):
        raise UnknownError  # which may ask what methods the class has
    if isinstance(cls, Class) and all(isinstance(each, (Class, type)) for each in kinds):
        return any(cls.is_derived_from(each) for each in kinds)
    if isinstance(cls, type) and all(isinstance(each, (Class, type)) for each in kinds):
        return any(isinstance(each, type) and issubclass(cls, each) for each in kinds)
    if is_plain(cls) or isinstance(cls, (Function, Instance)):
        fail(TypeError, "issubclass() arg 1 must be a class")
    raise UnknownError


def _callable(_: Walk, value: object) -> bool:
    if isinstance(value, Instance):
        return value.cls.has("__call__")
    if isinstance(value, Outside):
        raise UnknownError
    return isinstance(value, (Bound, Class, Function, Native, type))


def _type(walk: Walk, *args: object, **options: object) -> object:
    if len(args) == 1:
        (value,) = args
        if isinstance(value, (Instance, Class)):
            return value.cls if isinstance(value, Instance) else value.metaclass
        if isinstance(value, (Outside, CODE, Module)):
            raise UnknownError
        return type(value)
    bases = args[1] if len(args) > 1 else None
    if not isinstance(bases, tuple) or any(isinstance(each, Outside) for each in bases):
        raise UnknownError
    metaclass = metaclass_of(bases, None)
    return made(walk, type, args, options) if metaclass is type else walk.call(metaclass, args, options)


def _new_class(walk: Walk, metaclass: object, *args: object, **options: object) -> object:
    return made(walk, metaclass, args, options)


def _instance(walk: Walk, cls: object, *args: object, **options: object) -> object:
    if not isinstance(cls, Class):
        raise UnknownError
    return instantiated(walk, cls, args, options)


def _map(walk: Walk, function: object, *values: object) -> Iterator[object]:
    ways = [walk.iterate(each) for each in values]
    return (walk.call(function, args) for args in zip(*ways, strict=False))


def _filter(walk: Walk, test: object, values: object) -> Iterator[object]:
    def passes(each: object) -> bool:
        return walk.truth(each if test is None else walk.call(test, (each,)))

    return (each for each in walk.iterate(values) if passes(each))


def _zip(walk: Walk, *values: object, strict: bool = False) -> Iterator[object]:
    return zip(*[walk.iterate(each) for each in values], strict=strict)


def _enumerate(walk: Walk, values: object, start: int = 0) -> Iterator[object]:
    return enumerate(walk.iterate(values), start)


def _reversed(walk: Walk, value: object) -> Iterator[object]:
    if operators.is_answered(found := operators.asked(walk, value, "__reversed__")):
        return walk.iterate(found)
    if not isinstance(value, (dict, list, range, str, tuple)):
        raise UnknownError
    return iter(list(value)[::-1])


def _next(walk: Walk, value: object, *default: object) -> object:
    try:
        if operators.is_answered(found := operators.asked(walk, value, "__next__")):
            return found
    except RaisedError as error:
        if default and operators.is_kind(error.value, StopIteration):
            return default[0]
        raise
    if not isinstance(value, Iterator):
        raise UnknownError
    for each in value:
        return each
    return default[0] if default else fail(StopIteration)


def _iter(walk: Walk, value: object, *sentinel: object) -> object:
    if not sentinel:
        return value if isinstance(value, Iterator) else walk.iterate(value)

    def calls() -> Iterator[object]:
        while not walk.equal(each := walk.call(value), sentinel[0]):
            yield each

    return calls()


def _len(walk: Walk, value: object) -> object:
    if operators.is_answered(found := operators.asked(walk, value, "__len__")):
        return found
    if isinstance(value, Outside) or operators.is_code(value):
        raise UnknownError
    return on_owner(len, value)


def _keyed(walk: Walk, values: object, key: object) -> tuple[list[object], list[object]]:
    items = listed(walk, values)
    keys = items if key is None else [walk.call(key, (each,)) for each in items]
    if all(map(_has_plain_order, keys)):
        return items, keys
    rows = [each for each in keys if isinstance(each, (list, tuple)) and not isinstance(each, Instance) and each]
    firsts: list[object] = [each[0] for each in rows if isinstance(each[0], (int, str))]
    if len(set(firsts)) < len(keys):
        raise UnknownError
    return items, firsts  # as no two are equal, Python compares nothing behind them


def _has_plain_order(key: object) -> bool:
    """Whether Python compares a key as it is here: functions and classes are equal to themselves alone."""
    if isinstance(key, (list, tuple)) and not isinstance(key, Instance) and is_small(key):
        return all(is_plain(each) or isinstance(each, (Bound, Class, Function)) for each in key)
    return is_plain(key)


def _sorted(walk: Walk, values: object, *, key: object = None, reverse: object = False) -> list[object]:
    found = listed(walk, values)
    if key is None and all(isinstance(each, Instance) and each.cls.has("__lt__") for each in found):
        ordered = sorted(map(partial(operators.Ordered, walk), found), reverse=walk.truth(reverse))
        return [each.value for each in ordered]
    items, keys = _keyed(walk, found, key)
    backward = walk.truth(reverse)
    comparable: list[Any] = keys  # what cannot be compared raises TypeError, as in the project's code
    order: Any = on_owner(lambda: sorted(range(len(items)), key=comparable.__getitem__, reverse=backward))
    return [items[at] for at in order]


def _extreme(kind: Any, walk: Walk, *values: object, key: object = None, **default: object) -> object:
    items, keys = _keyed(walk, values[0] if len(values) == 1 else values, key)
    if not items:
        return default["default"] if "default" in default else fail(ValueError, "empty sequence")
    at: Any = on_owner(lambda: kind(range(len(items)), key=keys.__getitem__))
    return items[at]


def _sum(walk: Walk, values: object, start: object = 0) -> object:
    for each in walk.iterate(values):
        start = operators.binary(walk, ast.Add(), start, each)
    return start


def _int(walk: Walk, value: object = 0, *base: object) -> object:
    if operators.is_answered(found := operators.asked(walk, value, "__int__")):
        return found
    if isinstance(value, Outside):
        return Outside("int()")
    if not is_plain(value) or (isinstance(value, str) and len(value) > 20):
        raise UnknownError
    return native(int, value, *base)


def _str(walk: Walk, value: object = "") -> object:
    if isinstance(value, Outside):
        return Outside("str()")
    return as_text(walk, value)


def _repr(walk: Walk, value: object) -> object:
    if operators.is_answered(found := operators.asked(walk, value, "__repr__")):
        return found
    if not is_plain(value):
        raise UnknownError
    return bounded(repr(value))


def _dict(walk: Walk, *given: object, **named: object) -> dict[object, object]:
    found: dict[object, object] = {}
    for each in given:
        pay(walk, each)
        pairs = each.items() if isinstance(each, dict) else [listed(walk, pair) for pair in listed(walk, each)]
        for key, value in pairs:
            operators.set_item(walk, found, key, value)
    found.update(named)
    return found


def _hash(_: Walk, value: object) -> object:
    if not isinstance(value, int):  # that of a text is another in each process
        raise UnknownError
    return hash(value)


def _round(_: Walk, value: object, *places: object) -> object:
    if not all(isinstance(each, int) and abs(each) < 20 for each in places):
        raise UnknownError
    return native(round, value, *places)


def _range(walk: Walk, *bounds: object) -> object:
    return native(range, *[operators.number_of(walk, each) for each in bounds])


def _property(_: Walk, *functions: object) -> Wrapped:
    return Wrapped("property", functions)


def _vars(walk: Walk, owner: object) -> object:
    return walk.get(owner, "__dict__")


def _dir(walk: Walk, owner: object) -> object:
    found = operators.asked(walk, owner, "__dir__")
    if isinstance(owner, Module) and "__dir__" in owner.names:
        found = walk.call(owner.names["__dir__"])
    if operators.is_answered(found):
        return _sorted(walk, found)
    if isinstance(owner, Module):
        return sorted(owner.names)
    if not isinstance(owner, (Class, Instance)):
        raise UnknownError
    classes = owner.order if isinstance(owner, Class) else owner.cls.order
    names = {name for each in classes if isinstance(each, Class) for name in each.names}
    return sorted({*names, *(owner.names if isinstance(owner, Instance) else ()), *dir(object)})


def _import(walk: Walk, name: object, *more: object, **options: object) -> object:
    fromlist = more[2] if len(more) > 2 else options.get("fromlist", ())
    if not isinstance(name, str) or len(more) > 3 or options.get("level", 0) != 0:
        raise UnknownError
    found = walk.load(name)
    if not walk.truth(fromlist):
        return walk.loaded()[name.partition(".")[0]]
    if isinstance(found, Module) and "__path__" in found.names:
        for each in walk.iterate(fromlist):
            if each not in found.names:
                walk.load(f"{name}.{each}")
    return found


_OBJECT = Class("object", (), {}, type)
_OBJECT.order = (_OBJECT,)
_FUNCTIONS: dict[str, Any] = {
    "__import__": _import,
    "abs": lambda _, value: native(operator.abs, value),
    "all": lambda walk, values: all(walk.truth(each) for each in walk.iterate(values)),
    "any": lambda walk, values: any(walk.truth(each) for each in walk.iterate(values)),
    "callable": _callable,
    "chr": lambda _, value: native(chr, value),
    "compile": compiled,
    "delattr": lambda _, owner, name: drop(owner, name),
    "dir": _dir,
    "divmod": lambda _, one, other: native(divmod, one, other),
    "enumerate": _enumerate,
    "eval": lambda _: fail(TypeError),
    "exec": lambda _: fail(TypeError),
    "filter": _filter,
    "getattr": _getattr,
    "globals": lambda _: fail(TypeError),
    "hasattr": _hasattr,
    "hash": _hash,
    "id": not_known,
    "isinstance": _is_instance,
    "issubclass": _is_subclass,
    "iter": _iter,
    "len": _len,
    "locals": lambda _: fail(TypeError),
    "map": _map,
    "max": partial(_extreme, max),
    "min": partial(_extreme, min),
    "next": _next,
    "ord": lambda _, value: native(ord, value),
    "print": lambda _, *_values, **_options: None,
    "repr": _repr,
    "reversed": _reversed,
    "round": _round,
    "setattr": lambda walk, owner, name, value: walk.set(owner, name, value),
    "sorted": _sorted,
    "sum": _sum,
    "super": lambda _: fail(RuntimeError),
    "vars": _vars,
    "zip": _zip,
}
# What the types give that are called; `range` and `type` among them.
_TYPES: dict[str, Any] = {
    "bool": lambda walk, value=False: walk.truth(value),
    "classmethod": lambda _, function: Wrapped("classmethod", [function]),
    "dict": _dict,
    "float": lambda _, value=0: native(float, value) if is_plain(value) else fail(TypeError),
    "frozenset": lambda walk, values=(): native(frozenset, listed(walk, values)),
    "int": _int,
    "list": lambda walk, values=(): listed(walk, values),
    "object": lambda _: Instance(_OBJECT),
    "property": _property,
    "range": _range,
    "set": lambda walk, values=(): native(set, listed(walk, values)),
    "staticmethod": lambda _, function: Wrapped("staticmethod", [function]),
    "str": _str,
    "tuple": lambda walk, values=(): tuple(listed(walk, values)),
    "type": _type,
}


def names() -> dict[str, object]:
    """The built-in names; what types give under their name with `()`."""
    found: dict[str, object] = {name: Native(name, each) for name, each in _FUNCTIONS.items()}
    for name, function in _TYPES.items():
        found[name] = getattr(builtins, name)
        found[call_of(name)] = Native(name, function)
    kinds = ((name, each) for name, each in vars(builtins).items() if isinstance(each, type))
    found |= {name: each for name, each in kinds if issubclass(each, BaseException)}
    found |= groups()
    found |= {"type.__new__": Native("__new__", _new_class), "type.__call__": Native("__call__", _instance)}
    found |= {"NotImplemented": NotImplemented, "Ellipsis": ..., "__debug__": True}
    return found
