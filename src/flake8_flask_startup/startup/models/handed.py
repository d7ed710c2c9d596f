"""What third-party code that nobody knows may load: modules of the project that are named in what it is given.

A name may stand in a text, in anything that holds texts, in a file whose path is given, and in the settings of an app.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from ...config.flask_objects import APP
from ...model import UNKNOWN
from ...model.access_paths import first_of, is_attribute, last_name, names_along, owner_of
from ...syntax.import_statements import named
from ...syntax.symbol_table import Call, Store
from ...syntax.values import Kind, Value
from ..values.abstract_values import NOTHING, Cls, DataFile, Ext, Inst, Member, Mod, Object, Objects, leaves
from ..values.environment import Env
from ..values.store import is_app, on_self
from .data_files import names_in, opened
from .flask_config import puts
from .namespaces import rows_of
from .naming import is_third_party, own, shown, spelled_in_order
from .option_files import options_read
from .stdlib import is_modelled
from .wanted import Wanted

FLASK_FAMILY = frozenset({"blinker", "click", "flask", "jinja2", "markupsafe", "quart", "werkzeug"})
# Packages that take the names that they are given for labels, or look them up among what is loaded.
_NAMING = frozenset(
    {
        *FLASK_FAMILY, "attr", "attrs", "flask_babel", "flask_bcrypt", "flask_cors", "flask_login",
        "flask_marshmallow", "flask_migrate", "flask_sqlalchemy", "flask_talisman", "flask_wtf", "marshmallow",
        "msgspec", "pydantic", "pydantic_settings", "pytest", "sqlalchemy", "sqlmodel", "typing_extensions", "wtforms",
    }
)  # fmt: skip
_LABELLING = re.compile(
    r"(?<![a-z])log(?:ger|ging|s)?(?![a-z])|structlog|loguru|signal|tracer|metric|warning|blueprint", re.IGNORECASE
)
# Functions and keywords whose texts name modules even where there is no dot in them.
_ASKING = re.compile(r"(?:^|_)(?:auto)?(?:discover|import|modules?|packages?|plugins?|scan)(?:_|$)", re.IGNORECASE)
_MAKING = re.compile(r"(?:^|_)(?:class|cls|factory)_?$")
_VALIDATING = ("pydantic", "pydantic_settings")
_IMPORTED_FIELD = re.compile(r"\b(?:ImportString|PyObject)\b")  # whose text is the path of an object (pydantic)
_SUBCLASS = "__init_subclass__"  # how a class statement calls its base
_SEPARATORS = re.compile(r"[\s,;]+")
_DOTTED = re.compile(r"\.*[A-Za-z_]\w*(?:[.:][A-Za-z_]\w*)*")
_SCHEME = re.compile(r"[A-Za-z_][\w+.-]*:(?://)?(?=[A-Za-z_])")
_BEHIND = re.compile(r"(?:\.\*|\(.*\))$")
_FILES = (".css", ".csv", ".db", ".gif", ".htm", ".html", ".jpg", ".js", ".log", ".md", ".pdf", ".png", ".sql", ".svg")
_MAX_PIECES = 40  # of one text: more is prose
_MAX_DEPTH = 3  # of calls in calls whose results nobody knows


def handed(call: Call, path: str, env: Env) -> Wanted | None:
    """What a call of third-party code may load, made in the project's own code; None if nothing is named."""
    if not _may_load(path, env) or is_modelled(path):
        return None
    return _by_arguments(call, path, env)


def handed_to_base(base: Ext, call: Call, path: str, env: Env) -> Wanted | None:
    """Do the same for a call of a class of the project that inherits its constructor from a library."""
    cls = base.receiver
    if cls is None or not is_third_party(env, path):
        return None
    if first_of(path) in _VALIDATING:
        if not _IMPORTED_FIELD.search("\n".join(_lines_of(cls, env))):
            return None
        texts = [text for text in _of_names(cls, env) if _is_dotted(text)]
        default = _named(texts, f"{shown(call)} may load what its fields name", env)
        return _by_arguments(call, path, env) or default
    return _by_arguments(call, path, env) if _may_load(path, env) else None


def _by_arguments(call: Call, path: str, env: Env) -> Wanted | None:
    is_asking = any(map(_ASKING.search, names_along(path)))
    given = [(value, is_asking) for value in call.args]
    given += [(value, is_asking or _ASKING.search(name) is not None) for name, value in call.keywords]
    found: dict[str, None] = {}
    for value, is_bare in given:
        texts = list(_texts(value, env)) if _may_hold_names(value, is_bare=is_bare) else []
        found.update(dict.fromkeys(text for text in texts if is_bare or _is_dotted(text)))
    is_subclass = is_attribute(path, _SUBCLASS)
    if is_subclass:
        found.update(dict.fromkeys(text for text in _of_class_made(call, env) if _is_dotted(text)))
    subject = last_name(owner_of(path)) if is_subclass else shown(call)
    return _named(found, f"{subject} may load what it is given the name of", env)


def stored(store: Store, path: str, env: Env) -> Wanted | None:
    """What third-party code may load for what is assigned to an attribute or item of an object of its own."""
    if not _may_load(path, env) or not _may_hold_names(store.value, is_bare=True):
        return None
    is_bare = _ASKING.search(last_name(path)) is not None
    texts = [text for text in _texts(store.value, env) if is_bare or _is_dotted(text)]
    return _named(texts, f"{last_name(store.path)} may name what a library loads", env)


def makes_objects_of(env: Env, path: str, name: str) -> bool:
    """Whether third-party code is given something under a name that says that it makes objects with it."""
    return _MAKING.search(name) is not None and is_third_party(env, path) and first_of(path) not in FLASK_FAMILY


def makes_objects_of_items(path: str) -> bool:
    """Return whether the rules of an app's routes make objects of the classes in a mapping (Werkzeug's converters)."""
    return is_attribute(path, "converters") and is_attribute(owner_of(path), "url_map")


def _named(texts: Iterable[str], reason: str, env: Env) -> Wanted | None:
    """An entry for the modules of the project that texts name, but for those that are loaded already."""
    pieces = list(dict.fromkeys(piece for text in texts for piece in _pieces(text, env)))
    packages = [each for each in pieces if env.world.project.find(each) is not None]
    pieces += [named(each, package) for each in pieces if each.startswith(".") for package in packages]
    names = tuple(sorted(name for name in set(own(env, pieces)) if not env.world.visited.has(name)))
    return Wanted(reason=reason, is_all=False, may_load=names, is_known=True) if names else None


def _may_load(path: str, env: Env) -> bool:
    """Whether something outside is third-party code that may import what it is given the name of."""
    return is_third_party(env, path) and first_of(path) not in _NAMING and not _LABELLING.search(path)


def _pieces(text: str, env: Env) -> Iterator[str]:
    """The dotted names that a text is: one, a list of them, one behind a scheme, the path of a file, a call."""
    if UNKNOWN in text or text.endswith(_FILES):
        return
    pieces = list(filter(None, _SEPARATORS.split(text.strip())))
    if len(pieces) > _MAX_PIECES or (len(pieces) > 1 and not all(map(_is_dotted, pieces))):
        return  # prose
    found: list[str] = []
    for piece in pieces:
        name = _BEHIND.sub("", piece)
        if name.endswith(".py") and not name.startswith("/"):
            name = name.removesuffix(".py").removeprefix("./").replace("/", ".")
        if _DOTTED.fullmatch(name):
            found.append(name)
        if (match := _SCHEME.match(name)) is not None and _DOTTED.fullmatch(name, match.end()):
            found.append(name[match.end() :])
        elif not _DOTTED.fullmatch(name):
            return
    code = env.world.module(env.module)
    package = code.file.package if code is not None else ""
    for name in found:
        yield name
        if name.startswith(".") and package:
            yield named(name, package)


def _is_dotted(text: str) -> bool:
    return "." in text or ":" in text


def _may_hold_names(value: Value, *, is_bare: bool) -> bool:
    """Whether a value may be or hold a text with a dot or colon in it, or any text at all."""
    if value.kind is Kind.CONSTANT:
        return isinstance(value.constant, str) and (is_bare or _is_dotted(value.constant))
    if value.kind is Kind.SEQUENCE:
        return any(_may_hold_names(each, is_bare=is_bare) for each in value.items)
    return value.kind not in (Kind.COMPARED, Kind.NOT, Kind.OTHER)


def _texts(value: Value, env: Env, depth: int = 0) -> Iterator[str]:
    """The texts that a value is or holds, or that a file has which it leads to."""
    objects = env.world.settled(env.value(value))
    yield from _texts_in(objects, env)
    if not any(not isinstance(each, Ext) for each in objects) and value.kind is Kind.CALL and depth < _MAX_DEPTH:
        for each in (*value.items, *[inner for _, inner in value.keywords]):  # what goes in may come out
            yield from _texts(each, env, depth + 1)


def _texts_in(objects: Objects, env: Env) -> Iterator[str]:
    for text in spelled_in_order(objects):
        yield text
        for file in _data_file(text, env):
            yield from names_in(env.world.project.data_text(Path(file.path)))
    for each in leaves(objects):
        yield from _texts_of(each, env)


def _data_file(text: str, env: Env) -> list[DataFile]:
    found = (opened(env.world.project, text) if "." in text else None) or NOTHING
    return [each for each in found if isinstance(each, DataFile) and not each.path.endswith(".py")]


def _texts_of(each: Object, env: Env) -> Iterator[str]:
    """The texts that an object has which is no text and no container."""
    world = env.world
    match each:
        case DataFile():
            yield from names_in(world.project.data_text(Path(each.path)))
        case Member():
            yield from spelled_in_order(world.class_attribute(each.cls, each.name))
        case Cls() | Mod():
            yield from _of_names(each, env)
        case Inst() if is_app(world, each):
            yield from _settings(env)
        case Inst():
            yield from _of_names(each.cls, env)
            for name in _set_on_self(each.cls, env):
                yield from spelled_in_order(on_self(world, each.cls, name))
        case Ext() if each.path in (APP, f"{APP}.config") or is_app(world, each):
            yield from _settings(env)
        case Ext():
            yield from spelled_in_order(options_read(world, each))


def _of_names(owner: Cls | Mod, env: Env, depth: int = 0) -> Iterator[str]:
    """The texts that the names of a class or module stand for, and those of classes in a class."""
    for _, objects in rows_of(env.world, owner):
        yield from spelled_in_order(objects)
        for inner in objects:
            if not depth and isinstance(owner, Cls) and isinstance(inner, Cls) and inner.module == owner.module:
                yield from _of_names(inner, env, depth + 1)


_ON_SELF = re.compile(r"\bself\.(\w+)(?::[^=\n]*)?[ \t]*=(?!=)")


def _set_on_self(cls: Cls, env: Env) -> Sequence[str]:
    """The attributes that the methods of a class assign to."""
    return list(dict.fromkeys(_ON_SELF.findall("\n".join(_lines_of(cls, env)))))


def _lines_of(cls: Cls, env: Env) -> Sequence[str]:
    """The lines of a class statement."""
    code = env.world.module(cls.module)
    if code is None:
        return ()
    span = code.facts.scopes[cls.scope].span
    return code.source.text.splitlines()[span.line - 1 : span.end_line]


def _of_class_made(call: Call, env: Env) -> Iterator[str]:
    """The texts in the body of the class whose statement calls its base."""
    code = env.world.module(env.module)
    for number, scope in enumerate(code.facts.scopes) if code is not None else ():
        if scope.bases and scope.span == call.span:
            yield from _of_names(Cls(env.module, number), env)


def _settings(env: Env) -> list[str]:
    """The texts that the project's code puts into the app's configuration."""
    world = env.world
    world.memory.open_read()  # modules loaded later may say more
    return spelled_in_order(world.memory.remembered((APP, len(world.visited.modules), "settings"), lambda: puts(world)))
