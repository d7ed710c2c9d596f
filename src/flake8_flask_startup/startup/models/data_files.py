"""What code reads out of data files of the project, TOML, JSON, YAML and lines, and what Python in such a file imports.

No file is executed: of a file of settings in Python, the assignments of literals and the import statements count.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from ...config.deployment import yaml_nodes
from ...config.flask_objects import APP
from ...files.parsing import json_value, parsed, toml
from ...model import UNKNOWN
from ...model.access_paths import call_of, is_attribute
from ...project.folders import SUFFIX
from ...project.modules import Project
from ...syntax.import_statements import imported
from ...syntax.symbol_table import Call
from ...syntax.values import Value
from ..values import strings
from ..values.abstract_values import (
    NOTHING,
    Const,
    DataFile,
    Ext,
    Gives,
    Object,
    Objects,
    Parts,
    Record,
    Table,
    Text,
    table,
)
from ..values.environment import Env, Evaluator
from ..values.members import of_text
from ..values.memo import CHOICE
from .wanted import Wanted

SUFFIXES = (".cfg", ".conf", ".csv", ".ini", ".json", ".list", ".toml", ".tsv", ".txt", ".yaml", ".yml")
MAX_ITEMS = 2_000  # of one file: more is data, and no configuration
MAX_READ = 100_000  # characters of one that is searched for names
MAX_DEPTH = 20  # of rows and mappings in each other: the same

_READERS: dict[str, Callable[[str], object]] = {
    **dict.fromkeys(("json.load", "json.loads"), json_value),
    **dict.fromkeys(("yaml.full_load", "yaml.load", "yaml.safe_load", "yaml.unsafe_load"), yaml_nodes.data),
    **dict.fromkeys(("toml.loads", "tomli.load", "tomli.loads", "tomllib.load", "tomllib.loads"), toml),
}


def _opened(env: Env, _: str, value: Value) -> Objects | None:
    """`open(path)` of a data file of the project; None for any other."""
    texts = env.texts(value.items[0]) if value.items and env.is_own else []
    return opened(env.world.project, texts[0]) if len(texts) == 1 else None


def _opened_resource(env: Env, _: str, value: Value) -> Objects | None:
    """`app.open_resource(path)`, of the folder that the app's module lies in."""
    folders = env.world.attribute(Ext(APP), "root_path") if value.items and env.is_own else NOTHING
    found = [
        opened(env.world.project, f"{folder.text}/{text}") or NOTHING
        for folder in folders
        if isinstance(folder, Text)
        for text in env.texts(value.items[0])
    ]
    return env.world.union(found) or None


def opened(project: Project, text: str) -> Objects | None:
    """The data file of the project that a path leads to; None where it is none that is read here."""
    if UNKNOWN in text or not text.endswith((*SUFFIXES, SUFFIX)):
        return None
    found = project.data_file(text, ())
    return None if found is None else frozenset({DataFile(str(found), found == Path(text))})


def of_file(world: Evaluator, file: DataFile, name: str) -> Objects:
    """An attribute of a data file, or of its text."""
    outside: Objects = frozenset({Ext(f"open().{name}")})
    if name in ("read", "read_bytes", "read_text"):
        return frozenset({Gives(frozenset({file}))})
    if name == "readlines":
        return frozenset({Gives(frozenset({Parts(tuple(frozenset({each}) for each in lines(world, file)))}))})
    text = world.project.data_text(Path(file.path)) if name in strings.METHODS else ""
    made = of_text(text, name) if 0 < len(text) <= strings.MAX_TEXT else NOTHING
    return outside if not made else made if file.is_certain else made | outside


IN_FILES = re.compile(r"[A-Za-z_]\w*(?:\.\w+)+(?::[A-Za-z_]\w*)?|[A-Za-z_]\w*:[A-Za-z_]\w*")


def names_in(text: str) -> Iterator[str]:
    """The dotted names in the text of a data file."""
    yield from dict.fromkeys(IN_FILES.findall(text) if len(text) <= MAX_READ else ())


def lines(world: Evaluator, file: DataFile) -> list[Object]:
    """What iterating over a data file gives."""
    text = world.project.data_text(Path(file.path))
    is_whole = file.is_certain and len(text) <= strings.MAX_TEXT
    world.memory.traits |= 0 if is_whole else CHOICE
    return [*map(Text, text.splitlines() if len(text) <= strings.MAX_TEXT else ()), *_outside(is_whole=is_whole)]


def _outside(*, is_whole: bool) -> list[Object]:
    return [] if is_whole else [Ext("open().readline()")]


def run(project: Project, path: Path) -> Wanted:
    """What running a file of the project as Python imports: what its own import statements name.

    What else it does stays open.
    """
    try:
        body = parsed(project.data_text(path)).body
    except SyntaxError:
        return Wanted()
    found = [each for node in body for each in imported(node) if not each.level]
    modules = [name for each in found for name in (each.module, each.dotted) if project.may_have(name)]
    is_plain = all(isinstance(node, (ast.Import, ast.ImportFrom)) or _is_literal(node) for node in body)
    reason = "" if is_plain else f"runs {path.name}, of which only the import statements are followed"
    return Wanted(tuple(dict.fromkeys(modules)), reason=reason, is_all=False, may_load=() if is_plain else (UNKNOWN,))


def _is_literal(node: ast.stmt) -> bool:
    """Whether a statement binds names to what calls nothing, or is a text alone."""
    return isinstance(node, (ast.AnnAssign, ast.Assign, ast.Expr)) and not any(
        isinstance(each, (ast.Call, ast.Attribute, ast.Subscript)) for each in ast.walk(node)
    )


def _loaded(env: Env, path: str, value: Value) -> Objects | None:
    """What a text, or the text of a file, says; a path that counts from the working directory may lead to another."""
    if not env.is_own or not value.items:
        return None
    found: set[Object] = set()
    for each in env.value(value.items[0]):
        made = None
        if isinstance(each, DataFile):
            made = read_as(env.world.project, Path(each.path), _READERS[path])
        elif isinstance(each, Text) and UNKNOWN not in each.text:
            made = parsed_as(each.text, _READERS[path])
        found |= frozenset({Ext(call_of(path))}) if made is None else made
        if isinstance(each, DataFile) and not each.is_certain:
            env.world.memory.traits |= CHOICE
            found.add(Ext(call_of(path)))
    return frozenset(found) or None


def _composed(env: Env, path: str, value: Value) -> Objects | None:
    """`OmegaConf.load(path)`, or `create(mapping)`: a mapping whose keys are attributes as well."""
    if not env.is_own or not value.items:
        return None
    found = env.value(value.items[0])
    if is_attribute(path, "load"):
        opened_files = [opened(env.world.project, text) or NOTHING for text in env.texts(value.items[0])]
        files = [each for objects in opened_files for each in objects if isinstance(each, DataFile)]
        read = [read_as(env.world.project, Path(each.path), yaml_nodes.data) or NOTHING for each in files]
        found = env.world.union(read)
        if not files or not all(each.is_certain for each in files):
            env.world.memory.traits |= CHOICE
            found |= {Ext(call_of(path))}
    return _with_attributes(found)


def _with_attributes(objects: Objects) -> Objects:
    """Objects, with a record in place of each mapping."""
    found: set[Object] = set()
    for each in objects:
        match each:
            case Table():
                found.add(Record(tuple((str(key), _with_attributes(held)) for key, held in each.rows)))
            case Parts():
                found.add(Parts(tuple(map(_with_attributes, each.parts))))
            case _:
                found.add(each)
    return frozenset(found)


def read_as(project: Project, path: Path, reader: Callable[[str], object]) -> Objects | None:
    """What a data file says as an object; None where it is not what it should be."""
    return parsed_as(project.data_text(path), reader)


def parsed_as(text: str, reader: Callable[[str], object]) -> Objects | None:
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
    return env.world.union(env.world.element(each, key) for each in whole_file(env, call))


def whole_file(env: Env, call: Call) -> Objects:
    """What a file of settings says that a call reads, as a mapping; nothing where it is not found, or not plain."""
    code = env.world.module(env.module)
    texts = env.texts(call.args[0]) if call.args else []
    if len(texts) != 1 or UNKNOWN in texts[0] or code is None or code.file.path is None:
        return NOTHING
    project = env.world.project
    found = project.data_file(texts[0], [code.file.path.parent])
    if found is None:
        return NOTHING
    if is_attribute(call.path, "from_pyfile"):
        reader: Callable[[str], object] | None = _assignments
    else:
        given = [*call.args[1:2], *[value for name, value in call.keywords if name == "load"]]
        paths = [each.path for value in given for each in env.value(value) if isinstance(each, Ext)]
        reader = _READERS.get(paths[0]) if paths else None
    return NOTHING if reader is None else read_as(project, found, reader) or NOTHING


def assigned(text: str) -> Objects:
    """The names that a Python text binds to literals, as a mapping; nothing of one that is none."""
    return parsed_as(text, _assignments) or NOTHING


def _assignments(text: str) -> object:
    return dict(_literals(parsed(text)))


def _literals(tree: ast.Module) -> Iterator[tuple[str, object]]:
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
    **dict.fromkeys((f"{APP}.open_resource", "flask.current_app.open_resource"), _opened_resource),
    **dict.fromkeys(("omegaconf.OmegaConf.create", "omegaconf.OmegaConf.load"), _composed),
    **dict.fromkeys(("codecs.open", "io.open", "open"), _opened),
}
