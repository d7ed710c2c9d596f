"""The objects that names stand for in the startup trace. A set of them is an answer, an empty set no answer.

As tuples they are equal when they hold the same, whatever they are: where two kinds may, one has a field to tell them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ...model import UNKNOWN
from ...model.access_paths import Steps, count_turns
from ...model.path_steps import joined
from ...syntax.values import Value
from . import strings


class Mod(NamedTuple):
    """A module, found in the project or not."""

    name: str
    is_module: bool = True  # and no text


Known = tuple[str, int, str]  # module, scope and name


class ClosureContext:
    """What is known of names around a function that another one made: a closure is one function for each context.

    The evaluator makes each context once, so that they are equal when they are the same.
    """

    __slots__ = ("_text", "depth", "known")

    depth: int  # of contexts in contexts

    def __init__(self, known: Mapping[Known, Objects]) -> None:
        self.known = known
        held = [each for objects in known.values() for each in leaves(objects)]
        inner = [each.function if isinstance(each, Method) else each for each in held]
        self.depth = (
            1 + max((each.context.depth for each in inner if isinstance(each, Func)), default=0) if known else 0
        )
        self._text = ", ".join(sorted(f"{key}: {_spelled(objects)}" for key, objects in known.items()))

    def __repr__(self) -> str:
        return f"Context({self._text})"


NO_CONTEXT = ClosureContext({})


class Func(NamedTuple):
    """A function or lambda: the scope of a module."""

    module: str
    scope: int
    context: ClosureContext = NO_CONTEXT


class Generator(NamedTuple):
    """What a call of a generator function gives: its body runs when something iterates over it."""

    function: Func
    is_generator: bool = True


class Lost(NamedTuple):
    """Something of the project that a name leads to which is made at run time."""

    is_lost: bool = True


class Const(NamedTuple):
    """A constant that is no string."""

    value: float | bool | None


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
    """A tuple whose places have meanings of their own."""

    parts: tuple[frozenset[Object], ...]


class Table(NamedTuple):
    """A mapping, by what each key leads to; a key that is not known is ""."""

    rows: tuple[tuple[str | int, frozenset[Object]], ...]

    @property
    def keys(self) -> Objects:
        """The keys that are known."""
        return NOTHING.union(*(known_key(key) for key, _ in self.rows))

    @property
    def values(self) -> Objects:
        """What all keys together lead to."""
        return frozenset().union(*(objects for _, objects in self.rows))

    def at(self, key: object) -> Objects:
        """What a key may lead to, any that is not known to all that they do."""
        if key == "" or not isinstance(key, (str, int)):
            return self.values
        return frozenset().union(*(objects for known, objects in self.rows if known in ("", key)))


class Lookup(NamedTuple):
    """A method that gives what a key leads to."""

    table: Table


class Less(NamedTuple):
    """A method that gives what a set has, or has not, in common with another."""

    items: frozenset[Object]
    name: str


PROXY = "werkzeug.local.LocalProxy"
STAND_IN = "sys.modules[]"  # the name under which a module has what code puts in its place


class PartialCall(NamedTuple):
    """What a call of a function gives that applies another one later, with what it was given: `functools.partial`.

    A PROXY calls what it was given whenever it is asked for something, and asks the result for that. The values are
    held: each is evaluated where it stands.
    """

    function: str  # by its path
    items: tuple[Value, ...]
    keywords: tuple[tuple[str, Value], ...]


class Record(NamedTuple):
    """An object by its attributes, which have places as well: a named tuple, a simple namespace, a dataclass's."""

    rows: tuple[tuple[str, frozenset[Object]], ...]
    cls: Cls | None = None  # of the project's own
    kind: str = "record"  # and no mapping

    def at(self, key: object) -> Objects:
        """What an attribute, or a place, has."""
        found = [held for at, (name, held) in enumerate(self.rows) if key in (name, at, at - len(self.rows))]
        return NOTHING.union(*found)


class RecordType(NamedTuple):
    """A class of records, by the names of their fields."""

    names: tuple[str, ...]
    kind: str = "class of records"


class Member(NamedTuple):
    """A member of an enumeration."""

    cls: Cls
    name: str


class DataFile(NamedTuple):
    """A data file of the project, or its text. Whether the path is certain, or counts from the working directory."""

    path: str
    is_certain: bool
    kind: str = "file"  # and no parameter of a function


class Gives(NamedTuple):
    """A method whose call is known to give this."""

    objects: frozenset[Object]
    is_method: bool = True  # and no container


_Code = PartialCall | Behind | Cls | DataFile | Func | Generator | Inst | Lost | Member | Method | Mod | RecordType
_Container = Gives | Items | Less | Lookup | Parts | Record | Table
Object = _Code | _Container | Const | Ext | Text | TextMethod
MAX_OBJECTS = 400  # that one name may stand for
MAX_HELD = 1_000  # that one answer, or container, may hold
MAX_CONTAINERS = 8  # of a kind that one name may stand for
MAX_DEPTH = 4  # of containers in a row or mapping
MAX_WAY = 10  # calls and items on the way to something outside
Objects = frozenset[Object]
Key = tuple[object, ...]  # module, scope, name, and what else an answer depends on
NOTHING: Objects = frozenset()


def in_order(objects: Objects) -> list[Object]:
    """Objects in an order that does not change from run to run."""
    return sorted(objects, key=_spelled) if len(objects) > 1 else list(objects)


_ACTING = (Cls, Generator, Inst)


def acting(objects: Objects) -> list[Object]:
    """Those of objects, in order, that code of the project makes do something where they are used."""
    return in_order(frozenset(each for each in objects if isinstance(each, _ACTING)))


def _spelled(each: object) -> str:
    """An object as text, sets in the order of their members: their own changes with the hash seed."""
    if isinstance(each, frozenset):
        return f"{{{', '.join(sorted(map(_spelled, each)))}}}"
    if isinstance(each, (Items, Parts, Record, Table, Lookup, Gives)) or type(each) is tuple:
        return f"{type(each).__name__}({', '.join(map(_spelled, each))})"
    return repr(each)


def container(objects: Objects) -> Items:
    """A container of objects; what containers in it hold lies in it as well, so that none is ever deeper than one."""
    flat: set[Object] = set()
    for each in objects:
        flat |= each.items if isinstance(each, Items) else {each}
    return Items(frozenset(flat))


def merged(objects: Objects) -> Objects:
    """Objects, with one container in place of many of its kind: adding bit by bit makes one of each bit."""
    items = [each for each in objects if isinstance(each, Items)]
    tables = [each for each in objects if isinstance(each, Table)]
    found = set(objects)
    for many in (items, tables):
        if len(many) > MAX_CONTAINERS:
            found.difference_update(many)
            found.add(_one_of(many))
    return frozenset(found)


def _one_of(containers: Sequence[Items | Table]) -> Items | Table:
    if isinstance(containers[0], Items):
        return Items(cut(NOTHING.union(*(each.items for each in containers if isinstance(each, Items)))))
    ordered = in_order(frozenset(containers))
    return table(row for each in ordered if isinstance(each, Table) for row in each.rows)


def cut(objects: Objects) -> Objects:
    """The first of objects up to a bound; where some are cut off, a string that is not known stands for them."""
    if len(objects) <= MAX_HELD:
        return objects
    return frozenset([*in_order(objects)[: MAX_HELD - 1], Text(UNKNOWN)])


def leaves(objects: Objects) -> Objects:
    """What objects are or hold, however deep."""
    if not has_container(objects):
        return objects
    return NOTHING.union(*map(_held, objects))


def _held(each: Object) -> Objects:
    match each:
        case Items():
            return leaves(each.items)
        case Parts():
            return leaves(NOTHING.union(*each.parts))
        case Table():
            return leaves(each.values) | each.keys
        case Record():
            return leaves(NOTHING.union(*(held for _, held in each.rows)))
    return frozenset({each})


def has_container(objects: Iterable[Object]) -> bool:
    """Whether a sequence or mapping is among objects."""
    return any(isinstance(each, (Items, Parts, Record, Table)) for each in objects)


def row(places: Iterable[Objects]) -> Parts:
    """A tuple of what stands at its places."""
    return Parts(tuple(map(_bounded, places)))


def mapped(keys: Objects, values: Objects) -> Table:
    """A mapping that may lead from each of the keys to each of the values."""
    return table((key, values) for key in sorted(each.text for each in keys if isinstance(each, Text)) or [""])


def known_key(key: str | int) -> Objects:
    """The object that a key of a mapping is; nothing for one that is not known."""
    if key == "":
        return NOTHING
    return frozenset({Text(key) if isinstance(key, str) else Const(key)})


def table(rows: Iterable[tuple[str | int, Objects]]) -> Table:
    """A mapping of keys to what they lead to, each key once."""
    found: dict[str | int, list[Objects]] = {}
    for key, objects in rows:
        known = key if key in found or len(found) < MAX_OBJECTS else ""
        found.setdefault(known, []).append(_bounded(objects))
    return Table(tuple((key, cut(NOTHING.union(*each))) for key, each in found.items()))


def _bounded(objects: Objects, depth: int = MAX_DEPTH) -> Objects:
    """Objects, containers among them no deeper than a bound: what is put into itself would never end."""
    if not has_container(objects):
        return objects
    return frozenset(_cut(each, depth) for each in objects)


def _cut(each: Object, depth: int) -> Object:
    if isinstance(each, (Items, Parts, Record, Table)) and not depth:
        return Items(_held(each))
    match each:
        case Items():
            return Items(_bounded(each.items, depth - 1))
        case Parts():
            return Parts(tuple(_bounded(objects, depth - 1) for objects in each.parts))
        case Table():
            return Table(tuple((key, _bounded(objects, depth - 1)) for key, objects in each.rows))
        case Record():
            return each._replace(rows=tuple((name, _bounded(objects, depth - 1)) for name, objects in each.rows))
    return each


def onward(outside: Ext, step: Steps) -> Ext:
    """Where an attribute, call or item leads from something outside.

    Past MAX_WAY it leads nowhere new: a function that calls itself with what it made of its argument never ends.
    """
    path = outside.path
    if count_turns(path) >= MAX_WAY or len(path) > strings.MAX_TEXT:
        return Ext(path)
    return Ext(joined(path, step))


def spelled(objects: Objects) -> list[str]:
    """The strings that objects are or hold, unknown parts marked; one wholly unknown string if there are none."""
    found = sorted(each.text for each in leaves(objects) if isinstance(each, Text))
    if not found:
        found = sorted(
            {
                strings.SEPARATORS[each.path]
                for each in objects
                if isinstance(each, Ext) and each.path in strings.SEPARATORS
            }
        )
    return found or [UNKNOWN]
