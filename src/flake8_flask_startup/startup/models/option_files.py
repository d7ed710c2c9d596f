"""What files of options say that code reads: by configparser, whose parsers count as one, and rows by csv.

Source: the standard library's documentation of configparser and csv.
"""

from __future__ import annotations

import configparser
import csv
from collections.abc import Callable, Iterator
from pathlib import Path

from ...files.parsing import ini_sections
from ...model.access_paths import call_of, is_attribute, last_name, owner_of, steps_from
from ...project.module_finder import Origin
from ...syntax.symbol_table import Call
from ...syntax.text_prefilter import lines_with
from ...syntax.values import Value
from ..values.abstract_values import NOTHING, Const, DataFile, Ext, Object, Objects, Parts, Table, Text, table
from ..values.environment import Env, Evaluator
from ..values.members import of_container
from ..values.memo import CHOICE
from .data_files import opened, parsed_as, read_as

PARSERS = ("configparser.ConfigParser()", "configparser.RawConfigParser()", "configparser.SafeConfigParser()")
_READING = ("read", "read_dict", "read_file", "read_string")
_ASKING = ("get", "getboolean", "items", "options", "sections")
_MAX_ROWS = 500


def settled_option(world: Evaluator, read: Ext, owner: str) -> Objects:
    """What a read of a parser's options stands for; the read itself where no file of the project says that."""
    found = world.along(steps_from(read.path, len(owner)), _contents(world))
    return found or frozenset({read})


def options_read(world: Evaluator, owner: Ext) -> Objects:
    """What has been read into a parser, section by section; nothing of anything else."""
    return _contents(world) if owner.path in PARSERS else NOTHING


def _contents(world: Evaluator) -> Objects:
    """What the parsers of the project have read, section by section."""
    world.memory.open_read()  # modules loaded later may read more
    key = ("configparser", len(world.visited.modules), "read")
    return world.memory.remembered(key, lambda: _read_by_all(world))


def _read_by_all(world: Evaluator) -> Objects:
    found = [each for env, call in _readings(world) for each in _read(env, call)]
    tables = frozenset(table for table, _ in found)
    if len(tables) > 1 or not all(is_certain for _, is_certain in found):
        world.memory.traits |= CHOICE
        return tables | {Ext("configparser.ConfigParser()[]")}
    return tables


def _readings(world: Evaluator) -> Iterator[tuple[Env, Call]]:
    """The calls by which parsers read something."""
    for code in world.visited.modules:
        if code.file.origin is not Origin.FIRST_PARTY or "onfigParser" not in code.source.text:
            continue
        code.facts.read_at(lines_with(code.source, _READING))
        for call in code.facts.calls:
            if is_attribute(call.path, *_READING) and call.args:
                env = Env(world, code.file.name, call.place.scope)
                owners = env.path(owner_of(call.path))
                if any(isinstance(each, Ext) and each.path in PARSERS for each in owners):
                    yield env, call


def _read(env: Env, call: Call) -> Iterator[tuple[Object, bool]]:
    """The sections of what one call reads, and whether it is certain that it reads that."""
    project = env.world.project
    given = env.value(call.args[0])
    if is_attribute(call.path, "read"):
        files = [each for text in env.texts(call.args[0]) for each in opened(project, text) or ()]
        given = frozenset(files)
    for each in given:
        made: Objects | None = None
        if isinstance(each, DataFile):
            made = read_as(project, Path(each.path), ini_sections)
        elif isinstance(each, Text):
            made = parsed_as(each.text, ini_sections)
        elif isinstance(each, Table) and is_attribute(call.path, "read_dict"):
            made = frozenset({each})
        for one in made or ():
            yield one, not isinstance(each, DataFile) or each.is_certain


def _asked(env: Env, path: str, value: Value) -> Objects | None:
    """What a method of a parser gives: an option, the options of a section, or the sections."""
    if not env.is_own:
        return None
    method = last_name(path)
    found = _contents(env.world)
    for each in value.items[:2]:
        keys = env.texts(each)
        found = env.world.union(env.world.element(owner, key) for owner in found for key in keys)
    if method in ("get", "options", "items") and not value.items:
        return None
    if method == "getboolean":
        return (
            _truths(found)
            or env.world.union(env.value(each) for name, each in value.keywords if name == "fallback")
            or None
        )
    fallbacks = [env.value(each) for name, each in value.keywords if name == "fallback"]
    if method == "get" and fallbacks and (not found or any(isinstance(each, Ext) for each in found)):
        env.world.memory.traits |= CHOICE  # a file that is not here may say something else
        return env.world.union([found, *fallbacks, frozenset({Ext(call_of(path))})])
    tables = [each for each in found if isinstance(each, Table)]
    if method in ("items", "options", "sections"):
        name = "items" if method == "items" else "keys"
        found = env.world.union(env.world.called(one) for each in tables for one in of_container(each, name))
    return found or None


def _truths(found: Objects) -> Objects:
    """What texts say of yes and no (configparser); nothing where one says neither."""
    states = [
        configparser.RawConfigParser.BOOLEAN_STATES.get(each.text.lower()) for each in found if isinstance(each, Text)
    ]
    return frozenset(map(Const, states)) if states and len(states) == len(found) and None not in states else NOTHING


def _rows(env: Env, path: str, value: Value) -> Objects | None:
    """The rows of a data file of the project, as rows or as mappings of the names in its first row."""
    files = [each for one in value.items[:1] for each in env.value(one) if isinstance(each, DataFile)]
    if len(files) != 1 or not env.is_own or any(name == "fieldnames" for name, _ in value.keywords):
        return None
    separator = dict(value.keywords).get("delimiter")
    delimiter = "," if separator is None else env.texts(separator)[0]
    try:
        lines = env.world.project.data_text(Path(files[0].path)).splitlines()
        rows = list(csv.reader(lines, delimiter=delimiter))[:_MAX_ROWS]
    except (csv.Error, TypeError):
        return None
    env.world.memory.traits |= 0 if files[0].is_certain else CHOICE
    cells = [[frozenset[Object]({Text(cell)}) for cell in row] for row in rows if row]
    if path == "csv.DictReader":
        made: list[Object] = [table(zip(rows[0], row, strict=False)) for row in cells[1:]]
    else:
        made = [Parts(tuple(row)) for row in cells]
    outside: Objects = NOTHING if files[0].is_certain else frozenset({Ext(call_of(path))})
    return frozenset({Parts(tuple(frozenset({each}) for each in made))}) | outside


# What functions give, by their paths.
RESULTS: dict[str, Callable[[Env, str, Value], Objects | None]] = {
    **{
        f"{owner}.{name}": _asked for owner in PARSERS for name in ("get", "getboolean", "items", "options", "sections")
    },
    **dict.fromkeys(("csv.DictReader", "csv.reader"), _rows),
}
