"""What code reads out of data files of the project: TOML, JSON, and Flask's files of settings.

No file is executed: of a file of settings in Python, the assignments of literals count.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ...files.parsing import json_value, parsed, toml
from ...model import UNKNOWN
from ...project.modules import Project
from ...syntax.symbol_table import Call
from ...syntax.values import Value
from ..values import strings
from ..values.abstract_values import NOTHING, Const, DataFile, Ext, Object, Objects, Parts, Text, table
from ..values.environment import Env
from ..values.memo import CHOICE

MAX_ITEMS = 2_000  # of one file: more is data, and no configuration
MAX_DEPTH = 20  # of rows and mappings in each other: the same

_READERS: dict[str, Callable[[str], object]] = {
    **dict.fromkeys(("json.load", "json.loads"), json_value),
    **dict.fromkeys(("toml.loads", "tomli.load", "tomli.loads", "tomllib.load", "tomllib.loads"), toml),
}


def _opened(env: Env, _: str, value: Value) -> Objects | None:
    """`open(path)` of a data file of the project; None for any other."""
    texts = env.texts(value.items[0]) if value.items and env.is_own else []
    return opened(env.world.project, texts[0]) if len(texts) == 1 else None


def opened(project: Project, text: str) -> Objects | None:
    """The data file of the project that a path leads to; None where it is none that is read here."""
    if UNKNOWN in text or not text.endswith((".json", ".toml")):
        return None
    found = project.data_file(text, ())
    return None if found is None else frozenset({DataFile(str(found), Path(text).is_absolute())})


def _loaded(env: Env, path: str, value: Value) -> Objects | None:
    """What a text, or the text of a file, says; a path that counts from the working directory may lead to another."""
    if not env.is_own or not value.items:
        return None
    found: set[Object] = set()
    for each in env.value(value.items[0]):
        made = None
        if isinstance(each, DataFile):
            made = _read(env.world.project, Path(each.path), _READERS[path])
        elif isinstance(each, Text) and UNKNOWN not in each.text:
            made = _said(each.text, _READERS[path])
        found |= frozenset({Ext(f"{path}()")}) if made is None else made
        if isinstance(each, DataFile) and not each.is_certain:
            env.world.memory.traits |= CHOICE
            found.add(Ext(f"{path}()"))
    return frozenset(found) or None


def _read(project: Project, path: Path, reader: Callable[[str], object]) -> Objects | None:
    return _said(project.data_text(path), reader)


def _said(text: str, reader: Callable[[str], object]) -> Objects | None:
    """What a text says as an object; None where it is not what it should be, or too much."""
    try:
        read = reader(text)
    except (SyntaxError, ValueError):
        return None
    return objects_of(read) if _is_configuration(read) else None


def _is_configuration(held: object) -> bool:
    """Whether plain data are no more, and no deeper, than a configuration is."""
    level, found = [held], 0
    for _ in range(MAX_DEPTH):
        found += len(level)
        if not level or found > MAX_ITEMS:
            break
        level = [inner for each in level for inner in _inside(each)]
    return not level and found <= MAX_ITEMS


def _inside(held: object) -> Iterable[object]:
    if isinstance(held, dict):
        return held.values()
    return held if isinstance(held, (list, tuple)) else ()


def objects_of(held: object) -> Objects:
    """Plain data as objects: texts, numbers, rows, mappings."""
    match held:
        case str():
            return frozenset({Text(strings.bounded(held))})
        case bool() | int() | float() | None:
            return frozenset({Const(held)})
        case list() | tuple():
            return frozenset({Parts(tuple(map(objects_of, held)))})
        case dict():
            return frozenset({table((str(key), objects_of(each)) for key, each in held.items())})
    return NOTHING


def setting(env: Env, call: Call, key: str) -> Objects:
    """What a file of settings that a call reads puts under a key; nothing where it is not found, or not plain."""
    code = env.world.module(env.module)
    texts = env.texts(call.args[0]) if call.args else []
    if len(texts) != 1 or UNKNOWN in texts[0] or code is None or code.file.path is None:
        return NOTHING
    project = env.world.project
    found = project.data_file(texts[0], [code.file.path.parent])
    if found is None:
        return NOTHING
    if call.path.endswith(".from_pyfile"):
        reader: Callable[[str], object] | None = _assigned
    else:
        given = [*call.args[1:2], *[value for name, value in call.keywords if name == "load"]]
        paths = [each.path for value in given for each in env.value(value) if isinstance(each, Ext)]
        reader = _READERS.get(paths[0]) if paths else None
    made = NOTHING if reader is None else _read(project, found, reader) or NOTHING
    return env.world.union(env.world.element(each, key) for each in made)


def _assigned(text: str) -> object:
    return dict(_assignments(parsed(text)))


def _assignments(tree: ast.Module) -> Iterator[tuple[str, object]]:
    """The names that statements of a module bind to literals."""
    for each in tree.body:
        if isinstance(each, ast.Assign):
            for target in each.targets:
                if isinstance(target, ast.Name):
                    try:
                        yield target.id, ast.literal_eval(each.value)
                    except (ValueError, TypeError):
                        continue


# What functions give, by their paths.
RESULTS: dict[str, Callable[[Env, str, Value], Objects | None]] = {
    **dict.fromkeys(_READERS, _loaded),
    **dict.fromkeys(("codecs.open", "io.open", "open"), _opened),
}
