"""Calls of library functions whose results matter to what startup imports: paths, listings, walks over packages."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice, product

from ...model import UNKNOWN
from ...model.access_paths import call_of, is_attribute, keyed_item_of, split_last
from ...syntax.lowering import formatted
from ...syntax.values import Kind, Value
from ..values import literals, strings
from ..values.abstract_values import (
    MAX_OBJECTS,
    NOTHING,
    PROXY,
    Cls,
    Const,
    Ext,
    Gives,
    Inst,
    Items,
    Less,
    Lookup,
    Lost,
    Mod,
    Object,
    Objects,
    PartialCall,
    Parts,
    Record,
    RecordType,
    Table,
    Text,
    TextMethod,
    leaves,
    spelled,
    table,
)
from ..values.environment import Env
from ..values.members import element
from ..values.memo import CHOICE, DOUBT, ENVIRONMENT, PARAMETER, TAKEN, UNKNOWN_PART
from . import (
    data_files,
    entry_points,
    env_files,
    file_names,
    named_objects,
    namespaces,
    option_files,
    patterns,
    sequences,
)

_PASS_THROUGH = frozenset(
    {
        "asyncio.Queue",
        "collections.deque",
        "compile",
        "contextlib.aclosing",
        "contextlib.closing",
        "contextlib.nullcontext",
        "copy.copy",
        "copy.deepcopy",
        "dict",
        "frozenset",
        "iter",
        "list",
        "multiprocessing.Queue",
        "queue.LifoQueue",
        "queue.Queue",
        "queue.SimpleQueue",
        "set",
        "tuple",
        "types.MappingProxyType",
        "weakref.WeakSet",
        "weakref.proxy",
    }
)


# What gives a function back, as one that is called with the same arguments.
_WRAPPERS = frozenset(
    {
        "asgiref.sync.async_to_sync",
        "asgiref.sync.sync_to_async",
        "click.command()",
        "click.group()",
        "flask.Flask().async_to_sync",
        "flask.Flask().ensure_sync",
        "flask.copy_current_request_context",
        "flask.current_app.async_to_sync",
        "flask.current_app.ensure_sync",
        "functools.cache",
        "functools.lru_cache()",
        "functools.update_wrapper",
        "functools.wraps()",
        "staticmethod",
    }
)

_MAPPINGS = frozenset(
    {
        "collections.OrderedDict",
        "collections.defaultdict",
        "weakref.WeakKeyDictionary",
        "weakref.WeakValueDictionary",
    }
)
_QUEUES = frozenset({"asyncio.Queue", "multiprocessing.Queue", "queue.LifoQueue", "queue.Queue", "queue.SimpleQueue"})
_CONTAINERS = _QUEUES | {"collections.deque", "frozenset", "list", "set", "tuple", "weakref.WeakSet"}

_ITEM_OR_DEFAULT = ("get", "pop", "setdefault")  # of a mapping that is not known: `app.config.get(key, otherwise)`
_CONFIGURATIONS = frozenset({"flask.Flask().config", "flask.current_app.config"})
_DEFAULTING = frozenset({"os.environ.get", "os.getenv"})
_VARIABLES = ("os.environ", "os.getenv")


def known_call(env: Env, callee: Object, value: Value) -> Objects | None:
    """What a call gives whose result matters to what startup imports; None for any other."""
    if isinstance(callee, RecordType):
        return _record(env, callee, value)
    if isinstance(callee, Ext) and callee.path in _RESULTS:
        return _RESULTS[callee.path](env, callee.path, value)
    if isinstance(callee, Ext) and is_attribute(callee.path, *_ITEM_OR_DEFAULT) and env.is_own:
        return _item_or_default(env, callee, value)
    if isinstance(callee, Less):
        return _compared(env, callee, value)
    if isinstance(callee, Lookup):
        return _looked_up(env, callee.table, value)
    if isinstance(callee, TextMethod) and callee.name == "join":
        return _strung(env, callee.text, value)
    if isinstance(callee, TextMethod) and callee.name == "format" and value.keywords and env.is_own:
        return _formatted(env, callee.text, value)
    if isinstance(callee, TextMethod) or (isinstance(callee, Ext) and file_names.is_known(callee.path)):
        return file_names.made(env, callee, [env.texts(item) for item in value.items])
    return None


def is_modelled(path: str) -> bool:
    """Whether it is known what the function at a path gives."""
    return path in _RESULTS or file_names.is_known(path)


def _item_or_default(env: Env, callee: Ext, value: Value) -> Objects | None:
    """`mapping.get(key, otherwise)` of a mapping that is not known; of an app's configuration, an item."""
    if not value.items:
        return None
    owner, method = split_last(callee.path)
    keys = env.texts(value.items[0]) if method == "get" and owner in _CONFIGURATIONS else []
    known = [Ext(keyed_item_of(owner, key)) for key in keys if UNKNOWN not in key]
    found = frozenset(known) if known else env.world.called(callee)
    return found.union(*(env.value(each) for each in value.items[1:2]))


def _applied(env: Env, path: str, value: Value) -> Objects | None:
    """A function that another one makes, of what it is given: `functools.partial`, `operator.itemgetter`."""
    if not env.is_own or not value.items:
        return _first(env, path, value)
    items = tuple(env.world.hold(each, env) for each in value.items)
    keywords = tuple((name, env.world.hold(each, env)) for name, each in value.keywords)
    if path == _PARTIAL:  # as Python does: a partial function of a partial function is one of the innermost
        inner = next(iter(found)) if len(found := env.value(value.items[0])) == 1 else None
        if isinstance(inner, PartialCall) and inner.function == _PARTIAL:
            items, keywords = (*inner.items, *items[1:]), (*inner.keywords, *keywords)
    return frozenset({PartialCall(path, items, keywords)})


_PARTIAL = "functools.partial"


def _proxy(env: Env, path: str, value: Value) -> Objects | None:
    """A stand-in for what a function gives each time; not for an attribute of a context's object."""
    return _applied(env, path, value) if env.is_own and len(value.items) == 1 and not value.keywords else None


def _referred(env: Env, path: str, value: Value) -> Objects | None:
    """A weak reference, whose call gives what it refers to."""
    found = _first(env, path, value)
    return frozenset({Gives(found)}) if found else None


def _named_tuple(env: Env, _: str, value: Value) -> Objects | None:
    """A class of records, by the names that `collections.namedtuple` is given."""
    given = value.items[1:2] or tuple(each for name, each in value.keywords if name == "field_names")
    names: list[str] = []
    for each in given:
        rows = [one.parts for one in env.value(each) if isinstance(one, Parts)]
        names = [text for held in rows[0] for text in spelled(held)] if rows else env.texts(each)
    fields = tuple(name for text in names for name in text.replace(",", " ").split())
    return frozenset({RecordType(fields)}) if fields and UNKNOWN not in "".join(fields) else None


def _record(env: Env, kind: RecordType, value: Value) -> Objects:
    rows = [*zip(kind.names, map(env.value, value.items), strict=False)]
    rows += [(name, env.value(each)) for name, each in value.keywords if name]
    return frozenset({Record(tuple(rows))})


def _namespace_object(env: Env, _: str, value: Value) -> Objects | None:
    return _record(env, RecordType(()), value) if value.keywords else None


def _default_of_field(env: Env, _: str, value: Value) -> Objects | None:
    """The default of a field of a dataclass."""
    options = dict(value.keywords)
    factories = [options[name] for name in ("default_factory", "factory") if name in options]
    made = [env.world.called(each) for factory in factories for each in env.value(factory)]
    return env.world.union([*made, *[env.value(options[name]) for name in ("default",) if name in options]]) or None


def _strung(env: Env, separator: str, value: Value) -> Objects | None:
    """`separator.join(row)`, of rows whose places are known."""
    rows = env.value(value.items[0]) if value.items else NOTHING
    found: set[Object] = set()
    for each in rows:
        places = [[UNKNOWN]]
        if isinstance(each, Parts):
            places = [spelled(objects) for objects in each.parts]
        elif isinstance(each, Items) and separator not in (".", "/", ""):  # a list, whose order does not matter then
            places = [[text] for text in sorted(spelled(each.items))]
        found.update(Text(strings.bounded(separator.join(pieces))) for pieces in islice(product(*places), MAX_OBJECTS))
    return frozenset(found) or None


def _formatted(env: Env, text: str, value: Value) -> Objects | None:
    """`text.format(name=part)`, of a text that is not written there."""
    given = {str(at): each for at, each in enumerate(value.items)} | dict(value.keywords)
    made = formatted(text, given)
    return literals.template(env, made) if made.kind is Kind.TEMPLATE and UNKNOWN not in text else None


_SETS: dict[str, Callable[[Objects, Objects], Objects]] = {
    "difference": frozenset.difference,
    "intersection": frozenset.intersection,
    "symmetric_difference": frozenset.symmetric_difference,
}


def _compared(env: Env, method: Less, value: Value) -> Objects:
    """What a set has in common with others, or not; all of it may be where the others are not known."""
    memory = env.world.memory
    others, traits = memory.observed(lambda: env.world.union(env.value(each) for each in value.items))
    held = leaves(others)
    is_known = not traits & (CHOICE | DOUBT | PARAMETER | UNKNOWN_PART) and all(isinstance(each, Text) for each in held)
    if method.name == "union":
        return frozenset({Items(method.items | held)})
    if not is_known and len(method.items) > 1:
        memory.traits |= CHOICE | TAKEN
        return frozenset({Items(method.items)})
    return frozenset({Items(_SETS[method.name](method.items, held) if is_known else method.items)})


def _looked_up(env: Env, table: Table, value: Value) -> Objects:
    """`table.get(key, otherwise)`."""
    keys, traits = env.world.memory.observed(lambda: env.value(value.items[0]) if value.items else NOTHING)
    known = [each.text for each in keys if isinstance(each, Text) and UNKNOWN not in each.text]
    found = env.world.union([table.at(key) for key in known] if len(known) == len(keys) else [table.values])
    is_there = known and len(known) == len(keys) and all(any(key == at for at, _ in table.rows) for key in known)
    if is_there and not traits & CHOICE and not env.world.memory.traits & TAKEN and not found & env.world.doubtful:
        return found
    default = NOTHING.union(*(env.value(each) for each in value.items[1:]))
    if any(isinstance(each, Ext) and each.path.startswith(_VARIABLES) for each in keys):  # unset, no row is of it
        env.world.memory.traits |= DOUBT
        env.world.doubtful.update(leaves(found) - leaves(default))
    elif len(known) < len(keys) or not keys:
        env.world.memory.traits |= CHOICE
    return found | default


def _first(env: Env, path: str, value: Value) -> Objects | None:
    """A call that gives, one way or another, what it is given."""
    if value.items and path not in _QUEUES:
        return env.value(value.items[0])
    return frozenset({Items(NOTHING)}) if path in _CONTAINERS and env.is_own else None


def _cached(env: Env, path: str, value: Value) -> Objects | None:
    """What `lru_cache` gives: the function that it decorates, or a decorator where it is given a size."""
    found = _first(env, path, value)
    return found if found and any(not isinstance(each, (Const, Ext)) for each in found) else None


def _new_mapping(env: Env, path: str, value: Value) -> Objects | None:
    """A mapping that a class of the standard library makes, of others or of nothing."""
    if value.keywords and path not in _WITH_KEYWORDS:
        value = value._replace(keywords=())
    known = [each for given in value.items for each in env.value(given) if isinstance(each, (Items, Table))]
    return _with_keywords(env, value, frozenset(known) or frozenset({Table(())}))


_WITH_KEYWORDS = ("collections.OrderedDict", "collections.defaultdict")


def _with_keywords(env: Env, value: Value, given: Objects) -> Objects:
    """A mapping with what the keywords of the call that makes it put over it."""
    if not value.keywords or not env.is_own:
        return given
    rows: dict[str | int, Objects] = {}
    more = [given, *[env.value(each) for name, each in value.keywords if not name]]
    for tables in ([each for each in one if isinstance(each, Table)] for one in more):
        found = [row for each in tables for row in each.rows] if tables else [("", frozenset({Text(UNKNOWN)}))]
        for key, objects in found:
            rows[key] = objects if len(tables) == 1 and key != "" else rows.get(key, NOTHING) | objects
    rows |= {name: literals.item(env, each) for name, each in value.keywords if name}
    return frozenset({table(rows.items())})


def _dict(env: Env, path: str, value: Value) -> Objects | None:
    """`dict(rows)`: a mapping of what stands at the first place of each row to what stands at the second."""
    given = _first(env, path, value)
    if not given or not env.is_own:
        return given
    made: set[Object] = set()
    for each in given:
        rows = element(each, None) if isinstance(each, (Items, Parts)) else NOTHING
        pairs = [one.parts for one in rows if isinstance(one, Parts) and len(one.parts) == 2]
        keys = [one for key, _ in pairs for one in key]
        is_known = pairs and len(pairs) == len(rows) == len(keys) and all(isinstance(key, Text) for key in keys)
        found = table((key.text, held) for (keys, held) in pairs for key in keys if isinstance(key, Text))
        made.add(found if is_known else each)
    return _with_keywords(env, value, frozenset(made))


def _default(env: Env, path: str, value: Value) -> Objects | None:
    """What reading a variable gives where the environment is unset."""
    names = env.texts(value.items[0]) if value.items and env.is_own else []
    if found := env.world.union(env_files.variable(env.world, name) for name in names):
        return found
    env.world.memory.traits |= ENVIRONMENT
    for default in (*value.items[1:2], *[each for name, each in value.keywords if name == "default"]):
        return env.value(default)
    return frozenset({Ext(call_of(path))})


def _member(env: Env, _: str, value: Value) -> Objects | None:
    """`getattr(object, "name")`."""
    if len(value.items) < 2:
        return None
    owners = env.value(value.items[0])
    names = env.texts(value.items[1])
    if UNKNOWN in names and env.is_own and any(_is_own(env, each) for each in owners):
        return frozenset({Lost()})
    return env.world.union(env.world.attribute(owner, name) for owner in owners for name in names) or None


def _is_own(env: Env, each: Object) -> bool:
    """Whether an object is a module or class of the project, or an instance of one."""
    match each:
        case Mod(name=name):
            return env.world.is_told_apart(name)
        case Cls(module=name) | Inst(cls=Cls(module=name)):
            return env.world.is_told_apart(name)
    return False


def _namespace(env: Env, path: str, value: Value) -> Objects | None:
    """The names of a module, as a mapping: the module answers for them."""
    if not env.is_own or (path == "vars" and not value.items):
        return frozenset({Mod(env.module)}) if env.is_own else None
    return env.value(value.items[0]) if path == "vars" else frozenset({Mod(env.module)})


def _class(env: Env, _: str, value: Value) -> Objects | None:
    """The class of an object, or a new one with a name, bases and members, as `types.new_class` makes it."""
    if len(value.items) != 1:
        return frozenset({Ext("types.new_class()")})
    return frozenset(each.cls for each in env.value(value.items[0]) if isinstance(each, Inst))


_Result = Callable[["Env", str, Value], Objects | None]
_RESULTS: dict[str, _Result] = {
    **dict.fromkeys(_PASS_THROUGH | _WRAPPERS, _first),
    **dict.fromkeys(_DEFAULTING, _default),
    **sequences.RESULTS,
    **named_objects.RESULTS,
    **data_files.RESULTS,
    **entry_points.RESULTS,
    **env_files.RESULTS,
    **file_names.RESULTS,
    **namespaces.RESULTS,
    **option_files.RESULTS,
    **patterns.RESULTS,
    **dict.fromkeys(_MAPPINGS, _new_mapping),
    **dict.fromkeys(("globals", "locals", "vars"), _namespace),
    **dict.fromkeys(("functools.partial", "functools.partialmethod"), _applied),
    "types.MethodType": lambda env, _, value: _applied(env, _PARTIAL, value),
    **dict.fromkeys(("operator.attrgetter", "operator.itemgetter", "operator.methodcaller"), _applied),
    **dict.fromkeys(("weakref.ref", "weakref.WeakMethod"), _referred),
    **dict.fromkeys(("types.SimpleNamespace", "argparse.Namespace"), _namespace_object),
    **dict.fromkeys(("attr.ib", "attrs.field", "dataclasses.field", "pydantic.Field"), _default_of_field),
    "collections.namedtuple": _named_tuple,
    "functools.lru_cache": _cached,
    PROXY: _proxy,
    "getattr": _member,
    "dict": _dict,
    "type": _class,
}
