"""Libraries that are given the path of a file that names what they load, and what the file names.

Sources: Python's logging.config; the documentation of Paste Deployment, Connexion (Routing) and Pecan (Configuration).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from ...config.deployment import yaml_nodes
from ...config.flask_objects import APP, HTTP_METHODS
from ...files.parsing import ini_sections
from ...model import UNKNOWN
from ...model.access_paths import attribute_of, call_of, callee_of, is_attribute, last_name
from ...syntax.symbol_table import Call
from ...syntax.values import Value
from ..values.abstract_values import Objects, Table, Text, in_order
from ..values.environment import Env
from . import env_files
from .data_files import IN_FILES, assigned, run
from .entry_points import declared_target
from .naming import ANY, argument, file_at, own, shown, spelled_in_order, texts_of
from .wanted import Wanted

_Sections = Mapping[str, Mapping[str, str]]


def _sections(text: str) -> _Sections | None:
    try:
        return ini_sections(text)
    except ValueError:
        return None


# logging


def _logging(call: Call, _: str, env: Env) -> Wanted:
    """The formatters, then the handlers, of a file; what a path from the working directory leads to is not certain."""
    reason = "logging loads the handlers that its file names"
    found: list[str] = []
    is_sure = True
    for text in texts_of(argument(call, 0, "fname"), env) or [UNKNOWN]:
        file = file_at(text, env)
        if file is None:
            return Wanted(reason=reason, is_all=False, may_load=ANY)
        is_sure = is_sure and file == Path(text)
        found += _classes(_sections(env.world.project.data_text(file)) or {})
    names = tuple(dict.fromkeys(found))
    modules = tuple(dict.fromkeys(own(env, names)))
    if is_sure:
        return Wanted(modules, is_all=False, called=names)
    return Wanted(perhaps=modules, is_all=False, called=names)


def _classes(sections: _Sections) -> Iterator[str]:
    """The classes that a file of logging names, in the order in which they are made (fileConfig)."""
    for kind in ("formatter", "handler"):
        every = [name.partition("_")[2] for name in sections if name.startswith(f"{kind}_")]
        listed = sections.get(f"{kind}s", {}).get("keys")
        for name in every if listed is None else listed.split(","):
            named = sections.get(f"{kind}_{name.strip()}", {}).get("class", "").strip()
            if named:
                yield named


# Paste

_PASTE_KINDS = {"appconfig": "app", "loadapp": "app", "loadfilter": "filter", "loadserver": "server"}
_PASTE_PREFIXES = {
    "app": ("app", "application", "composite", "composit", "pipeline", "filter-app"),
    "filter": ("filter",),
    "server": ("server",),
}


def _paste(call: Call, path: str, env: Env) -> Wanted:
    """The factories of the part that is asked for and of the parts that it leads to; they are called at once."""
    reason = "Paste imports what its file of settings names"
    unknown = Wanted(reason=reason, is_all=False, may_load=ANY)
    kind = _PASTE_KINDS[last_name(path)]
    found: dict[str, None] = {}
    for text in texts_of(argument(call, 0, "uri"), env) or [UNKNOWN]:
        scheme, _, rest = text.partition(":")
        place, _, name = rest.partition("#")
        file = file_at(place, env) if scheme == "config" else None
        sections = None if file is None else _sections(env.world.project.data_text(file))
        if sections is None:
            return unknown
        asked = name or next(iter(texts_of(argument(call, 1, "name"), env)), "main")
        for each in _factories(sections, kind, asked, set(), env):
            found.setdefault(each)
    called = tuple(found) if last_name(path) != "appconfig" else ()
    return Wanted(tuple(own(env, found)), is_all=False, called=called) if found else unknown


def _factories(sections: _Sections, kind: str, name: str, seen: set[str], env: Env) -> Iterator[str]:
    """The factories that a part of a file of settings names, and those of the parts that it is made of."""
    titles = [f"{prefix}:{name}" for prefix in _PASTE_PREFIXES[kind]]
    title = next((each for each in titles if each in sections), "")
    if not title or title in seen:
        return
    seen.add(title)
    settings = sections[title]
    use = settings.get("use", "")
    scheme, _, rest = use.partition(":")
    if scheme == "call":
        yield rest.strip()
    elif scheme == "egg":
        yield from declared_target(env.world.project, f"paste.{kind}_factory", rest.partition("#")[2] or "main")
    elif use and ":" not in use:
        yield from _factories(sections, kind, use.strip(), seen, env)
    yield from (value.strip() for key, value in settings.items() if re.fullmatch(r"paste\.\w+_factory\d?", key))
    *filters, last = settings.get("pipeline", "").split() or [""]
    parts = [("app", last), *[("filter", each) for each in filters]]
    parts += [("filter", settings.get("filter-with", "")), ("app", settings.get("next", ""))]
    if title.startswith("composit"):
        words = [word for key, value in settings.items() if key != "use" for word in value.split()]
        parts += [(each, word) for word in words for each in ("app", "filter")]
    for each, part in parts:
        yield from _factories(sections, each, part, seen, env)


# Connexion

_APPS = ("App", "AsyncApp", "FlaskApp", "apps.asynchronous.AsyncApp", "apps.flask.FlaskApp")
_RESOLVERS = ("MethodResolver", "MethodViewResolver", "RelativeResolver", "RestyResolver")


def _openapi(call: Call, _: str, env: Env) -> Wanted:
    """The views that a document names; Connexion imports them at the first request at the latest."""
    value = argument(call, 0, "specification")
    given: Objects = frozenset() if value is None else env.world.settled(env.value(value))
    if any(isinstance(each, Table) for each in given):
        return Wanted(perhaps=tuple(dict.fromkeys(own(env, texts_of(value, env)))), is_all=False)
    found: list[str] = []
    for text in [each.text for each in in_order(given) if isinstance(each, Text)] or [UNKNOWN]:
        file = file_at(text, env)
        if file is None:
            reason = "the document that is added names the views that Connexion imports"
            return Wanted(reason=reason, is_all=False, may_load=ANY)
        content = env.world.project.data_text(file)
        found += [*IN_FILES.findall(content), *_operations(content, _package_of_views(call, env))]
    resolver = dict(call.keywords).get("resolver")
    is_known = resolver is None or _is_resolver(resolver)
    reason = "" if is_known else "the resolver that is given finds the views that the document names"
    may_load = () if is_known else ANY
    return Wanted(perhaps=tuple(dict.fromkeys(own(env, found))), reason=reason, is_all=False, may_load=may_load)


def _package_of_views(call: Call, env: Env) -> str:
    """The package that a resolver is given which works out where views lie."""
    value = dict(call.keywords).get("resolver")
    items = value.items if value is not None and _is_resolver(value) else ()
    return next(iter(env.texts(items[0])), "") if items else ""


def _is_resolver(value: Value) -> bool:
    """Whether an argument is a resolver of Connexion's own that works out where views lie."""
    return last_name(callee_of(value.path)) in _RESOLVERS


def _operations(content: str, package: str) -> Iterator[str]:
    """The functions of a document whose operations have a controller beside them, or lie in a package of views."""
    try:
        document = yaml_nodes.data(content)
    except ValueError:
        return
    paths = document.get("paths") if isinstance(document, dict) else None
    for path, item in paths.items() if isinstance(paths, dict) else ():
        resource = ".".join(part for part in str(path).split("/") if part and not part.startswith("{"))
        for method, operation in item.items() if isinstance(item, dict) else ():
            if method in HTTP_METHODS and isinstance(operation, dict):
                name = operation.get("operationId")
                controllers = [f"x-{each}-router-controller" for each in ("openapi", "swagger")]
                around = next((one[each] for one in (operation, item) for each in controllers if each in one), package)
                inner = name if isinstance(name, str) else resource.replace("-", "_")
                yield ".".join(filter(None, (str(around or ""), inner)))


# Pecan, Flask


def _pecan(call: Call, _: str, env: Env) -> Wanted:
    """What a configuration names, in a Python file or a mapping: the first package with `app.setup_app`, the root."""
    value = argument(call, 0, "config")
    given: Objects = frozenset() if value is None else env.world.settled(env.value(value))
    held = [each.at("app") for each in given if isinstance(each, Table)]
    made = Wanted(is_all=False)
    for text in [each.text for each in in_order(given) if isinstance(each, Text)]:
        file = file_at(text, env)
        if file is not None:
            name = env.world.project.module_at(file)  # Pecan runs it as a module of that name
            made = Wanted((name,)) if name else run(env.world.project, file)
            held += [each.at("app") for each in assigned(env.world.project.data_text(file)) if isinstance(each, Table)]
    if not held:
        return Wanted(reason="Pecan imports what its configuration names", is_all=False, may_load=ANY)
    tables = [each for objects in held for each in objects if isinstance(each, Table)]
    packages = [text for each in tables for text in _texts_at(each, "modules", env)]
    apps = [f"{each}.app" for each in own(env, packages)]
    roots = list(own(env, [text for each in tables for text in _texts_at(each, "root", env)]))
    modules = (*made.modules, *packages, *filter(env.world.project.may_have, apps), *roots)
    called = tuple(f"{each}.setup_app" for each in apps)
    return Wanted(
        tuple(dict.fromkeys(modules)), reason=made.reason, is_all=False, may_load=made.may_load, called=called
    )


def _texts_at(table: Table, key: str, env: Env) -> list[str]:
    held = env.world.union(
        env.world.element(each, None) if key == "modules" else frozenset({each}) for each in table.at(key)
    )
    return [each.text for each in in_order(held) if isinstance(each, Text)]


def _settings(call: Call, path: str, env: Env) -> Wanted | None:
    """What a Python file of settings imports that Flask runs; one that need not be there is left out if it is not."""
    value = argument(call, 0, "variable_name" if is_attribute(path, _OF_VARIABLE) else "filename")
    texts = texts_of(value, env)
    if is_attribute(path, _OF_VARIABLE):
        texts = spelled_in_order(env.world.union(env_files.variable(env.world, name) for name in texts))
    file = file_at(texts[0], env) if len(texts) == 1 else None
    if file is not None:
        return run(env.world.project, file)
    silent = argument(call, 1, "silent")
    is_missing = not texts if is_attribute(path, _OF_VARIABLE) else bool(texts) and UNKNOWN not in "".join(texts)
    if is_missing and silent is not None and silent.constant is True:
        return None
    return Wanted(reason=f"{shown(call)} runs a file of settings that is not known", is_all=False)


# Dynaconf

_DYNACONF_FILES = tuple(f"settings.{suffix}" for suffix in ("py", "toml", "yaml", "yml", "ini", "json"))


def _dynaconf(call: Call, _: str, env: Env) -> Wanted | None:
    """The extensions that a file of settings lists, where Dynaconf is asked to load those ("Flask Extension")."""
    options = dict(call.keywords)
    listed = options.get("extensions_list")
    if listed is None or listed.constant is False:
        return None
    key = "extensions" if listed.constant is True else next(iter(env.texts(listed)), UNKNOWN)
    given = [options[name] for name in ("settings_files", "settings_file") if name in options]
    texts = [text for value in given for text in texts_of(value, env)] or _DYNACONF_FILES
    files = [file for text in texts if (file := file_at(text, env)) is not None]
    if not files or key == UNKNOWN:
        return Wanted(reason="the settings list the extensions that Dynaconf loads", is_all=False, may_load=ANY)
    found = [name for file in files for name in _listed(key, env.world.project.data_text(file))]
    return Wanted(perhaps=tuple(own(env, found)), is_all=False, called=tuple(found))


def _listed(key: str, content: str) -> Iterator[str]:
    """The names in the list under a key of a settings file."""
    of_key = rf"(?im)^[^\w\n]*{re.escape(key)}[^\w\n=:]*[=:][ \t]*"  # matching across lines would take quadratic time
    for match in re.finditer(rf"{of_key}(?:\[([^\]]*)\]|((?:\n[ \t]*-.*)+))", content):
        yield from re.findall(r"[A-Za-z_][\w.]*(?::[\w.]+)?", match[1] or match[2])


_OF_VARIABLE = "from_envvar"  # a variable that nobody is known to set
_Rule = Callable[[Call, str, Env], Wanted | None]
RULES: dict[str, _Rule] = {
    "dynaconf.FlaskDynaconf": _dynaconf,
    "logging.config.fileConfig": _logging,
    "pecan.load_app": _pecan,
    "pecan.deploy.deploy": _pecan,
    **dict.fromkeys((f"{APP}.config.from_pyfile", f"{APP}.config.{_OF_VARIABLE}"), _settings),
    **{f"paste.deploy.{inner}{name}": _paste for name in _PASTE_KINDS for inner in ("", "loadwsgi.")},
    **{attribute_of(owner, "add_api"): _openapi for owner in (APP, *[call_of(f"connexion.{each}") for each in _APPS])},
}
