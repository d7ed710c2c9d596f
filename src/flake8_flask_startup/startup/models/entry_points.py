"""Entry points: what a project declares for a group, which installed packages may add to, and what loads it.

What the project declares is conditional: it holds once the project is installed as it is.

Sources: importlib.metadata; setuptools, pkg_resources; the documentation of stevedore and pluggy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from ...config.declared_points import FILES, SCRIPTS, Point, declared_points
from ...model import UNKNOWN
from ...model.access_paths import as_raw, call_of, is_inside, last_name
from ...model.path_steps import attribute_step
from ...project.modules import Project
from ...syntax.symbol_table import Call
from ...syntax.values import Kind, Value
from ..values.abstract_values import Ext, Objects, PartialCall, Parts, Record, Text, table
from ..values.environment import Env
from .named_objects import DECLARED
from .wanted import Wanted

_RESOLVE = "pkgutil.resolve_name"  # of what code has put together itself
_COMMANDS = (SCRIPTS, "flask.commands", "gui_scripts")  # which a shell or Flask runs, and no loader of plugins
# Functions that give the entry points of a group: the place and keyword of the group, and of a name.
_GIVING = {
    "importlib.metadata.entry_points": (9, 9),
    "importlib.metadata.entry_points().select": (9, 9),
    "importlib_metadata.entry_points": (9, 9),
    "importlib_metadata.entry_points().select": (9, 9),
    "pkg_resources.iter_entry_points": (0, 1),
}
_ALL = frozenset({"importlib.metadata.entry_points", "importlib_metadata.entry_points"})
_LOADING_PLACES = {
    ".load_setuptools_entrypoints": (0, 1),
    "pkg_resources.load_entry_point": (1, 2),
}
_MANAGERS = {  # of stevedore: the place of the name, or names, that each loads
    "DispatchExtensionManager": 9,
    "DriverManager": 1,
    "EnabledExtensionManager": 9,
    "ExtensionManager": 9,
    "HookManager": 1,
    "NameDispatchExtensionManager": 9,
    "NamedExtensionManager": 1,
}
_MODULES = ("", "dispatch.", "driver.", "enabled.", "extension.", "hook.", "named.")


def _declared(project: Project) -> Sequence[Point]:
    """The entry points that a project declares, but for its commands."""
    above = [root.parent for root in project.roots if root.name in ("lib", "src")]
    for folder in dict.fromkeys((*project.roots, *above)):
        try:
            points = declared_points(*[project.data_text(folder / name) for name in FILES])
        except ValueError:
            continue
        if found := [each for each in points if each.group not in _COMMANDS]:
            return found
    return ()


def declared_target(project: Project, group: str, name: str) -> Iterator[str]:
    """What an entry point of a group leads to, if the project declares it."""
    yield from (each.target for each in _declared(project) if (each.group, each.name) == (group, name))


def _asked_for(
    env: Env, items: Sequence[Value], keywords: Iterable[tuple[str, Value]], at: int, name: int
) -> tuple[list[Point], bool]:
    """The declared entry points of the group that is asked for, and whether it is known which of them are wanted."""
    options = dict(keywords)
    group = items[at] if len(items) > at else options.get("group", options.get("namespace"))
    names = items[name] if len(items) > name else options.get("name", options.get("names"))
    groups = _texts(env, group)
    found = [each for each in _declared(env.world.project) if each.group in groups]
    wanted = [] if names is None else _texts(env, names)
    is_known = UNKNOWN not in "".join(wanted) and bool(wanted or names is None)
    return [each for each in found if names is None or not is_known or each.name in wanted], is_known


def _texts(env: Env, value: Value | None) -> list[str]:
    return [] if value is None else env.texts(value)


def points_wanted(call: Call, path: str, env: Env) -> Wanted | None:
    """What a call loads of the groups that the project declares; None where it declares none of the name."""
    if path in _ALL and not call.args and not call.keywords:  # what is chosen of them is seen elsewhere
        modules = tuple(dict.fromkeys(_module(each) for each in _declared(env.world.project)))
        reason = "installed packages name what entry points load"
        return Wanted(reason=reason, may_load=modules, is_known=True) if modules else None
    is_manager = is_inside(path, "stevedore")
    places = (0, _MANAGERS[last_name(path)]) if is_manager else _places(path)
    found, is_known = _asked_for(env, call.args, call.keywords, *places)
    if not found:
        return None
    if path in _GIVING:
        return Wanted()
    modules = tuple(map(_module, found))
    options = dict(call.keywords)
    is_called = is_manager and "invoke_on_load" in options and options["invoke_on_load"].constant is not False
    called = tuple(each.target for each in found) if is_called else ()
    reason = "" if is_known else "installed packages name what entry points load"
    return Wanted(perhaps=modules, reason=reason, called=called)


def _places(path: str) -> tuple[int, int]:
    return _GIVING.get(path) or _LOADING_PLACES.get(path) or _LOADING_PLACES[attribute_step(last_name(path))]


def _module(point: Point) -> str:
    return point.target.partition(":")[0]


_Rule = Callable[[Call, str, Env], Wanted | None]
RULES: dict[str, _Rule] = dict.fromkeys(
    (
        *_GIVING,
        *_LOADING_PLACES,
        *[f"stevedore.{module}{name}" for module in _MODULES for name in _MANAGERS],
    ),
    points_wanted,
)


# what the calls give


def _given(env: Env, path: str, value: Value) -> Objects | None:
    """The entry points of a group of the project, or all of them by their groups."""
    if not env.is_own:
        return None
    outside = Ext(call_of(path))
    if path in _ALL and not value.items and not value.keywords:
        points = _declared(env.world.project)
        groups = dict.fromkeys(each.group for each in points)
        rows = [(group, _row(each for each in points if each.group == group)) for group in groups]
        return frozenset({table(rows), outside}) if rows else None
    found, _ = _asked_for(env, value.items, value.keywords, *_places(path))
    return _row(found) if found else None


def _row(points: Iterable[Point]) -> Objects:
    return frozenset({Parts(tuple(frozenset({_point(DECLARED, each)}) for each in points))})


def _point(function: str, point: Point) -> Record:
    """An entry point, whose `load` is a function that has been given what it leads to."""
    module, _, attribute = point.target.partition(":")
    load = PartialCall(
        "functools.partial", (Value(Kind.PATH, path=as_raw(function)), Value(Kind.CONSTANT, point.target)), ()
    )
    texts = {"name": point.name, "value": point.target, "group": point.group, "module": module, "attr": attribute}
    rows = [(name, frozenset({Text(text)})) for name, text in texts.items()]
    return Record((*rows, ("load", frozenset({load})), ("resolve", frozenset({load}))))


def _made(env: Env, _: str, value: Value) -> Objects | None:
    """An entry point that code makes itself."""
    names = ("name", "value", "group")
    given = {**dict(zip(names, value.items, strict=False)), **dict(value.keywords)}
    name, target, group = [(_texts(env, given.get(each)) or [""])[0] for each in names]
    return frozenset({_point(_RESOLVE, Point(group, name, target, ""))}) if target and UNKNOWN not in target else None


def _parsed(env: Env, _: str, value: Value) -> Objects | None:
    """An entry point that code reads from a text: `name = module:attribute`."""
    texts = _texts(env, value.items[0]) if value.items else []
    found = [text.partition("=")[::2] for text in texts if "=" in text and UNKNOWN not in text]
    points = [Point("", name.strip(), target.partition("[")[0].strip(), "") for name, target in found]
    return frozenset(_point(_RESOLVE, each) for each in points) or None


# What functions give, by their paths.
RESULTS: dict[str, Callable[[Env, str, Value], Objects | None]] = {
    **dict.fromkeys(_GIVING, _given),
    "importlib.metadata.EntryPoint": _made,
    "pkg_resources.EntryPoint.parse": _parsed,
}
