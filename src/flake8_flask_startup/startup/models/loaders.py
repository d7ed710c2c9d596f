"""Libraries that load what texts, configurations and files name: what each of them loads, in one table.

Sources: the documentation, and where that is silent the source, of Pecan, Paste Deployment,
Connexion, APScheduler, Celery, Flask-AppBuilder, Flask-Caching, Dependency Injector, Venusian, Pyramid, oslo.config,
RQ and uvicorn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from ...analysis.loaded_by_calls import FUNCTIONS, loaded_by
from ...config.flask_objects import APP, DISCOVERED_FACTORIES
from ...model import UNKNOWN
from ...model.access_paths import call_of, is_attribute, last_name
from ...model.path_steps import attribute_step
from ...syntax.import_statements import named
from ...syntax.symbol_table import Call, Store
from ...syntax.values import Kind, Value
from ..values.abstract_values import (
    NOTHING,
    Ext,
    Func,
    Method,
    Mod,
    Object,
    Objects,
    Parts,
    Record,
    Table,
    Text,
    in_order,
    leaves,
    spelled,
)
from ..values.environment import Env
from ..values.memo import CHOICE
from . import dialects, entry_points, logging_config, named_by_files
from .handed import stored
from .naming import ANY, NAME, argument, own, shown, spelled_in_order, texts_of
from .wanted import Wanted


def by_library(call: Call, path: str, env: Env) -> Wanted | None:
    """What a library brings in that texts or files tell what to load; None for what the table does not have."""
    rule = _RULES.get(path) or _RULES.get(attribute_step(last_name(path)))
    return None if rule is None else rule(call, path, env)


def is_followed(path: str) -> bool:
    """Return whether it is known what a library's function loads."""
    return path in _RULES


def by_assignment(store: Store, path: str, env: Env) -> Wanted | None:
    """What a library brings in, or may, for what is assigned to an attribute or item of an object of its own."""
    rule = _RULES.get(path)
    if rule is None:
        return stored(store, path, env)
    given = tuple((name, store.value) for name in ("extensions", "include"))  # the keyword that the rule asks for
    return rule(Call(store.path, (), given, store.span, store.place, store.order), path, env)


# objects and modules by their names


def _object(place: int, keyword: str, call: Call, _: str, env: Env) -> Wanted | None:
    """What a function loads that is given the name of an object, or the object itself."""
    value = argument(call, place, keyword)
    memory = env.world.memory
    given, traits = memory.observed(lambda: frozenset() if value is None else env.world.settled(env.value(value)))
    texts = [each for each in spelled(given) if NAME.fullmatch(each)] if given else []
    modules = tuple(dict.fromkeys(each.partition(":")[0] for each in texts))
    if modules and len(modules) > 1 and traits & CHOICE:
        return Wanted(perhaps=modules, is_all=False)
    if modules:
        return Wanted(modules, is_all=False)
    is_spread = value not in (*call.args, *[each for _, each in call.keywords])  # an item that need not be there
    if (
        value is None
        or (is_spread and not given)
        or (given and not any(isinstance(each, (Ext, Text)) for each in given))
    ):
        return None
    return Wanted(reason=f"{shown(call)} imports what data or configuration name", is_all=False, may_load=ANY)


def _served(call: Call, path: str, env: Env) -> Wanted | None:
    """The app that a server is given the name of, or the factory that it calls (uvicorn, `factory=True`)."""
    found = _object(0, "app", call, path, env)
    factory = dict(call.keywords).get("factory")
    is_called = factory is not None and factory.constant is not False
    return found._replace(called=tuple(texts_of(argument(call, 0, "app"), env))) if found and is_called else found


def _included(call: Call, path: str, env: Env) -> Wanted | None:
    """What a configurator includes: a function, or the `includeme` of a module, which it calls (Pyramid)."""
    value, code = argument(call, 0, "callable"), env.world.module(env.module)
    given: Objects = NOTHING if value is None else env.value(value)
    modules = [each.name for each in in_order(given) if isinstance(each, Mod)]
    texts = [named(text, code.file.package if code is not None else "") for text in texts_of(value, env)]
    names = [*modules, *[text for text in texts if NAME.fullmatch(text)]]
    is_module = env.world.project.find
    called = tuple(f"{each}:includeme" if is_module(each) is not None else each for each in names)
    if not called:
        return _object(0, "callable", call, path, env)
    return Wanted(tuple(each.partition(":")[0] for each in names), is_all=False, called=called)


def _loading(_: Call, path: str, __: Env) -> Wanted | None:
    """The package that a function of another one loads."""
    package = loaded_by(path)
    return Wanted((package,), is_all=False) if package else None


def _looked_up(call: Call, path: str, env: Env) -> Wanted | None:
    """What a registry loads when a name is looked up, at a time that is not known."""
    found = _object(1, "modulepath", call, path, env)
    return None if found is None else found._replace(modules=(), perhaps=found.modules)


def _own_object(place: int, keyword: str, call: Call, path: str, env: Env) -> Wanted | None:
    """The same of a function that is mostly given the object itself, or nothing."""
    found = _object(place, keyword, call, path, env)
    return None if found is None or found.reason else found


def _patched(call: Call, path: str, env: Env) -> Wanted | None:
    """The module of what is to be replaced: entering the block imports it, and so does a function that it decorates."""
    found = _own_object(0, "target", call, path, env)
    return found if found is None or not call.decorates else found._replace(modules=(), perhaps=found.modules)


def _app_of_command_line(keyword: str, call: Call, path: str, env: Env) -> Wanted | None:
    """The app that Flask's commands load: the one that is named, or what a factory of its module makes."""
    asked = _object(0, keyword, call, path, env)
    if asked is None or not asked.modules:
        return asked
    names = texts_of(argument(call, 1, "app_name") if path.endswith("locate_app") else None, env)
    found = [f"{module}:{name}" for module in asked.modules for name in names or DISCOVERED_FACTORIES]
    given = [text for value in call.args[:1] for text in texts_of(value, env) if ":" in text]
    return asked._replace(called=tuple(given or found))


def _of_keywords(keywords: Iterable[str], call: Call, _: str, env: Env) -> Wanted | None:
    """The modules that keyword arguments name, with all that packages of that keyword hold."""
    options = dict(call.keywords)
    values = [options[name] for name in keywords if name in options]
    package = next(iter(texts_of(options.get("from_package"), env)), "")
    is_open = any(isinstance(each, Ext) for value in values for each in leaves(env.value(value)))
    found: dict[str, None] = {}
    for name, value in zip([name for name in keywords if name in options], values, strict=True):
        texts = [named(text, package) if package else text for text in texts_of(value, env)]
        modules = [*own(env, texts), *[each.name for each in leaves(env.value(value)) if isinstance(each, Mod)]]
        for each in modules:
            found.update(dict.fromkeys([each, *(_below(each, env) if name == "packages" else ())]))
    if not found and not is_open:
        return None
    reason = f"{shown(call)} imports what data or configuration name" if is_open else ""
    return Wanted(tuple(found), reason=reason, is_all=False, may_load=ANY if is_open else ())


def _later(keywords: Iterable[str], call: Call, path: str, env: Env) -> Wanted | None:
    """The same of what workers load, and a server may."""
    found = _of_keywords(keywords, call, path, env)
    return None if found is None else found._replace(modules=(), perhaps=found.modules)


def _updated(keywords: Iterable[str], call: Call, path: str, env: Env) -> Wanted | None:
    """The same of settings that are given as a mapping, or as keyword arguments."""
    tables = [each for value in call.args[:1] for each in env.value(value) if isinstance(each, Table)]
    keys = [key for key in keywords if any(key == at for table in tables for at, _ in table.rows)]
    items = [(key, Value(Kind.PATH, items=(call.args[0], Value(Kind.CONSTANT, key)))) for key in keys]
    return _later(keywords, call._replace(keywords=(*items, *call.keywords)), path, env)


def _made_of_targets(call: Call, _: str, env: Env) -> Wanted | None:
    """The objects that a configuration of Hydra names, however deep in it (Hydra, "Instantiating objects")."""
    value = argument(call, 0, "config")
    memory = env.world.memory
    given, traits = memory.observed(lambda: NOTHING if value is None else env.world.settled(env.value(value)))
    found = list(dict.fromkeys(text for each in in_order(given) for text in _targets(each)))
    names = tuple(own(env, found))
    is_open = not given or any(isinstance(each, Ext) for each in given)
    reason = f"{shown(call)} imports what data or configuration name" if is_open else ""
    if traits & CHOICE:
        return Wanted(perhaps=names, reason=reason, is_all=False, may_load=ANY if is_open else (), called=tuple(found))
    return Wanted(names, reason=reason, is_all=False, may_load=ANY if is_open else (), called=tuple(found))


def _targets(each: Object) -> Iterator[str]:
    """What stands under `_target_` in a configuration, in the order in which Hydra looks for it."""
    rows = each.rows if isinstance(each, (Record, Table)) else ()
    yield from (text for key, held in rows if key == "_target_" for text in spelled_in_order(held))
    inner = [held for key, held in rows if key != "_target_"]
    for objects in (*inner, *(each.parts if isinstance(each, Parts) else ())):
        yield from (text for one in in_order(objects) for text in _targets(one))


def _scanned(place: int, keyword: str, call: Call, _: str, env: Env) -> Wanted | None:
    """A package that is looked through for decorated functions: all of its modules, but for those to be ignored."""
    value = argument(call, place, keyword)
    given: Objects = frozenset() if value is None else env.value(value)
    known = [each for each in in_order(given) if isinstance(each, (Mod, Text))]
    names = [each.name if isinstance(each, Mod) else each.text for each in known]
    if value is None:
        code = env.world.module(env.module)
        names = [] if code is None else [code.file.package]
    options = dict(call.keywords)
    ignored = tuple(texts_of(options.get("ignore"), env))
    found = [each for name in own(env, names) for each in (name, *_below(name, env))]
    if not found:
        return None
    wanted = [each for each in found if not any(each == one or each.startswith(f"{one}.") for one in ignored)]
    return Wanted(tuple(dict.fromkeys(wanted)), is_all=False)


def _walked(call: Call, _: str, env: Env) -> Wanted | None:
    """The packages that `walk_packages` loads to look into them, whether or not code asks for them (pkgutil)."""
    folders = [Path(text) for text in texts_of(argument(call, 0, "path"), env) if UNKNOWN not in text]
    prefixes = texts_of(argument(call, 1, "prefix"), env)
    project = env.world.project
    found = [
        f"{prefix}{name}"
        for prefix in prefixes
        for folder in folders
        for name in project.folders.names_below(folder, deep=True)
        if project.folders.is_package(folder, name)
    ]
    return Wanted(walked=tuple(own(env, found)), is_all=False) if found else None


def _below(package: str, env: Env) -> Iterator[str]:
    """All modules that a package holds, each behind the package that it lies in."""
    project = env.world.project
    file = project.find(package)
    for folder in () if file is None else file.folders:
        yield from (f"{package}.{name}" for name in project.folders.names_below(folder, deep=True))


# settings


def _of_settings(keys: Iterable[str], call: Call, path: str, env: Env) -> Wanted | None:
    """The objects that settings of the app name, as far as the project's code puts them there.

    An extension that is made without an app reads them when it is given one.
    """
    if last_name(path)[0].isupper() and not call.args and not call.keywords:
        return None
    sure: dict[str, None] = {}
    perhaps: dict[str, None] = {}
    for key in keys:
        held, is_sure = _setting(key, env)
        texts = spelled_in_order(held)
        (sure if is_sure else perhaps).update(dict.fromkeys(own(env, texts)))
    return Wanted(tuple(sure), perhaps=tuple(each for each in perhaps if each not in sure), is_all=False)


def _setting(key: str, env: Env) -> tuple[Objects, bool]:
    """What the project's code puts under a key of the app's configuration, and whether it is surely that."""
    read: Objects = frozenset({Ext(f"{APP}.config[{key!r}]")})
    held, traits = env.world.memory.observed(lambda: env.world.settled(read))
    return held - read, len(held) == 1 and not traits & CHOICE


def _cache(call: Call, path: str, env: Env) -> Wanted | None:
    """The class of a cache that a configuration names by its path: its own, or the app's (Flask-Caching)."""
    key = "CACHE_TYPE"
    place = 1 if is_attribute(path, "init_app") else 2
    value = argument(call, place, "config")
    given: Objects = frozenset() if value is None else env.world.settled(env.value(value))
    held = env.world.union(each.at(key) for each in given if isinstance(each, Table))
    if place == 1 or call.args or "app" in dict(call.keywords):
        held = held or _setting(key, env)[0]
    if value is not None and not held and any(isinstance(each, Ext) for each in given):
        return Wanted(reason="configuration names what Flask-Caching loads", is_all=False)
    names = tuple(own(env, [each.text for each in in_order(held) if isinstance(each, Text) and "." in each.text]))
    return Wanted(names, is_all=False) if len(held) == 1 else Wanted(perhaps=names, is_all=False)


# Celery


def _celery_tasks(call: Call, _: str, env: Env) -> Wanted:
    """The packages with modules of tasks that Celery imports when a worker starts, or at once where it is forced to."""
    packages = argument(call, 0, "packages")
    given = NOTHING if packages is None else env.value(packages)
    given = env.world.union(env.world.called(each) for each in given if isinstance(each, (Func, Method)))
    related = texts_of(argument(call, 1, "related_name"), env) or ["tasks"]
    texts = [text for text in (*texts_of(packages, env), *spelled_in_order(given)) if UNKNOWN not in text]
    names = [name for text in texts for name in (text, *[f"{text}.{each}" for each in related])]
    found = tuple(name for name in names if env.world.project.find(name) is not None)
    forced = argument(call, 2, "force")
    if not texts:
        may_load = tuple(f"{UNKNOWN}.{each}" for each in related)
        return Wanted(reason="Celery imports the task modules it finds", is_all=False, may_load=may_load)
    if forced is not None and forced.constant:
        return Wanted(found, is_all=False)
    return Wanted(perhaps=found, is_all=False)


# What loads something, by its path or, for a method of whatever has it, by its name.

_APP_BUILDER = ("FAB_INDEX_VIEW", "FAB_MENU", "FAB_SECURITY_MANAGER_CLASS", "ADDON_MANAGERS")
_WORKERS = ("imports", "include", "loader", "task_cls")
_CELERY_ITEMS = (".imports", ".include", "['imports']", "['include']")
_SCANNING = (
    "importscan.scan", "morepath.scan", "pyramid.config.Configurator().scan", "venusian.Scanner().scan",
)  # fmt: skip
_TEMPLATES = (
    "jinja2.Environment", "jinja2.environment.Environment", "jinja2.sandbox.ImmutableSandboxedEnvironment",
    "jinja2.sandbox.SandboxedEnvironment",
)  # fmt: skip
_COMMAND_LINE = {"flask.cli.ScriptInfo": "app_import_path", "flask.cli.locate_app": "module_name"}
# Functions and methods that load the object that a text names: the place and the keyword of that argument.
OBJECT_ARGUMENTS: dict[str, tuple[int, str]] = {
    ".add_job": (0, "func"),
    ".import_group": (1, "module_str"),
    ".import_opt": (1, "module_str"),
    "flask_apscheduler.APScheduler().add_job": (1, "func"),  # behind the id of the job
    "gunicorn.util.import_app": (0, "module"),
    "gunicorn.util.load_class": (0, "uri"),
    "hypercorn.utils.load_application": (0, "path"),
    "hydra.utils.get_class": (0, "path"),
    "hydra.utils.get_method": (0, "path"),
    "hydra.utils.get_object": (0, "path"),
    "bottle.load": (0, "target"),
    "bottle.load_app": (0, "target"),
    "pecan.make_app": (0, "root"),
    "pyramid.path.DottedNameResolver().resolve": (0, "dotted"),
}
_Rule = Callable[[Call, str, Env], Wanted | None]
_PATCHES = ("mock.patch", "unittest.mock.patch")
_RULES: dict[str, _Rule] = {
    **dict.fromkeys(
        [f"{owner}.add_extension" for owner in (f"{APP}.jinja_env", *map(call_of, _TEMPLATES))],
        partial(_object, 0, "extension"),
    ),
    **{path: partial(_object, *where) for path, where in OBJECT_ARGUMENTS.items()},
    **{path: partial(_app_of_command_line, keyword) for path, keyword in _COMMAND_LINE.items()},
    **dict.fromkeys(("flask_caching.Cache", "flask_caching.Cache().init_app"), _cache),
    **dict.fromkeys(
        ("flask_appbuilder.AppBuilder", "flask_appbuilder.AppBuilder().init_app"), partial(_of_settings, _APP_BUILDER)
    ),
    **dict.fromkeys(_TEMPLATES, partial(_of_keywords, ("extensions",))),
    "flask.Flask().jinja_options['extensions']": partial(_later, ("extensions",)),
    **dict.fromkeys(_SCANNING, partial(_scanned, 0, "package")),
    **dict.fromkeys([f"{each}{kind}" for each in _PATCHES for kind in ("", ".dict", ".multiple")], _patched),
    "pyramid.config.Configurator().include": _included,
    "sqlalchemy.dialects.registry.register": _looked_up,
    **dict.fromkeys(
        (".wire", "dependency_injector.containers.WiringConfiguration"), partial(_of_keywords, ("modules", "packages"))
    ),
    **dict.fromkeys(("uvicorn.Config", "uvicorn.run"), _served),
    "pkgutil.walk_packages": _walked,
    **dict.fromkeys(map(attribute_step, FUNCTIONS), _loading),
    **dialects.RULES,
    **entry_points.RULES,
    **logging_config.RULES,
    **named_by_files.RULES,
    ".autodiscover_tasks": _celery_tasks,
    **dict.fromkeys(("hydra.utils.call", "hydra.utils.instantiate"), _made_of_targets),
    ".include_package": partial(_of_keywords, ("packages",)),
    "celery.Celery": partial(_later, _WORKERS),
    "celery.Celery().conf.update": partial(_updated, _WORKERS),
    **dict.fromkeys((f"celery.Celery().conf{each}" for each in _CELERY_ITEMS), partial(_later, _WORKERS)),
    "celery.app.base.Celery": partial(_later, _WORKERS),
    "flask_apscheduler.APScheduler().init_app": partial(_of_settings, ("JOBS",)),
    "rq.Queue": partial(_own_object, 4, "job_class"),
    "rq.Worker": partial(_own_object, 6, "job_class"),
}
