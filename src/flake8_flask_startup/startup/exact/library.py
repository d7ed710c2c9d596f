"""The modules of libraries, mostly the standard one, that the walk knows: natively, or by code that it follows."""

from __future__ import annotations

import ast
import base64
import json
import shlex
import string
from ast import literal_eval
from collections import abc, deque
from collections.abc import Callable
from functools import partial
from string import Template
from textwrap import dedent
from typing import Any

from ...files.parsing import parsed, toml
from ...model.access_paths import call_of
from ...syntax.import_statements import named
from .annotations import evaluate, hints
from .attributes import bound
from .containers import any_item
from .copies import copied, copied_whole
from .files import NATIVE, os_path, read_text, reader, yaml_value
from .library_classes import TEXTS as CLASSES
from .library_enums import TEXTS as ENUMS
from .library_flask import ATTRIBUTES
from .library_flask import TEXT as FLASK
from .library_functions import TEXTS as FUNCTIONS
from .library_iterators import TEXTS as ITERATORS
from .library_packages import TEXTS as PACKAGES
from .library_paths import TEXTS as PATHS
from .library_records import TEXTS as RECORDS
from .library_regular import NATIVE as EXPRESSIONS
from .library_regular import TEXTS as REGULAR
from .library_tasks import TEXTS as TASKS
from .objects import (
    CODE,
    Bound,
    Class,
    Coroutine,
    Frame,
    Function,
    Instance,
    Library,
    Module,
    Native,
    Outside,
    UnknownError,
    Walk,
    fail,
    native,
    not_known,
)
from .plain_values import is_plain
from .texts import MAX_LENGTH, bounded

TEXTS = {
    "flask": FLASK,
    **CLASSES,
    **ENUMS,
    **FUNCTIONS,
    **ITERATORS,
    **PACKAGES,
    **PATHS,
    **RECORDS,
    **REGULAR,
    **TASKS,
}


class Defaulting(dict[object, object]):
    """A `defaultdict`."""

    def __init__(self, walk: Walk, factory: object) -> None:
        super().__init__()
        self._walk = walk
        self._factory = factory

    def __missing__(self, key: object) -> object:
        if self._factory is None:
            raise KeyError(key)
        self[key] = made = self._walk.call(self._factory)
        return made


def models(walk: Walk, name: str) -> Module | None:
    """A module of the standard library; None for one of which nothing is known."""
    if name in walk.libraries:
        return walk.libraries[name]
    if name not in TEXTS and name not in _NATIVE:
        return None
    module = walk.libraries[name] = Library(name, name)
    module.names.update(_NATIVE[name](walk) if name in _NATIVE else {})
    if name in TEXTS:
        tree = parsed(TEXTS[name])
        for _ in walk.execute(tree.body, Frame(module, module.names, None, frozenset())):
            raise UnknownError
    return module


def opened(walk: Walk, *args: object, **options: object) -> object:
    """Open a data file of the project to read it; any other file is not known."""
    return walk.call(walk.get(models(walk, "builtins"), "open"), args, options)


def _import_module(walk: Walk, name: object, package: object = None) -> object:
    return walk.load(_full_name(walk, name, package))


def _full_name(_: Walk, name: object, package: object = None) -> str:
    """The name of a module, where it begins with dots from a package on."""
    if not isinstance(name, str) or not isinstance(package, (str, type(None))):
        raise UnknownError
    if not name.startswith("."):
        return name or fail(ValueError, "Empty module name")
    if not package:
        fail(TypeError, f"the 'package' argument is required to perform a relative import for {name!r}")
    if len(name) - len(name.lstrip(".")) > package.count(".") + 1:
        fail(ImportError, "attempted relative import beyond top-level package")
    return named(name, package)


def _import_own(walk: Walk, name: object) -> object:
    """Import a package of the project by its name; raise ImportError for any other."""
    if not isinstance(name, str):
        raise UnknownError
    return walk.load(name) if walk.is_own(name) else fail(ImportError, name)


def _find_spec(walk: Walk, name: object, package: object = None) -> object:
    """What tells where a module lies, which is looked for in the packages around it once those are loaded."""
    if not isinstance(name, str) or name.startswith(".") or package is not None:
        raise UnknownError
    if parent := name.rpartition(".")[0]:
        walk.load(parent)
    if not walk.is_found(name):
        return None
    found = Outside("importlib.machinery.ModuleSpec()", hides=True)
    found.truth = True
    return found


def _object_named(walk: Walk, text: object) -> object:
    """What a text names that is the dotted name of a module of the project, or of an object in one."""
    if not isinstance(text, str):
        raise UnknownError
    found, rest = walk.load_object(text)
    for name in rest:
        found = walk.get(found, name)
    return found


def _defaultdict(walk: Walk, factory: object = None, *given: object, **named: object) -> Defaulting:
    found = Defaulting(walk, factory)
    for each in given:
        if not isinstance(each, dict):
            raise UnknownError
        found.update(each)
    found.update(named)
    return found


def _waited(_: Walk, value: object) -> object:
    if not isinstance(value, Coroutine):
        raise UnknownError
    return value.run()


def _left(_: Walk, *code: object) -> object:
    return fail(SystemExit, *[each for each in code if is_plain(each)])


def _substituted(_: Walk, text: object, named: object) -> object:
    if not isinstance(text, str) or not isinstance(named, dict) or not is_plain(named):
        raise UnknownError
    longest = max((len(str(each)) for each in named.values()), default=0)
    if len(text) + text.count("$") * longest > MAX_LENGTH:
        raise UnknownError
    return bounded(str(native(Template(text).substitute, named)))


def _folder_of(walk: Walk, anchor: object) -> object:
    """The folder of a package, which is loaded for that if a text names it."""
    found = walk.load(anchor) if isinstance(anchor, str) else anchor
    folders = found.names.get("__path__") if isinstance(found, Module) else None
    return folders[0] if isinstance(folders, list) else not_known(walk)


def _words(_: Walk, text: object) -> object:
    if isinstance(text, Outside):
        return Outside("shlex.split()", hides=text.hides)
    if not isinstance(text, str) or len(text) > MAX_LENGTH:
        raise UnknownError
    return native(shlex.split, text)


def _dedented(_: Walk, text: object) -> object:
    if isinstance(text, Outside):
        return Outside("textwrap.dedent()", hides=text.hides)
    if not isinstance(text, str) or len(text) > MAX_LENGTH:
        raise UnknownError
    return dedent(text)


def _annotated(walk: Walk, function: object, place: int = 0) -> object:
    """Return the annotation of the parameter of a function at a place, the first one by default."""
    if not isinstance(function, Function) or len(function.node.args.args) <= place:
        raise UnknownError
    annotation = function.node.args.args[place].annotation
    if annotation is None or isinstance(annotation, ast.Constant):
        raise UnknownError
    return walk.evaluate(annotation, function.frame)


def _is_member(_: Walk, value: object) -> bool:
    """Whether a value in the body of an enumeration is that of a member."""
    if isinstance(value, Instance):
        return not value.cls.has("__get__")
    return not isinstance(value, (*CODE, type))


def _rows(walk: Walk) -> object:
    """What makes a class of named tuples."""
    collections = models(walk, "collections")
    return collections.names["_rows"] if collections is not None else not_known(walk)


def _is_function(_: Walk, value: object) -> bool:
    if isinstance(value, (Outside, Native)):
        raise UnknownError
    return isinstance(value, Function)


def _is_class(_: Walk, value: object) -> bool:
    if isinstance(value, Outside):
        raise UnknownError
    return isinstance(value, (Class, type))


def _method(_: Walk, function: object, receiver: object) -> Bound:
    return Bound(function, receiver)


def _recoded(function: Callable[..., bytes], walk: Walk, text: object) -> object:
    """What a function gives that writes a text or bytes in another way."""
    if isinstance(text, Outside):
        return Outside(call_of(f"base64.{function.__name__}"), hides=text.hides)
    return native(function, text) if isinstance(text, (bytes, str)) else not_known(walk)


def _dumped(_: Walk, value: object, **options: object) -> object:
    """The JSON of a value; something outside for one that is not known."""
    if not is_plain(value) or not is_plain(options) or isinstance(value, Instance):
        return Outside("json.dumps()", hides=isinstance(value, CODE))
    given: Any = options
    return bounded(str(native(partial(json.dumps, **given), value)))


def _chosen(walk: Walk, values: object) -> object:
    """One of several, each start another one; something outside for values that are not known."""
    if not isinstance(values, (list, tuple)) or not values:
        return Outside("random.choice()", hides=True)
    return any_item(walk, values[:0:-1], values[0])


_RECODING = (base64.b64decode, base64.b64encode, base64.urlsafe_b64decode, base64.urlsafe_b64encode)
_HINTS = Native("get_type_hints", hints)
_ABSTRACT = (
    "Callable", "Collection", "Container", "Generator", "Iterable", "Iterator", "Mapping", "MutableMapping",
    "MutableSequence", "MutableSet", "Sequence", "Set", "Sized",
)  # fmt: skip
_SYSTEMS = {"darwin": "Darwin", "linux": "Linux", "win32": "Windows"}  # by `sys.platform`
_NATIVE: dict[str, Callable[[Walk], dict[str, Any]]] = {
    **dict.fromkeys(("csv", "fnmatch", "glob"), lambda _: NATIVE),
    "base64": lambda _: {each.__name__: Native(each.__name__, partial(_recoded, each)) for each in _RECODING},
    "ast": lambda _: {"literal_eval": Native("literal_eval", partial(read_text, literal_eval, "ast.literal_eval"))},
    "asyncio": lambda _: {"_waited": Native("_waited", _waited), "_not_known": Native("_not_known", not_known)},
    "collections": lambda _: {
        "defaultdict": Native("defaultdict", _defaultdict), "deque": deque,
        "_not_known": Native("_not_known", not_known),
    },
    "annotationlib": lambda _: {"get_annotations": _HINTS},
    "builtins": lambda _: NATIVE,
    "collections.abc": lambda _: {name: getattr(abc, name) for name in _ABSTRACT},
    "copy": lambda _: {"copy": Native("copy", copied), "deepcopy": Native("deepcopy", copied_whole)},
    "enum": lambda _: {"_is_member": Native("_is_member", _is_member), "_not_known": Native("_not_known", not_known)},
    "dataclasses": lambda _: {
        "_evaluate": Native("_evaluate", evaluate), "_not_known": Native("_not_known", not_known),
    },
    "flask": lambda _: {
        "_blueprint": Outside("flask.Blueprint"), "_config": Outside("flask.Flask().config"),
        "_flask": Outside("flask.Flask"), "_state": Outside("flask.blueprints.BlueprintSetupState()"),
        "_is_attribute": Native("_is_attribute", lambda _, name: name in ATTRIBUTES),
        "_is_known": Native("_is_known", lambda _, value: not isinstance(value, Outside)),
        "_not_known": Native("_not_known", not_known), "_object_named": Native("_object_named", _object_named),
        "_note_outside": Native("_note_outside", lambda walk: walk.note_outside()),
        "_undecided": Native("_undecided", lambda walk: walk.decide()),
    },
    "flask.config": lambda walk: {"Config": walk.get(models(walk, "flask"), "Config")},
    "functools": lambda _: {
        "_annotated": Native("_annotated", _annotated), "_held": Native("_held", bound),
        "_not_known": Native("_not_known", not_known),
    },
    "importlib.resources": lambda walk: {
        "_folder_of": Native("_folder_of", _folder_of), "_not_known": Native("_not_known", not_known),
        "_path": walk.get(models(walk, "pathlib"), "Path"),
    },
    "importlib": lambda _: {"import_module": Native("import_module", _import_module)},
    "importlib.util": lambda _: {
        "find_spec": Native("find_spec", _find_spec), "resolve_name": Native("resolve_name", _full_name),
    },
    "inspect": lambda _: {
        "get_annotations": _HINTS, "signature": _HINTS,
        "isclass": Native("isclass", _is_class),
        "isfunction": Native("isfunction", _is_function),
        "ismethod": Native("ismethod", lambda _, value: isinstance(value, Bound)),
        "ismodule": Native("ismodule", lambda _, value: isinstance(value, Module)),
    },
    "json": lambda walk: {**reader("json.loads", json.loads)(walk), "dumps": Native("dumps", _dumped)},
    "tomli": reader("tomli.loads", toml),
    "tomllib": reader("tomllib.loads", toml), "yaml": reader("yaml.safe_load", yaml_value),
    "os": lambda walk: {
        "_is_set": Native("_is_set", lambda walk: walk.decide(is_variable=True)), "_variable": Outside("os.environ[]"),
        "_known": walk.environment, "_Opened": walk.get(models(walk, "builtins"), "_Opened"), **NATIVE,
        "path": os_path(), "sep": "/", "name": "nt" if walk.target.platform == "win32" else "posix",
    },
    "os.path": lambda _: os_path().names,
    "pkgutil": lambda walk: {
        "_finder": Outside("pkgutil.FileFinder()", hides=True), "_loaded": walk.loaded(),
        "_modules_in": Native("_modules_in", lambda walk, folder: walk.modules_in(folder)),
        "_not_known": Native("_not_known", not_known), "_object_named": Native("_object_named", _object_named),
        "_import_own": Native("_import_own", _import_own),
    },
    **dict.fromkeys(("random", "secrets"), lambda _: {"choice": Native("choice", _chosen)}),
    "shlex": lambda _: {"split": Native("split", _words)},
    "io": lambda walk: {"StringIO": walk.get(models(walk, "builtins"), "_File")},
    "pydoc": lambda _: {"_object_named": Native("_object_named", _object_named)},
    "pathlib": lambda walk: {**NATIVE, "_open": walk.get(models(walk, "builtins"), "open")},
    "platform": lambda _: {
        "system": Native("system", lambda walk: _SYSTEMS.get(walk.target.platform, Outside("platform.system()")))
    },
    "re": lambda _: EXPRESSIONS,
    "string": lambda _: {
        "_substituted": Native("_substituted", _substituted),
        **{name: getattr(string, name) for name in ("ascii_letters", "ascii_lowercase", "ascii_uppercase", "digits")},
    },
    "textwrap": lambda _: {"dedent": Native("dedent", _dedented)},
    "timeit": lambda _: {"_not_known": Native("_not_known", not_known), "_seconds": Outside("timeit.timeit()")},
    "types": lambda _: {"MethodType": Native("MethodType", _method), "_not_known": Native("_not_known", not_known)},
    "typing": lambda walk: {
        "_evaluate": Native("_evaluate", evaluate), "_rows": _rows(walk), "get_type_hints": _HINTS,
    },
    "werkzeug.local": lambda _: {"_not_known": Native("_not_known", not_known)},
    "werkzeug.utils": lambda walk: {
        "_object_named": Native("_object_named", _object_named),
        "_iter_modules": walk.get(models(walk, "pkgutil"), "iter_modules"),
    },
    "sys": lambda walk: {
        "version_info": (*walk.target.version, 0, "final", 0), "platform": walk.target.platform,
        "version": f"{'.'.join(map(str, walk.target.version))}.0 (main)",
        "exit": Native("exit", _left), "maxsize": 2**63 - 1, "modules": walk.loaded(),
        "path": Outside("sys.path", hides=True), "meta_path": Outside("sys.meta_path", hides=True),
        "set_lazy_imports": Native("set_lazy_imports", not_known),
    },
}  # fmt: skip
