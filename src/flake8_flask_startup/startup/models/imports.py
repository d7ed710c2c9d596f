"""Imports by name: `import_module`, `import_string`, objects named in configuration, folders put on `sys.path`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from ...config.entry_target import is_part
from ...model import UNKNOWN
from ...model.access_paths import call_of, is_attribute, last_name, split_first, without_calls
from ...model.path_steps import attribute_step
from ...project.folders import SUFFIX
from ...syntax.import_statements import MAX_PARTS, named
from ...syntax.symbol_table import Call
from ...syntax.values import Kind, Value
from ..values.abstract_values import (
    NO_CONTEXT,
    Const,
    DataFile,
    Ext,
    Mod,
    Object,
    Objects,
    Table,
    Text,
    has_container,
    leaves,
    spelled,
)
from ..values.environment import Env
from ..values.memo import CHOICE, DOUBT
from .data_files import run
from .handed import handed
from .loaders import by_library
from .named_objects import DECLARED, MODULE_FUNCTIONS, OBJECT_FUNCTIONS, SPEC_FUNCTIONS, object_of, unaliased
from .naming import argument, own, texts_of
from .wanted import Wanted

_WITH_FROM_LIST = ("__import__", "builtins.__import__", "importlib.__import__")
IMPORT_FUNCTIONS = MODULE_FUNCTIONS | OBJECT_FUNCTIONS | {"celery.utils.imports.instantiate", *_WITH_FROM_LIST}
_HOOKS = "pluggy.PluginManager().hook."  # its methods call what has been registered under their names (pluggy)
# Methods that load a module when they are given its name (Flask: Config.from_object; Celery: config_from_object).
IMPORT_METHODS = ("from_object", "config_from_object")
# Functions that load the package whose name they are given, to find files beside it (importlib.resources, pkgutil,
# pkg_resources; Jinja: PackageLoader).
RESOURCE_FUNCTIONS = frozenset(
    {
        "importlib.resources.contents",
        "importlib.resources.files",
        "importlib.resources.is_resource",
        "importlib.resources.open_binary",
        "importlib.resources.open_text",
        "importlib.resources.path",
        "importlib.resources.read_binary",
        "importlib.resources.read_text",
        "importlib_resources.files",
        "jinja2.PackageLoader",
        "jinja2.loaders.PackageLoader",
        "pkg_resources.resource_exists",
        "pkg_resources.resource_filename",
        "pkg_resources.resource_listdir",
        "pkg_resources.resource_stream",
        "pkg_resources.resource_string",
        "pkgutil.get_data",
    }
)
# Calls that load what installed packages, configuration or files name, with what names it.
LOAD_BY_DATA = {
    "alembic.command": "alembic runs the migration scripts it finds",
    "alembic.script.ScriptDirectory": "alembic runs the migration scripts it finds",
    "flask_migrate.downgrade": "alembic runs the migration scripts it finds",
    "flask_migrate.stamp": "alembic runs the migration scripts it finds",
    "flask_migrate.upgrade": "alembic runs the migration scripts it finds",
    "importlib.metadata.entry_points": "installed packages name what entry points load",
    "pkg_resources.iter_entry_points": "installed packages name what entry points load",
    "runpy.run_module": "runs a module by name",
    "runpy.run_path": "runs a file by its path",
    "stevedore": "installed packages name what stevedore loads",
}
_LOADERS = frozenset(known.partition(".")[0] for known in LOAD_BY_DATA)
LOADING_METHODS = {
    ".autodiscover_tasks": "Celery imports the task modules it finds",
    ".import_default_modules": "Celery imports the modules that its settings name",
    ".exec_module": "loads a module from a file whose path is made at run time",
    ".load_module": "loads a module by a name made at run time",
    ".load_setuptools_entrypoints": "installed packages name what pluggy loads",
}
_EXECUTED = (".exec_module", ".load_module")
_BY_NAME_OR_PATH = frozenset(
    {".exec_module", ".import_default_modules", ".load_module", "runpy.run_module", "runpy.run_path"}
)
_LAZY_LOADER = call_of("importlib.util.LazyLoader")
_MADE_CLASS = re.compile(r"types\.new_class\(\)(\(\))?\.")  # what a class has that is made at run time, or its instance
_PAGED = frozenset({"dash.Dash", "dash.dash.Dash"})
_RUNNING_TEXT = frozenset(
    {
        "builtins.eval", "builtins.exec", "code.InteractiveConsole().push", "code.InteractiveConsole().runcode",
        "code.InteractiveConsole().runsource", "code.InteractiveInterpreter().runcode",
        "code.InteractiveInterpreter().runsource", "eval", "exec",
    }
)  # fmt: skip
_RUNNING = _RUNNING_TEXT | {"runpy.run_path"}
_ENVIRONMENT = ("os.environ", "os.getenv")
_CONFIGURED = re.compile(r"flask\.(?:Flask\(\)|current_app)\.config(?:\[[^]]*\]|\.get\(\))")  # itself called
PATH_LISTS = ("site.addsitedir", "sys.path.append", "sys.path.extend", "sys.path.insert")
_GIVEN_NAMES = RESOURCE_FUNCTIONS.union(PATH_LISTS)


def wanted(call: Call, path: str, env: Env) -> Wanted | None:
    """What a call to an outside function at a path brings in, made in a module; None if it imports nothing."""
    if path in _RUNNING and (file := _file_run(call, path, env)) is not None:
        return run(env.world.project, file)
    if (found := _of_library(call, path, env)) is not None:
        return found
    if path in _RUNNING_TEXT and not _is_harmless(call, path, env):
        return Wanted(reason="runs code that is made at run time", is_all=False, may_load=(UNKNOWN,))
    by_name = path in IMPORT_FUNCTIONS
    if not call.args or not (by_name or path in _GIVEN_NAMES or is_attribute(path, *IMPORT_METHODS)):
        return handed(call, path, env) if env.is_own else None
    if path in PATH_LISTS:
        folders = tuple(Path(text) for text in env.texts(call.args[-1]) if UNKNOWN not in text)
        return Wanted(folders=folders, is_first=path == "sys.path.insert")
    return _by_name(call, path, env)


def _of_library(call: Call, path: str, env: Env) -> Wanted | None:
    """What a library brings in that finds the names of modules elsewhere."""
    if env.is_own and (found := by_library(call, path, env)) is not None:
        return found
    top, rest = split_first(path)
    if path in SPEC_FUNCTIONS or path == "runpy.run_module" or path.endswith(_EXECUTED):
        found = _named_module(call, path, env)
        if found is not None:
            return found
    for known, reason in LOAD_BY_DATA.items() if top in _LOADERS else ():
        if path == known or (
            path.startswith(f"{known}.") and not (known == "stevedore" and without_calls(path) != path)
        ):
            return Wanted(reason=reason, may_load=_by_data(path, env))
    if rest and (method := attribute_step(last_name(rest))) in LOADING_METHODS:
        return Wanted(reason=LOADING_METHODS[method], may_load=_by_data(method, env))
    if (made := _MADE_CLASS.match(path)) is not None and (env.is_own or not made[1]):
        return Wanted(reason=f"{_spelled_out(call)} is a method of a class made at run time")
    if path.startswith(_HOOKS):
        return Wanted(reason="a hook calls the plugins that are registered", is_all=False, may_load=(UNKNOWN,))
    if top == "flask" and _CONFIGURED.fullmatch(path):
        return Wanted(reason=f"configuration names what {call.path}() is")
    if path in _PAGED:
        return _pages(call, env)
    return None


def _named_module(call: Call, path: str, env: Env) -> Wanted | None:
    """The module whose name `find_spec`, `run_module`, or what executes a module is given; None if it is not known.

    `find_spec` imports the packages that a module lies in (importlib.util).
    """
    objects = env.value(call.args[0]) if call.args else frozenset()
    names = [each.name if isinstance(each, Mod) else each.text for each in objects if isinstance(each, (Mod, Text))]
    if not names or len(names) < len(objects) or any(UNKNOWN in name for name in names):
        return Wanted() if path in SPEC_FUNCTIONS and env.is_own else None
    if path in SPEC_FUNCTIONS:
        return Wanted(tuple(filter(None, (name.rpartition(".")[0] for name in names))))
    if path == "runpy.run_module":  # of a package, what `python -m` runs
        files = [env.world.project.find(name) for name in names]
        run = [f"{file.name}.__main__" if file.folders else file.name for file in files if file is not None]
        is_program = "__main__" in texts_of(argument(call, 2, "run_name"), env)
        return Wanted((*names, *run), programs=tuple(run) if is_program else ())
    if path.startswith(_LAZY_LOADER):
        reason = f"{' and '.join(sorted(names))} is loaded where it is first used"
        return Wanted(reason=reason, may_load=tuple(names), is_known=True)
    return Wanted(tuple(names), is_alone=is_attribute(path, "exec_module"))


def _pages(call: Call, env: Env) -> Wanted | None:
    """The modules of a folder that Dash imports as pages (Dash, "Multi-Page Apps"); None where it is not to."""
    options = dict(call.keywords)
    folder = options.get("pages_folder")
    asked = options.get("use_pages", Value(Kind.CONSTANT, folder is not None))
    if not asked.constant and asked.kind is Kind.CONSTANT:
        return None
    texts = ["pages"] if folder is None else env.texts(folder)
    code = env.world.module(env.module)
    unknown = Wanted(reason="Dash imports the pages of a folder that is not known", is_all=False, may_load=(UNKNOWN,))
    if UNKNOWN in "".join(texts) or code is None or code.file.path is None:
        return unknown
    rows = [
        (Path(folder), name)
        for text in texts
        for top in [code.file.path.parent / text]
        for folder, _, names in env.world.project.folders.rows(top)
        if not any(part.startswith("_") for part in Path(folder).relative_to(top).parts)
        for name in names
    ]
    found = [_page(folder / name, env) for folder, name in rows if not name.startswith("_")]
    known = tuple(filter(None, found))
    made = Wanted(known, is_all=False, is_alone=True)
    return made if UNKNOWN not in "".join(name for _, name in rows) else unknown._replace(modules=known)


def _page(path: Path, env: Env) -> str:
    """The module of a file that registers a page, as Dash tells those from others; "" for any other."""
    name = env.world.project.module_at(path)
    file = env.world.project.find(name) if name else None
    return name if file is not None and "register_page" in env.world.project.facts(file).source.text else ""


def _by_name(call: Call, path: str, env: Env) -> Wanted | None:
    """What a function brings in that is given names of modules, or of objects in them."""
    world = env.world
    given, traits = world.memory.observed(lambda: world.settled(env.value(call.args[0])))
    given = unaliased(env, path, given, argument(call, 1, "aliases"))
    if is_attribute(path, *IMPORT_METHODS) and given and all(isinstance(each, Table) for each in given):
        return Wanted(perhaps=tuple(own(env, spelled(given))))  # the settings themselves; a worker loads what they name
    given = (
        frozenset(each for each in given if not has_container([each])) or given
    )  # code checks for a list or tuple before it imports by name
    texts = spelled(given)
    is_variable = any(isinstance(each, Ext) and each.path.startswith(_ENVIRONMENT) for each in given)
    if texts == [UNKNOWN] and path not in IMPORT_FUNCTIONS and not is_variable:
        return None  # an object, or a module: Flask's from_object and what finds files take both
    package = _package(call, env)
    dots = _dots(call, env) if path in _WITH_FROM_LIST else ""
    texts = [dots + _without_suffix(text, package, env) for text in texts]
    known_texts = [text for text in texts if _is_name(text) and (package or not text.startswith("."))]
    is_whole = len(known_texts) == len(texts) and not any(map(_is_unknown, leaves(given)))
    reason = "" if is_whole else f"{_spelled_out(call)} imports what data or configuration name"
    perhaps = world.project.named_in_data(env.module.partition(".")[0]) if reason else ()
    may_load = tuple(_open_names(texts, given, package)) if reason else ()
    is_later = is_attribute(path, "config_from_object") and not _is_forced(call)
    sure: list[str] = []
    unsure: list[str] = []
    for text in known_texts:
        is_choice = traits & CHOICE and (len(texts) > 1 or reason)
        is_doubtful = path == DECLARED or is_later or (traits & DOUBT and Text(text) in world.doubtful)
        is_doubtful = is_doubtful or (len(texts) > 1 and text.rpartition(".")[2].startswith("__"))  # often sorted out
        (unsure if is_choice or is_doubtful else sure).append(named(text.partition(":")[0], package))
    if is_attribute(path, "config_from_object"):  # what such a module names, Celery's workers load too
        unsure += _in_settings_of(sure + unsure, env)
    found = [_with_submodules(each, call, path, env) for each in (sure, unsure)]
    return Wanted(tuple(found[0]), reason=reason, perhaps=(*found[1], *perhaps), may_load=may_load)


def _in_settings_of(modules: Iterable[str], env: Env) -> list[str]:
    """The modules that a module of Celery's settings names."""
    world = env.world
    return [
        text
        for name in modules
        for owner in object_of(world, name)
        for key in ("imports", "include")
        for text in own(env, spelled(world.attribute(owner, key)))
    ]


def _is_forced(call: Call) -> bool:
    """Whether Celery is to load a configuration at once, not when something first asks for a setting."""
    options = dict(call.keywords)
    given = call.args[2] if len(call.args) > 2 else options.get("force")
    return given is not None and given.constant is not False


def _without_suffix(text: str, package: str, env: Env) -> str:
    """The name of a module that is found as a file, whose suffix is taken off by what is not followed."""
    name = text.removesuffix(SUFFIX)
    is_file = name != text and "/" not in text and env.world.project.find(named(text, package)) is None
    return name if is_file else text


def _with_submodules(modules: list[str], call: Call, path: str, env: Env) -> list[str]:
    """Modules that are imported by name, with what else the function loads with them, and without what is none."""
    if path in _WITH_FROM_LIST:
        modules = [*modules, *[f"{each}.{name}" for each in modules for name in _from_list(call, env)]]
    if path not in OBJECT_FUNCTIONS and not is_attribute(path, *IMPORT_METHODS):
        # of several names those that lead to no module were sorted out, or startup would end with an error
        found = [each for each in modules if env.world.project.may_have(each)]
        return found if found or env.context is not NO_CONTEXT else modules  # a turn of a loop is one of several
    return modules


def _by_data(path: str, env: Env) -> tuple[str, ...]:
    """The modules of the project that a loader may load whose names are somewhere else than in the code."""
    if path.startswith(("alembic", "flask_migrate")):  # scripts, which no app needs while it starts
        return ()
    if path in _BY_NAME_OR_PATH:
        return (UNKNOWN,)
    if path == ".autodiscover_tasks":  # Celery's documentation, `related_name`
        return (f"{UNKNOWN}.tasks",)
    return tuple(env.world.project.named_in_data(env.module.partition(".")[0]))


def _open_names(texts: Iterable[str], given: Objects, package: str) -> Iterator[str]:
    """What modules may be called whose names are not known, or known in part."""
    open_texts = [text.partition(":")[0] for text in texts if UNKNOWN in text]
    for text in open_texts:
        yield named(text, package) if package or not text.startswith(".") else UNKNOWN
    if not open_texts and any(map(_is_unknown, leaves(given))):
        yield UNKNOWN


def _file_run(call: Call, path: str, env: Env) -> Path | None:
    """The file of the project that a call runs, by its path or its text; None where that is not certain."""
    objects = env.value(call.args[0]) if call.args and env.is_own else frozenset()
    only = next(iter(objects)) if len(objects) == 1 else None
    if path == "runpy.run_path" and isinstance(only, Text) and Path(only.text).is_absolute():
        return env.world.project.data_file(only.text, ())
    return Path(only.path) if isinstance(only, DataFile) and only.is_certain else None


def _is_harmless(call: Call, path: str, env: Env) -> bool:
    """Whether all that `eval` may be given are names and constants."""
    if path.endswith("exec"):
        return False
    texts = env.texts(call.args[0]) if call.args else [UNKNOWN]
    return all(text.replace(".", "").replace("_", "").isalnum() for text in texts)


def _is_unknown(each: Object) -> bool:
    """Whether a name may come from outside; an environment is taken to be unset, and an annotation says none."""
    return isinstance(each, Ext) and each.path != "str()" and not each.path.startswith(_ENVIRONMENT)


def _from_list(call: Call, env: Env) -> list[str]:
    """The names that `__import__` is asked for besides the module: it loads those that are submodules."""
    given = call.args[3:4] or tuple(value for name, value in call.keywords if name == "fromlist")
    names = {text for value in given for text in env.texts(value)}
    return sorted(name for name in names if name.isidentifier())


def _dots(call: Call, env: Env) -> str:
    """The dots that the level stands for that `__import__` is given, not more than lead out of any package."""
    given = call.args[4:5] or tuple(value for name, value in call.keywords if name == "level")
    levels = [each.value for value in given for each in env.value(value) if isinstance(each, Const)]
    level = levels[0] if len(levels) == 1 else 0
    return "." * min(level, MAX_PARTS) if isinstance(level, int) else ""


def _package(call: Call, env: Env) -> str:
    """What a relative name counts from: the passed package, if there is one of the name, or the module's own."""
    given = call.args[1:2] or tuple(value for name, value in call.keywords if name == "package")
    for text in (text for value in given for text in env.texts(value)):
        if env.world.project.find(text) is not None:
            return text
    code = env.world.module(env.module)
    return code.file.package if code is not None else ""


def _is_name(text: str) -> bool:
    """Whether a text can name a module, or an object in one: "package.module:name". Nothing is a name too."""
    dotted = text.lstrip(".").replace(":", ".", 1)
    return not dotted or all(map(is_part, dotted.split(".")))


def _spelled_out(call: Call) -> str:
    return call_of(last_name(call.path))
