"""What functions give that are asked for all names of a module, class or instance: `dir`, `inspect.getmembers`, `vars`.

What lies outside the project is left out: it runs nothing of the project's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from ...syntax.static_conditions import Phase
from ...syntax.values import Value
from ..values.abstract_values import Cls, Ext, Func, Inst, Items, Mod, Object, Objects, Text, row
from ..values.environment import Env, Evaluator
from ..values.kinds import TYPES_OF
from ..values.memo import CHOICE
from ..values.mro import resolution_order

MAX_NAMES = 200  # of one object, all of which are asked for


def names_of(world: Evaluator, owner: Object) -> Sequence[str]:
    """The names that an object of the project has, those that begin and end with two lines aside; sorted."""
    found: set[str] = set()
    if isinstance(owner, Mod) and world.is_told_apart(owner.name) and (code := world.module(owner.name)) is not None:
        bound = code.facts.scopes[0].bindings.items()
        found = {name for name, each in bound if any(one.place.phase is not Phase.TYPING for one in each)}
        found |= code.facts.exports if code.stars else set()
    elif isinstance(owner, (Cls, Inst)):
        cls = owner.cls if isinstance(owner, Inst) else owner
        classes = [each for each in resolution_order(world, cls) if isinstance(each, Cls)]
        found = {name for each in classes for name in world.scope(each).bindings}
    plain = sorted(name for name in found if name.isidentifier() and not name.startswith("__"))
    return plain if len(plain) <= MAX_NAMES else ()


def rows_of(world: Evaluator, owner: Object) -> Iterator[tuple[str, Objects]]:
    """The names of an object of the project, each with what of the project it stands for."""
    for name in names_of(world, owner):
        yield name, frozenset(each for each in world.attribute(owner, name) if not isinstance(each, Ext))


def _members(env: Env, _: str, value: Value) -> Objects | None:
    """`inspect.getmembers(object, predicate)`: rows of a name and what it stands for."""
    owners = [each for each in env.value(value.items[0]) if names_of(env.world, each)] if value.items else []
    if not env.is_own or not owners:
        return None
    wanted: tuple[type, ...] | None = (object,)
    if len(value.items) > 1:
        asked = [TYPES_OF.get(each.path) if isinstance(each, Ext) else None for each in env.value(value.items[1])]
        wanted = asked[0] if len(asked) == 1 else None
    if wanted is None:
        env.world.memory.traits |= CHOICE
    rows = [
        row([frozenset({Text(name)}), frozenset({each})])
        for owner in owners
        for name, found in rows_of(env.world, owner)
        for each in found
        if wanted is None or isinstance(each, wanted)
    ]
    return frozenset({Items(frozenset(rows))})


def _names(env: Env, _: str, value: Value) -> Objects | None:
    """`dir(object)`."""
    given = env.value(value.items[0]) if value.items and env.is_own else ()
    listers = [one for each in given for one in _listers(env.world, each)]
    listed = env.world.union(map(env.world.called, listers))
    owners = [each for each in given if names_of(env.world, each)]
    if not owners or listed:
        return listed or None
    return frozenset({Items(frozenset(Text(name) for owner in owners for name in names_of(env.world, owner)))})


def _listers(world: Evaluator, owner: Object) -> Iterator[Func]:
    """Yield the function of a module that `dir` asks for the names of the module (PEP 562)."""
    code = world.module(owner.name) if isinstance(owner, Mod) and world.is_told_apart(owner.name) else None
    for number in code.names.scopes_by_name.get("__dir__", ()) if code is not None else ():
        if isinstance(owner, Mod):
            yield Func(owner.name, number)


def of_mapping(world: Evaluator, module: str, method: str) -> Objects:
    """What `items`, `keys` or `values` of the mapping of a module's names give: of `vars(module)`."""
    rows = list(rows_of(world, Mod(module)))
    if method == "keys":
        return frozenset({Items(frozenset(Text(name) for name, _ in rows))})
    if method == "values":
        return frozenset({Items(frozenset[Object]().union(*(found for _, found in rows)))})
    made = [row([frozenset({Text(name)}), frozenset({each})]) for name, found in rows for each in found]
    return frozenset({Items(frozenset(made))})


# What functions give, by their paths.
RESULTS: dict[str, Callable[[Env, str, Value], Objects | None]] = {
    "dir": _names,
    "inspect.getmembers": _members,
    "inspect.getmembers_static": _members,
}
