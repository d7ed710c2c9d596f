"""What the code of a project puts into an app's configuration (Flask documentation, Configuration Handling).

A read of what is outside, be it the configuration or a file of options, is settled by what is known to be there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...config.flask_objects import APP
from ...model.access_paths import inside_of, is_attribute, split_behind, steps_from
from ...syntax.symbol_table import Call, Store
from ..values.abstract_values import NOTHING, Cls, Const, Ext, Inst, Mod, Object, Objects, Table, Text
from ..values.environment import Env, Evaluator
from ..values.store import is_app
from . import env_files
from .data_files import setting, whole_file
from .named_objects import object_of
from .namespaces import rows_of
from .option_files import PARSERS, settled_option

_OUTSIDE = (env_files.READ, *[inside_of(owner)[1] for owner in (f"{APP}.config", *PARSERS)])
_READ = re.compile(rf"{re.escape(APP)}\.config\['((?:[^'\\]|\\.)*)'\]")


def settled(world: Evaluator, objects: Objects) -> Objects:
    """Objects, with what is known to be there in place of each read of a configuration, or of a file of options."""
    return world.union(_settled(world, each) for each in objects)


def _settled(world: Evaluator, each: Object) -> Objects:
    if not isinstance(each, Ext) or not each.path.startswith(_OUTSIDE):
        return frozenset({each})
    if owner := next((owner for owner in PARSERS if each.path.startswith(owner)), ""):
        return settled_option(world, each, owner)
    if each.path.startswith(env_files.READ):
        return env_files.settled_variable(world, each)
    if (match := _READ.match(each.path)) is None:
        return frozenset({each})
    found = _under(world, match[1])
    return world.along(steps_from(each.path, match.end()), found) or frozenset({each})


def _under(world: Evaluator, key: str) -> Objects:
    """What there is under a key, which may have been made of what was there before."""
    world.memory.open_read()
    question = (APP, len(world.visited.modules), f"config[{key!r}]")  # modules that are loaded later may put more there
    return world.memory.remembered(question, lambda: world.union(_put(world, key)))


def _put(world: Evaluator, key: str) -> Iterator[Objects]:
    """What the project's code puts under a key."""
    for code, each in world.visited.configuring(f"[{key!r}]"):
        env = Env(world, code.file.name, each.place.scope)
        if _is_of_app(env, each):
            yield _put_by(env, each, key)


def _is_of_app(env: Env, fact: Call | Store) -> bool:
    """Whether the configuration that an assignment or call changes is that of an app."""
    split = split_behind(fact.path, "config")
    return split is not None and any(is_app(env.world, each) for each in env.path(split[0]))


def decided(env: Env, objects: Objects) -> Objects:
    """Replace reads of the app's configuration by the values that it surely has, to test them.

    A default that the read is given beside does not count then.
    """
    keys = [match[1] for each in objects if isinstance(each, Ext) and (match := _READ.fullmatch(each.path)) is not None]
    if len(keys) != 1 or env.at is None:
        return objects
    memory, order = env.world.memory, env.at.order
    memory.open_read()  # modules that are loaded later may put more there
    before = memory.traits
    found, traits = _surely_under(env, keys[0], order)
    memory.traits = before | traits  # what is found of other keys does not count
    return found or objects


def _surely_under(env: Env, key: str, order: int) -> tuple[Objects, int]:
    """Return the values that this code, or the module's, stores under a key; none if other code may store more."""
    world, here = env.world, _function_around(env)
    found, traits = NOTHING, 0
    for code, each in world.visited.configuring(f"[{key!r}]"):
        where = Env(world, code.file.name, each.place.scope)
        if not _is_of_app(where, each):
            continue
        world.memory.traits = 0
        held = _put_by(where, each, key)
        more = world.memory.traits
        is_near = _function_around(where) in (here, (code.file.name, 0)) and not each.place.doubt
        is_known = bool(held) if isinstance(each, Store) or held else not _may_put_more(where, each)
        if not is_known or (held and not is_near):
            return NOTHING, 0
        if held and (_function_around(where) != here or each.order < order):
            found, traits = found | held, traits | more
    return found, traits


def _put_by(env: Env, fact: Call | Store, key: str) -> Objects:
    """Return the value that an assignment or call stores under a key."""
    return env.value(fact.value) if isinstance(fact, Store) else _given(env, fact, key)


def _function_around(env: Env) -> tuple[str, int]:
    """Return the module and scope of the function that code is in; scope 0 is module code."""
    code = env.world.module(env.module)
    return env.module, code.facts.function_of(env.scope) if code is not None else 0


def _may_put_more(env: Env, call: Call) -> bool:
    """Whether a call may put more into a configuration than what is known of its arguments."""
    if is_attribute(call.path, "setdefault"):
        return False
    is_spread = any(not name for name, _ in call.keywords)
    if is_spread or not is_attribute(call.path, "from_object", "from_mapping", "update"):
        return True
    known = (Cls, Const, Inst, Mod, Table, *([Text] if is_attribute(call.path, "from_object") else []))
    given = [env.value(each) for each in call.args]
    return not all(each and all(isinstance(one, known) for one in each) for each in given)


def puts(world: Evaluator) -> Objects:
    """Everything that the project's code puts into the app's configuration, by key where that is known."""
    found: list[Objects] = []
    for code, each in world.visited.configuring_at_all():
        env = Env(world, code.file.name, each.place.scope)
        if _is_of_app(env, each):
            found.append(env.value(each.value) if isinstance(each, Store) else _all_given(env, each))
    return world.union(found)


def _all_given(env: Env, call: Call) -> Objects:
    """All that a call puts into a configuration."""
    if is_attribute(call.path, "from_file", "from_pyfile"):
        return whole_file(env, call)
    if is_attribute(call.path, "setdefault"):
        return _default(env, call)
    owners = env.world.union(env.value(each) for each in call.args)
    found = [env.value(value) for _, value in call.keywords]
    for each in owners:
        if isinstance(each, Text) and is_attribute(call.path, "from_object"):
            found += [held for one in object_of(env.world, each.text) for _, held in rows_of(env.world, one)]
        elif isinstance(each, (Cls, Inst, Mod)):
            found += [held for _, held in rows_of(env.world, each.cls if isinstance(each, Inst) else each)]
        elif isinstance(each, Table):
            found.append(frozenset({each}))
    return env.world.union(found)


def _default(env: Env, call: Call) -> Objects:
    """The value that `setdefault` stores under a key."""
    return env.value(call.args[1]) if len(call.args) > 1 else NOTHING


def _given(env: Env, call: Call, key: str) -> Objects:
    """What a call that is given a whole configuration puts under a key."""
    world = env.world
    if is_attribute(call.path, "from_file", "from_pyfile"):
        return setting(env, call, key)
    if is_attribute(call.path, "setdefault"):
        return _default(env, call) if Text(key) in env.value(call.args[0]) else NOTHING
    owners = world.union(env.value(each) for each in call.args)
    found = [env.value(value) for name, value in call.keywords if name == key]
    for each in owners:
        match each:
            case Table():
                found += [objects for known, objects in each.rows if known == key]
            case Text() if is_attribute(call.path, "from_object"):
                found += [world.attribute(one, key) for one in object_of(world, each.text)]
            case Mod() | Cls() | Inst():
                found.append(world.attribute(each, key))
    return world.union(found)
