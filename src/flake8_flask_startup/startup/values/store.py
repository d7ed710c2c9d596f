"""What code stores where the trace finds it again: on apps, on `self`, in containers."""

from __future__ import annotations

from collections.abc import Sequence

from ...config.flask_objects import APP
from ...model import UNKNOWN
from ...model.access_paths import Steps, attribute_of, call_of, callee_of, is_attribute, items_from, keys_of, split_last
from ...model.path_steps import attribute_step, is_keyed_step, joined
from ...project.module_facts import ModuleFacts
from ...project.module_finder import Origin
from ...syntax.places import Point
from ...syntax.symbol_table import Call, Store
from ...syntax.text_prefilter import lines_with
from ...syntax.values import OTHER, Kind, Value, mentions
from .abstract_values import (
    NOTHING,
    Cls,
    Const,
    Ext,
    Inst,
    Key,
    Object,
    Objects,
    Table,
    Text,
    container,
    leaves,
    mapped,
    onward,
    table,
)
from .environment import Env, Evaluator
from .literals import item
from .memo import CHOICE, DOUBT
from .mro import resolution_order

_ON_APP = attribute_of(APP, "")  # the prefix of paths of an app's attributes
_MAKING_ITEMS = ("get", "setdefault")  # methods of a mapping that give an item, which the latter adds
_OF_ALL = frozenset({"extend", "extendleft", "update"})  # methods that add all that a container holds


def on_apps(world: Evaluator, name: str) -> Objects:
    """What startup has stored on the app under a name: `current_app.name` stands for it too."""
    world.memory.open_read()
    key = (APP, len(world.visited.modules), name)  # modules that are loaded later may store more
    return world.memory.remembered(key, lambda: _stored_on_apps(world, name))


def _stored_on_apps(world: Evaluator, name: str) -> Objects:
    places = [
        (Env(world, code.file.name, store.place.scope), store, owner)
        for code, store, owner in world.visited.stores_to(name)
    ]
    return (
        world.union(
            env.value(store.value)
            for env, store, owner in places
            if any(is_app(world, each) for each in env.path(owner))
        )
        or (_root_paths(world) if name == "root_path" else NOTHING)
        or frozenset({Ext(f"{APP}.{name}")})
    )


def _root_paths(world: Evaluator) -> Objects:
    """The folders of the modules that apps are made with, `Flask(__name__)` (Flask API, root_path)."""
    found: set[Object] = set()
    for code in world.visited.modules:
        if code.file.origin is Origin.FIRST_PARTY and "__name__" in code.source.text:
            code.facts.read_at(lines_with(code.source, ("__name__",)))
            calls = [call for call in code.facts.calls if call.args and call.args[0].path.startswith("__name__")]
            for call in calls:
                env = Env(world, code.file.name, call.place.scope)
                if any(is_app(world, made) for each in env.path(call.path) for made in world.called(each)):
                    files = [world.project.find(name) for name in env.texts(call.args[0])]
                    found |= {Text(str(file.path.parent)) for file in files if file is not None and file.path}
    return frozenset(found)


def is_app(world: Evaluator, owner: Object) -> bool:
    """Whether an object is the app, or an instance of a class of it."""
    if isinstance(owner, Inst):
        return any(world.flask.is_app(call_of(_dotted(world, each))) for each in resolution_order(world, owner.cls))
    return isinstance(owner, Ext) and world.flask.is_app(owner.path)


def _dotted(world: Evaluator, each: Cls | Ext) -> str:
    return each.path if isinstance(each, Ext) else f"{each.module}.{world.scope(each).name}"


def outside_attribute(world: Evaluator, owner: Ext, name: str) -> Objects:
    """What an attribute of something outside the project is: whatever holds the app, the app itself."""
    path = f"{owner.path}.{name}"
    if world.flask.is_app(path):
        return frozenset({Ext(APP)})
    return on_apps(world, name) if world.flask.is_app(owner.path) else frozenset({onward(owner, attribute_step(name))})


def outside_item(world: Evaluator, owner: Ext, step: Steps) -> Objects:
    """An item of something outside the project; for an attribute of an app, what startup has stored there."""
    name = owner.path.removeprefix(_ON_APP)
    if name == owner.path or name == "config" or not is_keyed_step(step):  # the configuration is settled when needed
        return frozenset({onward(owner, step)})
    return on_apps(world, joined(name, step))


def on_self(world: Evaluator, cls: Cls, name: str) -> Objects:
    """What methods of a class and its bases assign to `self.name`."""
    return world.memory.remembered(_of_self(cls, name), lambda: _assigned(world, cls, name))


def _of_self(cls: Cls, name: str) -> Key:
    return (cls.module, cls.scope, f"self.{name}")


def is_made_with(world: Evaluator, cls: Cls, name: str) -> bool:
    """Whether making an instance of a class surely assigns to `self.name`."""
    code = world.module(cls.module)
    makers = [store for store in all_stores(world, cls, name) if not store.place.doubt]
    return code is not None and any(code.facts.scopes[each.place.scope].name.endswith("_init__") for each in makers)


def stores_on_self(world: Evaluator, cls: Cls, name: str) -> list[Store]:
    """The assignments to `self.name` in the methods of a class that are not made of what it was before."""
    return [each for each in all_stores(world, cls, name) if not mentions(each.value, each.path)]


def all_stores(world: Evaluator, cls: Cls, name: str) -> Sequence[Store]:
    """The assignments to `self.name` in the methods of a class."""
    code = world.module(cls.module)
    return code.stores_on_self(cls.scope, name) if code is not None else ()


def _assigned(world: Evaluator, cls: Cls, name: str) -> Objects:
    ancestry = [each for each in resolution_order(world, cls) if isinstance(each, Cls)]
    stores = [(each, store) for each in ancestry for store in all_stores(world, each, name)]
    found: list[Objects] = []
    for is_again in (False, True):  # what is made of what was there before comes after that
        for each, store in stores:
            if mentions(store.value, store.path) is is_again:
                env = Env(world, each.module, store.place.scope, Point(store.order, store.place.branch))
                found.append(env.value(store.value))
        world.memory.so_far(_of_self(cls, name), world.union(found))
    known = [frozenset(one for one in objects if not isinstance(one, Const)) for objects in found]
    if len(set(filter(None, known))) > 1 or any(len(objects) > 1 for objects in known):
        world.memory.traits |= CHOICE  # one instance has one of them, another instance or moment has another
    assigned = world.union(found)
    return assigned | world.union(
        put_into(world, f"self.{name}", module) for module in {each.module for each in ancestry}
    )


def subclasses(world: Evaluator, base: Cls) -> Objects:
    """The classes of the project, of modules loaded so far, that come of one of its own, whatever is between them."""
    world.memory.open_read()
    return frozenset(
        cls
        for code in (world.visited.modules if world.is_told_apart(base.module) else ())
        if code.file.origin is Origin.FIRST_PARTY
        for number in code.deriving
        if base in resolution_order(world, cls := Cls(code.file.name, number))[1:]
    )


def put_into(world: Evaluator, path: str, module: str, home: int = -1) -> Objects:
    """What code of a module puts into the container at a raw path: containers of what is added to it.

    home is the scope that binds the path where it is a name. What overwrites an item is left out: it counts as a
    binding of the name.
    """
    code = world.module(module)
    added = code.additions_to(path) if code is not None else ()
    if added and code is not None and home >= 0 and (overwriting := code.overwriting(path, home)):
        without = {each.order for _, each in overwriting}
        added = [each for each in added if each.order not in without]
    if not added or code is None:
        return NOTHING
    key = (module, home, f"in {path}")
    return world.memory.remembered(key, lambda: _put_together(world, added, path, code, home))


def _put_together(world: Evaluator, added: Sequence[Call | Store], path: str, code: ModuleFacts, home: int) -> Objects:
    module = code.file.name
    if world.is_told_apart(module):
        found: list[Objects] = []
        for each in added:
            if home < 0 or code.names.bindings(path, each.place.scope)[0] == home:
                here = Env(world, module, each.place.scope)
                inside = [here._replace(context=known) for known in world.contexts_of(module, here.scope)] or [here]
                made = world.union(put_by(env, each, path) for one in inside for env in world.in_turns(each, one))
                if each.place.scope == 0 and not world.holds(each, here) and not _is_in_loop(code, each):
                    world.memory.traits |= DOUBT
                    world.doubtful.update(leaves(made))
                found.append(made)
        return world.union(found)
    return frozenset(
        {
            container(
                world.union(
                    Env(world, module, call.place.scope).value(value)
                    for call in added
                    if isinstance(call, Call)
                    for value in call.args
                )
            )
        }
    )


def _is_in_loop(code: ModuleFacts, event: Call | Store) -> bool:
    return any(each in code.facts.loops for each in event.place.branch)


def put_by(env: Env, addition: Call | Store, path: str) -> Objects:
    """Containers of what one statement adds to the container at a raw path, nested as its keys are."""
    if isinstance(addition, Store):
        return nested(_keys_set(env, addition, path), item(env, addition.value))
    owner, method = split_last(addition.path)
    return nested(_spelled(env, keys_behind(owner, path), _key_of(addition)), _added(env, addition, method))


def _keys_set(env: Env, addition: Store, path: str) -> list[str]:
    """The keys that an assignment to an item leads along, the last one of which may be that of a name."""
    return _spelled(env, keys_behind(addition.path, path), addition.key)


def _key_of(call: Call) -> Value:
    """The key of the item whose method a call is of: `HOOKS[name].append(hook)`, or `HOOKS.setdefault(name, [])`."""
    (owner,) = call.callee.owner or (OTHER,)
    if owner.kind is Kind.PATH and len(owner.items) == 2:
        return owner.items[1]
    is_made = owner.kind is Kind.CALL and owner.items and is_attribute(callee_of(owner.path), *_MAKING_ITEMS)
    return owner.items[0] if is_made else OTHER


def _spelled(env: Env, keys: list[str], last: Value) -> list[str]:
    """Keys, the last one as a name stands for it if nothing else could be there."""
    if keys and not keys[-1] and last.kind is Kind.PATH and env.is_own:
        texts = env.texts(last)
        keys[-1] = texts[0] if len(texts) == 1 and UNKNOWN not in texts[0] else ""
    return keys


def overwritten(env: Env, mappings: Objects, addition: Call | Store) -> Objects:
    """Mappings after an assignment to items of theirs, in whose environment they are."""
    if isinstance(addition, Store):
        keys = keys_of(addition.path)
        return frozenset(_set(each, keys, item(env, addition.value)) for each in mappings)
    for each in _added(env, addition, "update"):
        for key, objects in each.rows if isinstance(each, Table) else ():
            if isinstance(key, str):
                mappings = frozenset(_set(one, (key,), objects) for one in mappings)
    return mappings


def _set(mapping: Object, keys: tuple[str, ...], objects: Objects) -> Object:
    """A mapping with something else at a key, or at a key of the mapping that is there."""
    if not isinstance(mapping, Table) or not keys:
        return mapping
    first, *rest = keys
    inner = frozenset(_set(each, tuple(rest), objects) for each in mapping.at(first)) if rest else objects
    return table([*[row for row in mapping.rows if row[0] != first], (first, inner)])


def keys_behind(path: str, owner: str) -> list[str]:
    """The keys that lead from a container to an item of an item of it; "" for one that is not known."""
    return items_from(path, len(owner))


def nested(keys: Sequence[str], objects: Objects) -> Objects:
    """Mappings in mappings that lead to objects along keys."""
    for key in reversed(keys):
        objects = frozenset({table([(key, objects)])})
    return objects


def _added(env: Env, call: Call, method: str) -> Objects:
    """Containers of what a method adds to one."""
    world = env.world
    if method == "setdefault" and len(call.args) > 1:
        return frozenset({mapped(env.value(call.args[0]), item(env, call.args[1]))})
    if method in _OF_ALL:
        given = world.union(env.value(each) for each in call.args)
        named = table((name, item(env, each)) for name, each in call.keywords)
        tables = {each for each in (*given, named) if isinstance(each, Table)}
        return frozenset({*tables, container(given - tables)})
    return frozenset({container(world.union(item(env, each) for each in call.args))})
