"""What `.env` files of the project say that code reads, into the environment or by a library, and what code sets there.

A variable of the environment overrides the file; here none is taken to be set.

Sources: the documentation of python-dotenv, environs and python-decouple.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from ...config.deployment.text_files import environment
from ...files.parsing import ini_sections
from ...model import UNKNOWN
from ...model.access_paths import call_of, is_attribute, last_name, owner_of, steps_from
from ...project.modules import Project
from ...syntax.symbol_table import Call
from ...syntax.values import Value
from ..values.abstract_values import NOTHING, Const, Ext, Object, Objects, Parts, Table, Text, table
from ..values.environment import Env, Evaluator
from ..values.visited import FILLING_ENVIRONMENT

READ = "os.environ["  # what a read of a variable begins with
_FILE = ".env"
_FILLING = frozenset(
    {"dotenv.load_dotenv", "dotenv.main.load_dotenv", "environs.Env().read_env", "environs.Env.read_env"}
)
_STORED = re.compile(r"(?:os\.)?environ\[['\"](\w+)['\"]\]")
_VARIABLE = re.compile(r"os\.environ\['(\w+)'\]")


def is_filling(path: str) -> bool:
    """Whether a function puts what a file says into the environment."""
    return path in _FILLING


def variables_of(project: Project, folder: Path, text: str = "") -> Mapping[str, str]:
    """The variables in the file that a path names, or in the next `.env` from a folder upwards."""
    if text:
        found = project.data_file(text, [folder])
    else:
        tops = {root.parent for root in project.roots}
        above = [each for each in (folder, *folder.parents) if any(top in each.parents for top in tops)]
        found = next((each / _FILE for each in above if project.data_text(each / _FILE)), None)
    lines = [] if found is None else project.data_text(found).splitlines()
    return {each.name: each.value for each in environment(lines).variables if "$" not in each.value}


def settled_variable(world: Evaluator, read: Ext) -> Objects:
    """What a read of the environment stands for; the read itself where no file says that."""
    match = _VARIABLE.match(read.path)
    found = variable(world, match[1]) if match is not None else NOTHING
    return (
        world.along(steps_from(read.path, match.end()), found) if match is not None and found else NOTHING
    ) or frozenset({read})


def variable(world: Evaluator, name: str) -> Objects:
    """What the project's code, or a file that it reads into the environment, says of a variable."""
    world.memory.open_read()  # modules loaded later may read more
    key = ("environment", len(world.visited.modules), "read")
    held = world.memory.remembered(key, lambda: frozenset({table(_filled(world))}))
    return world.union(each.at(name) for each in held if isinstance(each, Table))


def _filled(world: Evaluator) -> Iterator[tuple[str, Objects]]:
    reading: list[tuple[Env, Call]] = []
    for code, each in world.visited.changing_environment():
        env = Env(world, code.file.name, each.place.scope)
        if isinstance(each, Call):
            if is_attribute(each.path, "setdefault", "update") and last_name(owner_of(each.path)) == "environ":
                yield from _set(env, each)
            elif last_name(each.path) in FILLING_ENVIRONMENT:
                reading.append((env, each))
        elif match := _STORED.fullmatch(each.path):
            yield match[1], env.value(each.value)
    for env, call in reading:
        if any(isinstance(each, Ext) and is_filling(each.path) for each in env.path(call.path)):
            for name, text in _named(env, call).items():
                yield name, frozenset({Text(text)})


def _set(env: Env, call: Call) -> Iterator[tuple[str, Objects]]:
    """The variables that a method of the environment sets."""
    if is_attribute(call.path, "setdefault") and len(call.args) == 2:
        yield from ((name, env.value(call.args[1])) for name in env.texts(call.args[0]))
    elif is_attribute(call.path, "update"):
        yield from ((name, env.value(value)) for name, value in call.keywords)
        tables = [each for value in call.args for each in env.value(value) if isinstance(each, Table)]
        yield from ((str(key), held) for table in tables for key, held in table.rows)


def _named(env: Env, call: Call) -> Mapping[str, str]:
    """The variables in the file that a call reads."""
    options = dict(call.keywords)
    given = [*call.args[:1], *[options[name] for name in ("dotenv_path", "path") if name in options]]
    texts = [text for value in given for text in env.texts(value)]
    folder = _folder(env)
    if folder is None or any(UNKNOWN in text for text in texts):
        return {}
    return variables_of(env.world.project, folder, texts[0] if texts else "")


def _folder(env: Env) -> Path | None:
    code = env.world.module(env.module)
    return None if code is None or code.file.path is None else code.file.path.parent


# functions that read a variable themselves


def _values(env: Env, _: str, value: Value) -> Objects | None:
    """`dotenv_values(path)`: what a file says, as a mapping."""
    texts = env.texts(value.items[0]) if value.items else [""]
    folder = _folder(env)
    if folder is None or not env.is_own or UNKNOWN in texts[0]:
        return None
    rows = variables_of(env.world.project, folder, texts[0])
    return frozenset({table((name, frozenset({Text(text)})) for name, text in rows.items())}) if rows else None


def _environs(env: Env, path: str, value: Value) -> Objects | None:
    """`env("NAME", default)` and its kin: a text, or the parts of a list."""
    names = env.texts(value.items[0]) if value.items and env.is_own else []
    found = env.world.union(variable(env.world, name) for name in names)
    return _read(env, path, value, found, is_list=is_attribute(path, "list"))


def _decouple(env: Env, path: str, value: Value) -> Objects | None:
    """`config("NAME", default=..., cast=Csv())`: of the next `settings.ini` or `.env` from the file upwards."""
    folder = _folder(env)
    if folder is None or not value.items or not env.is_own:
        return None
    casts = [each for name, one in value.keywords if name == "cast" for each in env.value(one)]
    known = _settings(env.world.project, folder)
    texts = [known[name] for name in env.texts(value.items[0]) if name in known]
    is_list = any(isinstance(each, Ext) and each.path == "decouple.Csv()" for each in casts)
    return _read(env, path, value, frozenset(map(Text, texts)), is_list=is_list)


def _settings(project: Project, folder: Path) -> Mapping[str, str]:
    for each in (folder, *folder.parents)[: len(folder.parts)]:
        if text := project.data_text(each / "settings.ini"):
            try:
                return {name.upper(): held for name, held in ini_sections(text).get("settings", {}).items()}
            except ValueError:
                return {}
        if project.data_text(each / _FILE) or each in project.roots:
            break
    return variables_of(project, folder)


def _read(env: Env, path: str, value: Value, found: Objects, *, is_list: bool) -> Objects:
    """What was found, or the default, as a text or a list; something outside where there is neither."""
    if not found:
        given = [*value.items[1:2], *[one for name, one in value.keywords if name == "default"]]
        found = env.world.union(map(env.value, given))
        found = frozenset(each for each in found if not isinstance(each, Const))
    if is_list:
        found = env.world.union(_parts(found))
    return found or frozenset({Ext(call_of(path))})


def _parts(found: Objects) -> Iterable[Objects]:
    for each in found:
        if isinstance(each, Text):
            parts = [piece.strip() for piece in each.text.split(",")]
            yield frozenset({Parts(tuple(frozenset[Object]({Text(piece)}) for piece in parts if piece))})
        else:
            yield frozenset({each})


# What functions give, by their paths.
RESULTS: dict[str, Callable[[Env, str, Value], Objects | None]] = {
    "dotenv.dotenv_values": _values,
    **dict.fromkeys(
        (f"environs.{owner}{kind}" for owner in ("Env()", "env") for kind in ("", ".str", ".list")), _environs
    ),
    **dict.fromkeys(("decouple.config", "decouple.AutoConfig()"), _decouple),
}
