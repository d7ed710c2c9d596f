"""Libraries that load what texts, configurations and files name: what each of them loads, in tables.

Sources: Python's logging.config and importlib.metadata; the documentation of Pecan, Paste Deployment, Connexion,
APScheduler, Celery, Flask-AppBuilder, Dependency Injector, oslo.config and uvicorn.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from ...config.flask_objects import APP
from ...files.parsing import ini_sections
from ...model import UNKNOWN
from ...project.module_facts import Origin
from ...syntax.symbol_table import Call
from ...syntax.values import Kind, Value
from ..values.abstract_values import Ext, Objects, Table, Text, in_order, leaves, spelled
from ..values.environment import Env
from .data_files import run
from .wanted import Wanted

_ANY = (UNKNOWN,)
_NAME = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*(?::\w+(?:\.\w+)*)?")
_IN_FILES = re.compile(r"[A-Za-z_]\w*(?:\.\w+)+|[A-Za-z_]\w*(?=:[A-Za-z_])")
FLASK_FAMILY = (
    "blinker.",
    "click.",
    "flask.",
    "jinja2.",
    "markupsafe.",
    "quart.",
    "werkzeug.",
)  # names that are labels
_LABELLING = re.compile(
    r"(?<![a-z])log(?:ger|ging|s)?(?![a-z])|structlog|loguru|signal|tracer|metric|warning|blueprint", re.IGNORECASE
)

# Functions and methods that load the object that a text names: the place and the keyword of that argument.
_OBJECT_ARGUMENTS: dict[str, tuple[int, str]] = {
    ".add_job": (0, "func"),
    ".import_group": (1, "module_str"),
    ".import_opt": (1, "module_str"),
    "flask.cli.ScriptInfo": (0, "app_import_path"),
    "flask.cli.locate_app": (0, "module_name"),
    "gunicorn.util.import_app": (0, "module"),
    "gunicorn.util.load_class": (0, "uri"),
    "hypercorn.utils.load_application": (0, "path"),
    "pecan.make_app": (0, "root"),
    "uvicorn.run": (0, "app"),
}
_JOBS_BY_ID = "flask_apscheduler.APScheduler().add_job"  # its first argument is the id of the job
# Keyword arguments that name modules to load; those of the second kind are loaded by workers.
_MODULE_KEYWORDS: dict[str, tuple[str, ...]] = {
    ".wire": ("modules", "packages"),
    ".include_package": ("packages",),
}
_LATER_KEYWORDS: dict[str, tuple[str, ...]] = {
    "celery.Celery": ("imports", "include"),
    "celery.app.base.Celery": ("include",),
}
_PASTE = re.compile(r"paste\.deploy\.(?:loadwsgi\.)?(?:appconfig|loadapp|loadfilter|loadserver)")
_OPENAPI = ("connexion.App()", "connexion.AsyncApp()", "connexion.FlaskApp()", "connexion.apps", APP)
# Settings of an app that name objects, by the call that loads those (Flask-APScheduler; Flask-AppBuilder).
_BY_SETTINGS: dict[str, tuple[str, ...]] = {
    "flask_apscheduler.APScheduler().init_app": ("JOBS",),
    "flask_appbuilder.AppBuilder": ("FAB_ADDON_MANAGERS", "ADDON_MANAGERS", "FAB_SECURITY_MANAGER_CLASS"),
    "flask_appbuilder.AppBuilder().init_app": ("FAB_ADDON_MANAGERS", "ADDON_MANAGERS", "FAB_SECURITY_MANAGER_CLASS"),
}
# The last names of all paths that `by_library` knows, which most calls have none of.
_LAST_NAMES = frozenset(
    {
        "DictConfigurator", "EntryPoint", "add_api", "appconfig", "autodiscover_tasks", "dictConfig", "fileConfig",
        "from_pyfile", "loadapp", "loadfilter", "loadserver",
        *[
            path.rpartition(".")[2]
            for path in (*_OBJECT_ARGUMENTS, *_MODULE_KEYWORDS, *_LATER_KEYWORDS, *_BY_SETTINGS)
        ],
    }
)  # fmt: skip


def by_library(call: Call, path: str, env: Env) -> Wanted | None:
    """What a library brings in that texts or files tell what to load; None for what none of the tables has."""
    last = path.rpartition(".")[2]
    if last not in _LAST_NAMES:
        return None
    method = f".{last}"
    if (found := _by_file(call, path, method, env)) is not None:
        return found
    if path in ("logging.config.dictConfig", "logging.config.DictConfigurator"):
        return _logging(call, env)
    if method == ".autodiscover_tasks":
        return _celery_tasks(call, env)
    if path in _BY_SETTINGS:
        return _of_settings(_BY_SETTINGS[path], env)
    if path == "importlib.metadata.EntryPoint":
        return Wanted(perhaps=tuple(_own(env, _texts(_argument(call, 1, "value"), env))), is_all=False)
    if (keywords := _MODULE_KEYWORDS.get(method)) is not None:
        return _of_keywords(call, keywords, env, is_sure=True)
    if (keywords := _LATER_KEYWORDS.get(path)) is not None:
        return _of_keywords(call, keywords, env, is_sure=False)
    if path.startswith("flask.cli."):
        return _app_of_command_line(call, path, env)
    known = _OBJECT_ARGUMENTS.get(path) or _OBJECT_ARGUMENTS.get(method)
    if known is not None:
        place, keyword = (1, "func") if path == _JOBS_BY_ID else known
        return _object(call, _argument(call, place, keyword), env)
    return None


def _by_file(call: Call, path: str, method: str, env: Env) -> Wanted | None:
    """What a library brings in that is given the path of a file; None for what none of the known ones has."""
    if path == "logging.config.fileConfig":
        return _of_file(_argument(call, 0, "fname"), env, "logging loads the handlers that its file names")
    if _PASTE.fullmatch(path):
        return _paste(call, env)
    if method == ".add_api" and path.startswith(_OPENAPI):
        reason = "the document that is added names the views that Connexion imports"
        return _of_file(_argument(call, 0, "specification"), env, reason)
    if method == ".from_pyfile" and path.startswith(APP):
        texts = _texts(_argument(call, 0, "filename"), env)
        file = _found(texts[0], env) if len(texts) == 1 and UNKNOWN not in texts[0] else None
        return None if file is None else run(env.world.project, file)
    return None


def handed(call: Call, path: str, env: Env) -> Wanted | None:
    """What third-party code that nobody knows may load: modules of the project that its arguments name."""
    given = [value for value in (*call.args, *[value for _, value in call.keywords]) if _may_hold_names(value)]
    if not given:
        return None
    is_third_party = env.world.project.origin(path) is Origin.THIRD_PARTY and not hasattr(
        builtins, path.partition(".")[0]
    )
    if not is_third_party or path.startswith(FLASK_FAMILY) or _LABELLING.search(path):
        return None
    texts = {text for value in given for text in _texts(value, env) if _is_dotted(text)}
    names = tuple(sorted(name for name in set(_own(env, texts)) if not env.world.visited.has(name)))
    reason = f"{_shown(call)} may load what it is given the name of"
    return Wanted(reason=reason, is_all=False, may_load=names, is_known=True) if names else None


def _is_dotted(text: str) -> bool:
    return "." in text or ":" in text


def _may_hold_names(value: Value) -> bool:
    """Whether a value may be or hold a text with a dot or colon in it."""
    if value.kind is Kind.CONSTANT:
        return isinstance(value.constant, str) and _is_dotted(value.constant)
    if value.kind is Kind.SEQUENCE:
        return any(map(_may_hold_names, value.items))
    return value.kind not in (Kind.COMPARED, Kind.DEFINED, Kind.NOT, Kind.OTHER)


# texts and files


def _argument(call: Call, place: int, keyword: str) -> Value | None:
    if len(call.args) > place:
        return call.args[place]
    return dict(call.keywords).get(keyword)


def _texts(value: Value | None, env: Env) -> list[str]:
    """The strings that an argument is or holds."""
    if value is None:
        return []
    held = env.world.settled(env.value(value))
    return sorted(each.text for each in leaves(held) if isinstance(each, Text))


def _own(env: Env, texts: Iterable[str]) -> Iterator[str]:
    """The modules of the project that texts name, or objects in which they name."""
    project = env.world.project
    for text in texts:
        if _NAME.fullmatch(text) and project.origin(text.partition(":")[0]) is Origin.FIRST_PARTY:
            name = text.partition(":")[0]
            while name and project.find(name) is None:
                name = name.rpartition(".")[0]
            if name and (file := project.find(name)) is not None and file.path is not None:
                yield name


def _found(text: str, env: Env) -> Path | None:
    """The data file of the project that a path names: beside the module, in a root, or anywhere under its name."""
    project = env.world.project
    code = env.world.module(env.module)
    near = [] if code is None or code.file.path is None else [code.file.path.parent]
    return project.data_file(text, near)


def _of_file(value: Value | None, env: Env, reason: str) -> Wanted:
    """What a file may name that a library is given the path of."""
    found: list[str] = []
    for text in _texts(value, env) or [UNKNOWN]:
        file = None if UNKNOWN in text else _found(text, env)
        if file is None:
            return Wanted(reason=reason, is_all=False, may_load=_ANY)
        found += _own(env, _IN_FILES.findall(env.world.project.data_text(file)))
    return Wanted(perhaps=tuple(dict.fromkeys(found)), is_all=False)


def _object(call: Call, value: Value | None, env: Env) -> Wanted | None:
    """What a function loads that is given the name of an object, or the object itself."""
    given: Objects = frozenset() if value is None else env.world.settled(env.value(value))
    texts = [each for each in spelled(given) if _NAME.fullmatch(each)] if given else []
    if texts:
        return Wanted(tuple(each.partition(":")[0] for each in texts), is_all=False)
    if value is None or (given and not any(isinstance(each, (Ext, Text)) for each in given)):
        return None
    return Wanted(reason=f"{_shown(call)} imports what data or configuration name", is_all=False, may_load=_ANY)


def _app_of_command_line(call: Call, path: str, env: Env) -> Wanted | None:
    """The app that Flask's commands load: the one that is named, or what a factory of its module makes."""
    asked = _object(call, _argument(call, *_OBJECT_ARGUMENTS[path]), env)
    if asked is None or not asked.modules:
        return asked
    named = _texts(_argument(call, 1, "app_name") if path.endswith("locate_app") else None, env)
    found = [f"{module}:{name}" for module in asked.modules for name in named or ("create_app", "make_app")]
    given = [text for value in call.args[:1] for text in _texts(value, env) if ":" in text]
    return asked._replace(called=tuple(given or found))


def _of_keywords(call: Call, keywords: Iterable[str], env: Env, *, is_sure: bool) -> Wanted | None:
    """The modules that keyword arguments name."""
    values = [value for name, value in call.keywords if name in keywords]
    names = tuple(dict.fromkeys(_own(env, [text for value in values for text in _texts(value, env)])))
    is_open = any(isinstance(each, Ext) for value in values for each in leaves(env.value(value)))
    if not names and not is_open:
        return None
    reason = f"{_shown(call)} imports what data or configuration name" if is_open else ""
    may_load = _ANY if is_open else ()
    if is_sure:
        return Wanted(names, reason=reason, is_all=False, may_load=may_load)
    return Wanted(perhaps=names, reason=reason, is_all=False, may_load=may_load)


def _of_settings(keys: Iterable[str], env: Env) -> Wanted | None:
    """The objects that settings of the app name, as far as the project's code puts them there."""
    held = [leaves(env.world.settled(frozenset({Ext(f"{APP}.config[{key!r}]")}))) for key in keys]
    names = _own(env, [each.text for objects in held for each in objects if isinstance(each, Text)])
    return Wanted(perhaps=tuple(dict.fromkeys(names)), is_all=False)


# logging


def _logging(call: Call, env: Env) -> Wanted:
    """The handlers, formatters and filters of a configuration: a class, or what `()` names, which is called."""
    value = _argument(call, 0, "config")
    given: Objects = frozenset() if value is None else env.value(value)
    tables = [each for each in given if isinstance(each, Table)]
    is_open = not tables or len(tables) < len(given)
    found: list[str] = []
    for each in _sections(tables):
        for key in ("class", "()"):
            objects = frozenset().union(*(held for known, held in each.rows if known == key))
            texts = [one.text for one in objects if isinstance(one, Text)]
            found += [text.removeprefix("ext://") for text in texts if UNKNOWN not in text]
            is_open = is_open or any(isinstance(one, Ext) for one in objects) or any(UNKNOWN in text for text in texts)
    found += _external(tables)
    own = [each for each in dict.fromkeys(found) if _NAME.fullmatch(each)]
    reason = "logging imports the classes that its configuration names" if is_open else ""
    may_load = _ANY if is_open else ()
    return Wanted(tuple(own), reason=reason, is_all=False, may_load=may_load, called=tuple(own))


def _sections(tables: Iterable[Table]) -> Iterator[Table]:
    """The entries of the sections that name what is made."""
    for name in ("formatters", "filters", "handlers", ""):  # in the order in which they are made
        for each in tables:
            for section in (one for key, held in each.rows if key == name for one in in_order(held)):
                if isinstance(section, Table):
                    yield from (
                        entry for _, held in section.rows for entry in in_order(held) if isinstance(entry, Table)
                    )


def _external(tables: Iterable[Table]) -> list[str]:
    """What `ext://` names anywhere in a configuration."""
    held = leaves(frozenset(tables))
    texts = sorted(each.text for each in held if isinstance(each, Text))
    return [text.removeprefix("ext://") for text in texts if text.startswith("ext://") and UNKNOWN not in text]


# Paste, Celery


def _paste(call: Call, env: Env) -> Wanted:
    """What the file of settings names: the factory of the section that is asked for, and perhaps that of others."""
    reason = "Paste imports what its file of settings names"
    sure: list[str] = []
    perhaps: list[str] = []
    for text in _texts(_argument(call, 0, "uri"), env) or [UNKNOWN]:
        kind, _, rest = text.partition(":")
        path, _, name = rest.partition("#")
        file = None if UNKNOWN in text or kind != "config" else _found(path, env)
        if file is None:
            return Wanted(reason=reason, is_all=False, may_load=_ANY)
        content = env.world.project.data_text(file)
        name = name or next(iter(_texts(_argument(call, 1, "name"), env)), "main")
        sure += _own(env, _factories(content, name))
        perhaps += _own(env, _IN_FILES.findall(content))
    is_open = not sure and not perhaps
    return Wanted(
        tuple(sure),
        reason=reason if is_open else "",
        perhaps=tuple(each for each in dict.fromkeys(perhaps) if each not in sure),
        is_all=False,
        may_load=_ANY if is_open else (),
    )


def _factories(content: str, name: str) -> Iterator[str]:
    """The factories in a section of a file of settings: `paste.app_factory = package.module:function`."""
    try:
        sections = ini_sections(content)
    except ValueError:
        return
    for section, settings in sections.items():
        if section.partition(":")[2].strip() == name:
            for key, value in settings.items():
                if key.startswith("paste.") or (key == "use" and value.startswith("call:")):
                    yield value.removeprefix("call:").strip()


def _celery_tasks(call: Call, env: Env) -> Wanted:
    """The modules of tasks that Celery imports when a worker starts, or at once where it is forced to."""
    packages = _argument(call, 0, "packages")
    related = _texts(_argument(call, 1, "related_name"), env) or ["tasks"]
    texts = [text for text in _texts(packages, env) if UNKNOWN not in text]
    names = [f"{text}.{each}" for text in texts for each in related]
    found = tuple(name for name in names if env.world.project.find(name) is not None)
    forced = _argument(call, 2, "force")
    if not texts:
        may_load = tuple(f"{UNKNOWN}.{each}" for each in related)
        return Wanted(reason="Celery imports the task modules it finds", is_all=False, may_load=may_load)
    if forced is not None and forced.constant:
        return Wanted(found, is_all=False)
    return Wanted(perhaps=found, is_all=False)


def _shown(call: Call) -> str:
    return f"{call.path.rpartition('.')[2]}()"
